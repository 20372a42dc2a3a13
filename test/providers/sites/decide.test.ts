/** `reeve site approve-rebind` and `resolve-conflict`: what a person decides at a terminal, against a real site server. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { approveRebind, resolveConflict } from "../../../src/commands/site-decide.ts";
import { type RanHere, runHere } from "../../support/run-here.ts";
import { claimedScene, type Scene } from "../../support/site-scene.ts";
import { checkin, claim, type Machine, makeMachine, SITE, START, TOKENS, wordOf } from "../../support/site-server.ts";

let root = "";
let scene: Scene;
let next: Machine;

beforeEach(async () => {
  scene = await claimedScene();
  next = await makeMachine();
  const server = await scene.bench.server.app.listen({ host: "127.0.0.1", port: 0 });
  root = mkdtempSync(join(tmpdir(), "reeve-decide-"));
  mkdirSync(join(root, "desired-state"));
  writeFileSync(
    join(root, "desired-state/reeve.yaml"),
    `apiVersion: reeve.dev/v1\nkind: Estate\nmetadata: { name: robco }\nspec: { providers: { sites: { server: "${server}", tokenFrom: { env: TOKEN } } } }\n`,
  );
});

afterEach(async () => {
  await scene.bench.server.close();
  rmSync(root, { recursive: true });
});

function run(command: typeof approveRebind, words: readonly string[], answer: string | null = null): Promise<RanHere> {
  const environment = { TOKEN: TOKENS.operate, REEVE_STATE: join(root, "desired-state") };
  return runHere(command, words, { now: START, environment, answer });
}

const NAMES = [SITE, "front-desk"];

test("the machine that asks is shown, and let in where somebody says yes", async () => {
  const { bench, machine, code } = scene;
  await claim(bench, next, code);
  const declined = await run(approveRebind, NAMES, "no");
  expect([declined.code, wordOf(await claim(bench, next, code))]).toEqual([1, "409 code-claimed"]);
  expect(declined.out).toContain(`clinic-appliance (84:3A:5B:91:B6:61) asks for the place of ${machine.id}`);
  expect((await run(approveRebind, NAMES, "yes")).code).toBe(0);
  expect(wordOf(await claim(bench, next, code))).toBe("200");
});

test("nobody there to ask: by the key that was looked at, and by no other", async () => {
  const { bench, machine, code } = scene;
  await claim(bench, next, code);
  const key = next.sign.publicKey;
  const silent = await run(approveRebind, NAMES);
  const other = await run(approveRebind, [...NAMES, "--key", machine.sign.publicKey]);
  expect([silent.code, silent.err.includes(`--key ${key}`), other.code]).toEqual([1, true, 1]);
  expect(wordOf(await claim(bench, next, code))).toBe("409 code-claimed");
  expect((await run(approveRebind, [...NAMES, "--key", key])).code).toBe(0);
  expect(wordOf(await claim(bench, next, code))).toBe("200");
});

test("a conflict ends where somebody says so", async () => {
  const { bench, machine } = scene;
  await checkin(bench, { ...machine });
  expect(wordOf(await checkin(bench, { ...machine, run: "c".repeat(22) }))).toBe("423 clone-suspected");
  expect((await run(resolveConflict, NAMES)).out).toBe(`${machine.id} is served again.\n`);
  expect(wordOf(await checkin(bench, machine))).toBe("200");
});

test.each([
  { name: "nothing asked", command: approveRebind, words: NAMES, says: "no other key asks for the place of" },
  { name: "no conflict", command: resolveConflict, words: NAMES, says: "one machine alone uses the identity of" },
  {
    name: "no such appliance",
    command: resolveConflict,
    words: [SITE, "front-dest"],
    says: `mean "${SITE}:front-desk"`,
  },
  { name: "no appliance named", command: approveRebind, words: [SITE], says: "which appliance of which site?" },
])("$name", async ({ command, words, says }) => {
  const { code, err } = await run(command, words);
  expect([code, err.includes(says) ? says : err]).toEqual([1, says]);
});
