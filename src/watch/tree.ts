import type { ChangedFile } from "../github/model.ts";

/** One state of the documents, which does not change any more. */
export interface Tree {
  /** The commit, or a digest of the files where a folder is followed. */
  readonly id: string;
  readonly commit: string | null;
  /** Where the documents are read from. */
  readonly documents: string;
  /** The state directory that relative paths and Reeve's own folder are beside. */
  readonly stateDir: string;
}

/** What a look at the source found. */
export type Sighting =
  | { readonly status: "seen"; readonly tree: Tree }
  /** There is something else than what may be followed: the last good tree stays. */
  | {
      readonly status: "refused";
      readonly code: "rewound" | "moving" | "unreadable";
      readonly why: string;
      readonly next: string;
    }
  | { readonly status: "unreachable"; readonly why: string };

export interface Anchor {
  /** The tree that is followed now; null at the beginning. */
  readonly good: string | null;
  /** A commit that a person has accepted though it does not follow on the last one. */
  readonly accepted: string | null;
}

/** Where documents come from. */
export interface Follower {
  /** In plain words, without credentials: `branch main of git@github.com:robco/estate.git`. */
  readonly source: string;
  look(anchor: Anchor, signal: AbortSignal): Promise<Sighting>;
  /** A tree of before, or null where it is gone. */
  treeOf(id: string): Promise<Tree | null>;
  changedFiles(before: Tree, after: Tree): Promise<readonly ChangedFile[]>;
  /** True where `older` is `newer` or one of its ancestors; where there are no ancestors, always. */
  follows(newer: string, older: string): Promise<boolean>;
  /** Forgets all trees but these. */
  keepOnly(ids: readonly string[]): Promise<void>;
  /** Calls back when a look is worth it; where nothing tells, never. */
  onChange(call: () => void): { close(): Promise<void> };
}
