/** What documents may not do to those that the server hands out, and what their change destroys. */
import { afterEach, describe, expect, test } from "vitest";
import { type ServedSites, serveSites, type Wish } from "../../support/served-sites.ts";
import {
  applianceOf,
  claim,
  makeMachine,
  provisioningOf,
  randomCode,
  SITE,
  siteOf,
} from "../../support/site-server.ts";

let served: ServedSites;
const code = randomCode();

async function open(specs: Wish["specs"]): Promise<void> {
  served = await serveSites(specs);
}

afterEach(() => served.bench.server.close());

const clinic = (over: Parameters<typeof siteOf>[0] = {}) =>
  siteOf({ appliances: [applianceOf({ provisioning: provisioningOf(code) })], ...over });
const settings = { ...siteOf().settings, logLevel: "DEBUG" as const };

describe("from one commit to the next", () => {
  const of = (over: Parameters<typeof provisioningOf>[1]) =>
    clinic({ appliances: [applianceOf({ provisioning: provisioningOf(code, over) })] });
  const OVER = "2026-11-30T00:00:00Z";

  test.each([
    { name: "a generation that rises", was: of({ generation: 2 }), is: of({ generation: 3 }), says: null },
    {
      name: "one that stays",
      was: of({ generation: 2 }),
      is: clinic({ ...of({ generation: 2 }), settings }),
      says: null,
    },
    {
      name: "one that falls",
      was: of({ generation: 2 }),
      is: of({}),
      says: "error generation-falls spec.appliances.0.provisioning.generation",
    },
    {
      name: "an end that was there before",
      was: of({ expiresAt: OVER }),
      is: clinic({ ...of({ expiresAt: OVER }), settings }),
      says: null,
    },
    {
      name: "a new end that is over",
      was: of({}),
      is: of({ expiresAt: OVER }),
      says: "held code-over spec.appliances.0.provisioning.expiresAt",
    },
    {
      name: "a new end, of a code that is withdrawn",
      was: of({}),
      is: of({ expiresAt: OVER, revoked: true }),
      says: null,
    },
    {
      name: "a new code that is over, of a new site",
      was: null,
      is: of({ expiresAt: OVER }),
      says: "held code-over spec.appliances.0.provisioning.expiresAt",
    },
  ])("$name", async ({ was, is, says }) => {
    await open(was === null ? {} : { [SITE]: was });
    const { changes, findings } = (await served.plan({ specs: { [SITE]: is } })).comparison;
    expect(findings.map(({ severity, code: word, path }) => `${severity} ${word} ${path.join(".")}`)).toEqual(
      says === null ? [] : [says],
    );
    expect(changes.map(({ blocked }) => blocked?.code ?? null)).toEqual([says?.split(" ")[1] ?? null]);
  });

  test("a new code is over one day, and the plan says when", async () => {
    await open({});
    const next = (await served.plan({ specs: { [SITE]: clinic() } })).comparison.nextChangeAt;
    expect(next?.toISOString()).toBe("2026-12-08T00:00:00.000Z");
  });

  test("a pin that repeats what the server knows is no difference, and another one is", async () => {
    await open({ [SITE]: clinic() });
    const [machine, other] = [await makeMachine(), await makeMachine()];
    await claim(served.bench, machine, code);
    const pinnedTo = ({ sign, seal }: typeof machine) =>
      clinic({
        appliances: [
          applianceOf({
            provisioning: provisioningOf(code),
            identity: { signKey: sign.publicKey, recipient: seal.recipient },
          }),
        ],
      });
    const wish = { specs: { [SITE]: pinnedTo(machine) } };
    expect((await served.plan(wish)).comparison.changes).toEqual([]);
    const { changes } = (await served.plan({ specs: { [SITE]: pinnedTo(other) } })).comparison;
    expect(changes.map(({ fields }) => fields.map(({ path }) => path))).toEqual([["appliances.front-desk.identity"]]);
    expect(await served.converge({ specs: { [SITE]: pinnedTo(other) } })).toEqual([
      `done ApplianceSite/${SITE}: the site server has it`,
    ]);
    expect((await served.plan({ specs: { [SITE]: pinnedTo(other) } })).comparison.changes).toEqual([]);
    expect((await served.plan({ specs: { [SITE]: clinic() } })).comparison.changes).toHaveLength(1);
  });

  test("appliances that lose their place are counted, whether their site goes or stays", async () => {
    const all = ["a", "b", "c"].map((name, index) => ({ name, mac: `84:3A:5B:91:B6:0${index}`, code: randomCode() }));
    const appliances = all.map(({ name, mac, code: own }) =>
      applianceOf({ name, mac, provisioning: provisioningOf(own, { bindMac: false }) }),
    );
    await open({ [SITE]: siteOf({ appliances }) });
    for (const { name, code: own } of all) await claim(served.bench, await makeMachine(`${SITE}:${name}`), own);
    for (const specs of [{}, { [SITE]: siteOf({ appliances: appliances.slice(0, 0) }) }]) {
      const { comparison } = await served.plan({ specs });
      expect(comparison.changes.map(({ losses }) => losses)).toEqual([{ of: "claimed appliances", count: 3 }]);
      expect(comparison.managed["claimed appliances"]).toBe(3);
    }
  });
});
