import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A socket's path has at most 108 bytes; OpenSSH adds 40 of hash and 17 while it makes one. */
const LONGEST = 45;

let folder: string | null = null;

/**
 * The folder of this process's shared SSH connections, mode 0700: plan and apply use the same ones. When the process
 * ends they are closed and the folder goes; of a process that is killed, OpenSSH closes them after a minute.
 */
export function controlFolder(): string {
  if (folder !== null) return folder;
  const parent = tmpdir().length > LONGEST - "/reeve-XXXXXX".length ? "/tmp" : tmpdir();
  folder = mkdtempSync(join(parent, "reeve-"));
  process.once("exit", closeSharedConnections);
  return folder;
}

/** Closes them now; the next call opens new ones. */
export function closeSharedConnections(): void {
  if (folder === null) return;
  for (const socket of readdirSync(folder)) {
    spawnSync("ssh", ["-o", `ControlPath=${join(folder, socket)}`, "-O", "exit", "--", "reeve"], { stdio: "ignore" });
  }
  rmSync(folder, { recursive: true, force: true });
  folder = null;
}
