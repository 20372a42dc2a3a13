import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { documentOf } from "./estate-on-disk.ts";

/** What documents and the stand-in's world have in common. */
export const ESTATE = "bench";
export const REGION = "us-east-1";
export const DIRECTORY = "d-9067123456";
export const BUNDLE = "wsb-wstandarduseast1";
export const PROJECT = "Benchmark";

export function desktopName(index: number): string {
  return `user-${String(index).padStart(5, "0")}`;
}

/** A state repository with one directory, one blueprint and as many desktops as asked for, one document a file. */
export function writeDesktops(count: number): string {
  const folder = mkdtempSync(join(tmpdir(), "reeve-bench-"));
  const state = join(folder, "desired-state");
  mkdirSync(join(state, "desktops"), { recursive: true });
  const directory = documentOf("WorkspaceDirectory", "virginia, annotations: { reeve.dev/adopt: 'true' }", [
    `region: ${REGION}`,
    `directoryId: ${DIRECTORY}`,
    `bundles: { standard: ${BUNDLE} }`,
  ]);
  writeFileSync(join(state, "directory.yaml"), directory);
  const settings = ["bundle: standard", "running: { mode: auto-stop, afterIdle: 1h }", `tags: { Project: ${PROJECT} }`];
  writeFileSync(join(state, "blueprint.yaml"), documentOf("WorkspaceBlueprint", "office", settings));
  for (let index = 0; index < count; index += 1) {
    const name = desktopName(index);
    const spec = [`user: ${name}`, "placement: { directory: virginia }", "blueprint: office"];
    writeFileSync(join(state, "desktops", `${name}.yaml`), documentOf("Workspace", name, spec));
  }
  return folder;
}

/** Says how fast Reeve may call. */
export function writePace(
  folder: string,
  { perSecond, burst }: { readonly perSecond: number; readonly burst: number },
): void {
  const settings = `{ accountId: "123456789012", limiter: { perSecond: ${perSecond}, burst: ${burst} } }`;
  const estate = documentOf("Estate", ESTATE, [`providers: { workspaces: ${settings} }`]);
  writeFileSync(join(folder, "desired-state/reeve.yaml"), estate);
}
