import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { setTimeout } from "node:timers/promises";
import { answerAdmin } from "./admin.ts";
import { ApiError } from "./api-error.ts";
import type { Answer, Engine } from "./engine.ts";
import { answerPriceList } from "./price-list.ts";
import { queryError } from "./query-protocol.ts";
import { happens } from "./random.ts";
import { readBody, readTarget, type Target } from "./request.ts";
import type { FaultKind } from "./world.ts";

/** Speaks AWS JSON and AWS's query protocol, has the price list's files, and the console's JSON under `/_sandbox/`. */
export function createHttpServer(engine: Engine): Server {
  return createServer((message, response) => {
    serve(engine, message, response).catch((error: unknown) => {
      if (!response.headersSent) response.writeHead(500, { "content-type": "text/plain" });
      response.end(error instanceof Error ? `${error.stack}\n` : String(error));
    });
  });
}

async function serve(engine: Engine, message: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = await readBody(message);
  if (message.url?.startsWith("/_sandbox/") === true) return answerAdmin(engine, { message, body, response });
  if (message.url?.startsWith("/offers/") === true) return sendFile(response, answerPriceList(message.url));
  try {
    const target = readTarget(message, body);
    await send(engine, { answer: engine.answer(target, body), response, asked: target });
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    const asked = { service: "workspaces", protocol: "json" } as const;
    sendError(engine, { response, asked, error, requestId: "00000000-0000-4000-8000-000000000000" });
  }
}

function sendFile(response: ServerResponse, file: object | null): void {
  response.writeHead(file === null ? 404 : 200, { "content-type": "application/json" });
  response.end(file === null ? "" : JSON.stringify(file));
}

type Asked = Pick<Target, "service" | "protocol">;

interface Sending {
  readonly answer: Answer;
  readonly response: ServerResponse;
  readonly asked: Asked;
}

async function send(engine: Engine, { answer, response, asked }: Sending): Promise<void> {
  const kinds = new Set(answer.faults.map(({ kind }) => kind));
  if (kinds.has("drop-before") || kinds.has("drop-after")) {
    response.socket?.destroy();
    return;
  }
  for (const { kind, milliseconds } of answer.faults) if (kind === "slow") await setTimeout(milliseconds);
  const { requestId } = answer;
  if ("error" in answer) return sendError(engine, { response, asked, error: answer.error, requestId });
  if (kinds.has("error-after")) {
    const error = new ApiError("InternalFailure", "We encountered an internal error. Please try again.", 500);
    return sendError(engine, { response, asked, error, requestId });
  }
  const text = "xml" in answer ? answer.xml : JSON.stringify(disguise(answer.output, kinds));
  const type = asked.protocol === "query" ? "text/xml" : "application/x-amz-json-1.1";
  response.writeHead(200, { "content-type": type, "x-amzn-requestid": requestId });
  response.end(kinds.has("truncated") ? text.slice(0, Math.ceil(text.length / 2)) : text);
}

/** What a newer service would say: a state, or a member, that this client has never heard of. */
function disguise(output: object, kinds: ReadonlySet<FaultKind>): object {
  if (!kinds.has("unknown-enum") && !kinds.has("unknown-field")) return output;
  const text = JSON.stringify(output, (key, value: unknown) => {
    if (kinds.has("unknown-enum") && key === "State" && typeof value === "string") return "HIBERNATING";
    if (!kinds.has("unknown-field") || typeof value !== "object" || value === null || Array.isArray(value))
      return value;
    return { ...value, NewMember: "tomorrow" };
  });
  return JSON.parse(text) as object;
}

interface Refusal {
  readonly response: ServerResponse;
  readonly asked: Asked;
  readonly error: ApiError;
  readonly requestId: string;
}

/** Both forms of `__type` and of the message occur; clients must take either. */
function sendError(engine: Engine, { response, asked, error, requestId }: Refusal): void {
  const type = happens(engine.world, 0.5) ? error.type : `com.amazonaws.workspaces.v20150408#${error.type}`;
  const message = happens(engine.world, 0.5) ? { message: error.message } : { Message: error.message };
  const isXml = asked.protocol === "query";
  const text = isXml ? queryError(error, asked, requestId) : JSON.stringify({ __type: type, ...message });
  response.writeHead(error.status, {
    "content-type": isXml ? "text/xml" : "application/x-amz-json-1.1",
    "x-amzn-requestid": requestId,
  });
  response.end(text);
}
