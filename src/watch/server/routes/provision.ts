/** From a code to a configuration. */
import type { FastifyInstance, FastifyRequest } from "fastify";
import type {
  ClaimAnswer,
  ClaimBody,
  HeartbeatBody,
  StatusBody,
  ValidateAnswer,
  ValidateBody,
} from "../../../protocol/bodies.ts";
import { isHeartbeatProven, isProven } from "../../../protocol/claim-proof.ts";
import { hashCode, readCode } from "../../../protocol/codes.ts";
import { brandOf } from "../../../protocol/configuration.ts";
import { isRecipient } from "../../../protocol/seal.ts";
import { authenticatesAppliance, isSubmitted } from "../authenticate.ts";
import { callerOf, type ServerContext, send } from "../context.ts";
import { decideClaim } from "../decide/decide-claim.ts";
import { decideFetch, decideStatus } from "../decide/decide-reports.ts";
import type { DeclaredAppliance, DesiredIndex } from "../desired.ts";
import { addressKey } from "../limiter.ts";
import { answer, type Reply, refuse, refuseFor } from "../reply.ts";
import { POSTED, routeSchema } from "./route-schema.ts";

export function addProvisionRoutes(app: FastifyInstance, context: ServerContext): void {
  const limitFailures = async (request: FastifyRequest, run: () => Promise<Reply>): Promise<Reply> => {
    const { claims, allClaims } = context.limiters;
    const address = addressKey(request.ip);
    const wait = claims.blockedFor(address) ?? allClaims.blockedFor("all");
    if (wait !== null) return refuseFor(wait, "too-many-requests", "too many codes failed");
    const made = await run();
    if ("problem" in made && made.problem.status < 500) {
      claims.count(address);
      allClaims.count("all");
    }
    return made;
  };
  app.post<{ Body: ValidateBody }>("/api/provision/validate", { schema: VALIDATE }, async (request, reply) =>
    send(reply, await limitFailures(request, () => validateCode(context, request.body))),
  );
  app.post<{ Body: ClaimBody }>("/api/provision/claim", { schema: CLAIM }, async (request, reply) =>
    send(reply, await limitFailures(request, () => claimCode(context, request.body))),
  );
  app.post<{ Body: HeartbeatBody }>("/api/provision/heartbeat", { schema: HEARTBEAT }, async (request, reply) =>
    send(reply, await noteDevice(context, request.body, addressKey(request.ip))),
  );
  addSignedRoutes(app, context);
}

const CODE_REFUSALS = [
  ...POSTED,
  "code-unknown",
  "code-claimed",
  "code-expired",
  "code-revoked",
  "too-many-requests",
] as const;
const SIGNED_REFUSALS = [
  "bad-signature",
  "clock-skew",
  "replay",
  "suspended",
  "retired",
  "identity-conflict",
  "too-many-requests",
  "no-commit-loaded",
  "store-unavailable",
] as const;

const VALIDATE = routeSchema({
  summary: "Looks a code up; uses nothing up.",
  body: "ValidateBody",
  answers: { 200: "ValidateAnswer" },
  refusals: [...CODE_REFUSALS, "no-commit-loaded", "store-unavailable"],
});
const CLAIM = routeSchema({
  summary: "Binds the appliance's key to its declared place.",
  body: "ClaimBody",
  answers: { 200: "ClaimAnswer" },
  refusals: [...CODE_REFUSALS, "bad-proof", "mac-mismatch", "suspended", "no-commit-loaded", "store-unavailable"],
});
const HEARTBEAT = routeSchema({
  summary: "A sign of life of a device that has claimed nothing.",
  body: "HeartbeatBody",
  answers: { 202: null },
  refusals: [...POSTED, "bad-proof", "too-many-requests", "store-unavailable"],
});
const STATUS = routeSchema({
  summary: "How far provisioning has come.",
  body: "StatusBody",
  answers: { 204: null },
  refusals: [...POSTED, ...SIGNED_REFUSALS, "step-order"],
});
const CONFIG = routeSchema({
  summary: "The appliance's configuration, as YAML. ETag and If-None-Match work; X-Commit names the commit.",
  answers: { 200: "text", 304: null },
  refusals: ["validation", ...SIGNED_REFUSALS, "other-appliance", "not-found"],
});

interface FoundCode {
  readonly index: DesiredIndex;
  readonly declared: DeclaredAppliance;
  readonly codeHash: string;
}

function findCode(context: ServerContext, typed: string): FoundCode | Reply {
  const index = context.index();
  if (index === null) return refuse("no-commit-loaded");
  const code = readCode(typed);
  const codeHash = code === null ? null : hashCode(code);
  const declared = codeHash === null ? undefined : index.byCode.get(codeHash);
  if (codeHash === null || declared === undefined)
    return refuse("code-unknown", "look at the sheet again: 16 letters and digits");
  return { index, declared, codeHash };
}

