/** Who is let in, and what the page says and never says. */
import { parseXml, type XmlElement } from "@rgrove/parse-xml";
import type { InjectOptions } from "fastify";
import { afterEach, expect, test } from "vitest";
import type { Resource } from "../../src/estate/resource.ts";
import { assemblePlan } from "../../src/plan/assemble-plan.ts";
import { UserError } from "../../src/support/user-error.ts";
import type { ListenConfig } from "../../src/watch/config/config.ts";
import { type Listener, openListener } from "../../src/watch/listener/open-listener.ts";
import { mintToken } from "../../src/watch/listener/tokens.ts";
import type { ApplianceLine, WatchView } from "../../src/watch/listener/view.ts";
import type { Sight, Status } from "../../src/watch/status.ts";
import { change, estate, resource } from "../support/literals.ts";

const NOW = "2026-03-02T09:00:00.000Z";
const READ = mintToken();
const OPERATE = mintToken();
const TOKENS: ListenConfig["tokens"] = [
  { name: "ada", hash: READ.hash, scopes: ["read"] },
  { name: "ops", hash: OPERATE.hash, scopes: ["read", "operate"] },
];

let listener: Listener;
afterEach(() => listener.close());

const STATUS: Status = {
  estate: "robco",
  source: "the folder desired-state",
  apply: "on-commit",
  lease: "a file on this host",
  startedAt: NOW,
  tree: { id: "c0ffee", commit: "c0ffee" },
  isApplied: true,
  troubles: [],
  pause: null,
  round: { endedAt: NOW, tookMs: 5, result: "settled", outcomes: [], isCutShort: false },
  differences: [],
  nextChangeAt: null,
  rounds: { settled: 1, waits: 0, failed: 0 },
};

function sightOf(resources: readonly Resource[], changes: readonly ReturnType<typeof change>[] = []): Sight {
  const plan = assemblePlan({ estate: estate(), commit: null, parts: [], diagnostics: [] });
  return { plan: { ...plan, changes }, resources, standings: [] };
}

interface Shown {
  readonly status?: Partial<Status>;
  readonly sight?: Sight;
  readonly tokens?: ListenConfig["tokens"];
  readonly acts?: string[];
  readonly appliances?: readonly ApplianceLine[];
}

async function open({ status = {}, sight, tokens = [], acts = [], appliances = [] }: Shown = {}): Promise<void> {
  const view: WatchView = {
    isSandbox: true,
    status: () => ({ ...STATUS, ...status }),
    sight: () => sight ?? null,
    applies: () => [],
    appliances: () => appliances,
    decide: async ({ applianceId, by }, decision) => {
      acts.push(`${decision.is} ${applianceId} by ${by}${"signKey" in decision ? ` for ${decision.signKey}` : ""}`);
      return applianceId === "clinic:gone" ? "that key does not ask for this place" : null;
    },
    now: () => new Date(NOW),
    pause: (reason, by) => void acts.push(`pause ${reason} by ${by}`),
    resume: (by) => void acts.push(`resume by ${by}`),
    wake: () => void acts.push("wake"),
  };
  listener = await openListener({ listen: { host: "127.0.0.1", port: 0, tokens }, view, log: () => undefined });
}

const ask = (url: string, more: InjectOptions = {}) =>
  listener.app.inject({ method: "GET", url, ...more, headers: { host: "127.0.0.1", ...more.headers } });
const bearer = ({ token }: { readonly token: string }) => ({ authorization: `Bearer ${token}` });

/** Well-formed once the void elements are closed: nothing has broken out of where it stands. */
function pageOf(html: string): XmlElement {
  const text = html
    .replace(/^<!doctype html>\n/, "")
    .replaceAll(/<(meta|link|input|br)\b([^>]*)>/g, "<$1$2/>")
    .replaceAll(/ (required|selected)(?=[ />])/g, ' $1=""');
  const { root } = parseXml(text);
  if (root === null) throw new Error("no page");
  return root;
}

