/**
 * What the stand-in takes for true. Documented behaviour is the default; what AWS does not document is a choice here,
 * switchable both ways, so that Reeve is tested against each (docs/sandbox.md lists them).
 */
export interface Rules {
  /** Calls per second and burst of one account and region; null lets everything through. */
  readonly throttle: { readonly perSecond: number; readonly burst: number } | null;
  /** Unverified: whether all operations share one bucket. */
  readonly throttleScope: "account" | "operation";
  readonly taggingThrottle: { readonly perSecond: number; readonly burst: number } | null;
  /** Virtual seconds. */
  readonly durations: Durations;
  /** Virtual seconds for which a new id is not found. */
  readonly invisibleSeconds: number;
  /** Virtual seconds for which every other read may show what was before. */
  readonly staleSeconds: number;
  /** Unverified: virtual seconds by which the tagging API lags, and whether it knows desktops at all. */
  readonly taggingLagSeconds: number;
  readonly taggingCoversDesktops: boolean;
  /** Shares of pages: empty though a token follows, and with an item of the page before. */
  readonly emptyPages: number;
  readonly repeatedItems: number;
  /** Real seconds after which a token is refused. */
  readonly tokenSeconds: number;
  /** Unverified: what a Modify call of a directory does to members it does not send. */
  readonly directoryChanges: "merge" | "replace";
  /** Unverified: Start of a desktop that runs, Stop of one that is stopped. */
  readonly powerRepeats: "accepted" | "refused";
  /** Unverified: the quota refuses the whole call, or one item after another. */
  readonly quotaRefuses: "call" | "item";
  /** Unverified: a compute type at creation that is not the bundle's. */
  readonly computeAtCreation: "taken" | "refused";
  /** Unverified (2022 text): whether VALUE desktops may change their compute type. */
  readonly valueComputeChanges: boolean;
  /** Unverified: the error of a change within its cool-down. */
  readonly coolDownError:
    | "OperationInProgressException"
    | "ResourceUnavailableException"
    | "InvalidResourceStateException";
  /** Unverified: UserSettings of ModifyStreamingProperties on a PERSONAL directory. */
  readonly personalUserSettings: "accepted" | "refused";
  /** MANUAL running mode is WorkSpaces Core's, by allow-list. */
  readonly allowsManual: boolean;
  /** The monthly window from the third Monday. */
  readonly hasMaintenance: boolean;
}

export interface Durations {
  readonly provision: number;
  readonly provisionEncrypted: number;
  readonly start: number;
  readonly stop: number;
  readonly reboot: number;
  readonly rebuild: number;
  readonly restore: number;
  readonly migrate: number;
  readonly terminate: number;
  /** How long a terminated desktop comes and goes in reads before it is absent. */
  readonly blip: number;
  readonly volume: number;
  readonly compute: number;
  readonly protocol: number;
  readonly maintenance: number;
  readonly registerDirectory: number;
}

const MINUTE = 60;
export const HOUR = 3600;
export const DAY = 86_400;

export const DEFAULT_RULES: Rules = {
  throttle: { perSecond: 2, burst: 5 },
  throttleScope: "account",
  taggingThrottle: { perSecond: 15, burst: 15 },
  durations: {
    provision: 20 * MINUTE,
    provisionEncrypted: 60 * MINUTE,
    start: 90,
    stop: MINUTE,
    reboot: 3 * MINUTE,
    rebuild: 20 * MINUTE,
    restore: 20 * MINUTE,
    migrate: 40 * MINUTE,
    terminate: 5 * MINUTE,
    blip: 15,
    volume: HOUR,
    compute: 40 * MINUTE,
    protocol: 20 * MINUTE,
    maintenance: HOUR,
    registerDirectory: 2 * MINUTE,
  },
  invisibleSeconds: 10,
  staleSeconds: 5,
  taggingLagSeconds: 30,
  taggingCoversDesktops: true,
  emptyPages: 0.05,
  repeatedItems: 0.05,
  tokenSeconds: 900,
  directoryChanges: "merge",
  powerRepeats: "refused",
  quotaRefuses: "call",
  computeAtCreation: "taken",
  valueComputeChanges: false,
  coolDownError: "OperationInProgressException",
  personalUserSettings: "refused",
  allowsManual: false,
  hasMaintenance: true,
};
