import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse, request as send } from "node:http";
import { createServer as createSecureServer, Agent as SecureAgent, request as sendSecurely } from "node:https";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import type { Watch, WatchOrder } from "./watch.ts";

/** Told of each request before it goes on. */
type OnRequest = (operation: string) => void;

/**
 * A watch on the wire to the AWS stand-in: what the stand-ins of programs are to a provider that calls programs. An
 * unwatched run goes through one too, so that each request moves the stand-in's time.
 */
export function tapWire(endpoint: string, onRequest: OnRequest): Promise<Watch> {
  return openTap({ endpoint, onRequest, operationOf, environment: (url) => ({ AWS_ENDPOINT_URL: url }) });
}

/** A wire that a tap is put into. */
export interface TappedWire {
  readonly endpoint: string;
  readonly onRequest: OnRequest;
  /** How a request is called. */
  readonly operationOf: (message: IncomingMessage, body: Buffer) => string;
  /** What leads Reeve to the tap at `url`. */
  readonly environment: (url: string) => Readonly<Record<string, string>>;
  /** Of a wire with TLS: what the tap shows of itself, and whom it takes for the endpoint. PEM. */
  readonly secure?: { readonly certificate: string; readonly key: string; readonly authority: string };
}

export async function openTap(wire: TappedWire): Promise<Watch> {
  const tap = new Tap(wire);
  const serve = (message: IncomingMessage, response: ServerResponse): void => {
    tap.serve(message, response).catch(() => response.destroy());
  };
  const { secure } = wire;
  const server =
    secure === undefined
      ? createServer(serve)
      : createSecureServer({ cert: secure.certificate, key: secure.key }, serve);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    environment: wire.environment(`${secure === undefined ? "http" : "https"}://127.0.0.1:${port}`),
    begun: (pid) => tap.begun(pid),
    arm: (order) => tap.arm(order),
    calls: () => tap.calls,
    said: () => tap.said.join("\n"),
    reached: () => tap.reached.promise,
    go: () => tap.gone.resolve(),
    close: async () => {
      tap.gone.resolve();
      tap.close();
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
  readonly #wire: TappedWire;
  readonly #agent: SecureAgent | undefined;
  #order: WatchOrder = { do: "count" };
  #pid = 0;
  #isStruck = false;

  constructor(wire: TappedWire) {
    this.#wire = wire;
    // A handshake for each request would be most of what a test costs.
    this.#agent = wire.secure && new SecureAgent({ keepAlive: true, ca: wire.secure.authority });
  }

  close(): void {
    this.#agent?.destroy();
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
    const operation = this.#wire.operationOf(message, body);
    this.calls.push(operation);
    this.said.push(body.toString());
    this.#wire.onRequest(operation);
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
    const url = `${this.#wire.endpoint}${message.url ?? "/"}`;
    const options = { method: message.method ?? "POST", headers: message.headers };
    const outgoing =
      this.#agent === undefined ? send(url, options) : sendSecurely(url, { ...options, agent: this.#agent });
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