function elements(element: XmlElement): readonly XmlElement[] {
  const inner = element.children.filter((child): child is XmlElement => child.type === "element");
  return [element, ...inner.flatMap(elements)];
}

const PAGES = ["/", "/plan", "/resources", "/applies", "/expiring", "/appliances", "/login"];
const HOSTILE = `"'><script>alert(1)</script>{{this}}&lt;\u202e</td>`;

test("without tokens, this host may look and not operate; no other name is answered", async () => {
  await open();
  expect((await ask("/")).statusCode).toBe(200);
  expect((await ask("/", { method: "HEAD" })).statusCode).toBe(200);
  expect((await ask("/api/v1/status", { headers: { host: "evil.example" } })).statusCode).toBe(421);
  expect((await ask("/api/v1/round", { method: "POST" })).statusCode).toBe(403);
  expect((await ask("/round", { method: "POST", headers: { "sec-fetch-site": "same-origin" } })).statusCode).toBe(403);
});

test.each([
  { as: "nobody", headers: {}, read: 401, operate: 401 },
  { as: "a wrong token", headers: { authorization: "Bearer reeve_x" }, read: 401, operate: 401 },
  { as: "a reader", headers: bearer(READ), read: 200, operate: 403 },
  { as: "an operator", headers: bearer(OPERATE), read: 200, operate: 202 },
])("with tokens: $as", async ({ headers, read, operate }) => {
  const acts: string[] = [];
  await open({ tokens: TOKENS, acts });
  for (const path of ["/api/v1/status", "/metrics", "/openapi.json"])
    expect([path, (await ask(path, { headers })).statusCode]).toEqual([path, read]);
  expect((await ask("/api/v1/round", { method: "POST", headers })).statusCode).toBe(operate);
  expect(acts).toEqual(operate === 202 ? ["wake"] : []);
  expect((await ask("/healthz")).statusCode).toBe(200);
});

test("a person logs in with a token, operates from the page itself, and logs out", async () => {
  const acts: string[] = [];
  await open({ tokens: TOKENS, acts });
  expect((await ask("/")).headers.location).toBe("/login");
  const form = { "content-type": "application/x-www-form-urlencoded", "sec-fetch-site": "same-origin" };
  const log = (token: string) => ask("/login", { method: "POST", headers: form, payload: `token=${token}` });
  expect((await log("reeve_wrong")).statusCode).toBe(401);
  const entered = String((await log(OPERATE.token)).headers["set-cookie"]);
  expect(entered).toMatch(/; Path=\/; HttpOnly; SameSite=Strict$/);
  const cookie = entered.split(";")[0] ?? "";
  expect((await ask("/", { headers: { cookie } })).body).toContain("Look now");
  const pause = (more: Readonly<Record<string, string>>) =>
    ask("/pause", { method: "POST", headers: { ...form, cookie, ...more }, payload: "reason=moving+the+hub" });
  expect((await pause({ "sec-fetch-site": "cross-site" })).statusCode).toBe(403);
  expect((await pause({})).statusCode).toBe(303);
  expect(acts).toEqual(["pause moving the hub by ops"]);
  await ask("/logout", { method: "POST", headers: { ...form, cookie } });
  expect((await ask("/", { headers: { cookie } })).headers.location).toBe("/login");
});

const LINE: ApplianceLine = {
  site: "clinic",
  appliance: "front-desk",
  phase: "InSync",
  domain: "Enumerated",
  waits: null,
  seenAt: NOW,
  version: "1.0.0",
};
const REBIND: ApplianceLine = {
  ...LINE,
  appliance: "lab",
  waits: {
    decision: { is: "approve-rebind", signKey: "k+/=" },
    words: `box (${HOSTILE}) asks for its place`,
    since: NOW,
  },
};
const CLONE: ApplianceLine = {
  ...LINE,
  appliance: "ward",
  phase: "IdentityConflict",
  waits: { decision: { is: "resolve-conflict" }, words: "two machines use its key", since: NOW },
};

