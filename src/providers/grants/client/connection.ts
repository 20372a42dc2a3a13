/** HTTP over TLS to one API server. */
import { Agent, type RequestOptions, request } from "node:https";
import type { Clock } from "../../../support/clock.ts";
import type { Credentials, Signature } from "./kubeconfig.ts";
import type { Answer } from "./status.ts";

/** One request, before it is signed. */
export interface Question {
  readonly method: "GET" | "PATCH" | "DELETE";
  /** With its query. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface Connection {
  /** The answer as it came, refusals included; throws what the connection threw. */
  ask(question: Question, signal: AbortSignal): Promise<Answer>;
  /** How far the server's clock is ahead of this one, in milliseconds; null before its first answer. */
  skew(): number | null;
}

export interface ConnectionOptions {
  /** Read anew where the server no longer takes what they gave. */
  readonly load: () => Promise<Credentials>;
  readonly clock: Clock;
  readonly timeoutMs: number;
}

export function openConnection({ load, clock, timeoutMs }: ConnectionOptions): Connection {
  const agent = new Agent({ keepAlive: true });
  let credentials: Promise<Credentials> | null = null;
  let skew: number | null = null;
  const askOnce = async (question: Question, signal: AbortSignal): Promise<Answer> => {
    const limit = limited(signal);
    credentials ??= load();
    const { server, sign } = await credentials;
    // A plug-in may wait for somebody to sign in at a browser that nobody sees.
    limit.throwIfAborted();
    const signature = await within(limit, sign());
    const sentAt = clock.now().getTime();
    const answer = await exchange({ ...signature, agent }, { question, server, signal: limit });
    const date = Date.parse(answer.headers["date"] ?? "");
    if (!Number.isNaN(date)) skew = aheadOf(date, sentAt, clock.now().getTime());
    return answer;
  };
  const limited = (signal: AbortSignal): AbortSignal => AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
  return {
    skew: () => skew,
    ask: async (question, signal) => {
      const used = credentials;
      const answer = await askOnce(question, signal);
      if (answer.status !== 401) return answer;
      // Another call may have read them anew meanwhile.
      if (used === null || credentials === used) credentials = null;
      return askOnce(question, signal);
    },
  };
}

const SECOND = 1000;

/** By how much a stamp of whole seconds lies outside of the time that the exchange took. */
function aheadOf(date: number, sentAt: number, answeredAt: number): number {
  if (date > answeredAt) return date - answeredAt;
  return Math.min(0, date + SECOND - sentAt);
}

/** What is waited for goes on, and nobody waits for it any more. */
async function within<Out>(signal: AbortSignal, waited: Promise<Out>): Promise<Out> {
  const { promise: stopped, reject } = Promise.withResolvers<never>();
  const stop = (): void => reject(reasonOf(null, signal));
  signal.addEventListener("abort", stop, { once: true });
  try {
    return await Promise.race([waited, stopped]);
  } finally {
    signal.removeEventListener("abort", stop);
  }
}

interface Exchange {
  readonly question: Question;
  readonly server: URL;
  readonly signal: AbortSignal;
}

function exchange(signed: Signature, { question, server, signal }: Exchange): Promise<Answer> {
  const { method, path, headers = {}, body = "" } = question;
  const options: RequestOptions = {
    ...signed,
    method,
    // Not `new URL(path)`: a path keeps its case and its encoding.
    host: server.hostname.replace(/^\[(.*)\]$/, "$1"),
    port: server.port === "" ? 443 : server.port,
    path: `${server.pathname.replace(/\/$/, "")}${path}`,
    headers: { Accept: "application/json", ...headers, ...signed.headers, "Content-Length": Buffer.byteLength(body) },
    signal,
  };
  return new Promise((resolve, reject) => {
    const fail = (error: unknown): void => reject(reasonOf(error, signal));
    const sent = request(options, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("error", fail);
      response.on("end", () =>
        resolve({
          status: response.statusCode ?? 0,
          headers: Object.fromEntries(
            Object.entries(response.headers).map(([name, value]) => [
              name,
              Array.isArray(value) ? value.join(", ") : value,
            ]),
          ),
          text: Buffer.concat(chunks).toString("utf8"),
        }),
      );
    });
    sent.on("error", fail);
    sent.end(body);
  });
}

/** Node says of an abort only that there was one. */
function reasonOf(error: unknown, signal: AbortSignal): Error {
  const reason: unknown = signal.aborted ? signal.reason : error;
  return reason instanceof Error ? reason : new Error(String(reason));
}
