/** Bodies of requests and answers, as both sides use them. Their schemas: `body-schemas.ts`. */
import type { PartnerBrand } from "./configuration.ts";

export interface ValidateBody {
  readonly code: string;
}

export interface ValidateAnswer {
  readonly partner: PartnerBrand;
  readonly expiresAt: string;
}

export interface ClaimBody {
  /** As it was typed: the server reads it by `readCode`. */
  readonly code: string;
  readonly mac: string;
  readonly hostname: string;
  readonly signKey: string;
  readonly encKey: string;
  readonly proof: string;
}

export interface ClaimAnswer {
  readonly status: "claimed";
  readonly siteId: string;
  readonly applianceId: string;
  readonly partner: PartnerBrand;
  readonly apiEndpoint: string;
  /** Ed25519 keys, base64: one of them signs every answer to a signed request. */
  readonly serverKeys: readonly string[];
  readonly pollSeconds: number;
}

/** In this order; each follows the one before. */
export const STEPS = ["claimed", "fetched", "written", "running"] as const;
type Step = (typeof STEPS)[number];

export interface StatusBody {
  readonly step: Step;
  readonly detail?: string;
}

/** Of a device that has claimed nothing yet. */
export interface HeartbeatBody {
  readonly signKey: string;
  readonly mac: string;
  readonly hostname: string;
  readonly at: string;
  readonly proof: string;
}

/** Troubles that an appliance reports about its domain; all of them pass. */
export const CONDITIONS = ["CredentialRejected", "DCUnreachable", "SuspiciousResult", "ApplyFailed"] as const;
export type ReportedCondition = (typeof CONDITIONS)[number];

export interface CheckinBody {
  /** One more than the last; kept on disk before it is sent. A repeat of the same check-in carries the same. */
  readonly seq: number;
  /** Random, made anew whenever the program starts: two machines never agree on it. */
  readonly run: string;
  /** Of the configuration in force; null before the first. */
  readonly configHash: string | null;
  readonly credentialsVersion: string | null;
  readonly version: string;
  readonly hostname: string;
  readonly uptimeSeconds: number;
  readonly conditions: readonly { readonly type: ReportedCondition; readonly message: string }[];
  /** The last ones that were carried out. */
  readonly done: { readonly enumeration: number; readonly scan: number };
}

export interface CheckinAnswer {
  readonly configHash: string;
  readonly commit: string;
  /** Null where the site has no credential, or none could be resolved yet. */
  readonly credentialsVersion: string | null;
  /** The generation to carry out; null where there is nothing to do. Says the same until it is reported done. */
  readonly wanted: { readonly enumeration: number | null; readonly scan: number | null };
  readonly pollSeconds: number;
  readonly serverTime: string;
}

export interface DiscoveredServer {
  readonly host: string;
  readonly port: number;
  readonly priority: number;
  readonly weight: number;
}

export interface DomainDiscoveredBody {
  readonly domain: string;
  readonly defaultNamingContext: string;
  readonly servers: readonly DiscoveredServer[];
}

export interface DomainDiscoveredAnswer {
  /** False where it was known already. */
  readonly isNew: boolean;
}

export const COMPUTER_CLASSES = ["domain-controller", "server", "workstation", "other", "unknown"] as const;
export type ComputerClass = (typeof COMPUTER_CLASSES)[number];

export interface Computer {
  readonly objectGuid: string;
  readonly name: string;
  readonly dnsHostName: string | null;
  readonly operatingSystem: string | null;
  readonly operatingSystemVersion: string | null;
  readonly class: ComputerClass;
  /** Null for one that never logged on. */
  readonly lastLogon: string | null;
}

/** A page holds so many at most. */
export const PAGE_COMPUTERS = 500;

export interface EnumerationPage {
  /** Random, the same for all pages of one enumeration. */
  readonly enumerationId: string;
  readonly generation: number;
  /** From 0. */
  readonly page: number;
  /** True for the last page: the list counts from then on. */
  readonly final: boolean;
  readonly computers: readonly Computer[];
}

export interface EnumerationAnswer {
  /** How many have arrived in pages so far, or count now. */
  readonly received: number;
  readonly final: boolean;
}

export interface DeliveredCredential {
  readonly name: string;
  readonly type: string;
  readonly version: string;
  /** Armored age, `SealedCredential` inside. */
  readonly sealed: string;
}

export interface CredentialsAnswer {
  readonly version: string;
  readonly credentials: readonly DeliveredCredential[];
}

/** An operator's, for a site whose documents name no domain credential. */
export interface SubmitCredentialBody {
  readonly username: string;
  /** Armored age, sealed to the server's recipient: a JSON string with the password. One of the two. */
  readonly sealed?: string;
  readonly password?: string;
}

export interface SubmitCredentialAnswer {
  readonly version: string;
}
