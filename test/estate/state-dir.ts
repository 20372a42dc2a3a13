import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { onTestFinished } from "vitest";
import { type LoadedEstate, loadEstate } from "../../src/estate/load-estate.ts";

export const ESTATE = "apiVersion: reeve.dev/v1\nkind: Estate\nmetadata: { name: robco }\n";

export const KEY = "HIgo9xNzJMWLKASShiTqIybxZ0U3wGLiUeJ1PKf8ykw=";

export const HUB = `apiVersion: reeve.dev/v1
kind: WireGuardHub
metadata: { name: hub-eu, labels: { region: eu } }
spec:
  host: { file: {} }
  interface: wg0
  privateKeyFrom: { file: wg0.key }
  addresses: [10.8.0.1/22]
  endpoint: vpn-eu.example.com:51820
`;

/** A peer's document; `spec` lines replace or follow the least it needs. */
export function peer(name: string, spec = `  hubs: [hub-eu]\n  publicKey: ${KEY}\n`): string {
  return `apiVersion: reeve.dev/v1\nkind: WireGuardPeer\nmetadata: { name: ${name} }\nspec:\n${spec}`;
}

/** A folder of its own for one test, with `files` in it; removed when the test ends. */
export function folderWith(files: Readonly<Record<string, string | Uint8Array>>): string {
  const root = mkdtempSync(join(tmpdir(), "reeve-estate-"));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
  }
  return root;
}

/** Loads `desired-state/` of a folder that holds `files` there. */
export function load(files: Readonly<Record<string, string | Uint8Array>>): Promise<LoadedEstate> {
  const root = folderWith(
    Object.fromEntries(Object.entries(files).map(([path, text]) => [`desired-state/${path}`, text])),
  );
  return loadEstate({ stateDir: join(root, "desired-state"), cacheDir: null });
}

/** `file:line:column code` of every diagnostic. */
export function places(loaded: LoadedEstate): readonly string[] {
  return loaded.diagnostics.map(
    ({ at, code }) => `${at?.file.replace("desired-state/", "")}:${at?.line}:${at?.column} ${code}`,
  );
}
