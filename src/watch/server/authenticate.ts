/** Who asks: an appliance by its signature, an operator by a token. */
import { timingSafeEqual } from "node:crypto";
import type { FastifyReply, FastifyRequest } from "fastify";
import { readApplianceId } from "../../protocol/appliance-id.ts";
import {
  CLOCK_TOLERANCE_MS,
  isRequestSigned,
  readSignatureHeaders,
  type SignatureHeaders,
} from "../../protocol/signed-request.ts";
import { hashToken } from "../listener/tokens.ts";
import { type Caller, type ServerContext, send } from "./context.ts";
import { identityOf } from "./decide/signed.ts";
import type { DesiredIndex } from "./desired.ts";
import { addressKey } from "./limiter.ts";
import type { OperatorScope, OperatorToken } from "./options.ts";
import { type Reply, refuse, refuseFor } from "./reply.ts";

type Hook = (request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply | undefined>;

/** Before the body is judged: who has not proved who they are learns nothing of what a body must be. */
export function authenticatesAppliance(context: ServerContext): Hook {
  const failures = context.limiters.signatures;
  return async (request, reply) => {
    const address = addressKey(request.ip);
    const wait = failures.blockedFor(address);
    if (wait !== null)
      return send(reply, refuseFor(wait, "too-many-requests", "too many requests failed from this address"));
    const found = await findCaller(context, request);
    if ("problem" in found) {
      if (found.problem.status === 401) failures.count(address);
      return send(reply, found);
    }
    request.caller = found;
    return undefined;
  };
}

type Refusal = Extract<Reply, { problem: unknown }>;

async function findCaller(context: ServerContext, request: FastifyRequest): Promise<Caller | Refusal> {
  const index = context.index();
  if (index === null) return refusal(refuse("no-commit-loaded"));
  const headers = readSignatureHeaders(request.headers);
  const id = headers === null ? null : readApplianceId(headers.applianceId);
  if (headers === null || id === null) return refusal(refuse("bad-signature", "the request carries no signature"));
  const declared = index.byId.get(headers.applianceId) ?? null;
  const identity = identityOf(await context.store.read(id.site, id.appliance), declared);
  if (identity === null || !isSigned(request, headers, identity.signKey))
    return refusal(refuse("bad-signature", "no key of this appliance made this signature"));
  const now = context.now();
  if (Math.abs(now.getTime() - headers.timestamp) > CLOCK_TOLERANCE_MS)
    return refusal(refuse("clock-skew", "set the clock to serverTime", { serverTime: now.toISOString() }));
  const nonce = { value: headers.nonce, expiresAt: headers.timestamp + 2 * CLOCK_TOLERANCE_MS };
  const hasSubmitted = await isSubmitted(context, index, id.site);
  return {
    id: headers.applianceId,
    ...id,
    encKey: identity.encKey,
    nonce: headers.nonce,
    commit: index.commit,
    target: { ...id, nonce },
    signed: { declared, signKey: identity.signKey, now, hasSubmitted },
  };
}

function refusal(reply: Reply): Refusal {
  if ("problem" in reply) return reply;
  throw new TypeError("not a refusal");
}

function isSigned(request: FastifyRequest, headers: SignatureHeaders, signKey: string): boolean {
  const facts = { ...headers, method: request.method, path: request.raw.url ?? "", body: request.rawBody };
  return isRequestSigned(facts, headers.signature, signKey);
}

/** Only where no document names the credential: then a partner may have submitted one. */
export async function isSubmitted({ store }: ServerContext, { sites }: DesiredIndex, site: string): Promise<boolean> {
  if (sites.get(site)?.domain.credentialsRef !== undefined) return false;
  return (await store.submitted(site)) !== null;
}

export function authenticatesOperator(context: ServerContext, scope: OperatorScope): Hook {
  const failures = context.limiters.signatures;
  return async (request, reply) => {
    const address = addressKey(request.ip);
    const wait = failures.blockedFor(address);
    if (wait !== null) return send(reply, refuseFor(wait, "too-many-requests"));
    const token = tokenOf(request.headers.authorization, context.tokens);
    if (token === null) {
      failures.count(address);
      reply.header("www-authenticate", "Bearer");
      return send(reply, refuse("no-token"));
    }
    if (!token.scopes.includes(scope)) return send(reply, refuse("scope-missing", `it takes the scope ${scope}`));
    request.operator = token;
    return undefined;
  };
}

function tokenOf(header: string | undefined, tokens: readonly OperatorToken[]): OperatorToken | null {
  const text = /^Bearer ([\x21-\x7e]{1,512})$/.exec(header ?? "")?.[1];
  if (text === undefined) return null;
  const hash = Buffer.from(hashToken(text));
  const isEqual = ({ hash: known }: OperatorToken): boolean =>
    known.length === hash.length && timingSafeEqual(Buffer.from(known), hash);
  return tokens.find(isEqual) ?? null;
}
