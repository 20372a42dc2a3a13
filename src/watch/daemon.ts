/** `reeve watch`: follows the documents, keeps the world as they say, until it is stopped. */
import { type CheckedEstate, checkWorkspace, type Workspace } from "../apply/workspace.ts";
import { sinceWhen } from "../github/comment/drift-text.ts";
import { UserError } from "../support/user-error.ts";
import { forgetAccepted, readAccepted } from "./accepted.ts";
import type { ApplySetting, Decision, Grounds } from "./decide.ts";
import type { Lease } from "./lease/lease.ts";
import type { Log } from "./log.ts";
import { type Memory, readMemory, writeMemory } from "./memory.ts";
import { describePause, readPause } from "./pause.ts";
import { type Finished, runRound } from "./round.ts";
import type { Difference, LastRound, Sight, Snapshot, Status } from "./status.ts";
import { type Reach, touchedBy, unreadOf } from "./touched.ts";
import type { Anchor, Follower, Tree } from "./tree.ts";
import { openTroubles, type Troubles } from "./troubles.ts";

export interface DaemonOptions {
  /** Its state directory is where nothing is known yet; each round takes that of its tree. */
  readonly workspace: Workspace;
  readonly follower: Follower;
  readonly lease: Lease;
  readonly apply: ApplySetting;
  /** Its own: memory, pause. */
  readonly folder: string;
  readonly log: Log;
  /** What else is done with what a round has found: proposals and the like. */
  readonly afterRound?: (finished: Finished, tree: Tree) => Promise<void>;
}

export interface Daemon {
  /** Looks at the source. True where there is something new to be seen to. */
  follow(): Promise<boolean>;
  /** Sees to the world once. */
  round(): Promise<LastRound>;
  status(): Status;
  sight(): Sight | null;
  snapshot(): Snapshot | null;
}

interface Good {
  readonly tree: Tree;
  readonly checked: CheckedEstate;
}

export function openDaemon(options: DaemonOptions): Daemon {
  const now = (): Date => options.workspace.clock.now();
  const self: Self = {
    options,
    troubles: openTroubles(now, options.log),
    memory: readMemory(options.folder),
    good: null,
    snapshot: null,
    sight: null,
    differences: [],
    last: null,
    rounds: { settled: 0, waits: 0, failed: 0 },
    startedAt: now().toISOString(),
  };
  return {
    follow: () => follow(self),
    round: () => round(self),
    status: () => statusOf(self),
    sight: () => self.sight,
    snapshot: () => self.snapshot,
  };
}

/** All that changes while the daemon runs. */
interface Self {
  readonly options: DaemonOptions;
  readonly troubles: Troubles;
  memory: Memory;
  good: Good | null;
  snapshot: Snapshot | null;
  sight: Sight | null;
  differences: readonly Difference[];
  last: LastRound | null;
  readonly rounds: Record<LastRound["result"], number>;
  readonly startedAt: string;
}

async function follow(self: Self): Promise<boolean> {
  const before = self.good?.tree.id ?? null;
  try {
    await followOn(self);
    self.troubles.end("follow-failed");
  } catch (error) {
    if (self.options.workspace.signal.aborted) throw error;
    self.troubles.begin({ code: "follow-failed", message: wordsOf(error), next: "it is tried again" });
  }
  return (self.good?.tree.id ?? null) !== before;
}

async function followOn(self: Self): Promise<void> {
  const { options, troubles } = self;
  const seen = await options.follower.look(anchorOf(self, self.memory.good), options.workspace.signal);
  if (seen.status === "seen") {
    troubles.end("unreachable", "rewound", "moving", "unreadable");
    await take(self, seen.tree);
  } else if (seen.status === "unreachable") {
    troubles.begin({ code: "unreachable", message: seen.why, next: "the last good documents stay; it is tried again" });
  } else {
    troubles.end("unreachable");
    troubles.begin({ code: seen.code, message: seen.why, next: seen.next });
  }
  if (self.good === null) await takeUpLastGood(self);
}

function anchorOf({ options }: Self, good: string | null): Anchor {
  return { good, accepted: readAccepted(options.folder) };
}

