import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import { setTimeout } from "node:timers/promises";
import { ANONYMOUS, type User } from "./access.ts";
import { type Answer, type ApiRequest, json, plainText } from "./api-request.ts";
import type { Engine } from "./engine.ts";
import { type Fault, type FaultKind, strike } from "./faults.ts";
import type { RequestLog } from "./request-log.ts";
import { StatusError } from "./status.ts";
import { serveWatch } from "./watch-stream.ts";

export interface HttpOptions {
  readonly engine: Engine;
  readonly log: RequestLog;
  readonly faults: Fault[];
  /** Who a token belongs to. */
  readonly users: ReadonlyMap<string, User>;
  readonly now: () => Date;
  /** After every request that may have changed something. */
  readonly save: () => void;
}

/** The API over HTTP: reads a request, lets faults strike, answers. */
export function createListener(options: HttpOptions): RequestListener {
  return (message, response) => {
    serve(options, message, response).catch((error: unknown) => {
      if (!response.headersSent) response.writeHead(500, { "Content-Type": "text/plain" });
      response.end(error instanceof Error ? `${error.stack}\n` : String(error));
    });
  };
}

async function readBody(message: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) if (Buffer.isBuffer(chunk)) chunks.push(chunk);
  return Buffer.concat(chunks).toString("utf8");
}

function userOf(users: ReadonlyMap<string, User>, authorization: string | undefined): User | null {
  if (authorization === undefined) return ANONYMOUS;
  return users.get(authorization.replace(/^Bearer /, "")) ?? null;
}

async function serve(options: HttpOptions, message: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = await readBody(message);
  const url = new URL(message.url ?? "/", "https://localhost");
  const user = userOf(options.users, message.headers.authorization);
  const request: ApiRequest = {
    method: message.method ?? "GET",
    path: url.pathname,
    query: url.searchParams,
    headers: message.headers,
    user: user ?? ANONYMOUS,
    body,
  };
  const { verb, plural } = options.engine.nameOf(request);
  const faults = strike(options.faults, verb, plural);
  const outcome = user === null ? unauthorized() : answerWith(options, request, faults);
  options.save();
  const isBroken = faults.some(({ kind }) => kind.startsWith("reset"));
  options.log.add({
    at: performance.timeOrigin + performance.now(),
    user: request.user.name,
    verb,
    method: request.method,
    path: `${url.pathname}${url.search}`,
    plural,
    isDryRun: url.searchParams.has("dryRun") || body.includes('"dryRun"'),
    status: isBroken ? 0 : (insteadOf(faults) ?? outcome).status,
    isDone: outcome.status < 400 && insteadOf(faults, BEFORE) === null,
    faults: faults.map(({ kind }) => kind),
  });
  await send(options, { faults, outcome, response });
}

function unauthorized(): Answer {
  const error = new StatusError({ code: 401, reason: "Unauthorized", message: "Unauthorized" });
  return json(401, error.body);
}

const BEFORE: ReadonlySet<FaultKind> = new Set([
  "reset-before",
  "error-html",
  "too-many-requests",
  "conflict-race",
  "webhook-down",
  "forbidden",
  "unauthorized",
  "expired",
]);

function answerWith({ engine, now }: HttpOptions, request: ApiRequest, faults: readonly Fault[]): Answer {
  const instead = insteadOf(faults, BEFORE);
  if (instead !== null) return instead;
  return engine.answer(request, now());
}

const HTML = (status: number, title: string): Answer => ({
  status,
  headers: { "Content-Type": "text/html" },
  body: `<html>\r\n<head><title>${status} ${title}</title></head>\r\n<body><center><h1>${status} ${title}</h1></center></body>\r\n</html>\r\n`,
});

function failure(code: number, reason: string, message: string): Answer {
  return json(code, new StatusError({ code, reason, message }).body);
}

/** What a fault says in the answer's place. */
function insteadOf(faults: readonly Fault[], only?: ReadonlySet<FaultKind>): Answer | null {
  const striking = faults.filter(({ kind }) => only === undefined || only.has(kind));
  const said = striking.map(sayingOf).filter((answer) => answer !== null);
  return said[0] ?? null;
}

function sayingOf({ kind, retryAfter }: Fault): Answer | null {
  const modified =
    "Operation cannot be fulfilled: the object has been modified; please apply your changes to the latest version and try again";
  switch (kind) {
    case "reset-before":
      return { status: 0, headers: {}, body: "" };
    case "error-html":
      return HTML(502, "Bad Gateway");
    case "error-html-after":
      return HTML(503, "Service Temporarily Unavailable");
    case "too-many-requests":
      return plainText(429, "Too many requests, please try again later.\n", { "Retry-After": String(retryAfter) });
    case "conflict-race":
      return failure(409, "Conflict", modified);
    case "webhook-down":
      return failure(
        500,
        "InternalError",
        'Internal error occurred: failed calling webhook "guard.example.com": connection refused',
      );
    case "forbidden":
      return failure(403, "Forbidden", "forbidden: not allowed just now");
    case "unauthorized":
      return unauthorized();
    case "expired":
      return failure(410, "Expired", "The resourceVersion for the provided list is too old.");
    case "reset-after":
    case "slow":
    case "truncated":
      return null;
  }
}

interface Sending {
  readonly faults: readonly Fault[];
  readonly outcome: Answer;
  readonly response: ServerResponse;
}

async function send({ engine, now }: HttpOptions, { faults, outcome, response }: Sending): Promise<void> {
  if (faults.some(({ kind }) => kind.startsWith("reset"))) {
    response.socket?.destroy();
    return;
  }
  for (const { kind, milliseconds } of faults) if (kind === "slow") await setTimeout(milliseconds);
  const { status, headers, body, watch } = insteadOf(faults) ?? outcome;
  if (watch !== undefined) return serveWatch(engine, watch, response);
  const text = typeof body === "string" ? body : body === undefined ? "" : `${JSON.stringify(body)}\n`;
  response.writeHead(status, { ...headers, Date: now().toUTCString() });
  const isCut = faults.some(({ kind }) => kind === "truncated");
  response.end(isCut ? text.slice(0, Math.ceil(text.length / 2)) : text);
}
