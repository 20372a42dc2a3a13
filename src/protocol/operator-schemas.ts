/** JSON Schemas of what operators are answered: what /openapi.json says of it. */
import { BODY_SCHEMAS } from "./body-schemas.ts";
import { PHASES } from "./phases.ts";
import { type JsonSchema, list, object, oneOf, orNull, PARTS, text, whole } from "./schema-parts.ts";

const { instant, key, recipient, mac, hostname, hash, name, applianceId, generation } = PARTS;
const checkin = BODY_SCHEMAS.CheckinBody.properties;
const discovery = BODY_SCHEMAS.DomainDiscoveredBody.properties;
const page = BODY_SCHEMAS.EnumerationPage.properties;

const identity = object({
  signKey: key,
  recipient,
  mac,
  generation,
  claimedAt: instant,
  conflictAt: orNull(instant),
  retiredAt: orNull(instant),
  pending: orNull(object({ signKey: key, mac, hostname, at: instant })),
});

const appliance = object({
  name,
  applianceId,
  isDeclared: { type: "boolean" },
  phase: oneOf(PHASES),
  domainPhase: text(64),
  renderedHash: orNull(hash),
  reportedHash: orNull(hash),
  outOfSyncSince: orNull(instant),
  seenAt: orNull(instant),
  version: orNull(text(64)),
  hostname: orNull(hostname),
  uptimeSeconds: orNull(whole(0, 2_000_000_000)),
  credentialsVersion: orNull(text(64)),
  conditions: checkin["conditions"] ?? {},
  identity: orNull(identity),
  pinned: orNull(object({ signKey: key, recipient })),
  domain: orNull(object({ name: discovery["domain"] ?? {}, servers: discovery["servers"] ?? {}, at: instant })),
  enumeration: orNull(object({ generation, count: whole(0, 1_000_000), at: instant })),
});

const site = object({
  name,
  digest: orNull(hash),
  submittedAt: orNull(instant),
  appliances: list(appliance, 10_000),
});

export const OPERATOR_SCHEMAS = {
  SitesAnswer: object({
    estate: orNull(text(253)),
    commit: orNull(text(64)),
    recipient,
    sites: list(site, 100_000),
  }),
  SiteDocumentAnswer: object({
    spec: { type: "object", description: "As schemas/appliance-site.schema.json has it." },
    partner: BODY_SCHEMAS.ValidateAnswer.properties["partner"] ?? {},
  }),
  EventsAnswer: object({
    events: list(
      object({
        id: whole(1, Number.MAX_SAFE_INTEGER),
        at: instant,
        site: name,
        appliance: { type: "string", maxLength: 63, description: "Empty where it is about the site." },
        type: text(64),
        detail: { type: "string" },
      }),
      500,
    ),
    next: orNull(whole(1, Number.MAX_SAFE_INTEGER)),
  }),
  InventoryAnswer: object({ computers: page["computers"] ?? {}, next: orNull(text(36)) }),
  DevicesAnswer: object({ devices: list(object({ signKey: key, mac, hostname, seenAt: instant }), 10_000) }),
  LookAnswer: object({ commit: orNull(text(64)) }),
  AliveAnswer: object({ status: oneOf(["ok"]) }),
  ReadyAnswer: object({ status: oneOf(["ready"]), commit: orNull(text(64)) }),
  ApproveRebindBody: object({ signKey: key }),
} as const satisfies Record<string, JsonSchema>;