/** After a start at which there is nothing good to be seen. */
async function takeUpLastGood(self: Self): Promise<void> {
  const { good } = self.memory;
  const tree = good === null ? null : await self.options.follower.treeOf(good);
  if (tree === null) return;
  const checked = await check(self, tree);
  if (checked.estate !== null) self.good = { tree, checked };
}

/** A tree that does not validate removes nothing: the last good one stays. */
async function take(self: Self, tree: Tree): Promise<void> {
  const checked = await check(self, tree);
  const { troubles, options } = self;
  const name = tree.commit === null ? "the folder" : `commit ${tree.commit.slice(0, 12)}`;
  if (checked.estate === null) {
    const errors = checked.diagnostics.filter(({ severity }) => severity === "error");
    const [first] = errors;
    const place = first?.at === null || first === undefined ? "" : `${first.at.file}:${first.at.line}: `;
    const message = `${name} does not validate (${errors.length} errors): ${place}${first?.message ?? ""}`;
    troubles.begin({ code: "broken", message, next: "mend it; the last good documents stay until then" });
    return;
  }
  troubles.end("broken");
  if (self.good?.tree.id !== tree.id) options.log("following", { tree: tree.id, commit: tree.commit });
  self.good = { tree, checked };
  if (self.memory.good === tree.id) return;
  remember(self, { ...self.memory, good: tree.id });
  forgetAccepted(options.folder);
}

function check({ options }: Self, { documents }: Tree): Promise<CheckedEstate> {
  return checkWorkspace({ ...options.workspace, stateDir: documents });
}

async function round(self: Self): Promise<LastRound> {
  const { workspace, log } = self.options;
  const began = performance.now();
  const end = (result: LastRound["result"], outcomes: LastRound["outcomes"]): LastRound => {
    const tookMs = Math.round(performance.now() - began);
    self.last = { endedAt: workspace.clock.now().toISOString(), tookMs, result, outcomes };
    self.rounds[result] += 1;
    const done = outcomes.filter(({ status }) => status === "done").length;
    log("round", { result, tookMs, differences: self.differences.length, done, undone: outcomes.length - done });
    return self.last;
  };
  const { good } = self;
  if (good === null) return end("waits", []);
  try {
    const finished = await seeTo(self, good);
    self.troubles.end("round-failed");
    return end(isWaiting(finished) ? "waits" : "settled", finished.outcomes);
  } catch (error) {
    if (workspace.signal.aborted) throw error;
    self.troubles.begin({ code: "round-failed", message: wordsOf(error), next: "it is tried again" });
    return end("failed", []);
  }
}

/** What a user can mend in one line; of a bug its message, while its stack is for the log of the process. */
function wordsOf(error: unknown): string {
  if (error instanceof UserError) return error.diagnostics.map(({ message }) => message).join("; ");
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}

function isWaiting({ waits, blockers, outcomes, planned }: Finished): boolean {
  const isUnread = planned.lanes.some(({ survey }) => survey.comparison.unread.length > 0);
  return waits !== null || blockers.length > 0 || isUnread || outcomes.some(({ status }) => status === "failed");
}

async function seeTo(self: Self, good: Good): Promise<Finished> {
  const { tree } = good;
  const fresh = await check(self, tree);
  const checked = fresh.estate === null ? good.checked : fresh;
  const estate = checked.estate ?? checked.checkable;
  const { options, memory } = self;
  const workspace = { ...options.workspace, stateDir: tree.stateDir };
  const reach = await touchedBy({ ...options, memory }, tree, estate);
  const grounds = groundsOf(self, reach, { ...estate.settings.safety.modes });
  const settledAt = memory.settledAt === null ? null : new Date(memory.settledAt);
  const outdated = (last: string | null): Promise<string | null> => whyOutdated(self, tree, last);
  const finished = await runRound({ ...options, workspace, tree, checked, grounds, settledAt, outdated });
  self.sight = {
    plan: finished.planned.plan,
    resources: estate.resources,
    standings: finished.planned.lanes.flatMap(({ survey }) => survey.comparison.standings),
  };
  concludeRound(self, { finished, tree, reach, estate });
  self.snapshot = { commit: tree.commit, id: tree.id, resources: estate.resources };
  await options.afterRound?.(finished, tree);
  return finished;
}

