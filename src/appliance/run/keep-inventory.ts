/** What was discovered, on disk, and what is made of it: targets, and the agent's deployment. No secrets. */
import type { Computer } from "../../protocol/bodies.ts";
import { durationSeconds } from "../../support/duration.ts";
import { AGENT_FILES, type AgentFile, renderAgent } from "../agent/render-agent.ts";
import { type Discovery, mergeTargets, workstationsOf } from "../domain/targets.ts";
import { type Folder, MADE, openFolder, readJson, writeJson } from "../keep/folder.ts";
import { ownAddress } from "../machine.ts";
import { type Appliance, workFolder } from "./appliance.ts";

export interface Inventory {
  readonly computers: readonly Computer[];
  /** The name of the credential that opened the directory. */
  readonly credential: string;
}

const AGENT_FOLDER = "agent";

export function keepInventory(appliance: Appliance, inventory: Inventory): void {
  writeJson(workFolder(appliance), MADE.inventory, inventory);
  deriveFromInventory(appliance);
}

/** Made anew, too, when the configuration changes: targets and the agent's settings stand there. */
export function deriveFromInventory(appliance: Appliance): void {
  if (appliance.applied === null) return;
  const folder = workFolder(appliance);
  const { configuration } = appliance.applied;
  const inventory = readJson<Inventory>(folder, MADE.inventory);
  const staleSeconds = durationSeconds(configuration.domain.enumeration.staleAfter);
  const discovery: Discovery | null =
    inventory === null ? null : { ...inventory, now: appliance.world.clock.now(), staleSeconds };
  writeJson(folder, MADE.targets, mergeTargets(configuration.targets, discovery));
  const files = renderAgent({
    agent: configuration.goAgent ?? null,
    workstations: discovery === null ? [] : workstationsOf(discovery),
    ownAddress: ownAddress(),
    domain: appliance.domain?.found.domain ?? appliance.progress.domain,
  });
  replaceFiles(folder, files);
}

/** What is not made any more goes. */
function replaceFiles(folder: Folder, files: readonly AgentFile[]): void {
  const made = new Set(files.map(({ path }) => path));
  for (const path of AGENT_FILES) if (!made.has(path)) folder.remove(`${AGENT_FOLDER}/${path}`);
  for (const { path, text } of files) {
    const at = path.split("/");
    const name = at.pop() ?? "";
    openFolder([folder.path, AGENT_FOLDER, ...at].join("/")).write(name, text);
  }
}

export function readTargets(appliance: Appliance): ReturnType<typeof mergeTargets> {
  return readJson<ReturnType<typeof mergeTargets>>(workFolder(appliance), MADE.targets) ?? [];
}
