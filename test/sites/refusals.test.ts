/** Every endpoint, every refusal: what is asked, and the word that comes back. */
import { randomBytes } from "node:crypto";
import { describe, expect, test } from "vitest";
import type { CheckinAnswer } from "../../src/protocol/bodies.ts";
import type { ProvisionCode } from "../../src/protocol/codes.ts";
import { hashConfiguration } from "../../src/protocol/configuration.ts";
import {
  applianceOf,
  type Bench,
  checkin,
  checkinBody,
  claim,
  claimBody,
  commitOf,
  computers,
  discovered,
  type Machine,
  makeMachine,
  openBench,
  provisioningOf,
  randomCode,
  SITE,
  signed,
  siteOf,
  TOKENS,
  wordOf,
} from "../support/site-server.ts";

interface Scene {
  readonly bench: Bench;
  readonly code: ProvisionCode;
  readonly machine: Machine;
  /** Another appliance, of another site. */
  readonly stranger: Machine;
}

type Over = Parameters<typeof applianceOf>[0];

async function openScene(over: Over = {}, site: Parameters<typeof siteOf>[0] = {}): Promise<Scene> {
  const code = randomCode();
  const [machine, stranger] = [await makeMachine(), await makeMachine("other-site:front-desk")];
  const strangerCode = randomCode();
  const bench = await openBench(null);
  const declare = (appliance: Over): void => {
    bench.desired = commitOf({
      [SITE]: siteOf({ appliances: [applianceOf({ provisioning: provisioningOf(code), ...appliance })], ...site }),
      "other-site": siteOf({
        appliances: [applianceOf({ mac: "84:3A:5B:91:B6:62", provisioning: provisioningOf(strangerCode) })],
      }),
    });
  };
  declare({});
  await claim(bench, stranger, strangerCode, {
    mac: "84:3A:5B:91:B6:62",
    proof: claimBody(stranger, strangerCode, { mac: "84:3A:5B:91:B6:62" }).proof,
  });
  declare(over);
  return { bench, code, machine, stranger };
}

/** The same, with the machine in its place. */
async function claimedScene(over: Over = {}, site: Parameters<typeof siteOf>[0] = {}): Promise<Scene> {
  const scene = await openScene({}, site);
  expect(wordOf(await claim(scene.bench, scene.machine, scene.code))).toBe("200");
  if (Object.keys(over ?? {}).length > 0) {
    const spec = siteOf({ appliances: [applianceOf({ provisioning: provisioningOf(scene.code), ...over })], ...site });
    scene.bench.desired = commitOf({ [SITE]: spec });
  }
  return scene;
}

