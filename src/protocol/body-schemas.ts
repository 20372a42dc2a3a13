/** JSON Schemas of all bodies: what the server checks and answers by, and what /openapi.json says. */
import { COMPUTER_CLASSES, CONDITIONS, PAGE_COMPUTERS, STEPS } from "./bodies.ts";
import { type JsonSchema, list, object, oneOf, orNull, PARTS, text, whole } from "./schema-parts.ts";

const brand = object({ slug: PARTS.name, brandName: PARTS.line, primaryColor: text(7, "^#[0-9A-F]{6}$") });
const code = text(24, "^[0-9A-Za-z \\-]{16,24}$");
const domainName = text(253, "^[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?\\.?$");

const server = object({
  host: domainName,
  port: whole(1, 65_535),
  priority: whole(0, 65_535),
  weight: whole(0, 65_535),
});

const computer = object({
  objectGuid: text(36, "^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$"),
  name: PARTS.line,
  dnsHostName: orNull(PARTS.line),
  operatingSystem: orNull(PARTS.line),
  operatingSystemVersion: orNull(PARTS.line),
  class: oneOf(COMPUTER_CLASSES),
  lastLogon: orNull(PARTS.instant),
});

const armored = text(
  16_384,
  "^-----BEGIN AGE ENCRYPTED FILE-----\\n[A-Za-z0-9+/=\\n]+-----END AGE ENCRYPTED FILE-----\\n?$",
);

export const BODY_SCHEMAS = {
  ValidateBody: object({ code }),
  ValidateAnswer: object({ partner: brand, expiresAt: PARTS.instant }),
  ClaimBody: object({
    code,
    mac: PARTS.mac,
    hostname: PARTS.hostname,
    signKey: PARTS.key,
    encKey: PARTS.recipient,
    proof: PARTS.signature,
  }),
  ClaimAnswer: object({
    status: { type: "string", const: "claimed" },
    siteId: PARTS.name,
    applianceId: PARTS.applianceId,
    partner: brand,
    apiEndpoint: text(255),
    serverKeys: list(PARTS.key, 4),
    pollSeconds: PARTS.seconds,
  }),
  StatusBody: object({ step: oneOf(STEPS), "detail?": PARTS.note }),
  HeartbeatBody: object({
    signKey: PARTS.key,
    mac: PARTS.mac,
    hostname: PARTS.hostname,
    at: PARTS.instant,
    proof: PARTS.signature,
  }),
  CheckinBody: object({
    seq: whole(1, Number.MAX_SAFE_INTEGER),
    run: PARTS.random,
    configHash: orNull(PARTS.hash),
    credentialsVersion: orNull(text(64, "^[A-Za-z0-9_-]+$")),
    version: text(64, "^[A-Za-z0-9.+-]+$"),
    hostname: PARTS.hostname,
    uptimeSeconds: whole(0, 2_000_000_000),
    conditions: list(object({ type: oneOf(CONDITIONS), message: PARTS.note }), CONDITIONS.length),
    done: object({ enumeration: PARTS.generation, scan: PARTS.generation }),
  }),
  CheckinAnswer: object({
    configHash: PARTS.hash,
    commit: text(64),
    credentialsVersion: orNull(text(64)),
    wanted: object({ enumeration: orNull(PARTS.generation), scan: orNull(PARTS.generation) }),
    pollSeconds: PARTS.seconds,
    serverTime: PARTS.instant,
  }),
  DomainDiscoveredBody: object({
    domain: domainName,
    defaultNamingContext: PARTS.line,
    servers: list(server, 100),
  }),
  DomainDiscoveredAnswer: object({ isNew: { type: "boolean" } }),
  EnumerationPage: object({
    enumerationId: PARTS.random,
    generation: PARTS.generation,
    page: whole(0, 999),
    final: { type: "boolean" },
    computers: list(computer, PAGE_COMPUTERS),
  }),
  EnumerationAnswer: object({ received: whole(0, 1_000_000), final: { type: "boolean" } }),
  CredentialsAnswer: object({
    version: text(64),
    credentials: list(object({ name: PARTS.name, type: text(64), version: text(64), sealed: text(16_384) }), 200),
  }),
  SubmitCredentialBody: object(
    { username: PARTS.line, "sealed?": armored, "password?": text(1024) },
    { oneOf: [{ required: ["sealed"] }, { required: ["password"] }] },
  ),
  SubmitCredentialAnswer: object({ version: text(64) }),
  Problem: {
    type: "object",
    required: ["type", "title", "status"],
    properties: {
      type: text(200),
      title: text(200),
      status: whole(400, 599),
      detail: { type: "string" },
      serverTime: PARTS.instant,
    },
    additionalProperties: true,
  },
} as const satisfies Record<string, JsonSchema>;

export type BodyName = keyof typeof BODY_SCHEMAS;
