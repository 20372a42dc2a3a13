/** The run's own Samba domain controller (`samba-dc.sh`, `shared-domain.ts`), on 127.0.10.1. */
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { inject } from "vitest";

const run = promisify(execFile);
const SCRIPT = join(import.meta.dirname, "samba-dc.sh");
const FOLDER = inject("domainController");

/** Workstations beside the 37 computers; with them a listing takes several pages. */
export const BULK = 2470;

export const DC = {
  address: "127.0.10.1",
  host: "dc1.robco.test",
  domain: "robco.test",
  namingContext: "DC=robco,DC=test",
  username: "ROBCO\\svc-enum",
  password: "Enum.Passw0rd1",
  administrator: "Administrator@robco.test",
  administratorPassword: "Passw0rd.Robco1",
} as const;

async function script(command: string, environment: Readonly<Record<string, string>> = {}): Promise<void> {
  await run("bash", [SCRIPT, command, FOLDER], { env: { ...process.env, ...environment } });
}

/** Started; provisioned and seeded by the first test of a run that needs it. */
export async function openDc(): Promise<void> {
  await script("up");
  await script("seed", { DC_BULK: String(BULK) });
}

/** Started again on the same data. */
export function startDc(): Promise<void> {
  return script("up");
}

/** Stopped; its data stay for the next test file. */
export function closeDc(): Promise<void> {
  return script("down");
}

export function dcFolder(): string {
  return FOLDER;
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
