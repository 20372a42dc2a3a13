/** Every endpoint of the site server, as it describes itself, and a request of each that it would take. */
import type { InjectOptions, LightMyRequestResponse } from "fastify";
import { BODY_SCHEMAS } from "../../src/protocol/body-schemas.ts";
import { proveHeartbeat } from "../../src/protocol/claim-proof.ts";
import type { ProvisionCode } from "../../src/protocol/codes.ts";
import { OPERATOR_SCHEMAS } from "../../src/protocol/operator-schemas.ts";
import {
  type Bench,
  checkinBody,
  claimBody,
  computers,
  discovered,
  MAC,
  type Machine,
  SITE,
  signed,
  TOKENS,
} from "./site-server.ts";

/** `POST /api/provision/claim`, with `{site}` and the like as the interface writes them. */
export type EndpointName = string;

/** The statuses of the interface, and no others: a new endpoint is not tested before it is here. */
export const STATUSES: Readonly<Record<EndpointName, string>> = {
  "POST /api/provision/validate": "200 400 404 409 410 413 415 429 503",
  "POST /api/provision/claim": "200 400 403 404 409 410 413 415 429 503",
  "POST /api/provision/status": "204 400 401 403 409 410 413 415 423 429 503",
  "POST /api/provision/heartbeat": "202 400 413 415 429 503",
  "GET /api/provision/config/{applianceId}": "200 304 400 401 403 404 410 423 429 503",
  "POST /api/appliances/checkin": "200 400 401 403 410 413 415 423 429 503",
  "POST /api/appliances/domain-discovered": "200 202 400 401 403 409 410 413 415 423 429 503",
  "POST /api/appliances/enumeration-results": "200 202 400 401 403 409 410 413 415 422 423 429 503",
  "GET /api/sites/{site}/domain-credentials": "200 304 400 401 403 404 410 423 424 429 502 503",
  "POST /api/sites/{site}/domain-credentials": "201 400 401 403 404 409 413 415 429 503",
  "GET /api/operator/sites": "200 400 401 403 429 503",
  "GET /api/operator/devices": "200 400 401 403 429 503",
  "GET /api/operator/events": "200 400 401 403 429 503",
  "GET /api/operator/sites/{site}/document": "200 400 401 403 404 429 503",
  "GET /api/operator/sites/{site}/inventory": "200 400 401 403 404 429 503",
  "POST /api/operator/appliances/{applianceId}/approve-rebind": "204 400 401 403 404 409 413 415 429 503",
  "POST /api/operator/appliances/{applianceId}/resolve-conflict": "204 400 401 403 404 409 413 415 429 503",
  "POST /api/operator/appliances/{applianceId}/retire": "204 400 401 403 404 413 415 429 503",
  "POST /api/operator/look": "202 400 401 403 413 415 429 503",
  "GET /healthz": "200",
  "GET /readyz": "200 503",
  "GET /metrics": "200 401 403 429 503",
};

export interface Described {
  readonly name: EndpointName;
  readonly method: "GET" | "POST";
  readonly path: string;
  readonly statuses: readonly string[];
  /** Of its body; null where it wants none. */
  readonly schema: Readonly<Record<string, unknown>> | null;
  /** Names of what may be asked behind the question mark. */
  readonly queries: readonly string[];
}

interface Operation {
  readonly responses: object;
  readonly parameters?: readonly { readonly in: string; readonly name: string }[];
  readonly requestBody?: {
    readonly content: { readonly "application/json": { readonly schema: Readonly<Record<string, unknown>> } };
  };
}

/** From the server's own /openapi.json. */
export async function describedEndpoints({ ask }: Bench): Promise<readonly Described[]> {
  const { paths } = (await ask({ method: "GET", url: "/openapi.json" })).json<{
    paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  }>();
  return Object.entries(paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([verb, operation]): Described => {
      const method = verb === "get" ? "GET" : "POST";
      const schema = operation.requestBody?.content["application/json"].schema ?? null;
      return {
        name: `${verb.toUpperCase()} ${path}`,
        method,
        path,
        statuses: Object.keys(operation.responses),
        schema: schema === null ? null : resolved(schema),
        queries: (operation.parameters ?? []).filter((one) => one.in === "query").map(({ name }) => name),
      };
    }),
  );
}

function resolved(schema: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const name = typeof schema["$ref"] === "string" ? (schema["$ref"].split("/").at(-1) ?? "") : null;
  if (name === null) return schema;
  const found = Object.entries({ ...BODY_SCHEMAS, ...OPERATOR_SCHEMAS }).find(([known]) => known === name);
  if (found === undefined) throw new Error(`no schema ${name}`);
  return found[1];
}

