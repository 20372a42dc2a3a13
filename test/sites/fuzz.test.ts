/** Bad input at every endpoint that the server has: nothing but what the interface lists, no fault, and nothing kept of it. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import fc from "fast-check";
import type { LightMyRequestResponse } from "fastify";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { readProblemType } from "../../src/protocol/problems.ts";
import {
  ask,
  type Caller,
  type Described,
  describedEndpoints,
  goodOf,
  type Odd,
  routedEndpoints,
  STATUSES,
} from "../support/endpoints.ts";
import { ODD_BEARERS, ODD_BODIES, ODD_HEADERS, ODD_PARAMETERS, ODD_PATHS, ODD_TYPES } from "../support/odd-input.ts";
import { negationsOf } from "../support/schema-negations.ts";
import {
  applianceOf,
  claim,
  commitOf,
  makeMachine,
  openBench,
  provisioningOf,
  randomCode,
  SITE,
  siteOf,
  TOKENS,
} from "../support/site-server.ts";

let folder = "";
let caller: Caller;
let endpoints: readonly Described[] = [];

async function open(path: string): Promise<Caller> {
  const code = randomCode();
  const appliance = applianceOf({ provisioning: provisioningOf(code) });
  const bench = await openBench(commitOf({ [SITE]: siteOf({ appliances: [appliance] }) }), { path });
  const machine = await makeMachine();
  await claim(bench, machine, code);
  return { bench, machine, code };
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "reeve-fuzz-"));
  caller = await open(join(folder, "sites.db"));
  endpoints = await describedEndpoints(caller.bench);
});

afterAll(async () => {
  await caller.bench.server.close();
  await caller.bench.store.close();
  rmSync(folder, { recursive: true });
});

beforeEach(() => expect(caller.bench.log).toEqual([]));

/** Rows of every table, as another process would count them. */
function rows(): Readonly<Record<string, number>> {
  const database = new DatabaseSync(join(folder, "sites.db"), { readOnly: true });
  const names = database.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").all();
  const counts = names.map(({ name }) => {
    const { count } = database.prepare(`SELECT count(*) AS count FROM "${String(name)}"`).get() ?? {};
    return [String(name), Number(count)] as const;
  });
  database.close();
  return Object.fromEntries(counts);
}

/** What is wrong with an answer; null where it is as the interface says. */
function wrong({ statuses, name }: Described, { statusCode, headers, body }: LightMyRequestResponse): string | null {
  const said = `${name}: ${statusCode} ${body.slice(0, 80)}`;
  if (!statuses.includes(String(statusCode)) || STATUSES[name]?.split(" ").includes(String(statusCode)) !== true)
    return said;
  if (statusCode < 400) return null;
  const isProblem = String(headers["content-type"]).startsWith("application/problem+json");
  if (!isProblem || readProblemType(JSON.parse(body)) === null) return said;
  return (statusCode === 429 || statusCode === 503) && headers["retry-after"] === undefined ? said : null;
}

/** Asks every endpoint in every odd way; gives what was wrong, and what was taken. */
async function askAll(odds: (endpoint: Described) => readonly Odd[]) {
  const faults: string[] = [];
  const taken: string[] = [];
  for (const endpoint of endpoints)
    for (const odd of odds(endpoint)) {
      const response = await ask(caller, endpoint, odd);
      const fault = wrong(endpoint, response);
      if (fault !== null) faults.push(fault);
      if (response.statusCode < 400) taken.push(`${endpoint.name} ${JSON.stringify(odd).slice(0, 200)}`);
    }
  return { faults, taken };
}

const bodied = (endpoint: Described): boolean => endpoint.schema !== null;
const isPosted = ({ method }: Described): boolean => method === "POST";
const wellFormed = (endpoint: Described): string => JSON.stringify(goodOf(endpoint).body?.(caller) ?? {});

test("the table has every endpoint that the server routes and describes, with its statuses", () => {
  const described = Object.fromEntries(endpoints.map(({ name, statuses }) => [name, statuses.join(" ")]));
  expect(described).toEqual(STATUSES);
  expect(routedEndpoints(caller.bench).toSorted()).toEqual([...Object.keys(STATUSES), "GET /openapi.json"].toSorted());
});

test("each is fine with what its oddities begin from", async () => {
  const other = await open(":memory:");
  const unheard = [];
  for (const endpoint of endpoints) {
    const { statusCode, body } = await ask(other, endpoint);
    const isMet = [404, 409, 410].includes(statusCode) && !body.includes("problems/not-found");
    if (statusCode >= 400 && !isMet) unheard.push(`${endpoint.name}: ${statusCode} ${body}`);
  }
  expect(unheard).toEqual([]);
  await other.bench.server.close();
});

