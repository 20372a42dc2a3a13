/** A secret that is delivered, submitted, rotated and asked for in vain is in no file, no log and no answer but a sealed one. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { LightMyRequestResponse } from "fastify";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { CredentialsAnswer } from "../../src/protocol/bodies.ts";
import { openText, sealText } from "../../src/protocol/seal.ts";
import {
  applianceOf,
  type Bench,
  checkin,
  claim,
  commitOf,
  type Machine,
  makeMachine,
  openBench,
  provisioningOf,
  randomCode,
  SITE,
  signed,
  siteOf,
} from "../support/site-server.ts";

let folder = "";

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "reeve-canary-"));
});

afterEach(() => rmSync(folder, { recursive: true }));

const url = `/api/sites/${SITE}/domain-credentials`;
const CANARIES = [
  "canary-resolved-1f0c",
  "canary-rotated-77aa",
  "canary-submitted-3b2e",
  "canary-sealed-9d41",
] as const;
const [RESOLVED, ROTATED, SUBMITTED, SEALED] = CANARIES;

async function opened(machine: Machine, response: LightMyRequestResponse): Promise<readonly string[]> {
  const { credentials } = response.json<CredentialsAnswer>();
  const texts = await Promise.all(credentials.map(({ sealed }) => openText(sealed, machine.seal.identity)));
  return texts.map((text) => (JSON.parse(text) as { password: string }).password);
}

function files(): string {
  return readdirSync(folder)
    .map((name) => readFileSync(join(folder, name), "latin1"))
    .join("");
}

test("the canaries are nowhere", async () => {
  const code = randomCode();
  const credentials = [{ name: "scan", type: "winrm" as const, username: "u", passwordFrom: { env: "SCAN" } }];
  const site = siteOf({ credentials, appliances: [applianceOf({ provisioning: provisioningOf(code) })] });
  const bench: Bench = await openBench(commitOf({ [SITE]: site }), { path: join(folder, "sites.db") });
  const machine = await makeMachine();
  const answers: LightMyRequestResponse[] = [await claim(bench, machine, code)];
  const fetchAll = async (): Promise<readonly string[]> => {
    answers.push(await checkin(bench, machine), await bench.ask(signed(bench, machine, url)));
    const [last] = answers.slice(-1);
    return last === undefined ? [] : opened(machine, last);
  };

  bench.secrets["SCAN"] = RESOLVED;
  answers.push(await bench.operate("POST", url, { username: "u", password: SUBMITTED }));
  expect(await fetchAll()).toEqual([RESOLVED, SUBMITTED]);
  bench.secrets["SCAN"] = ROTATED;
  bench.pass(31);
  const sealed = await sealText(JSON.stringify(SEALED), [bench.keys.seal.recipient]);
  answers.push(await bench.operate("POST", url, { username: "u", sealed }));
  expect(await fetchAll()).toEqual([ROTATED, SEALED]);

  for (const odd of [
    { username: "u", password: SUBMITTED, sealed: "x" },
    { username: SUBMITTED, passwort: SUBMITTED },
    SUBMITTED,
  ])
    answers.push(
      await bench.ask({
        method: "POST",
        url,
        headers: { authorization: `Bearer operate-token`, "content-type": "application/json" },
        payload: JSON.stringify(odd),
      }),
    );
  bench.secrets["SCAN"] = null;
  bench.pass(31);
  answers.push(await checkin(bench, machine), await bench.ask(signed(bench, machine, url)));
  answers.push(
    await bench.operate("GET", "/api/operator/events"),
    await bench.operate("GET", "/api/operator/sites"),
    await bench.operate("GET", `/api/operator/sites/${SITE}/document`),
  );

  const said = [...answers.map(({ body, headers }) => body + JSON.stringify(headers)), ...bench.log].join("\n");
  for (const canary of CANARIES)
    expect([canary, said.includes(canary), files().includes(canary)]).toEqual([canary, false, false]);
  expect(files()).toContain("BEGIN AGE ENCRYPTED FILE");
  await bench.server.close();
});

test("a suspended appliance gets nothing, and another appliance of the site cannot open what is not its own", async () => {
  const [code, otherCode] = [randomCode(), randomCode()];
  const credentials = [{ name: "scan", type: "winrm" as const, username: "u", passwordFrom: { env: "SCAN" } }];
  const other = applianceOf({
    name: "other",
    mac: "84:3A:5B:91:B6:62",
    provisioning: provisioningOf(otherCode, { bindMac: false }),
  });
  const own = applianceOf({ provisioning: provisioningOf(code) });
  const bench = await openBench(commitOf({ [SITE]: siteOf({ credentials, appliances: [own, other] }) }));
  bench.secrets["SCAN"] = RESOLVED;
  const [machine, neighbour] = [await makeMachine(), await makeMachine(`${SITE}:other`)];
  await claim(bench, machine, code);
  await claim(bench, neighbour, otherCode);
  const delivered = await bench.ask(signed(bench, machine, url));
  expect(await opened(machine, delivered)).toEqual([RESOLVED]);
  await expect(opened(neighbour, delivered)).rejects.toThrow();
  bench.desired = commitOf({ [SITE]: siteOf({ credentials, appliances: [{ ...own, suspended: true }, other] }) });
  expect((await bench.ask(signed(bench, machine, url))).statusCode).toBe(403);
  await bench.server.close();
});
