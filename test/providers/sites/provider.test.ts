/** Plan and apply against a real site server on a real port. */
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import { sites } from "../../../src/providers/sites/index.ts";
import { type ServedSites, say, serveSites, type Wish } from "../../support/served-sites.ts";
import {
  applianceOf,
  checkin,
  claim,
  commitOf,
  makeMachine,
  provisioningOf,
  randomCode,
  SITE,
  siteOf,
  TOKENS,
} from "../../support/site-server.ts";

const code = randomCode();
let served: ServedSites;

async function open(specs: Wish["specs"]): Promise<void> {
  served = await serveSites(specs);
}

const plan = (wish: Wish) => served.plan(wish);
const converge = (wish: Wish) => served.converge(wish);

afterEach(() => served.bench.server.close());

const clinic = (over: Parameters<typeof siteOf>[0] = {}) =>
  siteOf({ appliances: [applianceOf({ provisioning: provisioningOf(code) })], ...over });
const settings = { ...siteOf().settings, logLevel: "DEBUG" as const };

describe("what differs is planned, and nothing is left after an apply", () => {
  test("a changed setting reaches a claimed appliance", async () => {
    await open({ [SITE]: clinic() });
    const machine = await makeMachine();
    await claim(served.bench, machine, code);
    const wish = { specs: { [SITE]: clinic({ settings }) } };
    const { comparison } = await plan(wish);
    expect(say(comparison)).toEqual([
      `update ApplianceSite/${SITE}: 1 to be configured anew (none)`,
      '  settings.logLevel: "INFO" -> "DEBUG"',
    ]);
    expect(comparison.changes[0]?.waitsFor).toEqual([
      "the site server to load the documents",
      "front-desk's next check-in",
    ]);
    expect(await converge(wish)).toEqual([`done ApplianceSite/${SITE}: handed out at front-desk's next check-in`]);
    expect(say((await plan(wish)).comparison)).toEqual([]);
  });

  test("a new site, before anybody has claimed anything", async () => {
    await open({});
    const wish = { specs: { [SITE]: siteOf() } };
    const { comparison } = await plan(wish);
    expect(say(comparison)[0]).toBe(`create ApplianceSite/${SITE}: the site server does not know it yet (none)`);
    expect(await converge(wish)).toEqual([`done ApplianceSite/${SITE}: the site server has it`]);
    expect(say((await plan(wish)).comparison)).toEqual([]);
  });

  test("a suspended appliance is interrupted", async () => {
    await open({ [SITE]: clinic() });
    const wish = {
      specs: { [SITE]: clinic({ appliances: [applianceOf({ provisioning: provisioningOf(code), suspended: true })] }) },
    };
    expect(say((await plan(wish)).comparison)[0]).toBe(
      `update ApplianceSite/${SITE}: the site server has other documents (interrupts)`,
    );
  });

  test("an appliance that is taken out loses its key", async () => {
    await open({ [SITE]: clinic() });
    const machine = await makeMachine();
    await claim(served.bench, machine, code);
    const wish = { specs: { [SITE]: siteOf() } };
    expect(say((await plan(wish)).comparison)[0]).toBe(
      `update ApplianceSite/${SITE}: the site server has other documents, 1 to be retired (destroys)`,
    );
    expect(await converge(wish)).toEqual([`done ApplianceSite/${SITE}: 1 retired`]);
    expect(say((await plan(wish)).comparison)).toEqual([]);
    served.bench.desired = commitOf({ [SITE]: clinic() });
    expect((await checkin(served.bench, machine)).statusCode).toBe(410);
  });

  test("a site that is taken out is deleted", async () => {
    await open({ [SITE]: clinic() });
    await claim(served.bench, await makeMachine(), code);
    const wish = { specs: {} };
    expect(say((await plan(wish)).comparison)).toEqual([
      `delete ApplianceSite/${SITE}: no document declares it; 1 to be retired (destroys)`,
      '  appliances.front-desk.identity: "claimed" -> "revoked"',
    ]);
    expect(await converge(wish)).toEqual([`done ApplianceSite/${SITE}: 1 retired`]);
    expect(say((await plan(wish)).comparison)).toEqual([]);
  });

  test("a server that does not come to have the reviewed documents retires nobody", async () => {
    await open({ [SITE]: clinic() });
    await claim(served.bench, await makeMachine(), code);
    const wish = { specs: {}, loads: { [SITE]: clinic() } };
    expect(await converge(wish)).toEqual([
      `held ApplianceSite/${SITE}: the site server has not loaded these documents`,
    ]);
    expect((await served.bench.store.read(SITE, "front-desk")).identity?.retiredAt).toBeNull();
  });
});

