/** What all routes share, and what a request carries once it has been looked at. */
import type { FastifyReply, FastifyRequest } from "fastify";
import { problemOf } from "../../protocol/problems.ts";
import type { Signed } from "./decide/signed.ts";
import { type DesiredIndex, indexDesired } from "./desired.ts";
import { type Limiter, limits } from "./limiter.ts";
import { DEFAULT_LIMITS, type OperatorToken, type SiteServerLimits, type SiteServerOptions } from "./options.ts";
import type { Reply } from "./reply.ts";
import { type SayOnce, saysOnce } from "./say-once.ts";
import { type Deliveries, opensDeliveries } from "./secrets/deliveries.ts";
import type { Target } from "./store/store.ts";

export interface ServerContext extends SiteServerOptions {
  readonly now: () => Date;
  readonly deliveries: Deliveries;
  readonly index: () => DesiredIndex | null;
  /** What keeps credentials from being resolved, by site. */
  readonly secretTroubles: SayOnce;
  readonly limits: SiteServerLimits;
  readonly limiters: Readonly<
    Record<"claims" | "allClaims" | "signatures" | "heartbeats" | "checkins" | "submissions", Limiter>
  >;
}

/** An appliance whose signature held. */
export interface Caller {
  readonly id: string;
  readonly site: string;
  readonly appliance: string;
  readonly encKey: string;
  readonly nonce: string;
  readonly commit: string;
  /** To look it up with, once: the nonce is used up by it. */
  readonly target: Target;
  readonly signed: Signed;
}

declare module "fastify" {
  interface FastifyRequest {
    /** As it came; empty where none came. */
    rawBody: Buffer;
    caller: Caller | null;
    operator: OperatorToken | null;
  }
}

export function makeContext(options: SiteServerOptions): ServerContext {
  const now = (): Date => options.clock.now();
  const max = { ...DEFAULT_LIMITS, ...options.limits };
  return {
    ...options,
    now,
    deliveries: opensDeliveries({ resolve: options.resolveSecret, seal: options.keys.seal, now }),
    index: () => {
      const desired = options.desired();
      return desired === null ? null : indexDesired(desired);
    },
    secretTroubles: saysOnce(options.log),
    limits: max,
    limiters: {
      claims: limits(max.claimFailures, now),
      allClaims: limits(max.allClaimFailures, now),
      signatures: limits(max.signatureFailures, now),
      heartbeats: limits(max.heartbeats, now),
      checkins: limits(max.checkins, now),
      submissions: limits(max.submissions, now),
    },
  };
}

/** Every 429 and 503 says when to come again. */
const RETRY_SECONDS = 10;

export function send(reply: FastifyReply, made: Reply): FastifyReply {
  if ("problem" in made) {
    const { problem, retryAfter } = made;
    const isPassing = problem.status === 429 || problem.status === 503 || problem.status === 502;
    if (isPassing) reply.header("retry-after", String(retryAfter ?? RETRY_SECONDS));
    return reply.code(problem.status).type("application/problem+json").send(JSON.stringify(problem));
  }
  reply.headers(made.headers ?? {}).code(made.status);
  return made.body === null ? reply.send() : reply.send(made.body);
}

export function sendInternal(reply: FastifyReply): FastifyReply {
  return send(reply, { problem: problemOf("internal") });
}

/** The caller that `authenticate` found: a route that has no such hook in front of it is a bug. */
export function callerOf(request: FastifyRequest): Caller {
  if (request.caller === null) throw new TypeError("not authenticated");
  return request.caller;
}
