import type { Git } from "./git.ts";

export interface Change {
  readonly path: string;
  readonly previous: string | null;
  readonly status: "added" | "removed" | "modified" | "renamed" | "changed";
  readonly sha: string;
  readonly additions: number;
  readonly deletions: number;
  /** Null for what is not text. */
  readonly patch: string | null;
}

const STATUS: Readonly<Record<string, Change["status"]>> = {
  A: "added",
  D: "removed",
  M: "modified",
  R: "renamed",
  T: "changed",
};

const known = new WeakMap<Git, Map<string, Promise<readonly Change[]>>>();

/** What differs between two commits, in git's order. Commits do not change: a list in pages is made once. */
export function listChanges(git: Git, from: string, to: string): Promise<readonly Change[]> {
  const ofGit = known.get(git) ?? new Map<string, Promise<readonly Change[]>>();
  known.set(git, ofGit);
  const changes = ofGit.get(`${from} ${to}`) ?? diffTrees(git, from, to);
  ofGit.set(`${from} ${to}`, changes);
  return changes;
}

async function diffTrees(git: Git, from: string, to: string): Promise<readonly Change[]> {
  const all = ["--raw", "--numstat", "--patch", "-z"];
  const { out } = await git.run(["diff-tree", "-r", "-M", "--abbrev=40", ...all, from, to]);
  const start = out.indexOf("\0diff --git ");
  const [facts, patches] = start < 0 ? [out, ""] : [out.slice(0, start), out.slice(start + 1)];
  const [raw = "", counted = ""] = facts.split(/\0(?=(?:\d+|-)\t(?:\d+|-)\t)(.*)/s);
  const counts = parseCounts(counted);
  const texts = patches.split(/^diff --git .*\n/m).slice(1);
  return parseRaw(raw).map((entry, index) => ({
    ...entry,
    ...(counts[index] ?? { additions: 0, deletions: 0 }),
    patch: hunks(texts[index] ?? ""),
  }));
}

type Entry = Pick<Change, "path" | "previous" | "status" | "sha">;

function parseRaw(raw: string): readonly Entry[] {
  const fields = raw.split("\0");
  const entries: Entry[] = [];
  for (let at = 0; fields[at]?.startsWith(":") === true; ) {
    const [, , before = "", after = "", letter = ""] = (fields[at] ?? "").split(" ");
    const status = STATUS[letter.charAt(0)] ?? "modified";
    const isRename = status === "renamed";
    const path = fields[at + (isRename ? 2 : 1)] ?? "";
    const previous = isRename ? (fields[at + 1] ?? null) : null;
    entries.push({ path, previous, status, sha: status === "removed" ? before : after });
    at += isRename ? 3 : 2;
  }
  return entries;
}

function parseCounts(counted: string): readonly Pick<Change, "additions" | "deletions">[] {
  return [...counted.matchAll(/(?:^|\0)(\d+|-)\t(\d+|-)\t/g)].map(([, added, deleted]) => ({
    additions: Number(added) || 0,
    deletions: Number(deleted) || 0,
  }));
}

function hunks(text: string): string | null {
  const start = text.search(/^@@ /m);
  return start < 0 ? null : text.slice(start).trimEnd();
}