describe("POST /api/provision/claim and /validate", () => {
  const rows: readonly {
    readonly name: string;
    readonly arrange?: (scene: Scene) => Promise<unknown> | unknown;
    readonly over?: (code: ProvisionCode) => Over;
    readonly typed?: (code: ProvisionCode) => string;
    readonly claim: string;
    readonly validate: string;
  }[] = [
    { name: "a good code", claim: "200", validate: "200" },
    {
      name: "typed in lower case, with dashes",
      typed: (code) => code.toLowerCase().replace(/^..../, "$&-"),
      claim: "200",
      validate: "200",
    },
    {
      name: "a code that is not known",
      typed: () => randomCode(),
      claim: "400 bad-proof",
      validate: "404 code-unknown",
    },
    { name: "no code", typed: () => "short", claim: "400 validation", validate: "400 validation" },
    {
      name: "claimed by the same key",
      arrange: ({ bench, machine, code }) => claim(bench, machine, code),
      claim: "200",
      validate: "409 code-claimed",
    },
    {
      name: "claimed by the same key, long ago",
      arrange: async ({ bench, machine, code }) => {
        await claim(bench, machine, code);
        bench.pass(20 * 86_400);
      },
      claim: "200",
      validate: "409 code-claimed",
    },
    {
      name: "claimed by another key",
      arrange: async ({ bench, code }) => claim(bench, await makeMachine(), code),
      claim: "409 code-claimed",
      validate: "409 code-claimed",
    },
    {
      name: "revoked",
      over: (code) => ({ provisioning: provisioningOf(code, { revoked: true }) }),
      claim: "410 code-revoked",
      validate: "410 code-revoked",
    },
    {
      name: "expired",
      arrange: ({ bench }) => bench.pass(20 * 86_400),
      claim: "410 code-expired",
      validate: "410 code-expired",
    },
    {
      name: "another hardware address",
      over: () => ({ mac: "84:3A:5B:91:B6:63" }),
      claim: "403 mac-mismatch",
      validate: "200",
    },
    {
      name: "another hardware address, not bound",
      over: (code) => ({ mac: "84:3A:5B:91:B6:63", provisioning: provisioningOf(code, { bindMac: false }) }),
      claim: "200",
      validate: "200",
    },
    { name: "suspended", over: () => ({ suspended: true }), claim: "403 suspended", validate: "200" },
    {
      name: "pinned to another key",
      over: () => ({ identity: { signKey: "A".repeat(43) + "=", recipient: `age1${"q".repeat(58)}` } }),
      claim: "409 code-claimed",
      validate: "200",
    },
    {
      name: "no documents yet",
      arrange: ({ bench }) => {
        bench.desired = null;
      },
      claim: "503 no-commit-loaded",
      validate: "503 no-commit-loaded",
    },
  ];
  test.each(rows)("$name: $claim, $validate", async (row) => {
    const { code, ...scene } = await openScene();
    const over = row.over?.(code);
    if (over !== undefined)
      scene.bench.desired = commitOf({
        [SITE]: siteOf({ appliances: [applianceOf({ provisioning: provisioningOf(code), ...over })] }),
      });
    await row.arrange?.({ ...scene, code });
    const typed = row.typed?.(code) ?? code;
    const validated = await scene.bench.ask({
      method: "POST",
      url: "/api/provision/validate",
      payload: { code: typed },
    });
    expect(wordOf(validated)).toBe(row.validate);
    expect(wordOf(await claim(scene.bench, scene.machine, code, { code: typed }))).toBe(row.claim);
  });

  test("an unknown code with a proof of its own", async () => {
    const { bench, machine } = await openScene();
    expect(wordOf(await claim(bench, machine, randomCode()))).toBe("404 code-unknown");
  });

  test.each([
    { name: "a swapped sealing key", over: async () => ({ encKey: (await makeMachine()).seal.recipient }) },
    { name: "another signing key", over: async () => ({ signKey: (await makeMachine()).sign.publicKey }) },
    { name: "a sealing key without a checksum", over: async () => ({ encKey: `age1${"q".repeat(58)}` }) },
  ])("$name is no proof", async ({ over }) => {
    const { bench, machine, code } = await openScene();
    const body = { ...claimBody(machine, code), ...(await over()) };
    expect(wordOf(await bench.ask({ method: "POST", url: "/api/provision/claim", payload: body }))).toBe(
      "400 bad-proof",
    );
  });

  test("a raised generation lets another key in, and the old key out", async () => {
    const { bench, machine, code } = await claimedScene();
    const next = await makeMachine();
    expect(wordOf(await claim(bench, next, code))).toBe("409 code-claimed");
    bench.desired = commitOf({
      [SITE]: siteOf({ appliances: [applianceOf({ provisioning: provisioningOf(code, { generation: 2 }) })] }),
    });
    expect(wordOf(await claim(bench, next, code))).toBe("200");
    expect(wordOf(await checkin(bench, next))).toBe("200");
    expect(wordOf(await checkin(bench, machine))).toBe("401 bad-signature");
    expect(wordOf(await claim(bench, machine, code))).toBe("409 code-claimed");
  });

  test("a new code does the same", async () => {
    const { bench, machine } = await claimedScene();
    const [next, code] = [await makeMachine(), randomCode()];
    bench.desired = commitOf({ [SITE]: siteOf({ appliances: [applianceOf({ provisioning: provisioningOf(code) })] }) });
    expect(wordOf(await checkin(bench, machine))).toBe("200");
    expect(wordOf(await claim(bench, next, code))).toBe("200");
    expect(wordOf(await checkin(bench, machine))).toBe("401 bad-signature");
  });

  test("an operator lets a machine back in that was set up anew", async () => {
    const { bench, machine, code } = await claimedScene();
    const next = await makeMachine();
    await claim(bench, next, code);
    const url = `/api/operator/appliances/${machine.id}/approve-rebind`;
    expect(wordOf(await bench.operate("POST", url, { signKey: machine.sign.publicKey }))).toBe("409 nothing-pending");
    expect(wordOf(await bench.operate("POST", url, { signKey: next.sign.publicKey }))).toBe("204");
    expect(wordOf(await checkin(bench, machine))).toBe("200");
    bench.pass(20 * 86_400);
    expect(wordOf(await claim(bench, next, code))).toBe("200");
    expect(wordOf(await claim(bench, next, code))).toBe("200");
    expect(wordOf(await checkin(bench, next))).toBe("200");
    expect(wordOf(await checkin(bench, machine))).toBe("401 bad-signature");
    expect(wordOf(await claim(bench, machine, code))).toBe("409 code-claimed");
  });

  test("who was retired does not come back by the same code", async () => {
    const { bench, machine, code } = await claimedScene();
    const retire = `/api/operator/appliances/${machine.id}/retire`;
    expect(wordOf(await bench.operate("POST", retire))).toBe("204");
    expect(wordOf(await bench.operate("POST", retire))).toBe("204");
    expect(wordOf(await checkin(bench, machine))).toBe("410 retired");
    expect(wordOf(await claim(bench, machine, code))).toBe("409 code-claimed");
    expect(wordOf(await bench.operate("POST", "/api/operator/appliances/nowhere:none/retire"))).toBe("404 not-found");
  });
});

