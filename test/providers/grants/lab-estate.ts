/** The small cluster's estate in a lab, planned and applied by the house's own machinery at any instant. */
import { applyPlan } from "../../../src/apply/apply-plan.ts";
import { assemblePlan } from "../../../src/plan/assemble-plan.ts";
import type { Change } from "../../../src/plan/change.ts";
import type { Plan } from "../../../src/plan/plan.ts";
import { grants } from "../../../src/providers/grants/index.ts";
import type { KubeObject } from "../../../src/providers/grants/kube-object.ts";
import { describeObject, serverMark } from "../../../src/providers/grants/live.ts";
import type { Session } from "../../../src/providers/provider.ts";
import { BY_ENVIRONMENT, type Lab, type LabOptions, openLab } from "./client/lab.ts";
import { changeCluster, declare } from "./declared.ts";

export interface When {
  /** Of the documents, as `changeCluster` takes them. */
  readonly edits?: readonly string[];
  /** Documents in place of the small cluster's. */
  readonly files?: Readonly<Record<string, string>>;
  readonly at: Date;
  readonly signal?: AbortSignal;
  /** Beside the lab's own. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Called at each step that is shown. */
  readonly step?: (text: string) => void;
}

export interface LabEstate {
  readonly lab: Lab;
  plan(when: When): Promise<Plan>;
  /** Applies what is planned, or of it what was reviewed. One line a change. */
  apply(when: When, reviewed?: Plan): Promise<readonly string[]>;
  /** Everything in a namespace, and the namespace, that the estate has, sorted. */
  holds(namespace: string): readonly string[];
  /** What somebody else does. */
  byHand(object: KubeObject, manager?: string): Promise<void>;
  /** Of alice's namespace, or of none. Throws where there is none. */
  find(apiVersion: string, kind: string, name: string): Promise<KubeObject>;
  /** Somebody deletes it. */
  remove(object: KubeObject): Promise<void>;
  /** Writes since the last call, in order. */
  writes(): readonly string[];
}

export async function openEstate(options: LabOptions = {}): Promise<LabEstate> {
  let clock = new Date("2026-11-01T00:00:00Z");
  const lab = await openLab({ now: () => clock, ...options });
  const run = async (when: When) => {
    clock = when.at;
    const declared = declare(when.files ?? changeCluster([...BY_ENVIRONMENT, ...(when.edits ?? [])]));
    const session = sessionAt(lab, when);
    const observation = await grants.observe(declared.desired, grants.openReader(session), session);
    const comparison = grants.compare(declared.desired, observation, when.at);
    const plan = assemblePlan({
      estate: declared.desired.estate,
      commit: null,
      parts: [{ provider: "grants", ...comparison }],
      diagnostics: declared.place(comparison.findings),
    });
    const survey = { provider: "grants", desired: declared.desired, observation, comparison };
    return { plan, session, lanes: [{ provider: grants, survey }] };
  };
  const byHand: LabEstate["byHand"] = async (object, manager = "eve") => {
    const kind = await lab.kind(object.apiVersion, object.kind);
    await lab.writer.apply(kind, object, { fieldManager: manager, isForced: true });
  };
  await byHand({ apiVersion: "v1", kind: "Namespace", metadata: { name: "project-x-infra" } });
  lab.sandbox.log.clear();
  return {
    lab,
    byHand,
    find: async (apiVersion, kind, name) => {
      const found = await lab.reader.get(await lab.kind(apiVersion, kind), { namespace: "ws-alice", name });
      if (found === null) throw new Error(`there is no ${kind} ${name}`);
      return found;
    },
    remove: async (object) => {
      const uid = serverMark(object, "uid");
      await lab.writer.remove(await lab.kind(object.apiVersion, object.kind), { ...object.metadata, uid });
    },
    plan: async (when) => (await run(when)).plan,
    apply: async (when, reviewed) => {
      const { plan, session, lanes } = await run(when);
      const record = () => Promise.resolve();
      const report = await applyPlan({ now: plan, reviewed: reviewed ?? plan, lanes: [...lanes], session, record });
      const blocked = report.blockers.map(({ code, message }) => `blocked by ${code}: ${message}`);
      return [...blocked, ...report.outcomes.map(({ status, address, message }) => `${status} ${address}: ${message}`)];
    },
    holds: (namespace) =>
      [...lab.sandbox.world.objects.values()]
        .flatMap((objects) => [...objects.values()] as unknown as readonly KubeObject[])
        .filter(
          ({ kind, metadata }) =>
            metadata.namespace === namespace || (kind === "Namespace" && metadata.name === namespace),
        )
        .map((object) => describeObject(object).replace(`${namespace}/`, ""))
        .toSorted(),
    writes: () => {
      const done = lab.sandbox.log.writes().map(({ verb, path }) => {
        const parts = new URL(path, "https://lab").pathname.split("/");
        return `${verb} ${parts.slice(-2).join("/")}`;
      });
      lab.sandbox.log.clear();
      return done;
    },
  };
}

function sessionAt(lab: Lab, { at, signal, step, environment }: When): Session {
  let now = at.getTime();
  return {
    ...lab.session,
    environment: { ...lab.session.environment, ...environment },
    signal: signal ?? lab.session.signal,
    progress: { step: step ?? lab.session.progress.step },
    clock: {
      now: () => new Date(now),
      sleep: async (milliseconds, stop) => {
        stop?.throwIfAborted();
        now += milliseconds;
      },
    },
  };
}

/** One line a change: what a reviewer reads first. */
export function headlines({ changes }: Plan): readonly string[] {
  return changes.map(
    ({ action, address, disruption, blocked }) => `${action} ${address}, ${blocked?.code ?? disruption}`,
  );
}

export function changeOf({ changes }: Plan, address: string): Change {
  const found = changes.find((change) => change.address === address);
  if (found === undefined) throw new Error(`no change of ${address}`);
  return found;
}
