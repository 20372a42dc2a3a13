/** Who may do what. */
import { describe, expect, test } from "vitest";
import { claimedScene, openScene } from "../support/site-scene.ts";
import { SITE, siteOf, TOKENS, wordOf } from "../support/site-server.ts";

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
