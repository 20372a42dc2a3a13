/** The two sides of a pull request as estates, from the merge commit that is checked out. */
import { join, relative, resolve } from "node:path";
import { type LoadedEstate, loadEstate } from "../estate/load-estate.ts";
import { userError } from "../support/user-error.ts";
import type { ChangedFile, PullRequest, Sha } from "./model.ts";
import type { Trees } from "./trees.ts";

export interface PullSides {
  /** What it is merged into: the first parent of the merge, which is the branch's tip. */
  readonly baseSha: Sha;
  readonly base: LoadedEstate;
  readonly head: LoadedEstate;
  readonly files: readonly ChangedFile[];
}

export interface SidesOptions {
  readonly trees: Trees;
  /** The repository's root. */
  readonly root: string;
  readonly stateDir: string;
  readonly signal: AbortSignal;
}

/** `merge` has the base as its first parent; a pull request's own merge commit has its head as the second. */
export async function readSides(
  options: SidesOptions,
  merge: { readonly base: Sha; readonly head: Sha },
): Promise<PullSides> {
  const { trees } = options;
  const [base, head, files] = await Promise.all([
    loadCommit(options, merge.base),
    loadCommit(options, merge.head),
    trees.changedFiles(merge.base, merge.head),
  ]);
  return { baseSha: merge.base, base, head, files };
}

/** The checkout of a `pull_request` run: the merge of the base's tip and the very head that the event speaks of. */
export async function checkedOutMerge(
  trees: Trees,
  pull: PullRequest,
): Promise<{ readonly base: Sha; readonly head: Sha }> {
  const { sha, parents } = await trees.head();
  const [base, head] = parents;
  if (base !== undefined && head === pull.head.sha) return { base, head: sha };
  throw userError(
    "not-the-merge",
    `the checkout ${sha.slice(0, 12)} is not the merge of pull request ${pull.number} (head ${pull.head.sha.slice(0, 12)})`,
    "check out the pull request's merge commit with fetch-depth: 2, as the workflow that reeve init writes does",
  );
}

/** Where the estate itself is declared, for the policy: it is always protected. */
export function estateFileOf({ base, head }: PullSides): string {
  return (base.checkable.document ?? head.checkable.document)?.source.file ?? "desired-state/reeve.yaml";
}

async function loadCommit({ trees, root, stateDir, signal }: SidesOptions, commit: Sha): Promise<LoadedEstate> {
  const folder = relative(root, resolve(stateDir));
  const written = await trees.writeOut(commit, folder);
  try {
    return await loadEstate({ stateDir: join(written.root, folder), root: written.root, cacheDir: null, signal });
  } finally {
    written.remove();
  }
}
