/** One round of the daemon: what is remembered goes in, what was found is remembered. */
import type { CheckedEstate } from "../apply/workspace.ts";
import { sinceWhen } from "../github/comment/drift-text.ts";
import type { Cause, Decision, Grounds } from "./decide.ts";
import { describePause, readPause } from "./pause.ts";
import { type Finished, runRound } from "./round.ts";
import { anchorOf, checkTree, type Good, remember, type Self, wordsOf } from "./self.ts";
import { mayServe, serve } from "./serve.ts";
import type { LastRound } from "./status.ts";
import { type Reach, touchedBy, unreadOf } from "./touched.ts";
import type { Tree } from "./tree.ts";

export async function seeToWorld(self: Self): Promise<LastRound> {
  const { workspace, log } = self.options;
  const began = performance.now();
  const end = (result: LastRound["result"], { outcomes, isCutShort }: Ended = NOTHING): LastRound => {
    const tookMs = Math.round(performance.now() - began);
    self.last = { endedAt: workspace.clock.now().toISOString(), tookMs, result, outcomes, isCutShort };
    self.rounds[result] += 1;
    const done = outcomes.filter(({ status }) => status === "done").length;
    log("round", { result, tookMs, differences: self.differences.length, done, undone: outcomes.length - done });
    return self.last;
  };
  const { good } = self;
  if (good === null) return end("waits");
  try {
    const finished = await seeTo(self, good);
    self.troubles.end("round-failed");
    return end(isWaiting(finished) ? "waits" : "settled", finished);
  } catch (error) {
    if (workspace.signal.aborted) throw error;
    self.troubles.begin({ code: "round-failed", message: wordsOf(error), next: "it is tried again" });
    return end("failed");
  }
}

type Ended = Pick<LastRound, "outcomes" | "isCutShort">;
const NOTHING: Ended = { outcomes: [], isCutShort: false };

function isWaiting({ waits, blockers, outcomes, planned, isCutShort }: Finished): boolean {
  const isUnread = planned.lanes.some(({ survey }) => survey.comparison.unread.length > 0);
  return (
    waits !== null ||
    isCutShort ||
    blockers.length > 0 ||
    isUnread ||
    outcomes.some(({ status }) => status === "failed")
  );
}

async function seeTo(self: Self, good: Good): Promise<Finished> {
  const { tree } = good;
  const fresh = await checkTree(self, tree);
  const checked = fresh.estate === null ? good.checked : fresh;
  const estate = checked.estate ?? checked.checkable;
  const { options, memory } = self;
  const known = tree.commit === null ? {} : { commit: tree.commit };
  const workspace = { ...options.workspace, stateDir: tree.stateDir, ...known };
  const reach = await touchedBy({ ...options, memory }, tree, estate);
  const grounds = groundsOf(self, reach, { ...estate.settings.safety.modes });
  const settledAt = settledBefore(memory.settledAt, workspace.clock.now());
  const outdated = (last: string | null): Promise<string | null> => whyOutdated(self, tree, last);
  const due = new Set(memory.due);
  const onBegin = (): void => {
    self.hand = () => serve(self, tree, estate);
  };
  const inputs = { workspace, tree, checked, grounds, settledAt, due, outdated, onBegin };
  const finished = await runRound({ ...inputs, lease: options.lease }).finally(() => {
    self.hand = null;
  });
  self.sight = {
    plan: finished.planned.plan,
    resources: estate.resources,
    standings: finished.planned.lanes.flatMap(({ survey }) => survey.comparison.standings),
  };
  concludeRound(self, { finished, tree, reach, estate });
  if (grounds.halt === null && mayServe(finished)) serve(self, tree, estate);
  const { good: last, applied, served } = self.memory;
  await options.follower.keepOnly([tree.id, last, applied, served, self.latest].filter((id) => id !== null));
  await tellOthers(self, finished, tree);
  return finished;
}

/** What a clock had settled that was ahead, and has been set back, is not known to be: then of all that differs, what time can change is seen to. */
function settledBefore(settledAt: string | null, now: Date): Date | null {
  if (settledAt === null) return null;
  const at = new Date(settledAt);
  return at > now ? new Date(0) : at;
}

/** What others are told must not undo what was done. */
async function tellOthers({ options, troubles }: Self, finished: Finished, tree: Tree): Promise<void> {
  try {
    await options.afterRound?.(finished, tree);
    troubles.end("not-told");
  } catch (error) {
    troubles.begin({ code: "not-told", message: wordsOf(error), next: "it is tried again" });
  }
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
  for (const one of self.memory.overruled) if (await follower.follows(one, last)) return null;
  return `another host has applied ${last.slice(0, 12)}, which is no ancestor of ${tree.commit.slice(0, 12)}`;
}

interface Conclusion {
  readonly finished: Finished;
  readonly tree: Tree;
  readonly reach: Reach;
  readonly estate: CheckedEstate["checkable"];
}

function concludeRound(self: Self, { finished, tree, reach, estate }: Conclusion): void {
  const { decisions, planned, plannedAt, blockers, waits } = finished;
  const at = plannedAt.toISOString();
  const unread = new Set<string>(planned.lanes.flatMap(({ survey }) => survey.comparison.unread));
  const left = (wanted: Cause): readonly string[] =>
    decisions.filter(({ cause }) => cause === wanted).map(({ change }) => change.address);
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
    pending: [...new Set([...left("commit"), ...unreadOf(reach, estate, unread)])].toSorted(),
    due: left("time").toSorted(),
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
