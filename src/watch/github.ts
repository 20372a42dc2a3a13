/** The GitHub part of the daemon: the apply lock that Actions take too, and the pull request that records what is there. */
import { randomUUID } from "node:crypto";
import { hostname } from "node:os";
import { rootOf, type Workspace } from "../apply/workspace.ts";
import type { GitHubWriter } from "../github/client/github.ts";
import { type DriftFacts, readSeen, sinceWhen } from "../github/comment/drift-text.ts";
import { driftMatter, tellDrift } from "../github/drift/tell-drift.ts";
import { troublesOf } from "../github/drift-run.ts";
import { findIssue } from "../github/keyed-issue.ts";
import { takeLock } from "../github/lock.ts";
import type { Issue, RepositoryName, Sha } from "../github/model.ts";
import { type Proposed, proposeDrift } from "../github/propose/propose-drift.ts";
import { openTrees } from "../github/trees.ts";
import type { Clock } from "../support/clock.ts";
import { UserError } from "../support/user-error.ts";
import type { ApplySetting, Decision, Mode } from "./decide.ts";
import type { Lease, TakenLease } from "./lease/lease.ts";
import type { Finished } from "./round.ts";
import type { Tree } from "./tree.ts";

export interface GitHubPlace {
  readonly open: () => Promise<GitHubWriter>;
  readonly repository: RepositoryName;
  readonly branch: string;
  readonly clock: Clock;
}

const LIFETIME_MS = 3_600_000;

/** One lock with `reeve github apply`: a ref of the repository. `estate` is known once documents were read. */
export function githubLease({ open, clock }: GitHubPlace, estate: () => string | null): Lease {
  const owner = { run: `watch-${hostname()}-${randomUUID()}`, url: "", actor: hostname() };
  return {
    description: "the apply lock of the GitHub repository",
    take: async (): Promise<TakenLease> => {
      const name = estate();
      if (name === null) return { heldBy: "the estate is not known yet" };
      try {
        const takenAt = clock.now().getTime();
        const lock = await takeLock({ github: await open(), clock, estate: name, owner, lifetime: LIFETIME_MS });
        return holdLock(lock, clock, takenAt);
      } catch (error) {
        if (!(error instanceof UserError) || error.diagnostics.every(({ code }) => code !== "locked")) throw error;
        return { heldBy: error.message };
      }
    },
  };
}

function holdLock(lock: Awaited<ReturnType<typeof takeLock>>, clock: Clock, takenAt: number): TakenLease {
  const lost = new AbortController();
  const done = new AbortController();
  let renewedAt = takenAt;
  const renewing = async (): Promise<void> => {
    while (!done.signal.aborted) {
      await clock.sleep(LIFETIME_MS / 6, done.signal);
      const at = clock.now().getTime();
      const isOurs = await lock.renew().catch(() => null);
      if (isOurs === true) renewedAt = at;
      if (isOurs === false || at >= renewedAt + LIFETIME_MS / 2) lost.abort(new Error("the apply lock was lost"));
    }
  };
  const renewal = renewing().catch(() => undefined);
  return {
    lost: lost.signal,
    isHeld: () => !lost.signal.aborted && clock.now().getTime() < renewedAt + LIFETIME_MS / 2,
    commit: null,
    release: async () => {
      done.abort();
      await renewal;
      await lock.release();
    },
  };
}

/**
 * Says at GitHub what the world has moved by itself, once the commit's own changes are done: one issue, and one pull request that
 * records what is there of the kinds that are to `propose`. Where commits are applied elsewhere, `reeve github drift` runs there
 * and keeps the issue.
 */
export async function tellGitHub(
  place: GitHubPlace,
  workspace: Workspace,
  { finished, tree, apply }: { readonly finished: Finished; readonly tree: Tree; readonly apply: ApplySetting },
): Promise<void> {
  const { decisions, waits, isCutShort } = finished;
  const isOpen = decisions.some(({ cause }) => cause !== "drift") || waits !== null || isCutShort;
  if (tree.commit === null || isOpen) return;
  const github = await place.open();
  const inTree = { ...workspace, stateDir: tree.stateDir };
  const proposed = await propose(place, inTree, { github, finished, sha: tree.commit });
  if (apply !== "on-commit") return;
  const found = await findIssue(github, driftMatter(finished.planned.plan.estate));
  await tellDrift(github, factsOf(finished, { proposed, found, now: place.clock.now().toISOString() }), found);
}

const NO_PROPOSAL: Proposed = { number: null, notes: new Map() };

interface Proposing {
  readonly github: GitHubWriter;
  readonly finished: Finished;
  readonly sha: Sha;
}

async function propose(
  { repository, branch, clock }: GitHubPlace,
  workspace: Workspace,
  { github, finished, sha }: Proposing,
): Promise<Proposed> {
  const { planned } = finished;
  const modes: Modes = { ...planned.lanes[0]?.survey.desired.estate.settings.safety.modes };
  if (!Object.values(modes).includes("propose")) return NO_PROPOSAL;
  const trees = openTrees(rootOf(workspace));
  const { estate } = planned.plan;
  const place = { github, trees, clock, repository, estate, branch, sha, applyWorkflow: "" };
  return proposeDrift({ workspace, github, place, planned, modeOf: (kind) => modes[kind] ?? "report", runUrl: "" });
}

type Modes = Readonly<Record<string, Mode | undefined>>;

interface Beside {
  readonly proposed: Proposed;
  /** The issue as it is. */
  readonly found: Issue | null;
  readonly now: string;
}

function factsOf(
  { planned, decisions, corrections, blockers }: Finished,
  { proposed, found, now }: Beside,
): DriftFacts {
  const modes = new Map(decisions.map(({ change, mode }) => [change.kind, mode]));
  const changes = decisions.map(({ change }) => change);
  const troubles = troublesOf(planned);
  const before = found === null ? new Map<string, string>() : readSeen(found.body);
  const addresses = changes.map(({ address }) => address);
  return {
    estate: planned.plan.estate,
    changes,
    modeOf: (kind) => modes.get(kind) ?? "report",
    seen: sinceWhen(addresses, before, { now, isWhole: troubles.length === 0 }),
    notes: new Map(decisions.flatMap((decision) => noteOf(decision, proposed))),
    corrected: corrections.filter(({ status }) => status === "done"),
    troubles,
    blockers,
    isApplied: true,
    now,
    runUrl: "",
    proposal: proposed.number,
  };
}

/** Why a change that is to be put back is still there, or one that is to be recorded is in no pull request. */
function noteOf({ change, mode, left }: Decision, { notes }: Proposed): readonly (readonly [string, string])[] {
  const unsaid = notes.get(change.address);
  if (unsaid !== undefined) return [[change.address, `not recorded: ${unsaid}`]];
  return mode === "correct" && left !== null && change.blocked === undefined ? [[change.address, left]] : [];
}
