/** A site server in this process, with its own clock and documents, and machines that talk to it. */
import { randomBytes } from "node:crypto";
import type { InjectOptions, LightMyRequestResponse } from "fastify";
import type { ApplianceSiteSpec, PartnerSpec, SecretSource, SiteAppliance } from "../../src/generated/documents.ts";
import type { CheckinBody, ClaimBody, EnumerationPage } from "../../src/protocol/bodies.ts";
import { proveClaim } from "../../src/protocol/claim-proof.ts";
import { CODE_BYTES, codeOf, hashCode, type ProvisionCode } from "../../src/protocol/codes.ts";
import { makeSealKeys, type SealKeys } from "../../src/protocol/seal.ts";
import { type Secret, SecretTrouble } from "../../src/protocol/secrets/secret-source.ts";
import { makeSignKeys, type SignKeys } from "../../src/protocol/sign-keys.ts";
import { signRequest } from "../../src/protocol/signed-request.ts";
import { hashToken } from "../../src/watch/listener/tokens.ts";
import { createSiteServer, type SiteServer } from "../../src/watch/server/create-site-server.ts";
import type { DesiredSites } from "../../src/watch/server/desired.ts";
import type { ServerKeys, SiteServerLimits, SiteServerOptions } from "../../src/watch/server/options.ts";
import { openSqliteStore } from "../../src/watch/server/store/sqlite-store.ts";
import type { SiteStore } from "../../src/watch/server/store/store.ts";

export const SITE = "nepa-clinic";
export const MAC = "84:3A:5B:91:B6:61";
const PARTNER: PartnerSpec = { brandName: "NEPA IT Solutions", primaryColor: "#2563EB" };

export const START = new Date("2026-12-01T08:00:00Z");

export function randomCode(): ProvisionCode {
  return codeOf(randomBytes(CODE_BYTES));
}

export function applianceOf(over: Partial<SiteAppliance> = {}): SiteAppliance {
  return { name: "front-desk", mac: MAC, suspended: false, settings: {}, ...over };
}

export function provisioningOf(
  code: ProvisionCode,
  over: Partial<NonNullable<SiteAppliance["provisioning"]>> = {},
): NonNullable<SiteAppliance["provisioning"]> {
  return {
    generation: 1,
    codeHash: hashCode(code),
    expiresAt: "2026-12-08T00:00:00Z",
    bindMac: true,
    revoked: false,
    ...over,
  };
}

export function siteOf(over: Partial<ApplianceSiteSpec> = {}): ApplianceSiteSpec {
  return {
    partner: "nepa-it",
    apiEndpoint: "https://mgmt.example.net",
    settings: {
      pollInterval: "60s",
      driftDetection: true,
      evidenceUpload: true,
      l1Sync: true,
      healing: { enabled: true, dryRun: false },
      logLevel: "INFO",
      stateDir: "/var/lib/msp",
    },
    appliances: [],
    domain: {
      discovery: "auto",
      ldap: { security: "ldaps" },
      enumeration: { generation: 1, interval: "24h", staleAfter: "90d", exclude: [], minRatio: 0.5 },
    },
    targets: [],
    credentials: [],
    authorities: [],
    scan: { generation: 0 },
    ...over,
  };
}

/** The documents of one commit. */
export function commitOf(sites: Readonly<Record<string, ApplianceSiteSpec>>, commit = "c1"): DesiredSites {
  return { estate: "robco", commit, sites: new Map(Object.entries(sites)), partners: new Map([["nepa-it", PARTNER]]) };
}

export const TOKENS = { read: "read-token", operate: "operate-token" } as const;

function tokens(): SiteServerOptions["tokens"] {
  return [
    { name: "reader", hash: hashToken(TOKENS.read), scopes: ["read"] },
    { name: "operator", hash: hashToken(TOKENS.operate), scopes: ["read", "operate"] },
  ];
}

export interface Bench {
  readonly server: SiteServer;
  readonly store: SiteStore;
  readonly keys: ServerKeys;
  readonly log: readonly string[];
  /** Null: nothing is loaded. */
  desired: DesiredSites | null;
  now: Date;
  /** Secrets by environment variable; what is not here is not there, and null is a store that does not answer. */
  secrets: Record<string, string | null>;
  pass(seconds: number): void;
  ask(options: InjectOptions): Promise<LightMyRequestResponse>;
  operate(method: "GET" | "POST", url: string, payload?: object): Promise<LightMyRequestResponse>;
}

export interface BenchOptions {
  readonly path?: string;
  readonly limits?: Partial<SiteServerLimits>;
  readonly store?: (store: SiteStore) => SiteStore;
  readonly keys?: ServerKeys;
}

/** Roomy limits, so that a test meets those that it is about alone. */
const NO_LIMITS = {
  claimFailures: 1e6,
  allClaimFailures: 1e6,
  signatureFailures: 1e6,
  heartbeats: 1e6,
  checkins: 1e6,
  submissions: 1e6,
};