describe("signed requests", () => {
  const endpoints = [
    {
      name: "status",
      make: (_scene: Scene) => ({ url: "/api/provision/status", body: { step: "claimed" } }),
      good: "204",
    },
    { name: "config", make: ({ machine }: Scene) => ({ url: `/api/provision/config/${machine.id}` }), good: "200" },
    {
      name: "check-in",
      make: ({ machine }: Scene) => ({ url: "/api/appliances/checkin", body: checkinBody(machine, { seq: 1 }) }),
      good: "200",
    },
    {
      name: "domain-discovered",
      make: () => ({ url: "/api/appliances/domain-discovered", body: discovered("robco.test") }),
      good: "202",
    },
    {
      name: "enumeration-results",
      make: () => ({
        url: "/api/appliances/enumeration-results",
        body: { enumerationId: "e".repeat(22), generation: 1, page: 0, final: true, computers: computers(1) },
      }),
      good: "200",
    },
    {
      name: "domain-credentials",
      make: () => ({ url: `/api/sites/${SITE}/domain-credentials` }),
      good: "404 none-set",
    },
  ];

  describe.each(endpoints)("$name", ({ name, make, good }) => {
    const request = (scene: Scene, signing = {}, machine = scene.machine) => {
      const { url, body }: { url: string; body?: object } = make(scene);
      return signed(scene.bench, machine, url, { ...(body === undefined ? {} : { body }), ...signing });
    };
    const conflict = name === "check-in" ? "423 clone-suspected" : "423 identity-conflict";

    test.each<{ name: string; over?: Over; ask: (scene: Scene) => Promise<object> | object; is: string }>([
      { name: "as it should be", ask: (scene) => request(scene), is: good },
      {
        name: "no signature",
        ask: (scene) => ({ ...request(scene), headers: { "content-type": "application/json" } }),
        is: "401 bad-signature",
      },
      { name: "a forged key", ask: async (scene) => request(scene, {}, await makeMachine()), is: "401 bad-signature" },
      {
        name: "an appliance that nobody knows",
        ask: async (scene) => request(scene, {}, await makeMachine("nowhere:none")),
        is: "401 bad-signature",
      },
      {
        name: "another body",
        ask: (scene) => ({
          ...request(scene),
          ...(!("body" in make(scene))
            ? { headers: { ...request(scene).headers, "reeve-nonce": "x".repeat(22) } }
            : { payload: "{}" }),
        }),
        is: "401 bad-signature",
      },
      { name: "a clock that is slow", ask: (scene) => request(scene, { ahead: -301_000 }), is: "401 clock-skew" },
      { name: "a clock that is fast", ask: (scene) => request(scene, { ahead: 301_000 }), is: "401 clock-skew" },
      { name: "a clock that is a little off", ask: (scene) => request(scene, { ahead: 299_000 }), is: good },
      {
        name: "the same again",
        ask: async (scene) => {
          const one = request(scene);
          await scene.bench.ask(one);
          scene.bench.pass(200);
          return one;
        },
        is: "401 replay",
      },
      { name: "suspended", over: { suspended: true }, ask: (scene) => request(scene), is: "403 suspended" },
      {
        name: "not declared any more",
        ask: (scene) => {
          scene.bench.desired = commitOf({});
          return request(scene);
        },
        is: "410 retired",
      },
      {
        name: "declared no more, and declared again",
        ask: async (scene) => {
          const before = scene.bench.desired;
          scene.bench.desired = commitOf({});
          await scene.bench.ask(request(scene));
          scene.bench.desired = before;
          return request(scene);
        },
        is: good,
      },
      {
        name: "no documents yet",
        ask: (scene) => {
          scene.bench.desired = null;
          return request(scene);
        },
        is: "503 no-commit-loaded",
      },
      {
        name: "two machines with one identity",
        ask: async (scene) => {
          const clone = { ...scene.machine, run: "c".repeat(22) };
          await checkin(scene.bench, { ...scene.machine });
          expect(wordOf(await checkin(scene.bench, clone))).toBe("423 clone-suspected");
          return request(scene);
        },
        is: conflict,
      },
    ])("$name: $is", async ({ over, ask, is }) => {
      const scene = await claimedScene(over);
      const response = await scene.bench.ask(await ask(scene));
      expect(wordOf(response)).toBe(is);
      const isSigned = !is.startsWith("401") && !is.startsWith("503");
      if (isSigned || is === "401 replay") expect(response.headers).toHaveProperty("reeve-server-signature");
      if (is.startsWith("503")) expect(response.headers).toHaveProperty("retry-after");
      if (is === "401 clock-skew") expect(response.json()).toMatchObject({ serverTime: scene.bench.now.toISOString() });
    });
  });

  test("an operator says which machine is the right one", async () => {
    const { bench, machine } = await claimedScene();
    await checkin(bench, { ...machine });
    await checkin(bench, { ...machine, run: "c".repeat(22) });
    const url = `/api/operator/appliances/${machine.id}/resolve-conflict`;
    expect(wordOf(await bench.operate("POST", url))).toBe("204");
    expect(wordOf(await bench.operate("POST", url))).toBe("409 nothing-pending");
    machine.seq = 1;
    expect(wordOf(await checkin(bench, machine))).toBe("200");
  });

  test("after the database is lost, a pinned identity goes on", async () => {
    const { bench, machine } = await openScene();
    const identity = { signKey: machine.sign.publicKey, recipient: machine.seal.recipient };
    bench.desired = commitOf({ [SITE]: siteOf({ appliances: [applianceOf({ identity })] }) });
    expect(wordOf(await checkin(bench, machine, { seq: 4711 }))).toBe("200");
    expect(wordOf(await checkin(bench, machine, { seq: 4711, run: "c".repeat(22) }))).toBe("423 clone-suspected");
  });
});

