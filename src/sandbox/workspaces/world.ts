import type { Chance } from "./random.ts";
import type { WireBundle, WireDirectory, WireIpGroup, WireProperties, WireWorkspace } from "./wire.ts";

/** All that the stand-in knows. Plain data, so that it is saved as it stands; times are virtual milliseconds. */
export interface World extends Chance {
  readonly accountId: string;
  now: number;
  faults: Fault[];
  readonly regions: Record<string, Region>;
}

export interface Region {
  readonly name: string;
  /** WorkSpaces that the account may have here; the service starts accounts with 1. */
  quota: number;
  /** User names, folded, that no directory here knows; every other name exists. */
  missingUsers: string[];
  readonly directories: Record<string, Directory>;
  readonly bundles: Record<string, Bundle>;
  readonly ipGroups: Record<string, IpGroup>;
  readonly desktops: Record<string, Desktop>;
  /** What happens by itself, sorted by time. */
  timers: Timer[];
}

export type Tags = Record<string, string>;

export interface Directory {
  readonly wire: WireDirectory;
  tags: Tags;
  clientProperties: Record<string, unknown>;
}

export interface Bundle {
  readonly wire: WireBundle;
  /** No API field says these: the name and the description do. */
  readonly operatingSystem: string;
  readonly protocol: string;
  tags: Tags;
}

export interface IpGroup {
  readonly wire: WireIpGroup;
  tags: Tags;
}

export interface Desktop {
  readonly wire: WireWorkspace;
  tags: Tags;
  /** What the tagging API still shows, until its index has caught up. */
  indexed: { readonly tags: Tags | null; readonly until: number };
  readonly createdAt: number;
  /** Calls that name the id find nothing before this instant. */
  readonly visibleFrom: number;
  /** First AVAILABLE; null before. */
  launchedAt: number | null;
  isConnected: boolean;
  lastConnectedAt: number | null;
  /** When its user was connected; left out where nobody ever was. */
  sessions?: Session[];
  /** When each kind of change was last begun: what cool-downs count from. */
  changedAt: Partial<Record<CoolDown, number>>;
  /** What reads may still show, until the service has caught up with itself. */
  stale: { readonly wire: WireWorkspace; readonly until: number } | null;
  /** A disabled encryption key: nothing is noticed until the next boot. */
  isKeyDisabled: boolean;
}

interface Session {
  readonly from: number;
  /** Null while it lasts. */
  readonly to: number | null;
}

export type CoolDown = "root" | "user" | "upsize" | "downsize";

/** A change of properties that shows when its timer fires. */
export type PropertyChange = Partial<WireProperties>;

export type Timer = { readonly at: number; readonly id: string } & Happening;

export type Happening =
  | { readonly what: "provisioned"; readonly isFailure: boolean }
  | { readonly what: "settled"; readonly state: string }
  | { readonly what: "auto-stop" }
  | { readonly what: "modifying"; readonly resource: string }
  | {
      readonly what: "modified";
      readonly resource: string;
      readonly change: PropertyChange;
      readonly isFailure: boolean;
    }
  | { readonly what: "terminated" }
  | { readonly what: "gone" }
  | { readonly what: "migrated"; readonly target: string; readonly before: string; readonly isFailure: boolean }
  | { readonly what: "maintenance-window" }
  | { readonly what: "directory-settled"; readonly state: string };

/** What a request meets instead of, or beside, its answer. */
export type FaultKind =
  | "drop-before"
  | "drop-after"
  | "error-before"
  | "error-after"
  | "slow"
  | "truncated"
  | "unknown-enum"
  | "unknown-field"
  | "throttled"
  | "operation-in-progress"
  | "resource-unavailable"
  | "denied-iam"
  | "denied-region"
  | "denied-new-customers"
  | "ends-in-error"
  | "silent-failure"
  | "repeated-token"
  | "empty-page";

export interface Fault {
  /** An operation's name, or `*`. */
  readonly operation: string;
  readonly kind: FaultKind;
  /** How many matching calls still pass before it strikes. */
  skip: number;
  /** How often it strikes, one call after another. */
  times: number;
  /** How long `slow` waits, in real milliseconds. */
  readonly milliseconds: number;
}
