import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type ApplyReport, applyPlan } from "../../src/apply/apply-plan.ts";
import { type CheckedEstate, checkWorkspace, type Workspace } from "../../src/apply/workspace.ts";
import { assemblePlan } from "../../src/plan/assemble-plan.ts";
import type { Plan } from "../../src/plan/plan.ts";
import type { Connection, Question } from "../../src/providers/grants/client/connection.ts";
import { type Door, openDoor } from "../../src/providers/grants/client/door.ts";
import { createReader } from "../../src/providers/grants/client/reader.ts";
import type { Answer } from "../../src/providers/grants/client/status.ts";
import { createWriter } from "../../src/providers/grants/client/writer.ts";
import { grants } from "../../src/providers/grants/index.ts";
import type { ClusterDocument } from "../../src/providers/grants/topology.ts";
import type { Session } from "../../src/providers/provider.ts";
import { type AnyProvider, surveyEstate } from "../../src/providers/survey.ts";
import { MASTERS } from "../../src/sandbox/kubernetes/access.ts";
import type { ApiRequest } from "../../src/sandbox/kubernetes/api-request.ts";
import { createEngine, type Engine } from "../../src/sandbox/kubernetes/engine.ts";
import { INSTALLED } from "../../src/sandbox/kubernetes/installed.ts";
import { furnish } from "../../src/sandbox/kubernetes/seed.ts";
import { emptyWorld, putObject, type World } from "../../src/sandbox/kubernetes/world.ts";
import { directCalls } from "../../src/support/calls.ts";
import { type Hand, handOf } from "./cluster-hand.ts";
import { type SimulatedClock, simulateClock } from "./simulated-clock.ts";

/** What happens at one call of an apply. */
export type Trouble =
  /** The end of the process: nothing that it would have done later reaches the other side. */
  | "kill-before"
  | "kill-after"
  /** The connection breaks: nothing was done, or it was. */
  | "reset-before"
  | "reset-after"
  /** 500, nothing is done. */
  | "server-error"
  /** 409, nothing is done: somebody else was faster. */
  | "conflict"
  /** 429, nothing is done. */
  | "throttled"
  /** 403, nothing is done. */
  | "denied"
  /** It is done, the answer ends in its middle. */
  | "truncated";

/** The nth call of its name, over all clusters, and what happens there. */
export interface Disturbance {
  readonly operation: string;
  readonly nth: number;
  readonly trouble: Trouble;
  /** How many calls in a row; 1 when left out. */
  readonly times?: number;
}

/** How one run of Reeve ended; a run that was killed says nothing. */
export type Ended = (ApplyReport & Pick<Plan, "diagnostics">) | "killed";

/** Clusters in this process, a state directory, and a clock that all live by. Real are: provider, client, engine, API. */
export interface SimulatedClusters extends Disposable {
  /** Somebody's hand in a cluster. */
  hand(cluster: string, manager?: string): Hand;
  seed(files: Readonly<Record<string, string>>): void;
  /** One run of a new process at the clock's time: plan, and apply all of it. */
  apply(disturbance?: Disturbance): Promise<Ended>;
  /** Calls of the last run, in order: `apply networkpolicies`, `predict …` for what the server was only asked. */
  calls(): readonly string[];
  setTime(now: Date): void;
  /** A copy of everything, which lives on by itself. */
  copy(): SimulatedClusters;
}

type Worlds = ReadonlyMap<string, World>;

/** New clusters, with what a platform team has put there. */
export function openSimulatedClusters(names: readonly string[], now: Date): SimulatedClusters {
  const worlds = names.map((name) => [name, newWorld(name, now)] as const);
  return openWith({ worlds: new Map(worlds), now, files: {}, checked: null });
}

function newWorld(cluster: string, now: Date): World {
  const world = emptyWorld();
  for (const name of ["default", "kube-system"]) {
    const metadata = { name, uid: `uid-of-${name}-in-${cluster}`, labels: { "kubernetes.io/metadata.name": name } };
    putObject(world, "namespaces", { apiVersion: "v1", kind: "Namespace", metadata, status: { phase: "Active" } });
  }
  furnish(engineOf(world), now);
  return world;
}