describe("what one endpoint alone refuses", () => {
  const page = { enumerationId: "e".repeat(22), generation: 1, page: 0, final: true, computers: computers(10) };
  type Row = {
    readonly name: string;
    readonly site?: Parameters<typeof siteOf>[0];
    readonly steps: readonly [url: string, body: object | null, is: string][];
  };
  const status = "/api/provision/status";
  const config = "/api/provision/config";
  const results = "/api/appliances/enumeration-results";
  const domain = "/api/appliances/domain-discovered";
  const credentials = (site: string): string => `/api/sites/${site}/domain-credentials`;
  const expecting = { domain: { ...siteOf().domain, expected: "robco.test" } };
  const enumeration = {
    domain: { ...siteOf().domain, enumeration: { ...siteOf().domain.enumeration, generation: 3 } },
  };
  const secret = (env: string): Row["site"] => ({
    credentials: [{ name: "admin", type: "domain_admin", username: "u", passwordFrom: { env } }],
  });

  test.each<Row>([
    { name: "a step that skips one", steps: [[status, { step: "written" }, "409 step-order"]] },
    {
      name: "a step that was there before",
      steps: [
        [status, { step: "claimed" }, "204"],
        [status, { step: "fetched" }, "204"],
        [status, { step: "claimed" }, "204"],
        [status, { step: "running" }, "409 step-order"],
      ],
    },
    {
      name: "another appliance's configuration",
      steps: [[`${config}/other-site:front-desk`, null, "403 other-appliance"]],
    },
    {
      name: "an appliance's configuration that nobody has",
      steps: [[`${config}/nowhere`, null, "403 other-appliance"]],
    },
    { name: "another site's credentials", steps: [[credentials("other-site"), null, "403 wrong-site"]] },
    {
      name: "a secret that is not there",
      site: secret("MISSING"),
      steps: [[credentials(SITE), null, "424 secret-not-usable"]],
    },
    {
      name: "a store that does not answer",
      site: secret("DOWN"),
      steps: [[credentials(SITE), null, "502 secret-store-unavailable"]],
    },
    { name: "a secret that is there", site: secret("ADMIN"), steps: [[credentials(SITE), null, "200"]] },
    {
      name: "another domain than expected",
      site: expecting,
      steps: [[domain, discovered("evil.test"), "409 domain-mismatch"]],
    },
    {
      name: "the expected domain, in other letters",
      site: expecting,
      steps: [[domain, discovered("RobCo.Test."), "202"]],
    },
    {
      name: "the same domain again",
      steps: [
        [domain, discovered("robco.test"), "202"],
        [domain, discovered("robco.test"), "200"],
      ],
    },
    {
      name: "an enumeration that nobody wants any more",
      site: enumeration,
      steps: [[results, page, "409 superseded-generation"]],
    },
    { name: "a last page without the others", steps: [[results, { ...page, page: 2 }, "409 pages-missing"]] },
    { name: "nothing at all", steps: [[results, { ...page, computers: [] }, "422 suspicious-shrink"]] },
    {
      name: "half of what was there, and less than half",
      steps: [
        [results, page, "200"],
        [results, { ...page, enumerationId: "f".repeat(22), computers: computers(5) }, "200"],
        [results, { ...page, enumerationId: "g".repeat(22), computers: computers(2) }, "422 suspicious-shrink"],
      ],
    },
    {
      name: "the last page twice",
      steps: [
        [results, page, "200"],
        [results, page, "200"],
      ],
    },
    {
      name: "a page with too many computers",
      steps: [[results, { ...page, computers: computers(501) }, "400 validation"]],
    },
    { name: "a page beyond all bounds", steps: [[results, { ...page, computers: computers(8000) }, "413 too-large"]] },
  ])("$name", async ({ site, steps }) => {
    const { bench, machine } = await claimedScene({}, site);
    Object.assign(bench.secrets, { DOWN: null, ADMIN: "s3cret" });
    for (const [url, body, is] of steps)
      expect(wordOf(await bench.ask(signed(bench, machine, url, body === null ? {} : { body })))).toBe(is);
  });

  test("the list that was there stays after a refused one", async () => {
    const { bench, machine } = await claimedScene();
    const send = (body: object) => bench.ask(signed(bench, machine, results, { body }));
    await send(page);
    await send({ ...page, enumerationId: "f".repeat(22), computers: computers(1) });
    await send({ ...page, enumerationId: "g".repeat(22), final: false, computers: computers(1) });
    const inventory = await bench.operate("GET", `/api/operator/sites/${SITE}/inventory`);
    expect(inventory.json<{ computers: object[] }>().computers).toHaveLength(10);
  });
});