test.each([
  {
    payload: "sure=yes&appliance=clinic%3Alab&signKey=k%2B%2F%3D",
    act: "approve-rebind clinic:lab by ops for k+/=",
    status: 303,
  },
  { payload: "sure=yes&appliance=clinic%3Award&signKey=", act: "resolve-conflict clinic:ward by ops", status: 303 },
  {
    payload: "sure=yes&appliance=clinic%3Agone&signKey=k",
    act: "approve-rebind clinic:gone by ops for k",
    status: 409,
  },
])("an operator decides: $act", async ({ payload, act, status }) => {
  const acts: string[] = [];
  await open({ tokens: TOKENS, acts, appliances: [LINE, REBIND, CLONE] });
  const form = { "content-type": "application/x-www-form-urlencoded", "sec-fetch-site": "same-origin" };
  const sessionOf = async (token: string): Promise<string> => {
    const entered = await ask("/login", { method: "POST", headers: form, payload: `token=${token}` });
    return String(entered.headers["set-cookie"]).split(";")[0] ?? "";
  };
  const [reader, operator] = [await sessionOf(READ.token), await sessionOf(OPERATE.token)];
  const send = (cookie: string, more: Readonly<Record<string, string>> = {}, body = payload) =>
    ask("/appliances", { method: "POST", headers: { ...form, cookie, ...more }, payload: body });
  expect((await send(reader)).statusCode).toBe(403);
  expect((await send(operator, { "sec-fetch-site": "cross-site" })).statusCode).toBe(403);
  expect(acts).toEqual([]);
  expect((await send(operator, {}, payload.replace("sure=yes&", ""))).statusCode).toBe(400);
  expect((await send(operator)).statusCode).toBe(status);
  expect(acts).toEqual([act]);
});

test("who waits for a decision stands first, with a form for whoever may decide and none for others", async () => {
  await open({ tokens: TOKENS, appliances: [LINE, REBIND, CLONE] });
  const shown = async (headers: Readonly<Record<string, string>>) => {
    const found = elements(pageOf((await ask("/appliances", { headers })).body));
    const names = found.filter(({ attributes }) => attributes["data-head"] === "Appliance").map(({ text }) => text);
    return [names, found.filter(({ attributes }) => attributes["action"] === "/appliances").length];
  };
  expect(await shown(bearer(OPERATE))).toEqual([["lab", "ward", "front-desk"], 2]);
  expect(await shown(bearer(READ))).toEqual([["lab", "ward", "front-desk"], 0]);
  expect((await ask("/", { headers: bearer(READ) })).body).toContain("2 wait for you");
  const { body } = await ask("/metrics", { headers: bearer(READ) });
  expect(body).toContain('reeve_appliances{phase="InSync",domain="Enumerated"} 2');
  expect(body).toContain('reeve_appliances_waiting{decision="approve-rebind"} 1');
  expect(body).toContain('reeve_appliance_seen_timestamp_seconds{site="clinic",appliance="ward"} 1772442000');
});

test("no address beyond this host without TLS and tokens", async () => {
  const listen: ListenConfig = { host: "0.0.0.0", port: 0, tokens: TOKENS };
  const view = {} as WatchView;
  await expect(openListener({ listen, view, log: () => undefined })).rejects.toThrow(UserError);
});

