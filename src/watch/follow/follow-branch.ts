/** A branch of the state repository, in a bare clone of our own; each commit is checked out beside it, once. */
import { existsSync, lstatSync, mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { parseNameStatus } from "../../github/trees.ts";
import type { Anchor, Follower, Sighting, Tree } from "../tree.ts";
import type { GitRunner } from "./git-runner.ts";

export interface BranchOptions {
  readonly url: string;
  readonly branch: string;
  /** The state directory in the repository. */
  readonly path: string;
  /** The daemon's own. */
  readonly folder: string;
  readonly git: GitRunner;
}

export function followBranch(options: BranchOptions): Follower {
  const place: Place = {
    ...options,
    clone: join(options.folder, "repository.git"),
    trees: join(options.folder, "trees"),
  };
  return {
    source: `branch ${options.branch} of ${withoutPassword(options.url)}`,
    look: (anchor, signal) => look(place, anchor, signal),
    treeOf: (id) => treeOf(place, id),
    changedFiles: async (before, after) => {
      const range = ["--end-of-options", before.id, after.id];
      const { isOk, out, trouble } = await inClone(place, [
        "diff",
        "--name-status",
        "-z",
        "-M",
        "--no-ext-diff",
        ...range,
      ]);
      if (!isOk) throw new Error(`git cannot compare ${before.id} with ${after.id}: ${trouble}`);
      return parseNameStatus(out);
    },
    follows: (newer, older) => follows(place, newer, older),
    keepOnly: (ids) => keepOnly(place, new Set(ids)),
    onChange: () => ({ close: async () => undefined }),
  };
}

interface Place extends BranchOptions {
  readonly clone: string;
  readonly trees: string;
}

function inClone({ git, clone }: Place, args: readonly string[], signal?: AbortSignal): ReturnType<GitRunner> {
  return git(["--git-dir", clone, ...args], signal);
}

/** What is shown and logged names no secret, though none is taken in the first place. */
function withoutPassword(url: string): string {
  return url.replace(/^([a-z+]+:\/\/)[^@/]*@/, "$1");
}

const REF = "refs/reeve/followed";

async function look(place: Place, { good, accepted }: Anchor, signal: AbortSignal): Promise<Sighting> {
  const opened = await openClone(place, signal);
  if (opened !== null) return { status: "unreachable", why: opened };
  // The branch's own ref and no other: a commit that is elsewhere only is never seen.
  const fetched = await inClone(
    place,
    [
      "fetch",
      "--quiet",
      "--no-tags",
      "--no-write-fetch-head",
      "--force",
      "--",
      place.url,
      `+refs/heads/${place.branch}:${REF}`,
    ],
    signal,
  );
  if (!fetched.isOk) return { status: "unreachable", why: `${place.branch} cannot be fetched: ${fetched.trouble}` };
  const { out } = await inClone(place, ["rev-parse", "--verify", `${REF}^{commit}`], signal);
  const tip = out.trim();
  if (good !== null && !(await follows(place, tip, good)) && !(await isAccepted(place, tip, accepted)))
    return rewound(place, tip, good);
  const tree = await treeOf(place, tip);
  if (tree !== null) return { status: "seen", tree };
  return {
    status: "refused",
    code: "unreadable",
    ...(await whyUnreadable(place, tip)),
  };
}

async function whyUnreadable(place: Place, tip: string): Promise<{ readonly why: string; readonly next: string }> {
  const commit = `commit ${tip.slice(0, 12)}`;
  const own = ownLink({ documents: place.path });
  const { out } = await inClone(place, ["ls-tree", "--name-only", tip, "--", own, place.path]);
  if (out.split("\n").includes(own))
    return {
      why: `${commit} has ${own} in it, which is for what Reeve keeps on a host: locks, the journal, keys of samples`,
      next: `take it out (git rm -r --cached ${own}), ignore it, and renew what keys were in it`,
    };
  return {
    why: `${commit} has no folder ${place.path} that can be checked out`,
    next: "see that it is there and is a folder, or set repository.path",
  };
}

/** What was merged on top of an accepted commit is as good: the branch cannot be mended in another way. */
async function isAccepted(place: Place, tip: string, accepted: string | null): Promise<boolean> {
  return accepted !== null && COMMIT.test(accepted) && (await follows(place, tip, accepted));
}

function rewound({ branch }: Place, tip: string, good: string): Sighting {
  return {
    status: "refused",
    code: "rewound",
    why: `${branch} is at ${tip.slice(0, 12)} and does not follow on ${good.slice(0, 12)}: it was rewound or rewritten`,
    next: `if that is meant: reeve watch accept ${tip}`,
  };
}

/** What stands in the way, or null. */
async function openClone(place: Place, signal: AbortSignal): Promise<string | null> {
  const { clone, git } = place;
  if (existsSync(join(clone, "HEAD")) && (await inClone(place, ["rev-parse", "--git-dir"], signal)).isOk) return null;
  rmSync(clone, { recursive: true, force: true });
  mkdirSync(clone, { recursive: true, mode: 0o700 });
  const made = await git(["init", "--quiet", "--bare", clone], signal);
  return made.isOk ? null : `git cannot begin its clone: ${made.trouble}`;
}

async function follows(place: Place, newer: string, older: string): Promise<boolean> {
  return newer === older || (await inClone(place, ["merge-base", "--is-ancestor", older, newer])).isOk;
}

const COMMIT = /^[0-9a-f]{40}([0-9a-f]{24})?$/;

async function treeOf(place: Place, id: string): Promise<Tree | null> {
  const { trees, path, folder } = place;
  const root = join(trees, id);
  const tree: Tree = { id, commit: id, documents: join(root, path), stateDir: join(root, path) };
  // Written last: a checkout that was cut off has none, and is made anew.
  const mark = join(trees, `${id}.whole`);
  if (!COMMIT.test(id)) return null;
  if (existsSync(mark) && existsSync(root)) return tree;
  rmSync(mark, { force: true });
  rmSync(root, { recursive: true, force: true });
  mkdirSync(trees, { recursive: true, mode: 0o700 });
  await inClone(place, ["worktree", "prune"]);
  const { isOk } = await inClone(place, ["worktree", "add", "--quiet", "--detach", "--force", root, id]);
  if (!isOk || !isPlainFolder(root, path) || existsSync(ownLink(tree))) return null;
  // The lock, the journal and what documents keep there outlive the commit.
  mkdirSync(join(folder, "own"), { recursive: true, mode: 0o700 });
  symlinkSync(join(folder, "own"), ownLink(tree));
  writeFileSync(mark, "");
  return tree;
}

/** Where Reeve looks for its own folder. */
function ownLink({ documents }: Pick<Tree, "documents">): string {
  return join(dirname(documents), ".reeve");
}

/** A link, wherever it is on the way, would lead out of the commit. */
function isPlainFolder(root: string, path: string): boolean {
  const steps = normalize(path).split("/");
  return steps.every((_, index) => {
    const place = join(root, ...steps.slice(0, index + 1));
    return lstatSync(place, { throwIfNoEntry: false })?.isDirectory() === true;
  });
}

async function keepOnly(place: Place, ids: ReadonlySet<string>): Promise<void> {
  if (!existsSync(place.trees)) return;
  for (const name of readdirSync(place.trees)) {
    if (!ids.has(name.replace(/\.whole$/, ""))) rmSync(join(place.trees, name), { recursive: true, force: true });
  }
  await inClone(place, ["worktree", "prune"]);
}
