/** A server on loopback in the place of WorkSpaces, and Reeve's reader and writer on it. */
import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";
import { openDoors } from "../../../../src/providers/workspaces/api/doors.ts";
import { createReader } from "../../../../src/providers/workspaces/api/reader.ts";
import { createWriter } from "../../../../src/providers/workspaces/api/writer.ts";
import type { WorkspacesWriter } from "../../../../src/providers/workspaces/model.ts";
import { directCalls } from "../../../../src/support/calls.ts";

/** One request: the operation and what it sent. */
export interface Asked {
  readonly operation: string;
  readonly input: Readonly<Record<string, unknown>>;
}

interface Refusal {
  readonly error: string;
}

/** The answer's body, or the name of an error. */
type Respond = (asked: Asked) => object | Refusal;

export interface Wire {
  readonly writer: WorkspacesWriter;
  readonly asked: readonly Asked[];
  /** What was said to the person who waits. */
  readonly progress: readonly string[];
}

export async function openWire(respond: Respond = () => ({})): Promise<Wire> {
  const asked: Asked[] = [];
  const server = createServer((request, response) => {
    void readAsked(request).then((one) => {
      asked.push(one);
      const answer = respond(one);
      const isError = "error" in answer;
      response.writeHead(isError ? 400 : 200, { "content-type": "application/x-amz-json-1.1" });
      response.end(JSON.stringify(isError ? { __type: answer.error, message: "no" } : answer));
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const progress: string[] = [];
  return { writer: openWriter((server.address() as AddressInfo).port, progress), asked, progress };
}

async function readAsked(request: IncomingMessage): Promise<Asked> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const operation = String(request.headers["x-amz-target"]).split(".")[1] ?? "";
  return { operation, input: JSON.parse(Buffer.concat(chunks).toString("utf8")) as Asked["input"] };
}

function openWriter(port: number, progress: string[]): WorkspacesWriter {
  const session = {
    estate: "robco",
    root: "/",
    clock: { now: () => new Date(1_000_000), sleep: () => Promise.resolve() },
    calls: directCalls,
    progress: { step: (text: string) => progress.push(text) },
    signal: new AbortController().signal,
    environment: {
      AWS_ENDPOINT_URL: `http://127.0.0.1:${port}`,
      AWS_ACCESS_KEY_ID: "REEVESANDBOX",
      AWS_SECRET_ACCESS_KEY: "reeve-sandbox",
    },
  };
  const limiter = { perSecond: 1000, burst: 1000 };
  const doors = openDoors(session, { accountId: "123456789012", roleArn: undefined, limiter });
  return createWriter(doors, createReader(doors));
}