describe("what is refused leaves no row behind", () => {
  let before = {};
  const refusesAll = async (odds: (endpoint: Described) => readonly Odd[]): Promise<void> => {
    before = rows();
    expect(await askAll(odds)).toEqual({ faults: [], taken: [] });
    expect(rows()).toEqual(before);
  };

  test("every negation of every schema", async () => {
    await refusesAll((endpoint) =>
      endpoint.schema === null
        ? []
        : negationsOf(endpoint.schema, goodOf(endpoint).body?.(caller)).map(({ value }) => ({
            body: JSON.stringify(value),
          })),
    );
  });

  test("bodies that are no JSON, or no UTF-8, or too large, or too deep", async () => {
    await refusesAll((endpoint) => (bodied(endpoint) ? ODD_BODIES.map((body) => ({ body })) : []));
  });

  test("texts that are no UTF-8, in bodies that are well-formed but for that", async () => {
    await refusesAll((endpoint) => {
      if (!bodied(endpoint)) return [];
      const text = wellFormed(endpoint);
      const at = text.lastIndexOf('"');
      const body = Buffer.concat([
        Buffer.from(text.slice(0, at)),
        Buffer.from([0xc3, 0x28]),
        Buffer.from(text.slice(at)),
      ]);
      return [{ body }];
    });
  });

  test("types that are not application/json", async () => {
    await refusesAll((endpoint) =>
      isPosted(endpoint)
        ? ODD_TYPES.map((type) => ({ body: wellFormed(endpoint), headers: { "content-type": type } }))
        : [],
    );
  });

  test("headers that prove nothing", async () => {
    const names = ["reeve-appliance", "reeve-timestamp", "reeve-nonce", "reeve-signature"];
    await refusesAll((endpoint) => {
      const { by } = goodOf(endpoint);
      if (by === "operator") return ODD_BEARERS.map((authorization) => ({ headers: { authorization } }));
      return by === "nobody"
        ? []
        : names.flatMap((name) => [...ODD_HEADERS, ["1", "2"]].map((value) => ({ headers: { [name]: value } })));
    });
  });

  test("methods that a path does not have, and paths that there are none of", async () => {
    before = rows();
    const known = new Set(Object.keys(STATUSES).map((name) => name.replaceAll(/\{\w+\}/g, "x")));
    const found: string[] = [];
    for (const url of [...new Set([...known].map((name) => name.split(" ")[1] ?? ""))].concat(ODD_PATHS))
      for (const method of ["GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS"] as const) {
        if (known.has(`${method} ${url}`)) continue;
        const response = await caller.bench.ask({
          method,
          url,
          headers: { authorization: `Bearer ${TOKENS.operate}` },
        });
        const isRefused = [400, 401, 404].includes(response.statusCode) && readProblemType(response.json()) !== null;
        if (!isRefused) found.push(`${method} ${url}: ${response.statusCode}`);
      }
    expect([found, rows()]).toEqual([[], before]);
  });
});

test("members that come twice, odd parameters and odd questions meet what is documented", async () => {
  const asked = (names: readonly string[]): readonly string[] =>
    [...names, "typo"].flatMap((name) => [
      `?${name}`,
      `?${name}=`,
      `?${name}=1&${name}=2`,
      `?${name}[]=1`,
      `?${name}=%ff`,
      `?${name}=${"9".repeat(30)}`,
      `?${name}=${"x".repeat(9000)}`,
      `?__proto__[a]=1`,
    ]);
  const { faults } = await askAll((endpoint) => [
    ...(endpoint.path.includes("{") ? ODD_PARAMETERS.map((parameter) => ({ parameter })) : []),
    ...asked(endpoint.queries).map((query) => ({ query })),
    ...(bodied(endpoint) ? [{ body: wellFormed(endpoint).replace(/^\{("\w+"):/, "{$1:null,$1:") }] : []),
  ]);
  expect(faults).toEqual([]);
});

test("noise meets what is documented", async () => {
  const noise = fc.oneof(fc.json(), fc.string(), fc.string({ unit: "binary" }));
  for (const endpoint of endpoints.filter(isPosted))
    await fc.assert(
      fc.asyncProperty(noise, async (body) => {
        expect(wrong(endpoint, await ask(caller, endpoint, { body }))).toBeNull();
      }),
      { numRuns: 40 },
    );
});

test("memory does not grow with what is refused", async () => {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  const posted = endpoints.filter(bodied);
  const round = async (from: number): Promise<number> => {
    for (let index = from; index < from + 150; index += 1)
      for (const endpoint of posted) {
        const typo = { typo: `${index} ${endpoint.name} `.repeat(500) };
        await ask(caller, endpoint, { body: JSON.stringify(typo) });
        await caller.bench.ask({
          method: "POST",
          url: `/odd/${index}/${endpoint.path}`,
          headers: { "reeve-appliance": `a${index}:b` },
        });
      }
    collect();
    return process.memoryUsage().heapUsed;
  };
  await round(0);
  const [first, last] = [await round(1000), await round(2000)];
  // The bodies of one round alone are 25 MB.
  expect(last - first).toBeLessThan(6_000_000);
});
