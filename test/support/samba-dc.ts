/** A Samba domain controller of the test's own (`samba-dc.sh`), on 127.0.10.1. */
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);
const SCRIPT = join(import.meta.dirname, "samba-dc.sh");
const FOLDER = join(tmpdir(), `reeve-dc-${process.pid}`);

export const DC = {
  address: "127.0.10.1",
  host: "dc1.robco.test",
  domain: "robco.test",
  namingContext: "DC=robco,DC=test",
  username: "ROBCO\\svc-enum",
  password: "Enum.Passw0rd1",
} as const;

async function script(command: string, environment: Readonly<Record<string, string>> = {}): Promise<void> {
  await run("bash", [SCRIPT, command, FOLDER], { env: { ...process.env, ...environment } });
}

/** Provisioned, started and seeded: `bulk` workstations beside the 37 computers. */
export async function openDc(bulk: number): Promise<void> {
  await script("up");
  await script("seed", { DC_BULK: String(bulk) });
}

/** Started again on the same data. */
export function startDc(): Promise<void> {
  return script("up");
}

export function closeDc(): Promise<void> {
  return script("clean");
}

/** SIGKILL, as a machine that loses power: the whole tree ends with it. */
export function killDc(): void {
  process.kill(Number(readFileSync(join(FOLDER, "dc.pid"), "utf8").split(" ")[0]), "SIGKILL");
}

export function dcAuthority(): string {
  return readFileSync(join(FOLDER, "private/tls/ca.pem"), "utf8");
}

/** What runs a program with this controller as its resolver. */
export function withDcDns(): readonly string[] {
  return ["bash", SCRIPT, "dns", FOLDER];
}
