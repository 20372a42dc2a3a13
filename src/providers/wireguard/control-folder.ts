import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A socket's path has at most 108 bytes; OpenSSH adds 40 of hash and 17 while it makes one. */
const LONGEST = 45;

let folder: string | null = null;

/**
 * The folder of this process's shared SSH connections, mode 0700: plan and apply use the same ones. When the process
 * ends they are closed and the folder goes.
 */
export function controlFolder(): string {
  if (folder !== null) return folder;
  const parent = tmpdir().length > LONGEST - "/reeve-XXXXXX".length ? "/tmp" : tmpdir();
  const made = mkdtempSync(join(parent, "reeve-"));
  process.once("exit", () => closeConnections(made));
  folder = made;
  return made;
}

function closeConnections(made: string): void {
  for (const socket of readdirSync(made)) {
    spawnSync("ssh", ["-o", `ControlPath=${join(made, socket)}`, "-O", "exit", "--", "reeve"], { stdio: "ignore" });
  }
  rmSync(made, { recursive: true, force: true });
}