function engineOf(world: World): Engine {
  return createEngine({ world, installed: INSTALLED, hasControllers: true, address: () => "127.0.0.1:6443" });
}

interface State {
  readonly worlds: Worlds;
  readonly now: Date;
  readonly files: Readonly<Record<string, string>>;
  /** What the documents are at that time; null where nobody has asked yet. */
  readonly checked: Promise<CheckedEstate> | null;
}

function openWith(state: State): SimulatedClusters {
  const { worlds } = state;
  const root = mkdtempSync(join(tmpdir(), "reeve-clusters-"));
  const engines = new Map([...worlds].map(([name, world]) => [name, engineOf(world)]));
  const engineAt = (name: string): Engine => {
    const engine = engines.get(name);
    if (engine === undefined) throw new Error(`there is no cluster ${name}`);
    return engine;
  };
  let { now, files, checked } = state;
  let called: readonly string[] = [];
  const seed = (wanted: Readonly<Record<string, string>>): void => {
    files = wanted;
    checked = null;
    rmSync(join(root, "desired-state"), { recursive: true, force: true });
    mkdirSync(join(root, "desired-state"));
    for (const [path, text] of Object.entries(wanted)) writeFileSync(join(root, "desired-state", path), text);
  };
  if (checked === null) seed(files);
  return {
    seed,
    hand: (cluster, manager = "eve") => handOf(engineAt(cluster), manager, () => now),
    setTime: (instant) => {
      now = instant;
      checked = null;
    },
    calls: () => called,
    apply: async (disturbance) => {
      const clock = simulateClock(now.getTime());
      const wire = new Wire(engineAt, clock, disturbance);
      called = wire.calls;
      const workspace = {
        stateDir: join(root, "desired-state"),
        providers: [speakingBy(wire)],
        clock,
        calls: clock.watch(directCalls),
        progress: { step: () => undefined },
        signal: new AbortController().signal,
        environment: {},
      };
      checked ??= checkWorkspace(workspace);
      return runApply(workspace, checked);
    },
    copy: () => {
      const copies = [...worlds].map(([name, world]) => [name, copyOf(world)] as const);
      return openWith({ worlds: new Map(copies), now, files, checked });
    },
    [Symbol.dispose]: () => rmSync(root, { recursive: true, force: true }),
  };
}

/** Objects are values: only what holds them is copied. */
function copyOf(world: World): World {
  const inner = <Value>(outer: ReadonlyMap<string, ReadonlyMap<string, Value>>): Map<string, Map<string, Value>> =>
    new Map([...outer].map(([key, map]) => [key, new Map(map)]));
  return { ...world, objects: inner(world.objects), places: inner(world.places), history: [...world.history] };
}

/** The provider as it is, over another wire. */
function speakingBy(wire: Wire): AnyProvider {
  const doorOf = ({ clock, calls, signal }: Session, { name, spec }: ClusterDocument): Door =>
    openDoor({ name, limits: spec.limits, connection: wire.to(name), clock, calls, signal, random: () => 0 });
  return {
    ...grants,
    openReader: (session) => ({
      open: (cluster) => createReader(doorOf(session, cluster), cluster.spec.limits.pageSize),
    }),
    openWriter: (session) => ({ open: (cluster) => createWriter(doorOf(session, cluster), cluster.spec.fieldManager) }),
  } satisfies typeof grants;
}

class Killed extends Error {}

/** As the program plans and applies, but for the commit, which would be two more programs a run. */
async function runApply(workspace: Workspace, checked: Promise<CheckedEstate>): Promise<Ended> {
  try {
    const { checkable: estate, placeFindings, diagnostics } = await checked;
    const session = { ...workspace, estate: estate.name, root: workspace.stateDir };
    const surveys = await surveyEstate(workspace.providers, estate, session);
    const plan = assemblePlan({
      estate,
      commit: null,
      parts: surveys.map(({ provider, comparison }) => ({ provider, ...comparison })),
      diagnostics: [...diagnostics, ...placeFindings(surveys.flatMap(({ comparison }) => comparison.findings))],
    });
    const lanes = workspace.providers.flatMap((provider, index) => {
      const survey = surveys[index];
      return survey === undefined ? [] : [{ provider, survey }];
    });
    const report = await applyPlan({ now: plan, reviewed: plan, lanes, session, record: () => Promise.resolve() });
    return { ...report, diagnostics: plan.diagnostics };
  } catch (error) {
    if (error instanceof Killed) return "killed";
    throw error;
  }
}

