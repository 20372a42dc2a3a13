import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse, request as send } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import type { Watch, WatchOrder } from "./watch.ts";

/** Told of each request before it goes on. */
type OnRequest = (operation: string) => void;

/**
 * A watch on the wire to the AWS stand-in: what the stand-ins of programs are to a provider that calls programs. An
 * unwatched run goes through one too, so that each request moves the stand-in's time.
 */
export async function tapWire(endpoint: string, onRequest: OnRequest): Promise<Watch> {
  const tap = new Tap(endpoint, onRequest);
  const server = createServer((message, response) => {
    tap.serve(message, response).catch(() => response.destroy());
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    environment: { AWS_ENDPOINT_URL: `http://127.0.0.1:${port}` },
    begun: (pid) => tap.begun(pid),
    arm: (order) => tap.arm(order),
    calls: () => tap.calls,
    said: () => tap.said.join("\n"),
    reached: () => tap.reached.promise,
    go: () => tap.gone.resolve(),
    close: async () => {
      tap.gone.resolve();
      if (!server.listening) return;
      server.close();
      server.closeAllConnections();
      await once(server, "close");
    },
  };
}

class Tap {
  calls: string[] = [];
  said: string[] = [];
  reached = Promise.withResolvers<void>();
  gone = Promise.withResolvers<void>();
  readonly #endpoint: string;
  readonly #onRequest: OnRequest;
  #order: WatchOrder = { do: "count" };
  #pid = 0;
  #isStruck = false;

  constructor(endpoint: string, onRequest: OnRequest) {
    this.#endpoint = endpoint;
    this.#onRequest = onRequest;
  }

  begun(pid: number): void {
    this.#pid = pid;
  }

  arm(order: WatchOrder): void {
    this.calls = [];
    this.said = [];
    this.reached = Promise.withResolvers();
    this.gone = Promise.withResolvers();
    this.#order = order;
    this.#isStruck = false;
  }

  async serve(message: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await buffer(message);
    const operation = operationOf(message, body);
    this.calls.push(operation);
    this.said.push(body.toString());
    this.#onRequest(operation);
    const when = this.#strikes(operation);
    if (when === "pause") {
      this.reached.resolve();
      await this.gone.promise;
    }
    if (when === "before" || when === "reeve") process.kill(this.#pid, "SIGKILL");
    if (when === "before") return void response.destroy();
    const { answer, content } = await this.#forward(message, body);
    if (when === "after") process.kill(this.#pid, "SIGKILL");
    if (response.destroyed) return;
    response.writeHead(answer.statusCode ?? 500, answer.headers);
    response.end(content);
  }

  /** What happens at this call: once after each `arm`. */
  #strikes(operation: string): "before" | "after" | "reeve" | "pause" | null {
    const order = this.#order;
    if (this.#isStruck || order.do === "count") return null;
    const isIt = order.do === "kill" ? this.calls.length >= order.at : operation === order.call;
    if (!isIt) return null;
    this.#isStruck = true;
    if (order.do === "kill") return order.when;
    return order.do === "pause" ? "pause" : "after";
  }

  async #forward(message: IncomingMessage, body: Buffer): Promise<{ answer: IncomingMessage; content: Buffer }> {
    const outgoing = send(`${this.#endpoint}${message.url ?? "/"}`, {
      method: message.method ?? "POST",
      headers: message.headers,
    });
    outgoing.end(body);
    const [answer] = (await once(outgoing, "response")) as [IncomingMessage];
    return { answer, content: await buffer(answer) };
  }
}

function operationOf({ headers }: IncomingMessage, body: Buffer): string {
  const target = headers["x-amz-target"];
  if (typeof target === "string") return target.split(".").at(-1) ?? target;
  return new URLSearchParams(body.toString()).get("Action") ?? "unknown";
}
