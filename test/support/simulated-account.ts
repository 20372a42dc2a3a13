import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type ApplyReport, applyPlan } from "../../src/apply/apply-plan.ts";
import { checkWorkspace, planWorkspace, type Workspace } from "../../src/apply/workspace.ts";
import type { Plan } from "../../src/plan/plan.ts";
import { workspaces } from "../../src/providers/workspaces/index.ts";
import type { Rules } from "../../src/sandbox/workspaces/rules.ts";
import {
  startWorkspacesSandbox,
  type WorkspacesSandbox,
} from "../../src/sandbox/workspaces/start-workspaces-sandbox.ts";
import type { Desktop } from "../../src/sandbox/workspaces/world.ts";
import type { Calls } from "../../src/support/calls.ts";
import { simulateClock } from "./simulated-clock.ts";

/** The end of a process at one of its calls: nothing that it would have done later reaches the other side. */
interface Kill {
  readonly operation: string;
  /** Counted from 1. */
  readonly nth: number;
  readonly when: "before" | "after";
}

/** What somebody else does right before a call goes out. */
interface Meanwhile {
  readonly operation: string;
  readonly act: () => void;
}

/** How one run of Reeve ended; a run that was killed says nothing. */
export type Ended = (ApplyReport & Pick<Plan, "diagnostics">) | "killed";

/** The AWS stand-in with its own lies and limits, a state directory, and a clock that both live by. */
export interface SimulatedAccount extends AsyncDisposable {
  readonly sandbox: WorkspacesSandbox;
  /** Every desktop that ever stood: `region directory user`, to ids. */
  readonly everMade: ReadonlyMap<string, ReadonlySet<string>>;
  /** Users who had two desktops at once, wherever, at some moment; one on its way out or under migration not counted. */
  twice(): readonly string[];
  seed(files: Readonly<Record<string, string>>): void;
  /** One run of a new process: plan, and apply all of it. */
  apply(disturbance?: Kill | Meanwhile): Promise<Ended>;
  /** Operations called since the last time this was asked, in order. */
  calls(): readonly string[];
  /** Desktops as they stand, with their regions. */
  desktops(): readonly (Desktop & { readonly region: string })[];
  /** Virtual seconds. */
  pass(seconds: number): void;
  /** A copy of everything, which lives on by itself. */
  copy(): Promise<SimulatedAccount>;
}

/** One second of Reeve's clock is five minutes of the stand-in's: a desktop takes four seconds, a volume twelve. */
const FACTOR = 300;

/** What reads get wrong, for as long by Reeve's clock as AWS's readers have it. */
const RULES: Partial<Rules> = { invisibleSeconds: 4 * FACTOR, staleSeconds: 2 * FACTOR, taggingLagSeconds: 8 * FACTOR };

const ENVIRONMENT = { AWS_ACCESS_KEY_ID: "REEVESANDBOX", AWS_SECRET_ACCESS_KEY: "reeve-sandbox" };

export function openSimulatedAccount(): Promise<SimulatedAccount> {
  const root = mkdtempSync(join(tmpdir(), "reeve-account-"));
  mkdirSync(join(root, "desired-state"));
  return openAt(root, Date.UTC(2026, 10, 2));
}

async function openAt(root: string, start: number): Promise<SimulatedAccount> {
  const clock = simulateClock(start);
  const sandbox = await startWorkspacesSandbox({
    folder: join(root, "account"),
    factor: FACTOR,
    quota: 1000,
    start: new Date(start),
    rules: RULES,
    realNow: clock.milliseconds,
  });
  let called: string[] = [];
  const everMade = new Map<string, Set<string>>();
  const twice = new Set<string>();
  const desktops = () =>
    Object.values(sandbox.world.regions).flatMap(({ name, desktops: all }) =>
      Object.values(all).map((desktop) => ({ ...desktop, region: name })),
    );
  const note = (): void => {
    const served = new Set<string>();
    for (const { region, wire } of desktops()) {
      const user = wire.UserName.toLowerCase();
      const slot = `${region} ${wire.DirectoryId} ${user}`;
      everMade.set(slot, (everMade.get(slot) ?? new Set()).add(wire.WorkspaceId));
      if (wire.State === "UPDATING" || wire.State.startsWith("TERMINAT")) continue;
      if (served.has(user)) twice.add(user);
      served.add(user);
    }
  };
  const noted: Calls = {
    send: async (label, request) => {
      called.push(label.split(": ").at(-1) ?? label);
      try {
        return await request();
      } finally {
        note();
      }
    },
  };
  const workspaceOf = (calls: Calls): Workspace => ({
    stateDir: join(root, "desired-state"),
    providers: [workspaces],
    // A clock of its own: guards of the API belong to a process.
    clock: { ...clock },
    calls,
    progress: { step: () => undefined },
    signal: new AbortController().signal,
    environment: { ...ENVIRONMENT, AWS_ENDPOINT_URL: sandbox.endpoint },
  });
  return {
    sandbox,
    everMade,
    twice: () => [...twice],
    desktops,
    seed: (files) => {
      rmSync(join(root, "desired-state"), { recursive: true });
      mkdirSync(join(root, "desired-state"));
      for (const [path, text] of Object.entries(files)) writeFileSync(join(root, "desired-state", path), text);
    },
    apply: (disturbance) => runApply(workspaceOf(clock.watch(disturbed(noted, disturbance)))),
    calls: () => {
      const before = called;
      called = [];
      return before;
    },
    pass: (seconds) => clock.advance((seconds * 1000) / FACTOR),
    copy: async () => {
      const folder = mkdtempSync(join(tmpdir(), "reeve-account-"));
      sandbox.advance(0);
      cpSync(root, folder, { recursive: true });
      return openAt(folder, clock.milliseconds());
    },
    [Symbol.asyncDispose]: async () => {
      await sandbox.close();
      rmSync(root, { recursive: true, force: true });
    },
  };
}

class Killed extends Error {}

async function runApply(workspace: Workspace): Promise<Ended> {
  try {
    const { plan, lanes, session } = await planWorkspace(workspace, await checkWorkspace(workspace));
    const report = await applyPlan({ now: plan, reviewed: plan, lanes, session, record: () => Promise.resolve() });
    return { ...report, diagnostics: plan.diagnostics };
  } catch (error) {
    if (error instanceof Killed) return "killed";
    throw error;
  }
}

function disturbed(calls: Calls, disturbance: Kill | Meanwhile | undefined): Calls {
  if (disturbance === undefined) return calls;
  return "when" in disturbance ? mortal(calls, disturbance) : crossed(calls, disturbance);
}

function crossed(calls: Calls, { operation, act }: Meanwhile): Calls {
  let isDone = false;
  return {
    send: (label, request) => {
      if (!isDone && label.endsWith(`: ${operation}`)) {
        isDone = true;
        act();
      }
      return calls.send(label, request);
    },
  };
}

/** Calls of a process that dies at one of them. What was under way at that moment still arrives, and nobody hears of it. */
function mortal(calls: Calls, { operation, nth, when }: Kill): Calls {
  let seen = 0;
  let isDead = false;
  return {
    send: async (label, request) => {
      if (isDead) throw new Killed();
      if (label.endsWith(`: ${operation}`)) seen += 1;
      const isStruck = seen === nth && label.endsWith(`: ${operation}`);
      if (isStruck) isDead = true;
      if (isStruck && when === "before") throw new Killed();
      const answer = await calls.send(label, request).catch((error: unknown) => {
        throw isDead ? new Killed() : error;
      });
      if (isDead) throw new Killed();
      return answer;
    },
  };
}
