/** What the site server remembers: identities and reports, never what is desired. Losing it costs claims alone. */
import type { CheckinBody, Computer, DiscoveredServer } from "../../../protocol/bodies.ts";
import type { DomainPhase, Phase } from "../../../protocol/phases.ts";

/** A key that asks for the place of another. */
export interface PendingKey {
  readonly signKey: string;
  readonly encKey: string;
  readonly mac: string;
  readonly hostname: string;
  readonly at: string;
}

export interface Identity {
  readonly signKey: string;
  readonly encKey: string;
  readonly mac: string;
  readonly hostname: string;
  /** Of the document, when it was claimed. */
  readonly generation: number;
  readonly claimedAt: string;
  /** Since when two machines seem to use it. */
  readonly conflictAt: string | null;
  readonly pending: PendingKey | null;
  /** The pending key that an operator has let in. */
  readonly approvedKey: string | null;
  /** Revoked for good. */
  readonly retiredAt: string | null;
}

/** Check-ins that were seen last: their number and the digest of their body. */
export type RecentCheckin = readonly [seq: number, digest: string];

export interface Report {
  readonly phase: Phase | null;
  readonly domainPhase: DomainPhase | null;
  readonly seenAt: string | null;
  readonly recent: readonly RecentCheckin[];
  /** As reported to be in force. */
  readonly configHash: string | null;
  /** Since when that has not been what is desired; null while it is. */
  readonly outOfSyncSince: string | null;
  readonly fetchedHash: string | null;
  readonly credentialsVersion: string | null;
  readonly version: string | null;
  readonly hostname: string | null;
  readonly uptimeSeconds: number | null;
  /** Index of the last provisioning step; -1 before the first. */
  readonly step: number;
  readonly conditions: CheckinBody["conditions"];
  readonly done: CheckinBody["done"];
  readonly domain: DiscoveredDomain | null;
  readonly receiving: Receiving | null;
  readonly enumeration: Enumerated | null;
}

interface DiscoveredDomain {
  readonly name: string;
  readonly defaultNamingContext: string;
  readonly servers: readonly DiscoveredServer[];
  readonly at: string;
}

export interface Receiving {
  readonly enumerationId: string;
  readonly generation: number;
  /** Computers by page. */
  readonly pages: Readonly<Record<string, number>>;
}

interface Enumerated {
  readonly enumerationId: string;
  readonly generation: number;
  readonly count: number;
  readonly at: string;
}

export interface ApplianceRecord {
  readonly identity: Identity | null;
  readonly report: Report;
}

export const EMPTY_REPORT: Report = {
  phase: null,
  domainPhase: null,
  seenAt: null,
  recent: [],
  configHash: null,
  outOfSyncSince: null,
  fetchedHash: null,
  credentialsVersion: null,
  version: null,
  hostname: null,
  uptimeSeconds: null,
  step: -1,
  conditions: [],
  done: { enumeration: 0, scan: 0 },
  domain: null,
  receiving: null,
  enumeration: null,
};

export interface ApplianceEvent {
  readonly type: string;
  readonly detail: string;
}

export interface StoredEvent extends ApplianceEvent {
  readonly id: number;
  readonly at: string;
  readonly site: string;
  readonly appliance: string;
}

/** What is looked at, under one lock, before a decision. */
export interface Target {
  readonly site: string;
  readonly appliance: string;
  /** Of a signed request: kept, so that it never counts twice. */
  readonly nonce?: { readonly value: string; readonly expiresAt: number };
  /** Of a claim. */
  readonly code?: CodeUse;
}

/** A code works once a generation. */
interface CodeUse {
  readonly codeHash: string;
  readonly generation: number;
}

export interface Found {
  readonly record: ApplianceRecord;
  /** The nonce was there already. */
  readonly isReplay: boolean;
  /** The key that has used the code; null where nobody has. */
  readonly claimedBy: string | null;
}

/** What a decision makes of what was found. All of it is written, durably, before the answer is given; or none. */
export interface Decision<Answer> {
  readonly answer: Answer;
  readonly record?: ApplianceRecord;
  readonly events?: readonly ApplianceEvent[];
  /** The key that uses the code of the target. */
  readonly claimBy?: string;
  readonly page?: { readonly enumerationId: string; readonly page: number; readonly computers: readonly Computer[] };
  /** Makes the pages of this enumeration the inventory. */
  readonly commitPages?: string;
  /** Nothing of the place is remembered any more, but what happened. */
  readonly forget?: true;
}

export interface ApplianceRow extends ApplianceRecord {
  readonly site: string;
  readonly appliance: string;
}

export interface UnknownDevice {
  readonly signKey: string;
  readonly mac: string;
  readonly hostname: string;
  readonly seenAt: string;
}

export interface SubmittedCredential {
  readonly version: string;
  readonly username: string;
  /** Armored age, sealed to the server: a JSON string. */
  readonly sealed: string;
  readonly by: string;
  readonly at: string;
}

/** What appliances trust, and what submitted credentials are sealed to. */
export interface PublicKeys {
  readonly signKey: string;
  readonly recipient: string;
}

/** Rows after a key, in the key's order. */
interface Slice<Key> {
  readonly after: Key;
  readonly limit: number;
}

export const EVENTS_KEPT_MS = 90 * 86_400_000;
export const DEVICES_KEPT = 10_000;
/** Tables that hold what is remembered of one appliance, beside events. */
export const PLACES = ["identity", "appliance_status", "inventory", "inventory_page", "code_claim"] as const;

/** What is kept of a submission, when the next has taken its place. */
export function submissionEvent({ by, username, version }: SubmittedCredential): ApplianceEvent {
  return { type: "credential-submitted", detail: `${by} submitted ${username}'s: version ${version}` };
}

/** Over node:sqlite by `sqlite-store.ts`, over PostgreSQL by `postgres-store.ts`. Throws `StoreTrouble` when it cannot write. */
export interface SiteStore {
  /** `decide` is pure, and may run again. What it decides is durable when the promise resolves. */
  change<Answer>(target: Target, decide: (found: Found) => Decision<Answer>, now: Date): Promise<Answer>;
  read(site: string, appliance: string): Promise<ApplianceRecord>;
  /** Sorted by site, then appliance. */
  readAll(): Promise<readonly ApplianceRow[]>;
  readSite(site: string): Promise<readonly ApplianceRow[]>;
  events(
    filter: { readonly site?: string; readonly appliance?: string },
    slice: Slice<number>,
  ): Promise<readonly StoredEvent[]>;
  /** By objectGuid; what several appliances of the site list counts once. */
  inventory(site: string, slice: Slice<string>): Promise<readonly Computer[]>;
  noteDevice(device: UnknownDevice): Promise<void>;
  devices(): Promise<readonly UnknownDevice[]>;
  submitted(site: string): Promise<SubmittedCredential | null>;
  /** The last one counts; that it was submitted, by whom, is an event of the site's. */
  submit(site: string, credential: SubmittedCredential): Promise<void>;
  /** Those of the server that the database was begun with: these, where it is begun now. */
  keys(own: PublicKeys): Promise<PublicKeys>;
  /** Forgets what is too old to matter. */
  prune(now: Date): Promise<void>;
  close(): void | Promise<void>;
}

/** The store cannot write: a full disk, a lock that is not given up. */
export class StoreTrouble extends Error {
  override readonly name = "StoreTrouble";
}
