/** Requests signed by this appliance, whose answers are believed only where the server signed them. */
import { randomBytes } from "node:crypto";
import type { BodyName } from "../../protocol/body-schemas.ts";
import { HEADERS, isAnswerSigned, signRequest } from "../../protocol/signed-request.ts";
import type { Clock } from "../../support/clock.ts";
import type { Device } from "../keep/device.ts";
import type { DeviceKeys } from "../keep/keys.ts";
import { readBody } from "./answers.ts";
import { type Received, send, Unreachable } from "./send.ts";
import { Refused, Unsigned } from "./trouble.ts";

export interface SignedCalls {
  /** The answer's body, checked; throws `Refused`, `Unsigned` or `Unreachable`. */
  post<T>(path: string, body: string, answer: BodyName): Promise<T>;
  /** Only told: the answer has no body. */
  tell(path: string, body: string): Promise<void>;
  /** Null where it is still what `etag` says. */
  get(path: string, etag: string | null): Promise<{ readonly text: string; readonly etag: string } | null>;
}

export interface CallOptions {
  readonly device: Device;
  readonly keys: DeviceKeys;
  /** Asked in this order: the next only where nobody answers. */
  readonly endpoints: () => readonly string[];
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

interface Ask {
  readonly method: "GET" | "POST";
  readonly path: string;
  readonly body?: string;
  readonly etag?: string | null;
}

export function openSignedCalls(options: CallOptions): SignedCalls {
  const post = (path: string, body: string): Promise<Received> => ask(options, { method: "POST", path, body });
  return {
    post: async <T>(path: string, body: string, answer: BodyName) => {
      const { text } = await post(path, body);
      const read = readBody<T>(answer, text);
      if (read === null) throw new TypeError(`the answer of ${path} is not what the interface describes`);
      return read;
    },
    tell: async (path, body) => void (await post(path, body)),
    get: async (path, etag) => {
      const { status, text, headers } = await ask(options, { method: "GET", path, etag });
      return status === 304 ? null : { text, etag: headers.get("etag") ?? "" };
    },
  };
}

async function ask(options: CallOptions, asking: Ask): Promise<Received> {
  let trouble: unknown = new Unreachable("connection", "no address");
  for (const endpoint of options.endpoints()) {
    try {
      return await askAt(endpoint, options, asking);
    } catch (error) {
      if (!(error instanceof Unreachable)) throw error;
      trouble = error;
    }
  }
  throw trouble;
}

async function askAt(endpoint: string, { device, keys, clock, signal }: CallOptions, asking: Ask): Promise<Received> {
  const { method, path, body = "", etag } = asking;
  const nonce = randomBytes(16).toString("base64url");
  const timestamp = clock.now().getTime();
  const signature = signRequest({ method, path, body, applianceId: device.applianceId, timestamp, nonce }, keys.sign);
  const headers = { ...signature, ...(etag == null ? {} : { "if-none-match": etag }) };
  const received = await send({ endpoint, method, path, headers, signal, ...(body === "" ? {} : { body }) });
  const isSigned = isAnswerSigned(
    { status: received.status, body: received.text, nonce, etag: received.headers.get("etag") ?? "" },
    received.headers.get(HEADERS.server) ?? "",
    device.serverKeys,
  );
  if (isSigned && (received.status < 300 || received.status === 304)) return received;
  if (isSigned || isHarmless(received.status)) throw new Refused(received);
  throw new Unsigned();
}

/** What may be said by whoever sits in between: that this appliance is not known, or that it should wait. */
function isHarmless(status: number): boolean {
  return status === 401 || status === 429 || status >= 500;
}
