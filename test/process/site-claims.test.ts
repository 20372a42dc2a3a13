/** A claim is never burnt and never given twice, whenever the server dies. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { hashCode, type ProvisionCode } from "../../src/protocol/codes.ts";
import { claimBody, type Machine, makeMachine, randomCode, START } from "../support/site-server.ts";

let folder = "";
const children = new Set<ChildProcess>();

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "reeve-claims-"));
});

afterEach(() => {
  for (const child of children) child.kill("SIGKILL");
  children.clear();
  rmSync(folder, { recursive: true });
});

interface Started {
  readonly url: string;
  readonly end: Promise<unknown>;
  stop(): void;
}

async function start(
  code: ProvisionCode,
  options: { readonly isMortal?: boolean; readonly now?: Date } = {},
): Promise<Started> {
  const args = [join(import.meta.dirname, "../support/claim-server.ts"), join(folder, "sites.db"), hashCode(code)];
  const env = { ...process.env, ...(options.isMortal === true ? { KILL_AFTER_COMMIT: "1" } : {}) };
  const now = (options.now ?? START).toISOString();
  const child = spawn(process.execPath, [...args, now], { env, stdio: ["ignore", "pipe", "inherit"] });
  children.add(child);
  const [line] = (await once(child.stdout, "data")) as [Buffer];
  return { url: line.toString().trim(), end: once(child, "exit"), stop: () => child.kill("SIGKILL") };
}

/** The status, or null where no answer came. */
async function claimAt({ url }: Started, machine: Machine, code: ProvisionCode): Promise<number | null> {
  const body = JSON.stringify(claimBody(machine, code));
  const headers = { "content-type": "application/json" };
  const response = await fetch(`${url}/api/provision/claim`, { method: "POST", headers, body }).catch(() => null);
  await response?.arrayBuffer().catch(() => null);
  return response?.status ?? null;
}

const LATER = new Date(START.getTime() + 20 * 86_400_000);

test("killed between commit and answer: the same key gets its place, also after the code's end, and a thief does not", async () => {
  const code = randomCode();
  const [machine, thief] = [await makeMachine(), await makeMachine()];
  const first = await start(code, { isMortal: true });
  expect(await claimAt(first, machine, code)).toBeNull();
  await first.end;
  const second = await start(code, { now: LATER });
  expect([await claimAt(second, thief, code), await claimAt(second, machine, code)]).toEqual([409, 200]);
});

test("killed at any moment of forty racing claims: never two winners, and the winner stays", async () => {
  const code = randomCode();
  const machines = await Promise.all(Array.from({ length: 40 }, () => makeMachine()));
  const first = await start(code);
  const racing = machines.map((machine) => claimAt(first, machine, code));
  await Promise.race(racing);
  first.stop();
  const raced = await Promise.all(racing);
  await first.end;
  const second = await start(code);
  const after: (number | null)[] = [];
  for (const machine of machines) after.push(await claimAt(second, machine, code));
  expect(after.filter((status) => status === 200)).toHaveLength(1);
  const winners = raced.flatMap((status, index) => (status === 200 ? [index] : []));
  expect(winners.length).toBeLessThanOrEqual(1);
  if (winners[0] !== undefined) expect(after[winners[0]]).toBe(200);
});

test("two servers on one database, forty keys: one winner", async () => {
  const code = randomCode();
  const machines = await Promise.all(Array.from({ length: 40 }, () => makeMachine()));
  const servers = [await start(code), await start(code)];
  const statuses = await Promise.all(
    machines.flatMap((machine, index) => {
      const server = servers[index % 2];
      return server === undefined ? [] : [claimAt(server, machine, code)];
    }),
  );
  expect([
    statuses.filter((status) => status === 200).length,
    statuses.filter((status) => status === 409).length,
  ]).toEqual([1, 39]);
});
