/** The GitHub part of the daemon: the apply lock that Actions take too, and the pull request that records what is there. */
import { randomUUID } from "node:crypto";
import { hostname } from "node:os";
import { rootOf, type Workspace } from "../apply/workspace.ts";
import type { GitHubWriter } from "../github/client/github.ts";
import { takeLock } from "../github/lock.ts";
import type { RepositoryName } from "../github/model.ts";
import { proposeDrift } from "../github/propose/propose-drift.ts";
import { openTrees } from "../github/trees.ts";
import type { Clock } from "../support/clock.ts";
import { UserError } from "../support/user-error.ts";
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

/** Records in one pull request what is there of the kinds that are to `propose`, once the commit's own changes are done. */
export async function proposeFrom(
  { open, repository, branch, clock }: GitHubPlace,
  workspace: Workspace,
  { finished, tree }: { readonly finished: Finished; readonly tree: Tree },
): Promise<number | null> {
  const { planned, decisions } = finished;
  const settings = planned.lanes[0]?.survey.desired.estate.settings.safety.modes;
  const modes: Readonly<Record<string, "report" | "propose" | "correct" | undefined>> = { ...settings };
  const isOpen = decisions.some(({ cause }) => cause !== "drift");
  if (tree.commit === null || isOpen || !Object.values(modes).includes("propose")) return null;
  const inTree = { ...workspace, stateDir: tree.stateDir };
  const github = await open();
  const place = {
    github,
    trees: openTrees(rootOf(inTree)),
    clock,
    repository,
    estate: planned.plan.estate,
    branch,
    sha: tree.commit,
    applyWorkflow: "",
  };
  const modeOf = (kind: string): "report" | "propose" | "correct" => modes[kind] ?? "report";
  const { number } = await proposeDrift({ workspace: inTree, github, place, planned, modeOf, runUrl: "" });
  return number;
}
