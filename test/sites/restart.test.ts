/** What the server has once said it stands by: to a repeat whose answer was lost, and against a replay, a clone, a forged key and a neighbour; also after it was started anew. */
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { LightMyRequestResponse } from "fastify";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { proveHeartbeat } from "../../src/protocol/claim-proof.ts";
import type { ProvisionCode } from "../../src/protocol/codes.ts";
import {
  applianceOf,
  type Bench,
  checkinBody,
  claim,
  claimBody,
  commitOf,
  computers,
  discovered,
  MAC,
  type Machine,
  makeMachine,
  openBench,
  provisioningOf,
  randomCode,
  SITE,
  type Signing,
  signed,
  siteOf,
  wordOf,
} from "../support/site-server.ts";

const NEIGHBOUR = "84:3A:5B:91:B6:62";

interface Scene {
  bench: Bench;
  readonly code: ProvisionCode;
  readonly machine: Machine;
  /** Of the same site, in its own place. */
  readonly neighbour: Machine;
  /** Of another site. */
  readonly stranger: Machine;
}

let folder = "";
let scene: Scene;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "reeve-restart-"));
  scene = await openScene();
});
afterEach(async () => {
  await scene.bench.server.close();
  await scene.bench.store.close();
  rmSync(folder, { recursive: true });
});

async function openScene(): Promise<Scene> {
  const [code, second, third] = [randomCode(), randomCode(), randomCode()];
  const own = applianceOf({ provisioning: provisioningOf(code) });
  const beside = applianceOf({ name: "back-room", mac: NEIGHBOUR, provisioning: provisioningOf(second) });
  const elsewhere = applianceOf({ mac: "84:3A:5B:91:B6:63", provisioning: provisioningOf(third, { bindMac: false }) });
  const sites = { [SITE]: siteOf({ appliances: [own, beside] }), "other-site": siteOf({ appliances: [elsewhere] }) };
  const bench = await openBench(commitOf(sites), { path: join(folder, "sites.db") });
  const machines = [
    await makeMachine(),
    await makeMachine(`${SITE}:back-room`),
    await makeMachine("other-site:front-desk"),
  ] as const;
  const [machine, neighbour, stranger] = machines;
  const places = [
    { machine: neighbour, code: second, mac: NEIGHBOUR },
    { machine: stranger, code: third, mac: MAC },
  ];
  for (const place of places) {
    const { proof } = claimBody(place.machine, place.code, { mac: place.mac });
    expect(wordOf(await claim(bench, place.machine, place.code, { mac: place.mac, proof }))).toBe("200");
  }
  return { bench, code, machine, neighbour, stranger };
}

/** The same keys and database, in a server of its own. */
async function restart(): Promise<void> {
  const { desired, keys, now, server, store } = scene.bench;
  await server.close();
  await store.close();
  scene.bench = await openBench(desired, { path: join(folder, "sites.db"), keys });
  scene.bench.now = now;
}

interface Endpoint {
  readonly name: string;
  readonly url: (machine: Machine) => string;
  readonly body?: (machine: Machine) => object;
  /** The answer to the first, and to the same again with the first one's answer lost. */
  readonly first: string;
  readonly again: string;
}

const page = (final: boolean): object => ({
  enumerationId: "e".repeat(22),
  generation: 1,
  page: 0,
  final,
  computers: computers(1),
});

const SIGNED: readonly Endpoint[] = [
  {
    name: "status",
    url: () => "/api/provision/status",
    body: () => ({ step: "claimed" }),
    first: "204",
    again: "204",
  },
  { name: "config", url: ({ id }) => `/api/provision/config/${id}`, first: "200", again: "200" },
  {
    name: "check-in",
    url: () => "/api/appliances/checkin",
    body: (machine) => checkinBody(machine, { seq: 1 }),
    first: "200",
    again: "200",
  },
  {
    name: "domain-discovered",
    url: () => "/api/appliances/domain-discovered",
    body: () => discovered("robco.test"),
    first: "202",
    again: "200",
  },
  {
    name: "a page of enumeration-results",
    url: () => "/api/appliances/enumeration-results",
    body: () => page(false),
    first: "202",
    again: "202",
  },
  {
    name: "the last page of enumeration-results",
    url: () => "/api/appliances/enumeration-results",
    body: () => page(true),
    first: "200",
    again: "200",
  },
  { name: "domain-credentials", url: () => `/api/sites/${SITE}/domain-credentials`, first: "200", again: "200" },
];

/** By the machine, or by whoever else. */
function request(endpoint: Endpoint, machine = scene.machine, signing: Signing = {}) {
  const body = endpoint.body?.(scene.machine);
  return signed(scene.bench, machine, endpoint.url(scene.machine), {
    ...(body === undefined ? {} : { body }),
    ...signing,
  });
}

async function settle(): Promise<void> {
  expect(wordOf(await claim(scene.bench, scene.machine, scene.code))).toBe("200");
  const url = `/api/sites/${SITE}/domain-credentials`;
  expect(wordOf(await scene.bench.operate("POST", url, { username: "u", password: "p" }))).toBe("201");
}

const WHEN = [
  { when: "at once", meanwhile: async () => undefined },
  { when: "after a restart", meanwhile: restart },
];

