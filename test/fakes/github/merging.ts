import type { Commit, Git, Person } from "./git.ts";

export type MergeMethod = "merge" | "squash" | "rebase";

/** The tree that merging `theirs` into `ours` makes, or null where they conflict. */
export async function mergeTrees(git: Git, ours: string, theirs: string): Promise<string | null> {
  const args = ["merge-tree", "--write-tree", "--allow-unrelated-histories", ours, theirs];
  const { out, code } = await git.run(args, { allow: [1] });
  return code === 0 ? out.trim() : null;
}

export interface Merging {
  readonly base: string;
  readonly head: string;
  readonly author: Person;
  readonly committer: Person;
  readonly message: string;
}

/** The new tip of the base branch, or null where it cannot be. */
export async function mergeCommits(git: Git, method: MergeMethod, merging: Merging): Promise<string | null> {
  if (method === "rebase") return rebase(git, merging);
  const tree = await mergeTrees(git, merging.base, merging.head);
  if (tree === null) return null;
  const parents = method === "merge" ? [merging.base, merging.head] : [merging.base];
  return git.writeCommit({ ...merging, tree, parents });
}

async function rebase(git: Git, { base, head, committer }: Merging): Promise<string | null> {
  const commits = await git.commits("--reverse", "--topo-order", "--no-merges", `${base}..${head}`);
  let tip = base;
  for (const commit of commits) {
    const picked = await pick(git, commit, { tip, committer });
    if (picked === null) return null;
    tip = picked;
  }
  return tip;
}

/**
 * One commit upon another tip, without a working tree: a passing commit of the tip's tree upon the commit's own parent
 * makes that parent the merge base.
 */
async function pick(
  git: Git,
  commit: Commit,
  { tip, committer }: { readonly tip: string; readonly committer: Person },
): Promise<string | null> {
  const tree = await git.out("rev-parse", `${tip}^{tree}`);
  const ours = await git.writeCommit({ ...commit, committer, tree, parents: commit.parents.slice(0, 1) });
  const merged = await mergeTrees(git, ours, commit.sha);
  return merged === null ? null : git.writeCommit({ ...commit, committer, tree: merged, parents: [tip] });
}
