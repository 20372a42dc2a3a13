/**
 * The apply lock: one ref of the state repository, with no infrastructure beside it. The ref points at a chain of empty
 * commits; the last one's message says who holds it until when, or that it was released. Taking it is an atomic creation of the
 * ref, or an update that GitHub makes only where the new commit is a child of the one that was seen: of two that try, one wins.
 * The ref is never deleted, because a deletion cannot say what it deletes.
 */
import type { Clock } from "../support/clock.ts";
import { unreachable } from "../support/unreachable.ts";
import { userError } from "../support/user-error.ts";
import type { GitHubReader, GitHubWriter } from "./client/github.ts";
import type { CommitObject, Sha } from "./model.ts";

interface LockOwner {
  /** Names the run: the same run that asks again holds it already. */
  readonly run: string;
  /** Where people see what it does. */
  readonly url: string;
  readonly actor: string;
}

export interface HeldLock {
  /** Puts the end later; false where somebody else has it by now. */
  renew(): Promise<boolean>;
  release(): Promise<void>;
}

export interface LockOptions {
  readonly github: GitHubWriter;
  readonly clock: Clock;
  /** One lock an estate. */
  readonly estate: string;
  readonly owner: LockOwner;
  /** Milliseconds after which the lock of a run that died is anybody's. */
  readonly lifetime: number;
}

/** What the last commit of the chain says. */
type Entry =
  | { readonly state: "held"; readonly owner: LockOwner; readonly until: Date }
  | { readonly state: "released"; readonly reason: string }
  /** Only a person can say what it is: it counts as held. */
  | { readonly state: "unreadable" };

/** The tree without a file: every repository has it. */
const EMPTY_TREE = "4b825dc642cb6eb9a060e54bf8d69288fbee4904";

/** Takes the lock, or says who has it. */
export async function takeLock(options: LockOptions): Promise<HeldLock> {
  const seen = await readLock(options);
  if (seen !== null && !isFree(seen.entry, options)) throw lockHeld(seen.entry, options.estate);
  const taken = await advance(options, seen?.commit ?? null, heldBy(options));
  if (taken === null) throw lockHeld((await readLock(options))?.entry ?? null, options.estate);
  return hold(options, taken);
}

/** Frees a lock whoever holds it, and says why. Gives what was freed, in words, or null where nobody held it. */
export async function breakLock(options: Place, reason: string): Promise<string | null> {
  const seen = await readLock(options);
  if (seen === null || seen.entry.state === "released") return null;
  const freed = await advance(options, seen.commit, { state: "released", reason });
  if (freed === null) throw userError("lock-moved", "the lock changed hands meanwhile", "look again, then repeat");
  return describeHolder(seen.entry);
}

/** Who holds it now, in words; null where it is free. */
export async function readHolder(options: ReadPlace & Pick<LockOptions, "clock">): Promise<string | null> {
  const entry = (await readLock(options))?.entry ?? null;
  if (entry === null || entry.state === "released") return null;
  return entry.state === "held" && entry.until <= options.clock.now() ? null : describeHolder(entry);
}

function hold(options: LockOptions, first: Sha): HeldLock {
  let commit = first;
  const move = async (entry: Entry): Promise<boolean> => {
    const next = await advance(options, commit, entry);
    if (next === null) return false;
    commit = next;
    return true;
  };
  return {
    renew: () => move(heldBy(options)),
    // Somebody broke it meanwhile: there is nothing of ours to release.
    release: async () => void (await move({ state: "released", reason: "done" })),
  };
}

function heldBy({ clock, owner, lifetime }: LockOptions): Entry {
  return { state: "held", owner, until: new Date(clock.now().getTime() + lifetime) };
}

function isFree(entry: Entry, { clock, owner }: LockOptions): boolean {
  if (entry.state !== "held") return entry.state === "released";
  return entry.until <= clock.now() || entry.owner.run === owner.run;
}

type Place = Pick<LockOptions, "github" | "estate">;

interface ReadPlace extends Pick<LockOptions, "estate"> {
  readonly github: GitHubReader;
}

/** The new end of the chain; null where somebody else was faster. */
async function advance({ github, estate }: Place, from: Sha | null, entry: Entry): Promise<Sha | null> {
  const parents = from === null ? [] : [from];
  const commit = await github.createCommit({ tree: EMPTY_TREE, parents, message: JSON.stringify(entry) });
  const name = refOf(estate);
  const isMoved = from === null ? await github.createRef(name, commit) : await github.forwardRef(name, commit);
  return isMoved ? commit : null;
}

async function readLock({
  github,
  estate,
}: ReadPlace): Promise<{ readonly commit: Sha; readonly entry: Entry } | null> {
  const commit = await github.ref(refOf(estate));
  return commit === null ? null : { commit, entry: parseEntry(await github.commit(commit)) };
}

/** Below refs/reeve/: no branch and no tag, so that no workflow starts and nobody fetches it. */
function refOf(estate: string): string {
  return `reeve/apply-lock/${estate}`;
}

function parseEntry({ message }: CommitObject): Entry {
  const value = parseJson(message);
  if (!isMembers(value)) return { state: "unreadable" };
  const { state, reason, owner } = value;
  if (state === "released" && typeof reason === "string") return { state, reason };
  const until = new Date(typeof value["until"] === "string" ? value["until"] : Number.NaN);
  if (state !== "held" || !isMembers(owner) || Number.isNaN(until.getTime())) return { state: "unreadable" };
  const text = (key: string): string => (typeof owner[key] === "string" ? owner[key] : "");
  return { state, owner: { run: text("run"), url: text("url"), actor: text("actor") }, until };
}

function describeHolder(entry: Entry): string {
  switch (entry.state) {
    case "held":
      return `${entry.owner.actor} (${entry.owner.url}) until ${entry.until.toISOString()}`;
    case "released":
      return "nobody";
    case "unreadable":
      return "something that Reeve did not write";
    default:
      return unreachable(entry);
  }
}

function lockHeld(entry: Entry | null, estate: string): Error {
  return userError(
    "locked",
    `the apply lock of "${estate}" is held by ${entry === null ? "another run" : describeHolder(entry)}`,
    'wait for that run, or, where it is dead, run: reeve github unlock --reason "…"',
  );
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function isMembers(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
