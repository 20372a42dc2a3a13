/** Where an appliance stands, from what is declared and what was reported. Pure: time alone moves it, too. */
export const PHASES = [
  "Declared",
  "Armed",
  "Expired",
  "Claimed",
  "Configuring",
  "InSync",
  "OutOfSync",
  "Offline",
  "IdentityConflict",
  "Suspended",
  "Retired",
] as const;
export type Phase = (typeof PHASES)[number];

export interface ApplianceFacts {
  readonly now: Date;
  /** Null once it is not in the repository any more. */
  readonly declared: {
    readonly suspended: boolean;
    readonly provisioning: { readonly expiresAt: Date; readonly revoked: boolean } | null;
    readonly configHash: string;
    readonly pollSeconds: number;
  } | null;
  /** Null before a claim. */
  readonly identity: { readonly hasConflict: boolean; readonly claimedAt: Date } | null;
  /** When it was last heard of by a signed request; null before the first. */
  readonly seenAt: Date | null;
  readonly hasFetched: boolean;
  /** The hash it last reported to have applied. */
  readonly reportedHash: string | null;
}

/** The first that is true, gravest first. */
export function phaseOf(facts: ApplianceFacts): Phase {
  const { declared, identity } = facts;
  if (declared === null) return "Retired";
  if (declared.suspended) return "Suspended";
  if (identity === null) return unclaimedPhase(declared.provisioning, facts.now);
  if (identity.hasConflict) return "IdentityConflict";
  if (isOffline(facts)) return "Offline";
  if (facts.reportedHash !== null) return facts.reportedHash === declared.configHash ? "InSync" : "OutOfSync";
  return facts.hasFetched ? "Configuring" : "Claimed";
}

function unclaimedPhase(provisioning: NonNullable<ApplianceFacts["declared"]>["provisioning"], now: Date): Phase {
  if (provisioning === null) return "Declared";
  return provisioning.revoked || provisioning.expiresAt <= now ? "Expired" : "Armed";
}

const LEAST_SILENCE_MS = 300_000;

/** Three polls without a word, five minutes at least. */
function silenceLimit(pollSeconds: number): number {
  return Math.max(LEAST_SILENCE_MS, 3000 * pollSeconds);
}

function isOffline({ now, declared, identity, seenAt }: ApplianceFacts): boolean {
  const since = seenAt ?? identity?.claimedAt;
  if (declared === null || since === undefined) return false;
  return now.getTime() - since.getTime() > silenceLimit(declared.pollSeconds);
}

const DOMAIN_PHASES = [
  "Off",
  "Unknown",
  "Discovered",
  "DomainMismatch",
  "AwaitingCredentials",
  "Enumerating",
  "Enumerated",
] as const;
export type DomainPhase = (typeof DOMAIN_PHASES)[number];

export interface DomainFacts {
  readonly isOff: boolean;
  readonly expected: string | null;
  readonly discovered: string | null;
  readonly hasCredential: boolean;
  readonly wantedGeneration: number;
  /** Of the last complete enumeration; null before the first. */
  readonly enumeratedGeneration: number | null;
  /** True while pages of a newer one arrive. */
  readonly isReceiving: boolean;
}

export function domainPhaseOf(facts: DomainFacts): DomainPhase {
  if (facts.isOff) return "Off";
  if (facts.discovered === null) return "Unknown";
  if (!isExpectedDomain(facts.discovered, facts.expected)) return "DomainMismatch";
  if (!facts.hasCredential) return "AwaitingCredentials";
  if (facts.isReceiving) return "Enumerating";
  return facts.enumeratedGeneration !== null && facts.enumeratedGeneration >= facts.wantedGeneration
    ? "Enumerated"
    : "Discovered";
}

/** DNS names do not know case, nor the dot at the end. */
export function isExpectedDomain(domain: string, expected: string | null): boolean {
  const plain = (name: string): string => name.toLowerCase().replace(/\.$/, "");
  return expected === null || plain(domain) === plain(expected);
}

/** Level-triggered: the generation to carry out, or null. Asked again at every check-in, so that no answer is ever lost. */
export function wantedGeneration(declared: number, done: number): number | null {
  return declared > done ? declared : null;
}
