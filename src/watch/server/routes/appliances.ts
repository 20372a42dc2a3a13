/** What appliances report, again and again. */
import { createHash } from "node:crypto";
import type { FastifyInstance } from "fastify";
import type { CheckinBody, DomainDiscoveredBody, EnumerationPage } from "../../../protocol/bodies.ts";
import { SecretTrouble } from "../../../protocol/secrets/secret-source.ts";
import { authenticatesAppliance } from "../authenticate.ts";
import { type Caller, callerOf, type ServerContext, send } from "../context.ts";
import { decideCheckin } from "../decide/decide-checkin.ts";
import { decideDiscovery, decideEnumeration } from "../decide/decide-reports.ts";
import { type Reply, refuseFor } from "../reply.ts";
import { POSTED, routeSchema } from "./route-schema.ts";

const SIGNED_REFUSALS = [
  ...POSTED,
  "bad-signature",
  "clock-skew",
  "replay",
  "suspended",
  "retired",
  "too-many-requests",
  "no-commit-loaded",
  "store-unavailable",
] as const;

const CHECKIN = routeSchema({
  summary: "Reports how the appliance stands, and asks what it should do.",
  body: "CheckinBody",
  answers: { 200: "CheckinAnswer" },
  refusals: [...SIGNED_REFUSALS, "clone-suspected"],
});
const DISCOVERED = routeSchema({
  summary: "Reports the domain that was found.",
  body: "DomainDiscoveredBody",
  answers: { 200: "DomainDiscoveredAnswer", 202: "DomainDiscoveredAnswer" },
  refusals: [...SIGNED_REFUSALS, "domain-mismatch", "identity-conflict"],
});
const ENUMERATED = routeSchema({
  summary: "One page of the domain's computers; all of them count once the final one is there.",
  body: "EnumerationPage",
  answers: { 200: "EnumerationAnswer", 202: "EnumerationAnswer" },
  refusals: [
    ...SIGNED_REFUSALS,
    "domain-mismatch",
    "superseded-generation",
    "pages-missing",
    "suspicious-shrink",
    "identity-conflict",
  ],
});

export function addApplianceRoutes(app: FastifyInstance, context: ServerContext): void {
  const preValidation = authenticatesAppliance(context);
  const { store } = context;
  app.post<{ Body: CheckinBody }>(
    "/api/appliances/checkin",
    { schema: CHECKIN, preValidation },
    async (request, reply) =>
      send(reply, await checkIn(context, callerOf(request), { body: request.body, raw: request.rawBody })),
  );
  app.post<{ Body: DomainDiscoveredBody }>(
    "/api/appliances/domain-discovered",
    { schema: DISCOVERED, preValidation },
    async (request, reply) => {
      const { target, signed } = callerOf(request);
      return send(
        reply,
        await store.change(target, (found) => decideDiscovery(signed, request.body, found), signed.now),
      );
    },
  );
  app.post<{ Body: EnumerationPage }>(
    "/api/appliances/enumeration-results",
    { schema: ENUMERATED, preValidation },
    async (request, reply) => {
      const { target, signed } = callerOf(request);
      return send(
        reply,
        await store.change(target, (found) => decideEnumeration(signed, request.body, found), signed.now),
      );
    },
  );
}

interface Sent {
  readonly body: CheckinBody;
  readonly raw: Buffer;
}

async function checkIn(context: ServerContext, caller: Caller, { body, raw }: Sent): Promise<Reply> {
  const { checkins } = context.limiters;
  const wait = checkins.blockedFor(caller.id);
  if (wait !== null) return refuseFor(wait, "too-many-requests", "check in as often as pollSeconds says");
  checkins.count(caller.id);
  const { target, signed, commit } = caller;
  const digest = createHash("sha256").update(raw).digest("base64url");
  const credentialsVersion = await credentialsVersionOf(context, caller);
  const checkin = { ...signed, body, digest, commit, credentialsVersion };
  return context.store.change(target, (found) => decideCheckin(checkin, found), signed.now);
}

/** A secret that cannot be resolved now is no reason to turn a check-in away: the version stays unknown until it can. */
async function credentialsVersionOf(context: ServerContext, { site, signed }: Caller): Promise<string | null> {
  const { declared } = signed;
  if (declared === null || declared.appliance.suspended) return null;
  try {
    const submitted = signed.hasSubmitted ? await context.store.submitted(site) : null;
    const version = await context.deliveries.version({ siteName: site, site: declared.site, submitted });
    context.secretTroubles.end(`credentials of ${site}`);
    return version;
  } catch (error) {
    if (!(error instanceof SecretTrouble)) throw error;
    context.secretTroubles.begin(`credentials of ${site}`, error.message);
    return null;
  }
}
