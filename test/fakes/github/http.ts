import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Budget } from "./budget.ts";
import type { FaultRequest } from "./faults.ts";
import { storageUrl } from "./handlers/actions.ts";
import { route } from "./routes.ts";
import type { Asked, Served, Service } from "./service.ts";

export interface Place {
  /** Before every path, as `/api/v3` is in a GitHub Enterprise Server. */
  readonly prefix: string;
}

export function createHttpServer(service: Service, { prefix }: Place): Server {
  return createServer((message, response) => {
    serve(service, prefix, { message, response }).catch((error: unknown) => {
      const text = error instanceof Error ? `${error.stack}` : String(error);
      service.violations.push(`${message.method} ${message.url}: the stand-in broke: ${text}`);
      if (!response.headersSent) response.writeHead(500, { "content-type": "application/json" });
      response.end(JSON.stringify({ message: text }));
    });
  });
}

interface Exchange {
  readonly message: IncomingMessage;
  readonly response: ServerResponse;
}

async function serve(service: Service, prefix: string, { message, response }: Exchange): Promise<void> {
  const url = new URL(message.url ?? "/", "http://stand-in");
  if (url.pathname.startsWith("/_storage/")) return sendArtifact(service, url, { message, response });
  const body = await readBody(message);
  const path = url.pathname.startsWith(prefix) ? url.pathname.slice(prefix.length) : null;
  const found = path === null ? null : route(message.method ?? "GET", path);
  if (found === null) {
    service.violations.push(`${message.method} ${url.pathname}: the stand-in has no such operation`);
    response.writeHead(404, { "content-type": "application/json; charset=utf-8" });
    response.end(
      JSON.stringify({ message: "Not Found", documentation_url: "https://docs.github.com/rest", status: "404" }),
    );
    return;
  }
  const { authorization, accept = "", "if-none-match": etag } = message.headers;
  const asked: Asked = { ...found, query: Object.fromEntries(url.searchParams), body, authorization, accept, etag };
  send(response, await service.serve(asked), service.world.now());
}

async function readBody(message: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk);
  const text = Buffer.concat(chunks).toString();
  return text === "" ? undefined : JSON.parse(text);
}

function send(response: ServerResponse, { rendered, faults, budget }: Served, now: Date): void {
  const strikes = (...kinds: readonly FaultRequest["kind"][]): FaultRequest | undefined =>
    faults.find(({ kind }) => kinds.includes(kind));
  if (strikes("drop-before", "drop-after") !== undefined) {
    response.socket?.destroy();
    return;
  }
  const common = { date: now.toUTCString(), "x-github-request-id": "0000:STANDIN", ...limitHeaders(budget) };
  if (strikes("error-after") !== undefined) {
    response.writeHead(502, { ...common, "content-type": "application/json; charset=utf-8" });
    response.end(JSON.stringify({ message: "Server Error" }));
    return;
  }
  const limited = strikes("secondary-limit");
  const spent = strikes("rate-limit") === undefined ? {} : { "x-ratelimit-remaining": "0" };
  const wait = limited === undefined ? {} : { "retry-after": String(limited.retryAfter ?? 1) };
  const { status, text, headers } = rendered;
  response.writeHead(status, { ...common, ...headers, ...wait, ...spent });
  response.end(strikes("truncated") === undefined ? text : text.slice(0, Math.ceil(text.length / 2)));
}

function limitHeaders({ limit, remaining, used, reset }: Budget): Record<string, string> {
  return {
    "x-ratelimit-limit": String(limit),
    "x-ratelimit-remaining": String(remaining),
    "x-ratelimit-used": String(used),
    "x-ratelimit-reset": String(reset),
    "x-ratelimit-resource": "core",
  };
}

/** The storage behind artifacts takes its signed address and no other credentials. */
function sendArtifact(service: Service, url: URL, { message, response }: Exchange): void {
  const [, , owner, name, id] = url.pathname.split("/");
  const repo = service.world.repos.get(`${owner}/${name}`);
  const artifact = repo?.artifacts.get(Number(id));
  const isSigned =
    repo !== undefined &&
    artifact !== undefined &&
    storageUrl(service.world, repo, artifact).endsWith(`${url.pathname}${url.search}`);
  if (!isSigned) {
    response.writeHead(403).end();
    return;
  }
  if (message.headers.authorization !== undefined) {
    response.writeHead(400).end("InvalidAuthenticationInfo");
    return;
  }
  response.writeHead(200, { "content-type": "application/zip" }).end(artifact.zip);
}