describe.each(WHEN)("$when", ({ meanwhile }) => {
  describe.each(SIGNED)("$name", (endpoint) => {
    const isCheckin = endpoint.name === "check-in";

    test("the answer was lost: the same is said again, and the very same request is a replay", async () => {
      await settle();
      const one = request(endpoint);
      const first = await scene.bench.ask(one);
      await meanwhile();
      const [replayed, again] = [await scene.bench.ask(one), await scene.bench.ask(request(endpoint))];
      expect([first, replayed, again].map(wordOf)).toEqual([endpoint.first, "401 replay", endpoint.again]);
      if (first.statusCode === again.statusCode && endpoint.name !== "domain-credentials")
        expect(again.body).toBe(first.body);
    });

    test("a forged key, an unknown appliance, a changed request and a wrong clock prove nothing", async () => {
      await settle();
      await meanwhile();
      const forged = { ...scene.machine, sign: (await makeMachine()).sign };
      const changed = request(endpoint);
      const answers = [
        await scene.bench.ask(request(endpoint, forged)),
        await scene.bench.ask(request(endpoint, await makeMachine("nowhere:none"))),
        await scene.bench.ask({ ...changed, url: `${endpoint.url(scene.machine)}?x=1` }),
        await scene.bench.ask(request(endpoint, scene.machine, { ahead: 301_000 })),
      ];
      expect(answers.map(wordOf)).toEqual([
        "401 bad-signature",
        "401 bad-signature",
        "401 bad-signature",
        "401 clock-skew",
      ]);
    });

    test("a clone is found out, and stays so until a person says which is which", async () => {
      await settle();
      expect(wordOf(await checkin("r".repeat(22), 2))).toBe("200");
      await meanwhile();
      expect(wordOf(await checkin("c".repeat(22), 2))).toBe("423 clone-suspected");
      await meanwhile();
      const word = isCheckin ? "423 clone-suspected" : "423 identity-conflict";
      expect(wordOf(await scene.bench.ask(request(endpoint)))).toBe(word);
      const resolve = `/api/operator/appliances/${scene.machine.id}/resolve-conflict`;
      expect(wordOf(await scene.bench.operate("POST", resolve))).toBe("204");
      await meanwhile();
      expect(wordOf(await checkin("r".repeat(22), 3))).toBe("200");
    });

    test("who is suspended or retired gets nothing", async () => {
      await settle();
      const { desired } = scene.bench;
      const site = desired?.sites.get(SITE) ?? siteOf();
      const [own, ...others] = site.appliances;
      if (own === undefined) throw new Error("no appliance");
      scene.bench.desired = commitOf({ [SITE]: { ...site, appliances: [{ ...own, suspended: true }, ...others] } });
      await meanwhile();
      expect(wordOf(await scene.bench.ask(request(endpoint)))).toBe("403 suspended");
      scene.bench.desired = desired;
      await scene.bench.operate("POST", `/api/operator/appliances/${scene.machine.id}/retire`);
      await meanwhile();
      expect(wordOf(await scene.bench.ask(request(endpoint)))).toBe("410 retired");
    });
  });

  test.each([
    { who: "the neighbour", what: "config", is: "403 other-appliance" },
    { who: "the stranger", what: "config", is: "403 other-appliance" },
    { who: "the neighbour", what: "domain-credentials", is: "200" },
    { who: "the stranger", what: "domain-credentials", is: "403 wrong-site" },
  ])("$who asks for $what of the machine: $is", async ({ who, what, is }) => {
    await settle();
    await meanwhile();
    const endpoint = SIGNED.find(({ name }) => name === what);
    if (endpoint === undefined) throw new Error(what);
    const asker = who === "the neighbour" ? scene.neighbour : scene.stranger;
    const answer = await scene.bench.ask(request(endpoint, asker));
    expect(wordOf(answer)).toBe(is);
    if (is === "200") expect(answer.body).toContain(`"version"`);
  });

  test("a claim whose answer was lost is had again by its key alone, and everything else that is not signed is, too", async () => {
    const { machine, code } = scene;
    const beat = { signKey: machine.sign.publicKey, mac: MAC, hostname: "box", at: scene.bench.now.toISOString() };
    const proof = proveHeartbeat(beat, machine.sign);
    const asks: readonly (() => Promise<LightMyRequestResponse>)[] = [
      () => scene.bench.ask({ method: "POST", url: "/api/provision/heartbeat", payload: { ...beat, proof } }),
      () => scene.bench.ask({ method: "POST", url: "/api/provision/validate", payload: { code } }),
      () => claim(scene.bench, machine, code),
      () => scene.bench.operate("POST", `/api/sites/${SITE}/domain-credentials`, { username: "u", password: "p" }),
    ];
    for (const ask of asks) {
      const first = await ask();
      await meanwhile();
      const again = await ask();
      expect([again.statusCode, again.body]).toEqual([first.statusCode, first.body]);
      expect(first.statusCode).toBeLessThan(300);
    }
    expect(wordOf(await claim(scene.bench, await makeMachine(), code))).toBe("409 code-claimed");
  });

  test("what a person has decided is not undone by saying it again", async () => {
    await settle();
    const next = await makeMachine();
    await claim(scene.bench, next, scene.code);
    const place = `/api/operator/appliances/${scene.machine.id}`;
    const approve = () => scene.bench.operate("POST", `${place}/approve-rebind`, { signKey: next.sign.publicKey });
    const retire = () => scene.bench.operate("POST", `${place}/retire`);
    const words: string[] = [];
    for (const decide of [approve, retire]) {
      words.push(wordOf(await decide()));
      await meanwhile();
      words.push(wordOf(await decide()));
    }
    expect(words).toEqual(["204", "204", "204", "204"]);
  });
});

function checkin(run: string, seq: number): Promise<LightMyRequestResponse> {
  const body = checkinBody(scene.machine, { run, seq });
  return scene.bench.ask(
    signed(scene.bench, scene.machine, "/api/appliances/checkin", {
      body,
      nonce: randomBytes(16).toString("base64url"),
    }),
  );
}