describe("check-ins in their order", () => {
  const rows: readonly { readonly name: string; readonly seqs: readonly [seq: number, run: string, is: string][] }[] = [
    {
      name: "one after the other",
      seqs: [
        [1, "a", "200"],
        [2, "a", "200"],
        [3, "a", "200"],
      ],
    },
    {
      name: "with gaps, after a crash",
      seqs: [
        [1, "a", "200"],
        [5, "b", "200"],
      ],
    },
    {
      name: "a repeat, its answer lost",
      seqs: [
        [1, "a", "200"],
        [1, "a", "200"],
        [2, "a", "200"],
      ],
    },
    {
      name: "a repeat that comes late",
      seqs: [
        [1, "a", "200"],
        [2, "a", "200"],
        [1, "a", "200"],
        [3, "a", "200"],
      ],
    },
    {
      name: "two machines at once",
      seqs: [
        [1, "a", "200"],
        [2, "a", "200"],
        [2, "b", "423 clone-suspected"],
        [3, "a", "423 clone-suspected"],
      ],
    },
    {
      name: "an old copy that wakes up",
      seqs: [
        [1, "a", "200"],
        [2, "a", "200"],
        [1, "b", "423 clone-suspected"],
      ],
    },
    {
      name: "an old copy of long ago",
      seqs: [
        [20, "a", "200"],
        [3, "b", "423 clone-suspected"],
      ],
    },
  ];
  test.each(rows)("$name", async ({ seqs }) => {
    const { bench, machine } = await claimedScene();
    for (const [seq, run, is] of seqs)
      expect([seq, wordOf(await checkin(bench, machine, { seq, run: run.repeat(22) }))]).toEqual([seq, is]);
  });
});