/** `METHOD path` of everything that the server routes, whether described or not. */
export function routedEndpoints({ server }: Bench): readonly EndpointName[] {
  const trail: string[] = [];
  return server.app
    .printRoutes({ commonPrefix: false })
    .split("\n")
    .flatMap((line) => {
      const [, indent = "", path = "", methods = ""] = /^([^/]*)(\/\S*) \(([^)]*)\)/.exec(line) ?? [];
      if (path === "") return [];
      const depth = indent.length / 4 - 1;
      trail.splice(depth, trail.length, path);
      const whole = trail.join("").replaceAll(/:(\w+)/g, "{$1}");
      return methods
        .split(", ")
        .filter((method) => method !== "HEAD")
        .map((method) => `${method} ${whole}`);
    });
}

export interface Caller {
  readonly bench: Bench;
  readonly machine: Machine;
  readonly code: ProvisionCode;
}

interface Good {
  readonly by: "nobody" | "machine" | "operator";
  readonly body?: (caller: Caller) => object;
}

const at = (bench: Bench): string => bench.now.toISOString();
const byOperator: Good = { by: "operator" };

const GOOD: Readonly<Record<EndpointName, Good>> = {
  "POST /api/provision/validate": { by: "nobody", body: ({ code }) => ({ code }) },
  "POST /api/provision/claim": { by: "nobody", body: ({ machine, code }) => claimBody(machine, code) },
  "POST /api/provision/heartbeat": {
    by: "nobody",
    body: ({ bench, machine }) => ({
      signKey: machine.sign.publicKey,
      mac: MAC,
      hostname: "box",
      at: at(bench),
      proof: proveHeartbeat({ mac: MAC, at: at(bench) }, machine.sign),
    }),
  },
  "POST /api/provision/status": { by: "machine", body: () => ({ step: "claimed", detail: "well" }) },
  "GET /api/provision/config/{applianceId}": { by: "machine" },
  "POST /api/appliances/checkin": {
    by: "machine",
    body: ({ machine }) => checkinBody(machine, { seq: 7, conditions: [{ type: "DCUnreachable", message: "none" }] }),
  },
  "POST /api/appliances/domain-discovered": { by: "machine", body: () => discovered("robco.test") },
  "POST /api/appliances/enumeration-results": {
    by: "machine",
    body: () => ({ enumerationId: "e".repeat(22), generation: 1, page: 0, final: false, computers: computers(1) }),
  },
  "GET /api/sites/{site}/domain-credentials": { by: "machine" },
  "POST /api/sites/{site}/domain-credentials": { by: "operator", body: () => ({ username: "u", password: "p" }) },
  "POST /api/operator/appliances/{applianceId}/approve-rebind": {
    by: "operator",
    body: ({ machine }) => ({ signKey: machine.sign.publicKey }),
  },
  "POST /api/operator/appliances/{applianceId}/resolve-conflict": byOperator,
  "POST /api/operator/appliances/{applianceId}/retire": byOperator,
  "POST /api/operator/look": byOperator,
  "GET /api/operator/sites": byOperator,
  "GET /api/operator/devices": byOperator,
  "GET /api/operator/events": byOperator,
  "GET /api/operator/sites/{site}/document": byOperator,
  "GET /api/operator/sites/{site}/inventory": byOperator,
  "GET /metrics": byOperator,
  "GET /healthz": { by: "nobody" },
  "GET /readyz": { by: "nobody" },
};

export function goodOf({ name }: Described): Good {
  const good = GOOD[name];
  if (good === undefined) throw new Error(`${name} has no request to begin with`);
  return good;
}

export interface Odd {
  /** Takes the place of the parameter in the path. */
  readonly parameter?: string;
  readonly query?: string;
  /** Null: none. */
  readonly body?: string | Buffer | null;
  readonly headers?: Readonly<Record<string, string | string[]>>;
}

/** A request that proves who asks, whatever else is odd about it. */
export function ask(caller: Caller, endpoint: Described, odd: Odd = {}): Promise<LightMyRequestResponse> {
  const { bench, machine } = caller;
  const { method, path } = endpoint;
  const { by, body } = goodOf(endpoint);
  const own: Readonly<Record<string, string>> = { site: SITE, applianceId: machine.id };
  const url = path.replace(/\{(\w+)\}/, (_all, name: string) => odd.parameter ?? own[name] ?? "") + (odd.query ?? "");
  const payload = odd.body === undefined ? (body === undefined ? null : JSON.stringify(body(caller))) : odd.body;
  const type = payload === null ? {} : { "content-type": "application/json" };
  const proof = by === "machine" ? signatureOf(caller, { method, url, payload }) : bearer(by);
  const headers = { ...proof, ...type, ...odd.headers };
  return bench.ask({ method, url, headers, ...(payload === null ? {} : { payload }) });
}

function bearer(by: Good["by"]): Readonly<Record<string, string>> {
  return by === "operator" ? { authorization: `Bearer ${TOKENS.operate}` } : {};
}

interface Unsigned {
  readonly method: "GET" | "POST";
  readonly url: string;
  readonly payload: string | Buffer | null;
}

function signatureOf(
  { bench, machine }: Caller,
  { method, url, payload }: Unsigned,
): InjectOptions["headers"] & object {
  return signed(bench, machine, url, { method, ...(payload === null ? {} : { raw: payload }) }).headers;
}