function groundsOf(self: Self, reach: Reach, modes: Readonly<Record<string, Decision["mode"] | undefined>>): Round {
  const pause = readPause(self.options.folder);
  return {
    apply: self.options.apply,
    modeOf: (kind) => modes[kind] ?? "report",
    isOfCommit: reach.has,
    halt: pause === null ? null : describePause(pause),
  };
}

type Round = Omit<Grounds, "isOfTime">;

/** Asked under the lease, so that no host puts an older commit back over another host's newer one. */
async function whyOutdated(self: Self, tree: Tree, last: string | null): Promise<string | null> {
  const { follower, workspace, folder } = self.options;
  const pause = readPause(folder);
  if (pause !== null) return describePause(pause);
  const seen = await follower.look(anchorOf(self, tree.id), workspace.signal);
  if (seen.status === "seen" && seen.tree.id !== tree.id && self.troubles.find("broken") === null)
    return "there are newer documents";
  if (last === null || tree.commit === null || (await follower.follows(tree.commit, last))) return null;
  return `another host has applied ${last.slice(0, 12)}, which is no ancestor of ${tree.commit.slice(0, 12)}`;
}

interface Conclusion {
  readonly finished: Finished;
  readonly tree: Tree;
  readonly reach: Reach;
  readonly estate: CheckedEstate["checkable"];
}

function concludeRound(self: Self, { finished, tree, reach, estate }: Conclusion): void {
  const { decisions, planned, blockers, waits } = finished;
  const at = planned.session.clock.now().toISOString();
  const unread = new Set<string>(planned.lanes.flatMap(({ survey }) => survey.comparison.unread));
  const pending = decisions.filter(({ cause }) => cause !== "drift").map(({ change }) => change.address);
  const seen = sinceWhen(
    decisions.map(({ change }) => change.address),
    new Map(Object.entries(self.memory.seen)),
    { now: at, isWhole: unread.size === 0 },
  );
  self.differences = decisions.map(({ change, cause, mode, left }) => {
    return { address: change.address, cause, mode, left, since: seen.get(change.address) ?? at };
  });
  remember(self, {
    ...self.memory,
    applied: tree.id,
    pending: [...new Set([...pending, ...unreadOf(reach, estate, unread)])].toSorted(),
    settledAt: unread.size === 0 ? at : self.memory.settledAt,
    seen: Object.fromEntries(seen),
  });
  tellStops(self, blockers, waits);
}

function tellStops({ troubles }: Self, blockers: Finished["blockers"], waits: string | null): void {
  const [blocker] = blockers;
  if (blocker === undefined) troubles.end("blocked");
  else troubles.begin({ code: "blocked", message: blocker.message, next: blocker.next });
  if (waits === null) troubles.end("waits");
  else troubles.begin({ code: "waits", message: waits, next: "nothing: it is tried again" });
}

/** A full disk stops nothing: what is remembered in memory alone is at worst done again. */
function remember(self: Self, memory: Memory): void {
  self.memory = memory;
  try {
    writeMemory(self.options.folder, memory);
    self.troubles.end("disk");
  } catch (error) {
    self.troubles.begin({ code: "disk", message: `cannot write: ${wordsOf(error)}`, next: "make room" });
  }
}

function statusOf(self: Self): Status {
  const { options, good, sight, memory } = self;
  return {
    estate: good?.checked.checkable.name ?? null,
    source: options.follower.source,
    apply: options.apply,
    lease: options.lease.description,
    startedAt: self.startedAt,
    tree: good === null ? null : { id: good.tree.id, commit: good.tree.commit },
    isApplied: good !== null && memory.applied === good.tree.id && memory.pending.length === 0,
    troubles: self.troubles.list(),
    pause: readPause(options.folder),
    round: self.last,
    differences: self.differences,
    nextChangeAt: sight?.plan.nextChangeAt ?? null,
    rounds: { ...self.rounds },
  };
}