describe("wants are levels, not flags", () => {
  test("a want stays until it is reported done, whatever answers are lost", async () => {
    const scan = { scan: { generation: 2 } };
    const { bench, machine } = await claimedScene({}, scan);
    const wanted = async (done: number) =>
      (await checkin(bench, machine, { done: { enumeration: 0, scan: done } })).json<CheckinAnswer>().wanted.scan;
    expect([await wanted(0), await wanted(0), await wanted(1), await wanted(2), await wanted(2)]).toEqual([
      2,
      2,
      2,
      null,
      null,
    ]);
  });

  test("an enumeration is wanted once there is a domain and a credential for it", async () => {
    const { bench, machine } = await claimedScene();
    const wanted = async () => (await checkin(bench, machine)).json<CheckinAnswer>().wanted.enumeration;
    expect(await wanted()).toBeNull();
    await bench.ask(signed(bench, machine, "/api/appliances/domain-discovered", { body: discovered("robco.test") }));
    expect(await wanted()).toBeNull();
    const submitted = await bench.operate("POST", `/api/sites/${SITE}/domain-credentials`, {
      username: "u",
      password: "p",
    });
    expect(wordOf(submitted)).toBe("201");
    expect(await wanted()).toBe(1);
    expect(wordOf(await bench.ask(signed(bench, machine, `/api/sites/${SITE}/domain-credentials`)))).toBe("200");
  });

  test("a changed document is a new hash at the next check-in, and 304 is said of the old one alone", async () => {
    const { bench, machine, code } = await claimedScene();
    const url = `/api/provision/config/${machine.id}`;
    const hash = hashConfiguration((await bench.ask(signed(bench, machine, url))).body);
    const settings = { ...siteOf().settings, logLevel: "DEBUG" as const };
    bench.desired = commitOf(
      { [SITE]: siteOf({ settings, appliances: [applianceOf({ provisioning: provisioningOf(code) })] }) },
      "c2",
    );
    const answer = (await checkin(bench, machine, { configHash: hash })).json<CheckinAnswer>();
    expect([answer.commit, answer.configHash === hash]).toEqual(["c2", false]);
    const fetched = await bench.ask(signed(bench, machine, url, { headers: { "if-none-match": `"${hash}"` } }));
    expect([wordOf(fetched), fetched.headers["x-commit"], hashConfiguration(fetched.body)]).toEqual([
      "200",
      "c2",
      answer.configHash,
    ]);
  });

  test("a rotated secret is a new version at a check-in a little later", async () => {
    const credentials = [{ name: "admin", type: "winrm" as const, username: "u", passwordFrom: { env: "ADMIN" } }];
    const { bench, machine } = await claimedScene({}, { credentials });
    bench.secrets["ADMIN"] = "one";
    const version = async () => (await checkin(bench, machine)).json<CheckinAnswer>().credentialsVersion;
    const url = `/api/sites/${SITE}/domain-credentials`;
    const first = await version();
    expect(first).toBe(await version());
    const same = signed(bench, machine, url, { headers: { "if-none-match": `"${first ?? ""}"` } });
    expect(wordOf(await bench.ask(same))).toBe("304");
    bench.secrets["ADMIN"] = "two";
    bench.pass(31);
    expect(await version()).not.toBe(first);
    const other = signed(bench, machine, url, { headers: { "if-none-match": `"${first ?? ""}"` } });
    expect(wordOf(await bench.ask(other))).toBe("200");
  });
});

