import type { Ran, Running } from "../support/reeve.ts";
import type { Watch } from "../support/watch.ts";

/** A resource of the provider's main kind. `variant` is another declaration of the same resource, changed in place. */
export interface Leaf {
  readonly index: number;
  readonly variant?: 0 | 1;
}

/** The state directory to write. */
export interface Seed {
  readonly leaves: readonly Leaf[];
  readonly estate?: string;
  /** The explicit consent to take over what is there without a marker. */
  readonly adopts?: boolean;
  readonly valve?: { readonly percent: number; readonly atLeast: number };
  readonly acknowledges?: string;
  /** How the same documents are laid out and spelled; what they mean does not change. */
  readonly layout?: "one-file" | "file-each" | "reversed" | "noisy";
  /** Leaves with secrets: one from a file, one from the environment. */
  readonly withSecrets?: boolean;
  /** Further files of the state directory, by path. */
  readonly more?: Readonly<Record<string, string>>;
}

/** A live world and a state repository, both temporary. */
export interface World {
  /** The folder that holds `desired-state`. */
  readonly root: string;
  /** A watch for the runs that are given it. */
  watch(): Promise<Watch>;
  /** Calls to wait at: one while reading, one before the first write, one in the middle of it. */
  readonly pauses: { readonly reading: string; readonly beforeWrite: string; readonly duringWrite: string };
  /** What becomes of "remove leaf 1, make leaf 3" when Ctrl-C comes in the middle of the first write: one write, or more. */
  readonly interrupted: readonly ("done" | "skipped")[];
  /** Calls that list so many leaves. */
  listCalls(count: number): number;
  seed(seed: Seed): void;
  addressOf(leaf: Leaf): string;
  reeve(args: readonly string[], options?: RunOptions): Promise<Ran>;
  start(args: readonly string[], options?: RunOptions): Running;
  /** Another checkout of the same state repository over the same world. */
  checkout(): World;
  /** What is ours in the world, read without Reeve: one line a resource and place, sorted. */
  look(): readonly string[];
  /** What `look` should find for these leaves. */
  expected(leaves: readonly Leaf[]): readonly string[];
  /** Everything in the world, with modes and times: equal when nothing was touched. */
  footprint(): string;
  /** Bytes that must never be torn: throws when a file is neither whole old nor whole new. */
  assertWhole(): void;
  /** Temporary files that a killed writer left. */
  leftovers(): readonly string[];
  /** The identity that is made once (a private key): its value, or null before. Never printed. */
  identity(): string | null;
  /** Puts something of somebody else there; its bytes are given back by `foreignBytes`. */
  plantForeign(): void;
  foreignBytes(): string;
  /** Changes a leaf behind Reeve's back. */
  editByHand(leaf: Leaf): void;
  /** Changes that mean nothing. */
  makeNoise(leaves: readonly Leaf[]): void;
  markAsOf(estate: string): void;
  removeMarkers(): void;
  /** Command words that run what follows with the whole world read-only. */
  readonly frozen: readonly string[];
  /** Secrets that stand in this world, after an apply with secrets. */
  canaries(): readonly string[];
  readonly secretEnvironment: Readonly<Record<string, string>>;
  /** What a process needs to reach this world. */
  readonly environment: Readonly<Record<string, string>>;
  /** Puts a wrong value into a secret's place, and gives that value. */
  spoilSecret(): string;
  close(): void | Promise<void>;
}

export interface RunOptions {
  readonly watch?: Watch;
  readonly environment?: Readonly<Record<string, string>>;
  readonly prefix?: readonly string[];
}

/** What a provider gives so that the suite can hold it to the laws. */
export interface Fixture {
  readonly provider: string;
  readonly title: string;
  /** The world can also be reached from this process, not only by the program where the world is. */
  readonly isHere: boolean;
  /** By default one in so many calls is a kill: enough for each kind of call, and no more than a minute or so. */
  readonly killStride: number;
  /** How many leaves are many: as many as fill several pages of its lists. */
  readonly many: number;
  /** A leaf that nobody has marked and nobody declares is still seen, and reported as foreign. */
  readonly seesUnmarked: boolean;
  /** The world itself refuses a second writer while the first writes. */
  readonly isLocked: boolean;
  /** Each resource carries its marker, or the world as a whole does. Left out: each. */
  readonly marks?: "whole";
  /** The world takes the documents as they are merged, all at once: what is held is handed out all the same. */
  readonly takesWhole?: true;
  open(): Promise<World>;
}
