import type { Address } from "../estate/resource.ts";
import type { Json } from "../support/json.ts";
import type { Position } from "../support/position.ts";
import type { ChangeCost } from "./cost.ts";

/**
 * What is done to a resource. `start` and `stop` are changes of what runs, not of what exists (a suspended peer is
 * stopped: it leaves the hub and keeps its address).
 */
export type Action = "create" | "update" | "replace" | "delete" | "adopt" | "start" | "stop" | "prune";

/** One field that changes. A sensitive field says that it changes, never from or to what. */
export interface FieldChange {
  readonly path: string;
  /** `null` where there was nothing. */
  readonly before: Json;
  /** `null` where there will be nothing. */
  readonly after: Json;
  readonly sensitive?: true;
}

/** What the person at the other end notices. */
export type Disruption = "none" | "interrupts" | "destroys";

/** Why a change cannot be carried out as things stand, and what to do. The plan's diagnostics say where. */
export interface Blocked {
  readonly code: string;
  readonly message: string;
  readonly next: string;
}

/** Parts of the resource that are gone for good with the change, where whole resources are not all that counts. */
interface Losses {
  /** What the parts are called, in the plural; `managed` says how many of them there are. */
  readonly of: string;
  readonly count: number;
}

/** A change as a provider's `compare` says it. */
export interface ChangeDraft {
  readonly address: Address;
  readonly kind: string;
  readonly name: string;
  readonly action: Action;
  readonly fields: readonly FieldChange[];
  /** One plain line: why. */
  readonly reason: string;
  readonly disruption: Disruption;
  /** Whom it hits and how, in plain words; empty where nobody notices. */
  readonly impact: readonly string[];
  /** What apply will wait for, in plain words. */
  readonly waitsFor: readonly string[];
  /** Where the resource is declared; null for what nobody declares. */
  readonly source: Position | null;
  /** The observed facts that the change was computed from; part of the digest, not of the plan. */
  readonly basis: Json;
  readonly blocked?: Blocked;
  /** The mass-change valve counts them beside what is deleted and replaced. */
  readonly losses?: Losses;
  /** What it does to the bill, where it touches what something costs. */
  readonly cost?: ChangeCost;
  /** Addresses beyond its own references that must come first: of what it leaves, or that nobody declares any more. */
  readonly dependsOn?: readonly Address[];
  /** It takes something away that nobody may keep for longer: what it refers to need not be in order first. */
  readonly waitsForNothing?: true;
}

/** A change of a plan. */
export interface Change extends Omit<ChangeDraft, "basis" | "dependsOn" | "waitsForNothing"> {
  readonly provider: string;
  readonly dependsOn: readonly Address[];
  /** `sha256:…` over what the change is and what it was computed from. */
  readonly digest: string;
}

/** Live and nobody's: reported, never touched. */
export interface Foreign {
  readonly kind: string;
  /** How to find it: for example `hub-eu: peer hIgo9x… (10.8.0.7/32)`. */
  readonly what: string;
  /** What `reeve import` would write it as; null where another estate's marker keeps it away, or no kind is for it. */
  readonly suggestedName: string | null;
  readonly where: string;
}

/** A difference that is left alone on purpose. */
export interface Ignored {
  readonly address: Address;
  readonly path: string;
  readonly why: string;
}