describe("operators", () => {
  const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
  test.each([
    { method: "GET", url: "/api/operator/sites", token: null, is: "401 no-token" },
    { method: "GET", url: "/api/operator/sites", token: "guess", is: "401 no-token" },
    { method: "GET", url: "/api/operator/sites", token: TOKENS.read, is: "200" },
    { method: "GET", url: "/api/operator/sites", token: TOKENS.operate, is: "200" },
    { method: "GET", url: "/api/operator/devices", token: TOKENS.read, is: "200" },
    { method: "GET", url: `/api/operator/events?site=${SITE}&after=0`, token: TOKENS.read, is: "200" },
    { method: "GET", url: "/api/operator/events?after=-1", token: TOKENS.read, is: "400 validation" },
    { method: "GET", url: `/api/operator/sites/${SITE}/inventory`, token: TOKENS.read, is: "200" },
    { method: "GET", url: "/metrics", token: null, is: "401 no-token" },
    { method: "GET", url: "/metrics", token: TOKENS.read, is: "200" },
    { method: "GET", url: "/healthz", token: null, is: "200" },
    { method: "GET", url: "/readyz", token: null, is: "200" },
    { method: "GET", url: "/openapi.json", token: null, is: "200" },
    { method: "POST", url: "/api/operator/look", token: TOKENS.read, is: "403 scope-missing" },
    { method: "POST", url: "/api/operator/look", token: TOKENS.operate, is: "202" },
    {
      method: "POST",
      url: `/api/operator/appliances/${SITE}:front-desk/retire`,
      token: TOKENS.read,
      is: "403 scope-missing",
    },
    { method: "POST", url: "/api/operator/appliances/odd/retire", token: TOKENS.operate, is: "404 not-found" },
    { method: "GET", url: "/nowhere", token: null, is: "404 not-found" },
  ] as const)("$method $url with $token: $is", async ({ method, url, token, is }) => {
    const { bench } = await claimedScene();
    expect(wordOf(await bench.ask({ method, url, headers: token === null ? {} : bearer(token) }))).toBe(is);
  });

  const managed = { domain: { ...siteOf().domain, credentialsRef: "admin" } };
  test.each([
    { name: "good", site: {}, url: SITE, body: { username: "u", password: "p" }, is: "201" },
    {
      name: "both ways at once",
      site: {},
      url: SITE,
      body: { username: "u", password: "p", sealed: "x" },
      is: "400 validation",
    },
    { name: "neither way", site: {}, url: SITE, body: { username: "u" }, is: "400 validation" },
    { name: "no such site", site: {}, url: "nowhere", body: { username: "u", password: "p" }, is: "404 not-found" },
    {
      name: "named in the repository",
      site: managed,
      url: SITE,
      body: { username: "u", password: "p" },
      is: "409 managed-in-git",
    },
    { name: "not JSON", site: {}, url: SITE, body: "username=u", is: "415 unsupported-type" },
  ])("a credential, $name: $is", async ({ site, url, body, is }) => {
    const { bench } = await claimedScene({}, site);
    const isText = typeof body === "string";
    const headers = {
      ...bearer(TOKENS.operate),
      "content-type": isText ? "application/x-www-form-urlencoded" : "application/json",
    };
    const payload = isText ? body : JSON.stringify(body);
    expect(
      wordOf(await bench.ask({ method: "POST", url: `/api/sites/${url}/domain-credentials`, headers, payload })),
    ).toBe(is);
  });

  test("what is described at /openapi.json are the routes that there are", async () => {
    const { bench } = await openScene();
    const { paths, openapi } = (await bench.ask({ method: "GET", url: "/openapi.json" })).json<{
      paths: object;
      openapi: string;
    }>();
    expect(openapi).toBe("3.1.0");
    expect(
      Object.keys(paths)
        .filter((path) => !path.includes("operator"))
        .toSorted(),
    ).toEqual([
      "/api/appliances/checkin",
      "/api/appliances/domain-discovered",
      "/api/appliances/enumeration-results",
      "/api/provision/claim",
      "/api/provision/config/{applianceId}",
      "/api/provision/heartbeat",
      "/api/provision/status",
      "/api/provision/validate",
      "/api/sites/{site}/domain-credentials",
      "/healthz",
      "/metrics",
      "/readyz",
    ]);
  });
});

