/**
 * Commits of the state repository, read as data: no file of it is executed, no filter, hook or attribute of it is obeyed. Files
 * are written byte by byte from git's objects, since an archive or a checkout would let the repository's own attributes
 * leave files out or change them. Every git command here reads objects alone: none of them starts a hook or a filter.
 */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { execa } from "execa";
import { type SimpleGit, simpleGit } from "simple-git";
import { userError } from "../support/user-error.ts";
import type { ChangedFile, Sha } from "./model.ts";

/** A repository's commits. */
export interface Trees {
  /** The commit that is checked out, with its parents. */
  head(): Promise<{ readonly sha: Sha; readonly parents: readonly Sha[] }>;
  /** First-parent ancestors of `from`, itself first; at most `most`. */
  firstParents(from: Sha, most: number): Promise<readonly Sha[]>;
  /** When a commit was made, as it says itself. */
  committedAt(commit: Sha): Promise<Date>;
  /** Every file that differs between two commits' trees, renames found. Sorted by path. */
  changedFiles(before: Sha, after: Sha): Promise<readonly ChangedFile[]>;
  /** The id of a file's content; null where there is no such file. */
  blobOf(commit: Sha, path: string): Promise<string | null>;
  /** Writes a commit's files below `folder` of the repository into a new temporary folder. */
  writeOut(commit: Sha, folder: string): Promise<WrittenTree>;
}

interface WrittenTree {
  /** Stands for the repository's root. */
  readonly root: string;
  remove(): void;
}

export function openTrees(root: string): Trees {
  const git = simpleGit(root);
  return {
    head: async () => {
      const [sha = "", ...parents] = (await git.raw(["rev-list", "--parents", "-n", "1", "HEAD"])).trim().split(" ");
      return { sha, parents };
    },
    firstParents: async (from, most) => {
      const list = await git.raw(["rev-list", "--first-parent", `--max-count=${most}`, "--end-of-options", from]);
      return list.split("\n").filter((line) => line !== "");
    },
    committedAt: async (commit) =>
      new Date((await git.raw(["show", "--no-patch", "--format=%cI", "--end-of-options", commit])).trim()),
    changedFiles: async (before, after) =>
      parseNameStatus(
        await git.raw(["diff", "--name-status", "-z", "-M", "--no-ext-diff", "--end-of-options", before, after]),
      ),
    blobOf: async (commit, path) => (await listFiles(git, commit, path)).find((file) => file.path === path)?.id ?? null,
    writeOut: async (commit, folder) => writeOut(git, { root, commit, folder }),
  };
}

interface TreeFile {
  readonly mode: string;
  readonly id: string;
  readonly path: string;
}

const ENTRY = /^(\d{6}) \w+ ([0-9a-f]+)\t(.*)$/s;

async function listFiles(git: SimpleGit, commit: Sha, path: string): Promise<readonly TreeFile[]> {
  const list = await git.raw(["--literal-pathspecs", "ls-tree", "-r", "-z", "--full-tree", commit, "--", path]);
  return list.split("\0").flatMap((line) => {
    const [, mode, id, name] = ENTRY.exec(line) ?? [];
    return mode === undefined || id === undefined || name === undefined ? [] : [{ mode, id, path: name }];
  });
}

interface Wanted {
  readonly root: string;
  readonly commit: Sha;
  readonly folder: string;
}

const LINK = "120000";
const SUBMODULE = "160000";

async function writeOut(git: SimpleGit, { root, commit, folder }: Wanted): Promise<WrittenTree> {
  const listed = await listFiles(git, commit, folder === "" ? "." : folder);
  // Links come last, so that no file is ever written through one.
  const files = listed
    .filter(({ mode }) => mode !== SUBMODULE)
    .toSorted((a, b) => Number(a.mode === LINK) - Number(b.mode === LINK));
  if (files.some(({ path }) => path === folder || path.split("/").includes(".."))) throw notAFolder(commit, folder);
  const target = mkdtempSync(join(tmpdir(), "reeve-tree-"));
  try {
    const contents = await readBlobs(root, [...new Set(files.map(({ id }) => id))]);
    for (const { path, id, mode } of files) {
      const content = contents.get(id);
      if (content === undefined) throw new Error(`git does not give ${path} of ${commit}`);
      const place = join(target, path);
      mkdirSync(dirname(place), { recursive: true });
      // A link stays a link: whoever loads the estate refuses it, as in a checkout.
      if (mode === LINK) symlinkSync(content, place);
      else writeFileSync(place, content);
    }
  } catch (error) {
    rmSync(target, { recursive: true, force: true });
    throw error;
  }
  return { root: target, remove: () => rmSync(target, { recursive: true, force: true }) };
}

/** A link in its place would be followed by a checkout and not here, and so there would seem to be no policy. */
function notAFolder(commit: Sha, folder: string): Error {
  return userError("not-a-folder", `${folder} of ${commit.slice(0, 12)} is not a folder of files`, "make it one");
}

const LINE_FEED = 10;

/** All of them through one process. */
async function readBlobs(root: string, ids: readonly string[]): Promise<ReadonlyMap<string, Buffer>> {
  if (ids.length === 0) return new Map();
  const options = { cwd: root, input: `${ids.join("\n")}\n`, encoding: "buffer", maxBuffer: 2 ** 30 } as const;
  const { stdout } = await execa("git", ["cat-file", "--batch"], options);
  const bytes = Buffer.from(stdout);
  const found = new Map<string, Buffer>();
  for (let at = 0; at < bytes.length; ) {
    const end = bytes.indexOf(LINE_FEED, at);
    const [id = "", type, size] = bytes.toString("latin1", at, end).split(" ");
    if (type !== "blob")
      throw userError("shallow", `git lacks the object ${id}`, "check out with fetch-depth: 2 or more");
    const from = end + 1;
    const to = from + Number(size);
    found.set(id, bytes.subarray(from, to));
    at = to + 1;
  }
  return found;
}

const STATUSES: Readonly<Record<string, ChangedFile["status"]>> = {
  A: "added",
  D: "removed",
  R: "renamed",
  C: "added",
};

/** `M\0path\0R087\0old\0new\0`, sorted by path. */
export function parseNameStatus(text: string): readonly ChangedFile[] {
  const words = text.split("\0");
  const files: ChangedFile[] = [];
  for (let at = 0; at + 1 < words.length; ) {
    const letter = words[at]?.slice(0, 1) ?? "";
    const hasTwo = letter === "R" || letter === "C";
    const path = words[at + (hasTwo ? 2 : 1)] ?? "";
    const previousPath = letter === "R" ? (words[at + 1] ?? null) : null;
    files.push({ path, previousPath, status: STATUSES[letter] ?? "modified" });
    at += hasTwo ? 3 : 2;
  }
  return files.toSorted((a, b) => (a.path < b.path ? -1 : 1));
}