describe("what cannot be read is held, and never taken for nothing", () => {
  const specs = { [SITE]: clinic() };
  test.each<{ name: string; wish: Partial<Wish>; before?: () => void; says: RegExp }>([
    {
      name: "nobody answers",
      wish: { server: "http://127.0.0.1:9" },
      says: /^held sites-unread: the site server http:\/\/127\.0\.0\.1:9 does not answer/,
    },
    { name: "a token that is not known", wish: { token: "guess" }, says: /says 401: no-token$/ },
    { name: "no token", wish: { token: "" }, says: /there is no operator token in TOKEN$/ },
    {
      name: "another estate's server",
      wish: { estate: "other" },
      says: /the site server belongs to the estate robco$/,
    },
    {
      name: "a server that has loaded nothing",
      wish: {},
      before: () => {
        served.bench.desired = null;
      },
      says: /has loaded no documents yet$/,
    },
  ])("$name", async ({ wish, before, says }) => {
    await open(specs);
    before?.();
    const said = say((await plan({ specs, ...wish })).comparison);
    expect(said[0]).toMatch(says);
    expect(said.slice(1)).toEqual([`unread ApplianceSite/${SITE}`]);
  });

  test.each([
    { name: "nothing there", status: 404, body: "<html>" },
    { name: "a page of something else", status: 200, body: "<html>" },
    { name: "another interface", status: 200, body: '{"items":[]}' },
  ])("another program at the server's address: $name", async ({ status, body }) => {
    await open(specs);
    const other = createServer((_request, response) => response.writeHead(status).end(body)).listen(0, "127.0.0.1");
    await once(other, "listening");
    const { port } = other.address() as AddressInfo;
    const said = say((await plan({ specs, server: `http://127.0.0.1:${port}` })).comparison);
    other.close();
    expect(said).toEqual([
      expect.stringMatching(/^held sites-unread: .* site server does$/),
      `unread ApplianceSite/${SITE}`,
    ]);
  });

  test("nor where no site is declared any more", async () => {
    await open(specs);
    const wish = { specs: {}, server: "http://127.0.0.1:9" };
    expect(say((await plan(wish)).comparison)).toEqual([
      expect.stringMatching(/^held sites-unread: the site server .* does not answer/),
    ]);
  });

  test("an estate that names no server plans nothing", async () => {
    await open(specs);
    expect(say((await plan({ specs, server: null })).comparison)).toEqual([]);
  });

  test("a token that may only read plans, and applies nothing", async () => {
    await open({});
    const outcomes = await converge({ specs: { [SITE]: clinic() }, token: TOKENS.read });
    expect(outcomes).toEqual([`failed ApplianceSite/${SITE}: the site server ${served.url} says 403: scope-missing`]);
  });
});

describe("what appliances report", () => {
  test("a claimed key is offered for pinning, and a pinned one is no news", async () => {
    await open({ [SITE]: clinic() });
    const machine = await makeMachine();
    await claim(served.bench, machine, code);
    const identity = { signKey: machine.sign.publicKey, recipient: machine.seal.recipient };
    const recorded = async (wish: Wish) => {
      const { desired, observation } = await plan(wish);
      return sites
        .recordReality?.(desired, observation, served.bench.now)
        .map((one) => ("edits" in one ? one.edits : one.why));
    };
    expect(await recorded({ specs: { [SITE]: clinic() } })).toEqual([
      [{ path: ["spec", "appliances", "0", "identity"], value: identity }],
    ]);
    const pinned = clinic({ appliances: [applianceOf({ provisioning: provisioningOf(code), identity })] });
    expect(await recorded({ specs: { [SITE]: pinned } })).toEqual([]);
  });

  test("a machine that asks for another's place, a copy, and one that does not follow", async () => {
    await open({ [SITE]: clinic() });
    const specs = { [SITE]: clinic() };
    const machine = await makeMachine();
    await claim(served.bench, machine, code);
    await claim(served.bench, await makeMachine(), code);
    await checkin(served.bench, machine, { configHash: `sha256:${"0".repeat(64)}` });
    served.bench.pass(180);
    const found = async () => (await plan({ specs })).comparison.findings.map((one) => one.code);
    expect(await found()).toEqual(["rebind-pending", "out-of-sync"]);
    await checkin(served.bench, machine, { seq: 1, run: "c".repeat(22) });
    expect(await found()).toEqual(["identity-conflict", "rebind-pending"]);
  });

  test("how a site stands, for a list", async () => {
    await open({ [SITE]: clinic() });
    await claim(served.bench, await makeMachine(), code);
    const { standings } = (await plan({ specs: { [SITE]: clinic() } })).comparison;
    expect(standings.map(({ address, state }) => `${address} ${state}`)).toEqual([
      `ApplianceSite/${SITE} Claimed`,
      "Partner/nepa-it Declared",
    ]);
  });
});