test("hostile text stays text on every page, and none has a script, a style or anything from elsewhere", async () => {
  const address = `K/${HOSTILE}` as const;
  const changes = [
    change(address, { reason: HOSTILE, impact: [HOSTILE], fields: [{ path: HOSTILE, before: HOSTILE, after: null }] }),
  ];
  const difference = { address, cause: "drift", mode: "report", left: HOSTILE, since: HOSTILE } as const;
  await open({
    appliances: [{ ...LINE, site: HOSTILE, version: HOSTILE }, REBIND],
    sight: sightOf([resource(address), resource("K/ends", { spec: { expiresAt: "2026-04-01T00:00:00Z" } })], changes),
    status: {
      estate: HOSTILE,
      source: HOSTILE,
      pause: { reason: HOSTILE, by: HOSTILE, since: HOSTILE },
      troubles: [{ code: "broken", message: HOSTILE, next: HOSTILE, since: HOSTILE }],
      differences: [difference],
    },
  });
  for (const path of [...PAGES, `/resources?q=${encodeURIComponent(HOSTILE)}&kind=%22%3E`]) {
    const { body, headers } = await ask(path);
    expect(body).not.toContain("\u202e");
    const found = elements(pageOf(body));
    expect(found.map(({ name }) => name)).not.toContain("script");
    expect(
      found.flatMap(({ attributes }) => Object.keys(attributes)).filter((name) => /^on|^style$/.test(name)),
    ).toEqual([]);
    const links = found.flatMap(({ attributes }) => [attributes["href"], attributes["src"], attributes["action"]]);
    expect(links.filter((link) => link !== undefined && !/^\/(?!\/)/.test(link))).toEqual([]);
    expect(headers["content-security-policy"]).toMatch(/^default-src 'none'; style-src 'self';/);
    expect(headers["cache-control"]).toBe("no-store");
  }
  expect((await ask("/metrics")).statusCode).toBe(200);
});

test("10,000 resources: pages of a hundred, found by kind and text", async () => {
  const many = Array.from({ length: 10_000 }, (_one, index) => resource(`K/peer-${String(index).padStart(5, "0")}`));
  await open({ sight: sightOf(many) });
  const rows = async (url: string): Promise<readonly string[]> => {
    const found = elements(pageOf((await ask(url)).body));
    return found
      .filter(({ name, attributes }) => name === "td" && attributes["data-head"] === "What")
      .map(({ text }) => text);
  };
  expect(await rows("/resources")).toHaveLength(100);
  expect((await rows("/resources?page=100")).at(-1)).toBe("K/peer-09999");
  expect((await rows("/resources?page=9999")).at(-1)).toBe("K/peer-09999");
  expect(await rows("/resources?q=peer-0777")).toHaveLength(10);
  expect(await rows("/resources?kind=Other")).toEqual([]);
  expect((await ask("/")).body.length).toBeLessThan(20_000);
  const { resources, pages } = (await ask("/api/v1/resources?perPage=1000&page=2")).json<{
    resources: unknown[];
    pages: number;
  }>();
  expect([resources.length, pages]).toEqual([1000, 10]);
});

test("metrics name resources, and never more than a few hundred", async () => {
  const differences = Array.from({ length: 5000 }, (_one, index) => {
    return { address: `K/r${index}`, cause: "drift", mode: "report", left: "reported", since: NOW } as const;
  });
  await open({ status: { differences }, sight: sightOf([]) });
  const { body } = await ask("/metrics");
  expect(body).toContain('reeve_differences{kind="K",cause="drift",mode="report"} 5000');
  expect(body.match(/^reeve_resource_differs_since_timestamp_seconds\{/gm)).toHaveLength(200);
});

test.each([
  { url: "/api/v1/pause", payload: {} },
  { url: "/api/v1/pause", payload: { reason: 5 } },
  { url: "/api/v1/pause", payload: { reason: "  " } },
  { url: "/api/v1/pause", payload: { reason: "x", typo: 1 } },
  { url: "/api/v1/pause", payload: { reason: "x".repeat(501) } },
])("what the schema does not say is refused: $payload", async ({ url, payload }) => {
  const acts: string[] = [];
  await open({ tokens: TOKENS, acts });
  const { statusCode, headers } = await ask(url, { method: "POST", payload, headers: bearer(OPERATE) });
  expect([statusCode, headers["content-type"], acts]).toEqual([400, "application/problem+json; charset=utf-8", []]);
});

test("ready once a round has ended", async () => {
  await open({ status: { round: null } });
  expect(await ask("/readyz")).toMatchObject({ statusCode: 503, headers: { "retry-after": "5" } });
});
