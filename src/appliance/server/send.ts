/** One request over HTTP, and what came back. */
export interface Sending {
  /** Without a path, or with that of a proxy in front. */
  readonly endpoint: string;
  readonly method: "GET" | "POST";
  /** From `/api` on. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly signal: AbortSignal;
}

export interface Received {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

/** Nobody answered. Whether the request arrived is not known. */
export class Unreachable extends Error {
  override readonly name = "Unreachable";
  readonly kind: "timeout" | "connection";

  constructor(kind: "timeout" | "connection", cause: unknown) {
    super(kind === "timeout" ? "Connection timed out" : "Failed to connect to server", { cause });
    this.kind = kind;
  }
}

const TIMEOUT_MS = 20_000;
const MOST_BYTES = 8 * 1_048_576;

export async function send(sending: Sending): Promise<Received> {
  const timeout = AbortSignal.timeout(TIMEOUT_MS);
  try {
    const response = await fetch(`${sending.endpoint.replace(/\/+$/, "")}${sending.path}`, {
      method: sending.method,
      // Nobody in between may pack it otherwise: the signature is over the bytes and the ETag.
      headers: {
        "accept-encoding": "identity",
        ...sending.headers,
        ...(sending.body === undefined ? {} : { "content-type": "application/json" }),
      },
      ...(sending.body === undefined ? {} : { body: sending.body }),
      redirect: "manual",
      signal: AbortSignal.any([timeout, sending.signal]),
    });
    return { status: response.status, headers: response.headers, text: await readText(response) };
  } catch (error) {
    if (sending.signal.aborted) throw sending.signal.reason;
    throw new Unreachable(timeout.aborted ? "timeout" : "connection", error);
  }
}

async function readText({ body }: Response): Promise<string> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of body ?? []) {
    size += part.length;
    if (size > MOST_BYTES) throw new Error("the answer is larger than any answer of a site server");
    parts.push(part);
  }
  return Buffer.concat(parts).toString("utf8");
}

/** Why nobody answered, as the system says it. */
export function causeOf(error: unknown): string {
  for (let one = error; one instanceof Error; one = one.cause)
    if ("code" in one && typeof one.code === "string") return one.code;
  return error instanceof Error ? error.message : String(error);
}
