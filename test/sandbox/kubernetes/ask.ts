import { request } from "node:https";
import { ADMIN_TOKEN } from "../../../src/sandbox/kubernetes/cluster.ts";
import type { KubernetesSandbox } from "../../../src/sandbox/kubernetes/start-kubernetes-sandbox.ts";

export interface Question {
  readonly method: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** JSON, or text as it stands. */
  readonly body?: unknown;
  /** The admin's when left out; empty: none. */
  readonly token?: string;
}

export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
}

/** One request over TLS, as a client of its own. */
export function ask(sandbox: Pick<KubernetesSandbox, "endpoint" | "authority">, question: Question): Promise<Reply> {
  const { method, path, headers = {}, body, token = ADMIN_TOKEN } = question;
  const text = typeof body === "string" ? body : (JSON.stringify(body) ?? "");
  const authorization = token === "" ? {} : { Authorization: `Bearer ${token}` };
  const options = {
    method,
    ca: sandbox.authority,
    agent: false,
    headers: { ...headers, ...authorization, "Content-Length": Buffer.byteLength(text) },
  };
  return new Promise((resolve, reject) => {
    const sent = request(new URL(path, sandbox.endpoint), options, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("error", reject);
      response.on("end", () => {
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          text: Buffer.concat(chunks).toString("utf8"),
        });
      });
    });
    sent.on("error", reject);
    sent.end(text);
  });
}
