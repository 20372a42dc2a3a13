/** Requests signed by an appliance, and answers signed by the server: both hold behind a proxy that ends TLS. */
import { createHash } from "node:crypto";
import { isSignedBy, type SignKeys, signText } from "./sign-keys.ts";

/** A request is as old, or as far ahead, as this at most. */
export const CLOCK_TOLERANCE_MS = 300_000;

export const HEADERS = {
  appliance: "reeve-appliance",
  timestamp: "reeve-timestamp",
  nonce: "reeve-nonce",
  signature: "reeve-signature",
  /** Of answers. */
  server: "reeve-server-signature",
} as const;

export interface RequestFacts {
  readonly method: string;
  /** From `/api` on, with the query, as it is sent: a prefix of the address in front of it is the proxy's business. */
  readonly path: string;
  /** Empty where there is none. */
  readonly body: string | Uint8Array;
  readonly applianceId: string;
  /** Milliseconds since 1970. */
  readonly timestamp: number;
  /** 16 random bytes as base64url. */
  readonly nonce: string;
}

/** The headers that make a request a signed one. */
export function signRequest(facts: RequestFacts, keys: SignKeys): Readonly<Record<string, string>> {
  return {
    [HEADERS.appliance]: facts.applianceId,
    [HEADERS.timestamp]: String(facts.timestamp),
    [HEADERS.nonce]: facts.nonce,
    [HEADERS.signature]: signText(requestText(facts), keys),
  };
}

export function isRequestSigned(facts: RequestFacts, signature: string, signKey: string): boolean {
  return isSignedBy(requestText(facts), signature, signKey);
}

/** What a signed request says of itself, before anything of it is believed. */
export type SignatureHeaders = Pick<RequestFacts, "applianceId" | "timestamp" | "nonce"> & {
  readonly signature: string;
};

/** Null where a header is missing or has not its form. */
export function readSignatureHeaders(headers: Readonly<Record<string, unknown>>): SignatureHeaders | null {
  const text = (name: string, form: RegExp): string | null => {
    const value = headers[name];
    return typeof value === "string" && form.test(value) ? value : null;
  };
  const applianceId = text(HEADERS.appliance, /^[a-z0-9.-]{1,63}:[a-z0-9.-]{1,63}$/);
  const timestamp = text(HEADERS.timestamp, /^[0-9]{1,15}$/);
  const nonce = text(HEADERS.nonce, /^[A-Za-z0-9_-]{22}$/);
  const signature = text(HEADERS.signature, /^[A-Za-z0-9+/]{86}==$/);
  if (applianceId === null || timestamp === null || nonce === null || signature === null) return null;
  return { applianceId, timestamp: Number(timestamp), nonce, signature };
}

/** Line by line; none of the parts can hold a line break. */
function requestText({ method, path, body, applianceId, timestamp, nonce }: RequestFacts): string {
  return ["reeve-request:v1", method.toUpperCase(), path, hashBody(body), applianceId, timestamp, nonce].join("\n");
}

export interface AnswerFacts {
  readonly status: number;
  readonly body: string | Uint8Array;
  /** Of the request: an answer fits one request alone. */
  readonly nonce: string;
  /** The answer's ETag, empty where it has none. */
  readonly etag: string;
}

export function signAnswer(facts: AnswerFacts, keys: SignKeys): string {
  return signText(answerText(facts), keys);
}

/** True where one of the server's keys, which the claim brought, signed the answer. */
export function isAnswerSigned(facts: AnswerFacts, signature: string, serverKeys: readonly string[]): boolean {
  return serverKeys.some((key) => isSignedBy(answerText(facts), signature, key));
}

function answerText({ status, body, nonce, etag }: AnswerFacts): string {
  return ["reeve-answer:v1", status, hashBody(body), nonce, etag].join("\n");
}

function hashBody(body: string | Uint8Array): string {
  return createHash("sha256").update(body).digest("hex");
}
