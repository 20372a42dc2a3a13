import type { FieldValue } from "../estate/edit-document.ts";
import type { Estate } from "../estate/estate.ts";
import type { Address, Finding, Resource } from "../estate/resource.ts";
import type { Change, ChangeDraft, Foreign, Ignored } from "../plan/change.ts";
import type { CostLedger } from "../plan/cost.ts";
import type { Outcome } from "../plan/outcome.ts";
import type { Calls } from "../support/calls.ts";
import type { Clock } from "../support/clock.ts";
import type { Json } from "../support/json.ts";
import type { Progress } from "../support/progress.ts";

/** What a provider's clients are opened with. */
export interface Session {
  /** The estate's name: the marker to look for and to write. */
  readonly estate: string;
  /** The folder that holds the state directory: relative paths of documents start here. */
  readonly root: string;
  readonly clock: Clock;
  /** Another instant that is planned for than the clock's: `plannedInstant`. Never set where something is applied. */
  readonly asOf?: Date;
  readonly calls: Calls;
  readonly progress: Progress;
  /** Aborted by Ctrl-C: stop at the next safe point. */
  readonly signal: AbortSignal;
  /** Environment variables that documents may refer to. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /**
   * Where what is planned has not been reviewed: the estate that it would be merged into. A secret is sent to no place that only
   * the unreviewed documents name (law 8).
   */
  readonly base?: Estate;
}

/** A provider's desired resources and what they refer to. */
export interface Desired {
  readonly estate: Estate;
  /** This provider's resources, sorted by address. */
  readonly resources: readonly Resource[];
}

/** What `compare` made of desired and observed. */
export interface Comparison {
  readonly changes: readonly ChangeDraft[];
  readonly foreign: readonly Foreign[];
  readonly ignored: readonly Ignored[];
  readonly findings: readonly Finding[];
  /** Resources that could not be looked at: that nothing is to be done there says nothing of what is done. */
  readonly unread: readonly Address[];
  /** The next instant at which time alone changes the result, or null. */
  readonly nextChangeAt: Date | null;
  /** How each declared resource stands, for `reeve list`. */
  readonly standings: readonly Standing[];
  /** How many resources of each kind are live and ours: what the mass-change valve takes percents of. */
  readonly managed: Readonly<Record<string, number>>;
  /** What all of it costs now; null or left out where nothing costs anything. Each change says what it adds. */
  readonly cost?: CostLedger | null;
}

/** One row of `reeve list`. */
export interface Standing {
  readonly address: string;
  /** One word or two, as the kind's own field says it: Online, Suspended, Expired … */
  readonly state: string;
  /** Columns of `--wide` and of JSON. */
  readonly details: Readonly<Record<string, Json>>;
}

/**
 * What a provider must and may do. `Reader` is all that planning is ever given, and it has no way to write (law 1);
 * `Writer` is opened by apply alone.
 */
export interface Provider<Reader, Writer, Observation> {
  readonly name: string;
  /** The kinds it keeps; each has a schema in `schemas/`. */
  readonly kinds: readonly string[];
  /** Must be pure. Rules that a schema cannot say, across documents. */
  check(desired: Desired, now: Date): readonly Finding[];
  openReader(session: Session): Reader;
  openWriter(session: Session): Writer;
  /** Reads the live world. May not throw half-way: what cannot be read is part of the observation. */
  observe(desired: Desired, reader: Reader, session: Session): Promise<Observation>;
  /** Must be pure: the same arguments, the same result. */
  compare(desired: Desired, observation: Observation, now: Date): Comparison;
  /**
   * Carries out `changes` (reviewed, their dependencies done) in as few calls as the API allows. Must yield one outcome
   * a change, and must not throw for what one of them meets. `observation` is what the changes were computed from.
   */
  apply(work: Work<Observation>, writer: Writer, session: Session): AsyncIterable<Outcome>;
  /** May be left out. Chooses what documents lack; may read the state repository's history, and nothing else. */
  choose?(desired: Desired, place: StatePlace, now: Date): Promise<Choices>;
  /** May be left out. Must be pure. Documents for what `compare` calls foreign, sorted by name. */
  documentForeign?(desired: Desired, observation: Observation, options: ImportOptions): readonly ImportedDocument[];
  /**
   * May be left out. Must be pure. For declared resources that differ from what is there: what their documents would have to say
   * so that nothing differs any more. Nothing is said of what is gone, and of what is there and should not be.
   */
  recordReality?(desired: Desired, observation: Observation, now: Date): readonly RecordedReality[];
}

/** What is there, in the words of a resource's document; or why documents have no words for it. */
export type RecordedReality =
  | { readonly resource: Resource; readonly edits: readonly DocumentEdit[] }
  | { readonly resource: Resource; readonly why: string };

export interface DocumentEdit {
  /** Keys below the document's root. */
  readonly path: readonly string[];
  /** Null takes it out. */
  readonly value: FieldValue | null;
}

/** A value that a document lacks and that is its provider's to choose: a free address. */
export interface ChosenValue {
  readonly resource: Resource;
  /** Keys below the document's root. */
  readonly path: readonly string[];
  /** The whole value, with what was there before. */
  readonly value: readonly string[];
}

/** What `choose` found. Nothing of it may be written where `findings` has an error. */
export interface Choices {
  readonly values: readonly ChosenValue[];
  readonly findings: readonly Finding[];
  /** What could not be looked up, in plain words. */
  readonly notices: readonly string[];
}

/** Where a state repository is, for a look at its history. */
export interface StatePlace {
  readonly root: string;
  readonly stateDir: string;
}

/** A document for something live that nobody has declared. */
export interface ImportedDocument {
  readonly kind: string;
  readonly name: string;
  /** The whole YAML text. */
  readonly text: string;
  /** What could not be taken over, in plain words. */
  readonly notices: readonly string[];
}

/** What imported documents are written with. */
export interface ImportOptions {
  /** Where an editor finds a schema file from the new documents. */
  readonly schemaAt: (file: string) => string;
}

/** One batch of changes and what they were computed from. */
export interface Work<Observation> {
  readonly changes: readonly Change[];
  readonly desired: Desired;
  readonly observation: Observation;
  readonly now: Date;
}
