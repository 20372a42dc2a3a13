/** Plan and apply against a real site server on a real port. */
import { afterEach, describe, expect, test } from "vitest";
import type { ApplianceSiteSpec } from "../../../src/generated/documents.ts";
import { sealChange } from "../../../src/plan/seal-change.ts";
import type { Comparison, Desired, Session } from "../../../src/providers/provider.ts";
import { sites } from "../../../src/providers/sites/index.ts";
import { directCalls } from "../../../src/support/calls.ts";
import { estate, resource } from "../../support/literals.ts";
import {
  applianceOf,
  type Bench,
  checkin,
  claim,
  commitOf,
  makeMachine,
  openBench,
  provisioningOf,
  randomCode,
  SITE,
  siteOf,
  TOKENS,
} from "../../support/site-server.ts";

let bench: Bench;
let url = "";
const code = randomCode();
const PARTNER = { brandName: "NEPA IT Solutions", primaryColor: "#2563EB" };

/** A server that loads `next` when it is told to look. */
async function open(specs: Readonly<Record<string, ApplianceSiteSpec>>): Promise<void> {
  bench = await openBench(commitOf(specs));
  url = await bench.server.app.listen({ host: "127.0.0.1", port: 0 });
}

afterEach(() => bench.server.close());

interface Wish {
  readonly specs: Readonly<Record<string, ApplianceSiteSpec>>;
  readonly token?: string;
  readonly server?: string | null;
  readonly estate?: string;
  /** What the server loads when it is told to look: the same, unless said otherwise. */
  readonly loads?: Readonly<Record<string, ApplianceSiteSpec>>;
}

function desiredOf({ specs, server = url }: Wish): Desired {
  const documents = Object.entries(specs).map(([name, spec]) => resource(`ApplianceSite/${name}`, { spec }));
  const all = estate({ resources: [...documents, resource("Partner/nepa-it", { spec: PARTNER })] });
  const secrets = { environment: [], folders: [] };
  const named = server === null ? {} : { server, tokenFrom: { env: "TOKEN" } };
  return {
    estate: {
      ...all,
      document: resource("Estate/robco"),
      settings: { ...all.settings, providers: { sites: { ...named, secrets } } },
    },
    resources: all.resources,
  };
}

function sessionOf(wish: Wish): Session {
  return {
    estate: wish.estate ?? "robco",
    root: "/",
    clock: {
      now: () => bench.now,
      sleep: async (milliseconds) => {
        bench.pass(milliseconds / 1000);
        bench.desired = commitOf(wish.loads ?? wish.specs, "c2");
      },
    },
    calls: directCalls,
    progress: { step: () => {} },
    signal: new AbortController().signal,
    environment: { TOKEN: wish.token ?? TOKENS.operate },
  };
}

async function plan(wish: Wish) {
  const [desired, session] = [desiredOf(wish), sessionOf(wish)];
  const observation = await sites.observe(desired, sites.openReader(session), session);
  return { desired, session, observation, comparison: sites.compare(desired, observation, bench.now) };
}

async function converge(wish: Wish): Promise<readonly string[]> {
  const { desired, session, observation, comparison } = await plan(wish);
  const changes = comparison.changes.map((draft) => sealChange(draft, "sites", []));
  const outcomes: string[] = [];
  const work = { changes, desired, observation, now: bench.now };
  for await (const { address, status, message } of sites.apply(work, sites.openWriter(session), session))
    outcomes.push(`${status} ${address}: ${message}`);
  return outcomes;
}

function say({ changes, findings, unread }: Comparison): readonly string[] {
  return [
    ...changes.map(({ action, address, reason, disruption }) => `${action} ${address}: ${reason} (${disruption})`),
    ...changes.flatMap(({ fields }) =>
      fields.map(({ path, before, after }) => `  ${path}: ${JSON.stringify(before)} -> ${JSON.stringify(after)}`),
    ),
    ...findings.map(({ severity, code: word, message }) => `${severity} ${word}: ${message}`),
    ...unread.map((address) => `unread ${address}`),
  ];
}

const clinic = (over: Parameters<typeof siteOf>[0] = {}) =>
  siteOf({ appliances: [applianceOf({ provisioning: provisioningOf(code) })], ...over });
const settings = { ...siteOf().settings, logLevel: "DEBUG" as const };

describe("what differs is planned, and nothing is left after an apply", () => {
  test("a changed setting reaches a claimed appliance", async () => {
    await open({ [SITE]: clinic() });
    const machine = await makeMachine();
    await claim(bench, machine, code);
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
    await claim(bench, machine, code);
    const wish = { specs: { [SITE]: siteOf() } };
    expect(say((await plan(wish)).comparison)[0]).toBe(
      `update ApplianceSite/${SITE}: the site server has other documents, 1 to be retired (destroys)`,
    );
    expect(await converge(wish)).toEqual([`done ApplianceSite/${SITE}: 1 retired`]);
    expect(say((await plan(wish)).comparison)).toEqual([]);
    bench.desired = commitOf({ [SITE]: clinic() });
    expect((await checkin(bench, machine)).statusCode).toBe(410);
  });

  test("a site that is taken out is deleted", async () => {
    await open({ [SITE]: clinic() });
    await claim(bench, await makeMachine(), code);
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
    await claim(bench, await makeMachine(), code);
    const wish = { specs: {}, loads: { [SITE]: clinic() } };
    expect(await converge(wish)).toEqual([
      `held ApplianceSite/${SITE}: the site server has not loaded these documents`,
    ]);
    expect((await bench.store.read(SITE, "front-desk")).identity?.retiredAt).toBeNull();
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
        bench.desired = null;
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
    expect(outcomes).toEqual([`failed ApplianceSite/${SITE}: the site server ${url} says 403: scope-missing`]);
  });
});

describe("what appliances report", () => {
  test("a claimed key is offered for pinning, and a pinned one is no news", async () => {
    await open({ [SITE]: clinic() });
    const machine = await makeMachine();
    await claim(bench, machine, code);
    const identity = { signKey: machine.sign.publicKey, recipient: machine.seal.recipient };
    const recorded = async (wish: Wish) => {
      const { desired, observation } = await plan(wish);
      return sites
        .recordReality?.(desired, observation, bench.now)
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
    await claim(bench, machine, code);
    await claim(bench, await makeMachine(), code);
    await checkin(bench, machine, { configHash: `sha256:${"0".repeat(64)}` });
    bench.pass(180);
    const found = async () => (await plan({ specs })).comparison.findings.map((one) => one.code);
    expect(await found()).toEqual(["rebind-pending", "out-of-sync"]);
    await checkin(bench, machine, { seq: 1, run: "c".repeat(22) });
    expect(await found()).toEqual(["identity-conflict", "rebind-pending"]);
  });

  test("how a site stands, for a list", async () => {
    await open({ [SITE]: clinic() });
    await claim(bench, await makeMachine(), code);
    const { standings } = (await plan({ specs: { [SITE]: clinic() } })).comparison;
    expect(standings.map(({ address, state }) => `${address} ${state}`)).toEqual([
      `ApplianceSite/${SITE} Claimed`,
      "Partner/nepa-it Declared",
    ]);
  });
});
