/** What the listener shows and does: the daemon seen from outside. */
import type { Deciding, OperatorDecision } from "../server/operator-decision.ts";
import type { Sight, Status } from "../status.ts";

export interface WatchView {
  /** What is watched are stand-ins, with a time of their own. */
  readonly isSandbox: boolean;
  status(): Status;
  sight(): Sight | null;
  /** The latest first. */
  applies(): readonly AppliedRun[];
  /** Empty where no site server runs here. */
  appliances(): readonly ApplianceLine[];
  /** What a person decides about an appliance. Null where it is done, else why it is not. */
  decide(deciding: Deciding, decision: OperatorDecision): Promise<string | null>;
  now(): Date;
  pause(reason: string, by: string): void;
  resume(by: string): void;
  wake(): void;
}

/** One apply, out of the journal. */
export interface AppliedRun {
  readonly run: string;
  readonly at: string;
  readonly commit: string | null;
  readonly done: number;
  /** What is not done, in plain words. */
  readonly undone: readonly string[];
  readonly addresses: readonly string[];
}

/** One appliance, as its store knows it. */
export interface ApplianceLine {
  readonly site: string;
  readonly appliance: string;
  readonly phase: string;
  /** How far its domain is known. */
  readonly domain: string;
  /** What somebody has to decide about it; null for nothing. */
  readonly waits: Waiting | null;
  readonly seenAt: string | null;
  readonly version: string | null;
}

/** A key that asks for another one's place, or two machines that use one key. */
interface Waiting {
  readonly decision: OperatorDecision;
  readonly words: string;
  /** RFC 3339 */
  readonly since: string;
}

export interface ExpiringRow {
  readonly address: string;
  /** RFC 3339 */
  readonly at: string;
}