export async function openBench(desired: DesiredSites | null, options: BenchOptions = {}): Promise<Bench> {
  const plain = openSqliteStore(options.path ?? ":memory:");
  const store = options.store?.(plain) ?? plain;
  const keys = options.keys ?? { sign: makeSignKeys(), seal: await makeSealKeys() };
  const log: string[] = [];
  const server = await createSiteServer({
    store,
    desired: () => bench.desired,
    clock: { now: () => bench.now, sleep: async () => {} },
    keys,
    resolveSecret: async (source) => findSecret(bench.secrets, source),
    tokens: tokens(),
    limits: { ...NO_LIMITS, ...options.limits },
    log: (line, error) => log.push(`${line} ${error instanceof Error ? (error.stack ?? "") : ""}`),
  });
  const bench: Bench = {
    server,
    store,
    keys,
    log,
    desired,
    now: START,
    secrets: {},
    pass: (seconds) => {
      bench.now = new Date(bench.now.getTime() + seconds * 1000);
    },
    ask: (request) => server.app.inject(request),
    operate: (method, url, payload) =>
      server.app.inject({
        method,
        url,
        headers: { authorization: `Bearer ${method === "GET" ? TOKENS.read : TOKENS.operate}` },
        ...(payload === undefined ? {} : { payload }),
      }),
  };
  return bench;
}

function findSecret(secrets: Bench["secrets"], { env = "" }: SecretSource): Secret {
  const value = secrets[env];
  if (value === null) throw new SecretTrouble("unavailable", "the store does not answer");
  if (value === undefined) throw new SecretTrouble("not-usable", `${env} is not set`);
  return { value, version: null };
}

/** A machine: its keys, and what it counts. */
export interface Machine {
  readonly sign: SignKeys;
  readonly seal: SealKeys;
  readonly id: string;
  seq: number;
  readonly run: string;
}

export async function makeMachine(id = `${SITE}:front-desk`): Promise<Machine> {
  return { sign: makeSignKeys(), seal: await makeSealKeys(), id, seq: 0, run: randomBytes(16).toString("base64url") };
}

export function claimBody(machine: Machine, code: ProvisionCode, over: Partial<ClaimBody> = {}): ClaimBody {
  const facts = { codeHash: hashCode(code), mac: over.mac ?? MAC, encKey: machine.seal.recipient };
  return {
    code,
    mac: MAC,
    hostname: "clinic-appliance",
    signKey: machine.sign.publicKey,
    encKey: machine.seal.recipient,
    proof: proveClaim(facts, machine.sign),
    ...over,
  };
}

export function claim(
  bench: Bench,
  machine: Machine,
  code: ProvisionCode,
  over: Partial<ClaimBody> = {},
): Promise<LightMyRequestResponse> {
  return bench.ask({ method: "POST", url: "/api/provision/claim", payload: claimBody(machine, code, over) });
}

export interface Signing {
  readonly method?: "GET" | "POST";
  readonly body?: object;
  /** A body as it is sent, whatever it is. */
  readonly raw?: string | Buffer;
  readonly nonce?: string;
  /** Milliseconds that the machine's clock is ahead. */
  readonly ahead?: number;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A request as the machine signs it, ready to be sent, tampered with, or sent twice. */
export function signed(
  bench: Bench,
  machine: Machine,
  url: string,
  signing: Signing = {},
): InjectOptions & { headers: Record<string, string> } {
  const body = signing.raw ?? (signing.body === undefined ? "" : JSON.stringify(signing.body));
  const method = signing.method ?? (signing.body === undefined && signing.raw === undefined ? "GET" : "POST");
  const nonce = signing.nonce ?? randomBytes(16).toString("base64url");
  const timestamp = bench.now.getTime() + (signing.ahead ?? 0);
  const facts = { method, path: url, body, applianceId: machine.id, timestamp, nonce };
  const type = method === "GET" ? {} : { "content-type": "application/json" };
  const headers = { ...signRequest(facts, machine.sign), ...type, ...signing.headers };
  return { method, url, headers, ...(body.length === 0 ? {} : { payload: body }) };
}

export function checkinBody(machine: Machine, over: Partial<CheckinBody> = {}): CheckinBody {
  return {
    seq: machine.seq,
    run: machine.run,
    configHash: null,
    credentialsVersion: null,
    version: "1.0.0",
    hostname: "clinic-appliance",
    uptimeSeconds: 60,
    conditions: [],
    done: { enumeration: 0, scan: 0 },
    ...over,
  };
}

export function checkin(
  bench: Bench,
  machine: Machine,
  over: Partial<CheckinBody> = {},
): Promise<LightMyRequestResponse> {
  machine.seq = over.seq ?? machine.seq + 1;
  return bench.ask(signed(bench, machine, "/api/appliances/checkin", { body: checkinBody(machine, over) }));
}

export function discovered(domain: string): object {
  return {
    domain,
    defaultNamingContext: "DC=robco,DC=test",
    servers: [{ host: "dc1.robco.test", port: 389, priority: 0, weight: 100 }],
  };
}

export function computers(count: number, from = 0): EnumerationPage["computers"] {
  return Array.from({ length: count }, (_, index) => ({
    objectGuid: `00000000-0000-0000-0000-${String(from + index).padStart(12, "0")}`,
    name: `PC-${from + index}`,
    dnsHostName: null,
    operatingSystem: "Windows 11 Pro",
    operatingSystemVersion: null,
    class: "workstation",
    lastLogon: null,
  }));
}

/** What is told of an answer in tables: its status, and of a problem its word. */
export function wordOf(response: LightMyRequestResponse): string {
  const type = String(response.headers["content-type"] ?? "");
  if (!type.startsWith("application/problem+json")) return String(response.statusCode);
  return `${response.statusCode} ${String(response.json<{ type: string }>().type).split("/").at(-1) ?? ""}`;
}
