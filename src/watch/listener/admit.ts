/** Lets a request in, or says why not. */
import type { FastifyReply, FastifyRequest } from "fastify";
import type { ListenConfig, Scope } from "../config/config.ts";
import type { Sessions } from "./sessions.ts";
import { type Visitor, visitorOf } from "./tokens.ts";

export interface Door {
  readonly listen: ListenConfig;
  readonly sessions: Sessions;
}

export const COOKIE = "reeve_session";

/** Without tokens, whoever reaches the loopback address may look. */
const ANYBODY: Visitor = { name: "anybody on this host", scopes: new Set(["read"]) };

export function visitorFrom(request: FastifyRequest, { listen, sessions }: Door): Visitor | null {
  const bearer = /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? "")?.[1];
  if (bearer !== undefined) return visitorOf(bearer, listen.tokens);
  const cookie = cookieOf(request);
  const known = cookie === null ? null : sessions.find(cookie);
  if (known !== null) return known;
  return listen.tokens.length === 0 ? ANYBODY : null;
}

export function cookieOf({ headers }: FastifyRequest): string | null {
  return new RegExp(`(?:^|; *)${COOKIE}=([\\w-]{1,100})(?:;|$)`).exec(headers.cookie ?? "")?.[1] ?? null;
}

export interface Refusal {
  readonly status: 401 | 403 | 421;
  readonly type: string;
  readonly title: string;
}

/** Null where the request may be answered. */
export function whyRefused(request: FastifyRequest, door: Door, scope: Scope): Refusal | null {
  if (!isOurName(request, door.listen))
    return { status: 421, type: "other-host", title: "this address is not served under that name" };
  const visitor = visitorFrom(request, door);
  if (visitor === null) return { status: 401, type: "no-token", title: "a token is needed" };
  if (!visitor.scopes.has(scope))
    return { status: 403, type: "no-scope", title: `this needs a token with the scope ${scope}` };
  const isLook = request.method === "GET" || request.method === "HEAD";
  const isOwn = isLook || request.headers.authorization !== undefined || isSameOrigin(request);
  return isOwn ? null : { status: 403, type: "other-origin", title: "another site sent this form" };
}

/** Without tokens, a page of somebody else's must not reach us through a name that it makes point here. */
function isOurName({ hostname }: FastifyRequest, { tokens, host }: ListenConfig): boolean {
  if (tokens.length > 0) return true;
  const name = hostname.replace(/^\[|\]$/g, "");
  return name === "localhost" || name === "::1" || name === host || /^127(\.\d{1,3}){3}$/.test(name);
}

/** A browser says where a form came from; the cookie alone would not do for older ones. */
function isSameOrigin({ headers, host }: FastifyRequest): boolean {
  const site = headers["sec-fetch-site"];
  if (typeof site === "string") return site === "same-origin" || site === "none";
  const { origin } = headers;
  return origin !== undefined && URL.canParse(origin) && new URL(origin).host === host;
}

/** Stops a route's request where it may not be answered. */
export function admit(door: Door, scope: Scope, refuse: (reply: FastifyReply, why: Refusal) => unknown) {
  return async (request: FastifyRequest, reply: FastifyReply): Promise<unknown> => {
    const why = whyRefused(request, door, scope);
    return why === null ? undefined : refuse(reply, why);
  };
}
