import { execFile } from "node:child_process";
import { existsSync, writeFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { promisify } from "node:util";
import type { Estate } from "../estate/estate.ts";
import { type LoadedEstate, loadEstate } from "../estate/load-estate.ts";
import type { Address } from "../estate/resource.ts";
import { assemblePlan } from "../plan/assemble-plan.ts";
import type { Plan } from "../plan/plan.ts";
import type { Session } from "../providers/provider.ts";
import { type AnyProvider, checkEstate, surveyEstate } from "../providers/survey.ts";
import type { Calls } from "../support/calls.ts";
import { type Clock, plannedInstant } from "../support/clock.ts";
import type { Diagnostic } from "../support/diagnostic.ts";
import type { Progress } from "../support/progress.ts";
import type { Lane } from "./run-changes.ts";

/** Where an estate is worked on, and with what. */
export interface Workspace {
  readonly stateDir: string;
  /** Where the documents are known to be a commit's. Left out: git is asked. */
  readonly commit?: string;
  readonly providers: readonly AnyProvider[];
  readonly clock: Clock;
  /** As in `Session`. */
  readonly asOf?: Date;
  readonly calls: Calls;
  readonly progress: Progress;
  readonly signal: AbortSignal;
  readonly environment: Session["environment"];
  /** As in `Session`. */
  readonly base?: Estate;
}

/** The folder that holds the state directory: positions and relative paths start here. */
export function rootOf({ stateDir }: Pick<Workspace, "stateDir">): string {
  return dirname(resolve(stateDir));
}

/** Reeve's own folder there: parsed values, the journal, the apply lock. */
export function ownFolder(workspace: Pick<Workspace, "stateDir">): string {
  return join(rootOf(workspace), ".reeve");
}

/** An estate that was read and checked offline; `estate` is null where there are errors. */
export interface CheckedEstate {
  readonly estate: Estate | null;
  /** The sound part of it. */
  readonly checkable: Estate;
  readonly counts: LoadedEstate["counts"];
  readonly diagnostics: readonly Diagnostic[];
  readonly placeFindings: LoadedEstate["placeFindings"];
}

/** Loads and checks every document: all findings of all of them, in one run. */
export async function checkWorkspace(workspace: Workspace): Promise<CheckedEstate> {
  workspace.progress.step(`reading ${relative(rootOf(workspace), workspace.stateDir) || workspace.stateDir}`);
  const loaded = await loadEstate({
    stateDir: workspace.stateDir,
    root: rootOf(workspace),
    cacheDir: join(ownFolder(workspace), "cache"),
    signal: workspace.signal,
  });
  keepOutOfGit(ownFolder(workspace));
  const findings = checkEstate(workspace.providers, loaded.checkable, plannedInstant(workspace));
  const diagnostics = [...loaded.diagnostics, ...loaded.placeFindings(findings)];
  const isSound = loaded.estate !== null && diagnostics.every((diagnostic) => diagnostic.severity !== "error");
  const { checkable, counts, placeFindings } = loaded;
  return { estate: isSound ? loaded.estate : null, checkable, counts, diagnostics, placeFindings };
}

/** Locks, the journal, and the keys of samples: none of it is anybody else's. */
function keepOutOfGit(folder: string): void {
  const file = join(folder, ".gitignore");
  if (!existsSync(folder) || existsSync(file)) return;
  try {
    writeFileSync(file, "*\n", { flag: "wx" });
  } catch {
    // Nothing depends on it.
  }
}

/** A plan and what an apply needs to carry it out. */
export interface Planned {
  readonly plan: Plan;
  readonly lanes: readonly Lane[];
  readonly session: Session;
}

/**
 * Reads the live world and plans. With invalid documents nothing is read: the plan is empty and blocked by its
 * diagnostics.
 */
export async function planWorkspace(
  workspace: Workspace,
  checked: CheckedEstate,
  selects?: (address: Address) => boolean,
): Promise<Planned> {
  const estate = checked.estate ?? checked.checkable;
  const session: Session = { ...workspace, estate: estate.name, root: rootOf(workspace) };
  const [commit, surveys] = await Promise.all([
    headCommit(workspace),
    checked.estate === null ? [] : surveyEstate(workspace.providers, checked.estate, session),
  ]);
  workspace.signal.throwIfAborted();
  const found = checked.placeFindings(surveys.flatMap((survey) => survey.comparison.findings));
  const plan = assemblePlan({
    estate,
    commit,
    parts: surveys.map(({ provider, comparison }) => ({ provider, ...comparison })),
    diagnostics: [...decidedOffline(checked), ...found],
    ...(workspace.asOf === undefined ? {} : { asOf: workspace.asOf }),
    ...(selects === undefined ? {} : { selects }),
  });
  const lanes = workspace.providers.flatMap((provider) => {
    const survey = surveys.find((one) => one.provider === provider.name);
    return survey === undefined ? [] : [{ provider, survey }];
  });
  return { plan, lanes, session };
}

/** What an offline rule holds back, the live world decides anew: only there it is known who had an address first. */
function decidedOffline({ estate, diagnostics }: CheckedEstate): readonly Diagnostic[] {
  return estate === null ? diagnostics : diagnostics.filter((diagnostic) => diagnostic.severity !== "held");
}

const run = promisify(execFile);

/** The commit that the state directory stands at; null outside a repository or with uncommitted changes in it. */
async function headCommit(workspace: Workspace): Promise<string | null> {
  if (workspace.commit !== undefined) return workspace.commit;
  const git = (...args: string[]) =>
    run("git", ["-C", rootOf(workspace), ...args], { maxBuffer: 1 << 26, signal: workspace.signal });
  try {
    const [head, status] = await Promise.all([
      git("rev-parse", "HEAD"),
      git("status", "--porcelain", "--", resolve(workspace.stateDir)),
    ]);
    return status.stdout === "" ? head.stdout.trim() : null;
  } catch {
    return null;
  }
}