describe("too many requests", () => {
  const from = (remoteAddress: string) => ({ remoteAddress });
  test("of failed claims, the sixth from one address waits, and nobody else", async () => {
    const bench = await openBench(commitOf({}), { limits: { claimFailures: 5 } });
    const attempt = async (address: string) => {
      const [machine, code] = [await makeMachine(), randomCode()];
      return bench.ask({
        method: "POST",
        url: "/api/provision/claim",
        payload: claimBody(machine, code),
        ...from(address),
      });
    };
    for (let i = 0; i < 5; i += 1) expect(wordOf(await attempt("192.0.2.1"))).toBe("404 code-unknown");
    const sixth = await attempt("192.0.2.1");
    expect([wordOf(sixth), sixth.headers["retry-after"]]).toEqual(["429 too-many-requests", "60"]);
    expect(wordOf(await attempt("192.0.2.2"))).toBe("404 code-unknown");
    bench.pass(61);
    expect(wordOf(await attempt("192.0.2.1"))).toBe("404 code-unknown");
  });

  test("a forwarded address is nobody's word, unless a proxy is trusted", async () => {
    const bench = await openBench(commitOf({}), { limits: { claimFailures: 1 } });
    const attempt = (forwarded: string) =>
      bench.ask({
        method: "POST",
        url: "/api/provision/validate",
        payload: { code: randomCode() },
        headers: { "x-forwarded-for": forwarded },
      });
    expect(wordOf(await attempt("192.0.2.1"))).toBe("404 code-unknown");
    expect(wordOf(await attempt("192.0.2.2"))).toBe("429 too-many-requests");
  });

  test("of forged requests, heartbeats, check-ins and submissions", async () => {
    const { bench, machine, code } = await claimedScene();
    const tight = await openBench(bench.desired, {
      limits: { signatureFailures: 1, heartbeats: 1, checkins: 1, submissions: 1 },
    });
    await claim(tight, machine, code);
    expect(wordOf(await checkin(tight, machine))).toBe("200");
    const limited = await checkin(tight, machine);
    expect([wordOf(limited), limited.headers["retry-after"]]).toEqual(["429 too-many-requests", "60"]);
    const submit = () =>
      tight.operate("POST", `/api/sites/${SITE}/domain-credentials`, { username: "u", password: "p" });
    expect([wordOf(await submit()), wordOf(await submit())]).toEqual(["201", "429 too-many-requests"]);
    const forge = () => tight.ask({ method: "POST", url: "/api/appliances/checkin", payload: {} });
    expect([wordOf(await forge()), wordOf(await forge())]).toEqual(["401 bad-signature", "429 too-many-requests"]);
  });
});

test("nonces, events and unknown devices are forgotten in time", async () => {
  const { bench, machine } = await claimedScene();
  const nonce = randomBytes(16).toString("base64url");
  await bench.ask(signed(bench, machine, "/api/provision/status", { body: { step: "claimed" }, nonce }));
  bench.pass(100 * 86_400);
  await bench.server.sweep();
  expect(
    wordOf(await bench.ask(signed(bench, machine, "/api/provision/status", { body: { step: "claimed" }, nonce }))),
  ).toBe("204");
  const { events } = (await bench.operate("GET", `/api/operator/events?site=${SITE}`)).json<{
    events: { type: string; detail: string }[];
  }>();
  expect(events.map(({ type, detail }) => `${type}: ${detail}`)).toEqual([
    "phase: Claimed -> Offline",
    "phase: Offline -> Claimed",
  ]);
});
