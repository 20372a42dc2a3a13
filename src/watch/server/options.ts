/** What a site server is made with. */
import type { SealKeys } from "../../protocol/seal.ts";
import type { ResolveSecret } from "../../protocol/secrets/secret-source.ts";
import type { SignKeys } from "../../protocol/sign-keys.ts";
import type { Clock } from "../../support/clock.ts";
import type { DesiredSites } from "./desired.ts";
import type { SiteStore } from "./store/store.ts";

export type OperatorScope = "read" | "operate";

/** An operator's token: only its hash is known. */
export interface OperatorToken {
  readonly name: string;
  /** `sha256:…` of the token's text. */
  readonly hash: string;
  readonly scopes: readonly OperatorScope[];
}

export interface SiteServerLimits {
  readonly bodyBytes: number;
  /** A minute, from one address. */
  readonly claimFailures: number;
  /** A minute, from everywhere. */
  readonly allClaimFailures: number;
  /** A minute, from one address. */
  readonly signatureFailures: number;
  readonly heartbeats: number;
  /** A minute, of one appliance. */
  readonly checkins: number;
  /** A minute, by one token. */
  readonly submissions: number;
}

export const DEFAULT_LIMITS: SiteServerLimits = {
  bodyBytes: 1_048_576,
  claimFailures: 5,
  allClaimFailures: 600,
  signatureFailures: 60,
  heartbeats: 30,
  checkins: 30,
  submissions: 10,
};

/** The server's own keys: one signs its answers, the other opens what is sealed to it. */
export interface ServerKeys {
  readonly sign: SignKeys;
  readonly seal: SealKeys;
}

export interface SiteServerOptions {
  readonly store: SiteStore;
  /** Of the commit in force; null before the first. Called for every request: cheap. */
  readonly desired: () => DesiredSites | null;
  readonly clock: Clock;
  readonly keys: ServerKeys;
  readonly resolveSecret: ResolveSecret;
  readonly tokens: readonly OperatorToken[];
  readonly limits?: Partial<SiteServerLimits>;
  /** Proxies whose word on the client's address counts. Left out: the address is the socket's. */
  readonly trustProxy?: boolean | readonly string[];
  /** Looks for new documents at once: an operator has asked. */
  readonly lookNow?: () => Promise<void>;
  readonly tls?: { readonly cert: string; readonly key: string };
  /** One line for what was not expected. Never holds a body. */
  readonly log?: (line: string, error?: unknown) => void;
}