async function validateCode(context: ServerContext, { code }: ValidateBody): Promise<Reply> {
  const found = findCode(context, code);
  if (!("declared" in found)) return found;
  const { declared, codeHash } = found;
  const { provisioning } = declared.appliance;
  if (provisioning === undefined) return refuse("code-unknown");
  const target = {
    site: declared.siteName,
    appliance: declared.appliance.name,
    code: { codeHash, generation: provisioning.generation },
  };
  const holder = await context.store.change(target, ({ claimedBy }) => ({ answer: claimedBy }), context.now());
  if (holder !== null) return refuse("code-claimed");
  if (provisioning.revoked) return refuse("code-revoked");
  if (Date.parse(provisioning.expiresAt) <= context.now().getTime()) return refuse("code-expired");
  const body: ValidateAnswer = { partner: brandOf(declared.partner), expiresAt: provisioning.expiresAt };
  return answer(200, body);
}

async function claimCode(context: ServerContext, body: ClaimBody): Promise<Reply> {
  if (context.index() === null) return refuse("no-commit-loaded");
  const code = readCode(body.code);
  const codeHash = code === null ? "" : hashCode(code);
  // The proof comes first: who cannot sign learns nothing of codes.
  if (code !== null && !isProven({ codeHash, mac: body.mac, encKey: body.encKey }, body.proof, body.signKey))
    return refuse("bad-proof", "the proof is over the code's hash, the hardware address and the sealing key");
  if (!isRecipient(body.encKey)) return refuse("bad-proof", "encKey is no age recipient");
  const found = findCode(context, body.code);
  if (!("declared" in found)) return found;
  const { declared, index } = found;
  const now = context.now();
  const hasSubmitted = await isSubmitted(context, index, declared.siteName);
  const generation = declared.appliance.provisioning?.generation ?? 1;
  const target = { site: declared.siteName, appliance: declared.appliance.name, code: { codeHash, generation } };
  const welcome = answer(200, welcomeOf(context, declared));
  return context.store.change(target, (what) => decideClaim({ declared, body, now, hasSubmitted, welcome }, what), now);
}

function welcomeOf({ keys }: ServerContext, declared: DeclaredAppliance): ClaimAnswer {
  return {
    status: "claimed",
    siteId: declared.siteName,
    applianceId: declared.id,
    partner: brandOf(declared.partner),
    apiEndpoint: declared.site.apiEndpoint,
    serverKeys: [keys.sign.publicKey],
    pollSeconds: declared.pollSeconds,
  };
}

async function noteDevice(context: ServerContext, body: HeartbeatBody, address: string): Promise<Reply> {
  const { heartbeats } = context.limiters;
  const wait = heartbeats.blockedFor(address);
  if (wait !== null) return refuseFor(wait, "too-many-requests");
  heartbeats.count(address);
  const { signKey, mac, hostname, at, proof } = body;
  if (!isHeartbeatProven({ mac, at }, proof, signKey))
    return refuse("bad-proof", "the proof is over the address and the time");
  await context.store.noteDevice({ signKey, mac, hostname, seenAt: context.now().toISOString() });
  return answer(202);
}

function addSignedRoutes(app: FastifyInstance, context: ServerContext): void {
  const preValidation = authenticatesAppliance(context);
  app.post<{ Body: StatusBody }>("/api/provision/status", { schema: STATUS, preValidation }, async (request, reply) => {
    const { target, signed } = callerOf(request);
    return send(
      reply,
      await context.store.change(target, (found) => decideStatus(signed, request.body, found), signed.now),
    );
  });
  app.get<{ Params: { applianceId: string } }>(
    "/api/provision/config/:applianceId",
    { schema: CONFIG, preValidation },
    async (request, reply) => send(reply, await giveConfiguration(context, request, request.params.applianceId)),
  );
}

async function giveConfiguration(context: ServerContext, request: FastifyRequest, applianceId: string): Promise<Reply> {
  const { id, target, signed, commit } = callerOf(request);
  if (applianceId !== id) return refuse("other-appliance");
  const etag = request.headers["if-none-match"];
  const said = await context.store.change(target, (found) => decideFetch(signed, etag, found), signed.now);
  if (typeof said !== "string") return said;
  const rendered = signed.declared?.rendered();
  if (rendered === undefined) return refuse("retired");
  const headers = { etag: `"${rendered.hash}"`, "x-commit": commit, "cache-control": "no-store" };
  if (said === "same") return answer(304, null, headers);
  return answer(200, rendered.text, { ...headers, "content-type": "application/yaml; charset=utf-8" });
}
