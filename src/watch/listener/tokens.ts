/** Who may come in. Only hashes are known here; a token has 256 random bits, so its hash needs no slowness. */
import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import type { Scope, TokenConfig } from "../config/config.ts";

/** Somebody whose token was right. */
export interface Visitor {
  readonly name: string;
  readonly scopes: ReadonlySet<Scope>;
}

export interface MintedToken {
  readonly token: string;
  readonly hash: string;
}

const PREFIX = "reeve_";

export function mintToken(): MintedToken {
  const token = `${PREFIX}${randomBytes(32).toString("base64url")}`;
  return { token, hash: hashToken(token) };
}

/** As settings hold it. */
export function hashToken(token: string): string {
  return `sha256:${createHash("sha256").update(`reeve-token:v1:${token}`).digest("hex")}`;
}

/** Compares with every token, however soon one fits. */
export function visitorOf(token: string, tokens: readonly TokenConfig[]): Visitor | null {
  const hash = Buffer.from(hashToken(token));
  const fitting = tokens.filter((one) => timingSafeEqual(Buffer.from(one.hash), hash));
  const [first] = fitting;
  return first === undefined ? null : { name: first.name, scopes: new Set(fitting.flatMap(({ scopes }) => scopes)) };
}