/** Carries questions to engines, and lets trouble happen on the way. */
class Wire {
  readonly calls: string[] = [];
  readonly #engineAt: (cluster: string) => Engine;
  readonly #clock: SimulatedClock;
  readonly #disturbance: Disturbance | undefined;
  #seen = 0;
  #isDead = false;

  constructor(engineAt: (cluster: string) => Engine, clock: SimulatedClock, disturbance: Disturbance | undefined) {
    this.#engineAt = engineAt;
    this.#clock = clock;
    this.#disturbance = disturbance;
  }

  to(cluster: string): Connection {
    const engine = this.#engineAt(cluster);
    return { skew: () => 0, ask: async (question) => this.#ask(engine, question) };
  }

  #ask(engine: Engine, question: Question): Answer {
    if (this.#isDead) throw new Killed();
    const request = requestOf(question);
    const { verb, plural } = engine.nameOf(request);
    const operation = `${request.query.has("dryRun") ? "predict" : verb} ${plural === "" ? request.path : plural}`;
    this.calls.push(operation);
    const trouble = this.#strikes(operation);
    const instead = trouble === null ? null : INSTEAD[trouble];
    if (trouble === "kill-before" || trouble === "kill-after") this.#isDead = true;
    if (trouble === "kill-before") throw new Killed();
    if (trouble === "reset-before") throw broken();
    if (instead !== null) return instead;
    const answer = engine.answer(request, this.#clock.now());
    if (trouble === "kill-after") throw new Killed();
    if (trouble === "reset-after") throw broken();
    const text = typeof answer.body === "string" ? answer.body : JSON.stringify(answer.body ?? "");
    const headers = lowerCase({ ...answer.headers, Date: this.#clock.now().toUTCString() });
    return { status: answer.status, headers, text: trouble === "truncated" ? text.slice(0, text.length / 2) : text };
  }

  #strikes(operation: string): Trouble | null {
    const order = this.#disturbance;
    if (order === undefined || operation !== order.operation) return null;
    this.#seen += 1;
    return this.#seen >= order.nth && this.#seen < order.nth + (order.times ?? 1) ? order.trouble : null;
  }
}

function requestOf({ method, path, headers = {}, body = "" }: Question): ApiRequest {
  const url = new URL(path, "https://cluster");
  const user = { name: "reeve", groups: [MASTERS] };
  const sent = { accept: "application/json", ...lowerCase(headers) };
  return { method, path: url.pathname, query: url.searchParams, headers: sent, user, body };
}

function lowerCase(headers: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}

function broken(): Error {
  return Object.assign(new Error("socket hang up"), { code: "ECONNRESET" });
}

function refusal(code: number, reason: string, message: string): Answer {
  const status = { apiVersion: "v1", kind: "Status", status: "Failure", code, reason, message };
  return { status: code, headers: { "content-type": "application/json" }, text: JSON.stringify(status) };
}

/** What is answered in place of what the server would say; null: it is asked. */
const INSTEAD: Readonly<Record<Trouble, Answer | null>> = {
  "kill-before": null,
  "kill-after": null,
  "reset-before": null,
  "reset-after": null,
  truncated: null,
  "server-error": refusal(500, "InternalError", "Internal error occurred: etcdserver: leader changed"),
  conflict: refusal(409, "Conflict", "Operation cannot be fulfilled: the object has been modified"),
  throttled: { status: 429, headers: { "retry-after": "1" }, text: "Too many requests, please try again later.\n" },
  denied: refusal(403, "Forbidden", "forbidden: not allowed just now"),
};
