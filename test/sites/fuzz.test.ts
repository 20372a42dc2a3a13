/** Bad input: each schema's own negations, and noise. Nothing but what /openapi.json says, no fault, no growth. */
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { BODY_SCHEMAS, type BodyName } from "../../src/protocol/body-schemas.ts";
import { proveHeartbeat } from "../../src/protocol/claim-proof.ts";
import { negationsOf } from "../support/schema-negations.ts";
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
  START,
  signed,
  siteOf,
  TOKENS,
} from "../support/site-server.ts";

let bench: Bench;
let machine: Machine;
const code = randomCode();
let documented: Readonly<Record<string, Readonly<Record<string, { readonly responses: object }>>>>;

beforeAll(async () => {
  bench = await openBench(
    commitOf({ [SITE]: siteOf({ appliances: [applianceOf({ provisioning: provisioningOf(code) })] }) }),
  );
  machine = await makeMachine();
  await claim(bench, machine, code);
  documented = (await bench.ask({ method: "GET", url: "/openapi.json" })).json<{ paths: typeof documented }>().paths;
});

afterAll(() => bench.server.close());

interface Endpoint {
  readonly url: string;
  readonly path?: string;
  readonly schema: BodyName;
  readonly body: () => object;
  readonly by: "nobody" | "machine" | "operator";
}

const at = START.toISOString();
const ENDPOINTS: readonly Endpoint[] = [
  { url: "/api/provision/validate", schema: "ValidateBody", body: () => ({ code }), by: "nobody" },
  { url: "/api/provision/claim", schema: "ClaimBody", body: () => claimBody(machine, code), by: "nobody" },
  {
    url: "/api/provision/heartbeat",
    schema: "HeartbeatBody",
    body: () => ({
      signKey: machine.sign.publicKey,
      mac: MAC,
      hostname: "box",
      at,
      proof: proveHeartbeat({ mac: MAC, at }, machine.sign),
    }),
    by: "nobody",
  },
  {
    url: "/api/provision/status",
    schema: "StatusBody",
    body: () => ({ step: "claimed", detail: "well" }),
    by: "machine",
  },
  {
    url: "/api/appliances/checkin",
    schema: "CheckinBody",
    body: () => checkinBody(machine, { seq: 7, conditions: [{ type: "DCUnreachable", message: "none" }] }),
    by: "machine",
  },
  {
    url: "/api/appliances/domain-discovered",
    schema: "DomainDiscoveredBody",
    body: () => discovered("robco.test"),
    by: "machine",
  },
  {
    url: "/api/appliances/enumeration-results",
    schema: "EnumerationPage",
    body: () => ({ enumerationId: "e".repeat(22), generation: 1, page: 0, final: false, computers: computers(1) }),
    by: "machine",
  },
  {
    url: `/api/sites/${SITE}/domain-credentials`,
    path: "/api/sites/{site}/domain-credentials",
    schema: "SubmitCredentialBody",
    body: () => ({ username: "u", password: "p" }),
    by: "operator",
  },
];

function ask({ url, by }: Endpoint, body: string) {
  const type = { "content-type": "application/json" };
  if (by === "nobody") return bench.ask({ method: "POST", url, headers: type, payload: body });
  if (by === "operator")
    return bench.ask({
      method: "POST",
      url,
      headers: { ...type, authorization: `Bearer ${TOKENS.operate}` },
      payload: body,
    });
  const request = signed(bench, machine, url, { raw: body });
  return bench.ask(request);
}

describe.each(ENDPOINTS)("$url", (endpoint) => {
  const { schema, body, url, path = url } = endpoint;

  test("is fine with what the negations start from", async () => {
    expect((await ask(endpoint, JSON.stringify(body()))).statusCode).toBeLessThan(410);
  });

  test("refuses every negation of its schema", async () => {
    const accepted: string[] = [];
    for (const { name, value } of negationsOf(BODY_SCHEMAS[schema], body())) {
      const { statusCode } = await ask(endpoint, JSON.stringify(value));
      if (statusCode !== 400 && statusCode !== 413) accepted.push(`${name}: ${statusCode}`);
    }
    expect(accepted).toEqual([]);
  });

  test("answers noise with what is documented", async () => {
    const known = Object.keys(documented[path]?.["post"]?.responses ?? {});
    const noise = fc.oneof(
      fc.json(),
      fc.string(),
      fc.constantFrom("", "{", "null", "[".repeat(20_000), `{"a":${"1".repeat(400)}}`),
    );
    await fc.assert(
      fc.asyncProperty(noise, async (text) => {
        const { statusCode, headers } = await ask(endpoint, text);
        expect(known).toContain(String(statusCode));
        expect(headers["content-type"]).toMatch(/^application\/problem\+json/);
      }),
      { numRuns: 60 },
    );
  });
});

test("odd addresses, headers and methods meet no fault", async () => {
  const before = bench.log.length;
  for (const url of [
    "/%zz",
    `/api/provision/config/${"x".repeat(5000)}`,
    "/api/provision/config/%00",
    "/api/sites/%2e%2e/domain-credentials",
    "//",
    "/api/provision/claim?x=%zz",
  ])
    for (const method of ["GET", "POST", "PUT", "DELETE", "OPTIONS"] as const) {
      const { statusCode } = await bench.ask({ method, url, headers: { "content-type": "application/json" } });
      expect([400, 401, 404]).toContain(statusCode);
    }
  const header = fc.string({ maxLength: 200 }).map((text) => text.replaceAll(/[^\x20-\x7e]/g, "?"));
  await fc.assert(
    fc.asyncProperty(header, header, header, async (appliance, timestamp, signature) => {
      const headers = {
        "reeve-appliance": appliance,
        "reeve-timestamp": timestamp,
        "reeve-nonce": "n".repeat(22),
        "reeve-signature": signature,
      };
      const { statusCode } = await bench.ask({ method: "GET", url: `/api/provision/config/${machine.id}`, headers });
      expect(statusCode).toBe(401);
    }),
    { numRuns: 100 },
  );
  expect(bench.log.slice(before)).toEqual([]);
});

test("none of it was kept, but for the one device and what was well-formed", async () => {
  const devices = (await bench.operate("GET", "/api/operator/devices")).json<{ devices: object[] }>().devices;
  const events = (await bench.operate("GET", "/api/operator/events")).json<{ events: object[] }>().events;
  expect([devices.length, events.length < 12, bench.log]).toEqual([1, true, []]);
});
