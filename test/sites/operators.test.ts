/** Who may do what. */
import { Ajv2020 } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import { describe, expect, test } from "vitest";
import { BODY_SCHEMAS } from "../../src/protocol/body-schemas.ts";
import { OPERATOR_SCHEMAS } from "../../src/protocol/operator-schemas.ts";
import { claimedScene, openScene } from "../support/site-scene.ts";
import {
  checkin,
  claim,
  computers,
  discovered,
  makeMachine,
  SITE,
  signed,
  siteOf,
  TOKENS,
  wordOf,
} from "../support/site-server.ts";

type Paths = Readonly<
  Record<string, { readonly post?: { readonly requestBody?: object; readonly responses: object } }>
>;

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

  test.each([
    { name: "text, signed", headers: { "content-type": "text/plain" } },
    { name: "compressed", headers: { "content-type": "application/json", "content-encoding": "gzip" } },
  ])("a body that nobody reads, $name: 415, as /openapi.json says", async ({ headers }) => {
    const { bench, machine } = await claimedScene();
    const { paths } = (await bench.ask({ method: "GET", url: "/openapi.json" })).json<{ paths: Paths }>();
    const posts = Object.entries(paths).filter(([, { post }]) => post?.requestBody !== undefined);
    expect(posts.length).toBe(9);
    for (const [path, { post }] of posts) {
      const url = path.replace("{site}", SITE).replace("{applianceId}", machine.id);
      const request = signed(bench, machine, url, { raw: "x", headers: { ...headers, ...bearer(TOKENS.operate) } });
      expect([path, wordOf(await bench.ask(request))]).toEqual([path, "415 unsupported-type"]);
      expect(Object.keys(post?.responses ?? {})).toContain("415");
    }
  });

  test("what operators are answered is what /openapi.json says", async () => {
    const { bench, machine, code } = await claimedScene();
    await claim(bench, await makeMachine(), code);
    await checkin(bench, machine, { conditions: [{ type: "DCUnreachable", message: "none" }] });
    await bench.ask(signed(bench, machine, "/api/appliances/domain-discovered", { body: discovered("robco.test") }));
    const page = { enumerationId: "e".repeat(22), generation: 1, page: 0, final: true, computers: computers(3) };
    await bench.ask(signed(bench, machine, "/api/appliances/enumeration-results", { body: page }));
    const ajv = addFormats.default(new Ajv2020({ strict: false }));
    const schemas = { ...BODY_SCHEMAS, ...OPERATOR_SCHEMAS };
    for (const [url, name] of [
      ["sites", "SitesAnswer"],
      ["events", "EventsAnswer"],
      ["devices", "DevicesAnswer"],
      [`sites/${SITE}/document`, "SiteDocumentAnswer"],
      [`sites/${SITE}/inventory`, "InventoryAnswer"],
    ] as const) {
      const answer = (await bench.operate("GET", `/api/operator/${url}`)).json<unknown>();
      expect([name, ajv.validate(schemas[name], answer), ajv.errorsText()]).toEqual([name, true, "No errors"]);
    }
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
