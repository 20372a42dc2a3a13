/** What the server keeps and for how long, and what it says of what it cannot keep or resolve. */
import { mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { expect, test } from "vitest";
import { claimedScene, openScene } from "../support/site-scene.ts";
import {
  applianceOf,
  checkin,
  commitOf,
  makeMachine,
  openBench,
  SITE,
  signed,
  siteOf,
  wordOf,
} from "../support/site-server.ts";

test("who was retired is forgotten after ninety days, and not before, nor where the place is declared again", async () => {
  const { bench, machine } = await claimedScene();
  const declared = bench.desired;
  await bench.operate("POST", `/api/operator/appliances/${machine.id}/retire`);
  const seen: boolean[] = [];
  for (const [days, desired] of [
    [89, commitOf({})],
    [1, commitOf({})],
    [1, declared],
    [1, commitOf({})],
  ] as const) {
    bench.desired = desired;
    bench.pass(days * 86_400);
    await bench.server.sweep();
    seen.push((await bench.store.read(SITE, "front-desk")).identity !== null);
  }
  expect(seen).toEqual([true, true, true, false]);
});

const CREDENTIALS = `/api/sites/${SITE}/domain-credentials`;

test("who submitted a credential, and who was given it, is known afterwards", async () => {
  const { bench, machine } = await claimedScene();
  const submitted = await bench.operate("POST", CREDENTIALS, { username: "u", password: "correct horse" });
  const { version } = submitted.json<{ version: string }>();
  await bench.ask(signed(bench, machine, CREDENTIALS));
  const { events } = (await bench.operate("GET", `/api/operator/events?site=${SITE}`)).json<{
    events: { appliance: string; type: string; detail: string }[];
  }>();
  const told = events.filter(({ type }) => type.startsWith("credential"));
  expect(told.map(({ appliance, type }) => [appliance, type])).toEqual([
    ["", "credential-submitted"],
    ["front-desk", "credentials-delivered"],
  ]);
  expect(told[0]?.detail).toBe(`operator submitted u's: version ${version}`);
});

test("a secret that cannot be resolved is said once, and once again when it can", async () => {
  const credentials = [{ name: "scan", type: "winrm" as const, username: "u", passwordFrom: { env: "SCAN" } }];
  const { bench, machine } = await claimedScene({}, { credentials });
  const words: string[] = [];
  for (const value of [undefined, undefined, null, null, "correct horse", "correct horse", undefined]) {
    bench.pass(31);
    bench.secrets = value === undefined ? {} : { SCAN: value };
    words.push(wordOf(await checkin(bench, machine)), wordOf(await bench.ask(signed(bench, machine, CREDENTIALS))));
  }
  expect(words.filter((_, index) => index % 2 === 1)).toEqual([
    "424 secret-not-usable",
    "424 secret-not-usable",
    "502 secret-store-unavailable",
    "502 secret-store-unavailable",
    "200",
    "200",
    "424 secret-not-usable",
  ]);
  expect(bench.log.map((line) => line.trim())).toEqual([
    `credentials of ${SITE}: SCAN is not set`,
    `credentials of ${SITE}: the store does not answer`,
    `credentials of ${SITE}: as they should be again`,
    `credentials of ${SITE}: SCAN is not set`,
  ]);
});

test("a pinned recipient that is none gets no secrets, and is no fault of the server's", async () => {
  const credentials = [{ name: "scan", type: "winrm" as const, username: "u", passwordFrom: { env: "SCAN" } }];
  const { bench, machine } = await openScene();
  const identity = { signKey: machine.sign.publicKey, recipient: `age1${"q".repeat(58)}` };
  bench.desired = commitOf({ [SITE]: siteOf({ appliances: [applianceOf({ identity })], credentials }) });
  bench.secrets = { SCAN: "correct horse" };
  expect(wordOf(await bench.ask(signed(bench, machine, CREDENTIALS)))).toBe("424 secret-not-usable");
});

test("its files are its own, and a database that cannot be read is 503", async () => {
  const folder = mkdtempSync(join(tmpdir(), "reeve-kept-"));
  const path = join(folder, "sites.db");
  const bench = await openBench(commitOf({}), { path });
  const machine = await makeMachine();
  const url = `/api/provision/config/${machine.id}`;
  expect(wordOf(await bench.ask(signed(bench, machine, url)))).toBe("401 bad-signature");
  expect(readdirSync(folder).map((file) => statSync(join(folder, file)).mode & 0o777)).toEqual([0o600, 0o600, 0o600]);
  const other = new DatabaseSync(path);
  other.exec("DROP TABLE identity; DROP TABLE submitted_credential");
  other.close();
  const answers = [await bench.ask(signed(bench, machine, url)), await bench.ask({ method: "GET", url: "/readyz" })];
  expect(answers.map((answer) => [wordOf(answer), answer.headers["retry-after"]])).toEqual([
    ["503 store-unavailable", "10"],
    ["503 store-unavailable", "10"],
  ]);
  await bench.server.close();
  rmSync(folder, { recursive: true });
});
