/**
 * The proof as a gate of the plan: what would let in anybody but the person is refused before it is written. Pure.
 *
 * It looks at the world as it is and as the plan leaves it, not at every world between. That is enough because of the order
 * of writing: what takes away comes first and in reverse, what closes is written before what opens, and policies add up.
 * So each world between lets in nobody whom neither the first nor the last lets in; `test/providers/grants/proof/prefixes.test.ts`
 * holds that against the evaluator, step by step.
 */
import type { Address, Finding as Diagnosis } from "../../../estate/resource.ts";
import type { Blocked } from "../../../plan/change.ts";
import { type ReadCluster, stepsOf } from "../compare-objects.ts";
import type { KubeMetadata } from "../kube-object.ts";
import type { ClusterView } from "../model.ts";
import { accessChanges } from "../reach/ask.ts";
import type { Finding, Proof } from "../reach/prove.ts";
import type { RenderedObject } from "../render/render.ts";
import { feasibleSteps, type Step } from "../steps.ts";
import { blame, type Charge, type Part } from "./blame.ts";
import { diagnose, findingKey } from "./diagnose.ts";
import { proveIn, type Stage, stageOf } from "./stage.ts";
import { blockedBy, changeLines } from "./words.ts";
import { carryOut, type Objects } from "./worlds.ts";

/** A plan for one cluster, once it is proven. */
export interface Gate {
  /** As `stepsOf` has them, with a refusal more where the proof refuses. */
  readonly steps: ReadonlyMap<Address, readonly Step[]>;
  /** Of each change: who gets in and where to that did not before, and the other way round. */
  readonly notes: ReadonlyMap<Address, readonly string[]>;
  readonly findings: readonly Diagnosis[];
  /** Who will reach what once all of it is carried out that is not refused. */
  readonly will: Proof;
}

const judged = new WeakMap<ClusterView, Gate>();

/** Once for what was read: compare and apply ask for the same. */
export function gateOf(read: ReadCluster): Gate {
  const known = judged.get(read.view);
  if (known !== undefined) return known;
  const gate = judge(read);
  judged.set(read.view, gate);
  return gate;
}

/** Everything that a verdict is computed from. */
interface Court {
  readonly read: ReadCluster;
  readonly stage: Stage;
  readonly planned: ReadonlyMap<Address, readonly Step[]>;
}

function judge(read: ReadCluster): Gate {
  const court = { read, stage: stageOf(read), planned: stepsOf(read) };
  const past = pastOf(court);
  const refused = new Map<Address, readonly Finding[]>();
  for (;;) {
    const steps = withRefusals(court.planned, refused);
    const will = proveIn(court.stage, worldAfter(court, steps), court.stage.workstations);
    const was = past(will);
    const parts = partsOf(court, { steps, was, will });
    const guilty = chargesIn(will, was, court).flatMap((charge) =>
      blame(charge, parts).map((address) => ({ address, finding: charge.finding })),
    );
    const fresh = guilty.filter(({ address }) => !refused.has(address));
    if (fresh.length === 0)
      return { steps, will, notes: notesOf(parts), findings: diagnose(read, { refused, will, was }) };
    for (const [address, all] of Map.groupBy(fresh, (one) => one.address)) {
      refused.set(
        address,
        all.map(({ finding }) => finding),
      );
    }
  }
}

/** How it was, of the desktops that a plan touches or that something is found at: the others are as they will be. */
function pastOf({ stage, planned, read }: Court): (will: Proof) => Proof {
  if (planned.size === 0) return (will) => will;
  const touched = new Set([...planned.values()].flat().map(namespaceOf));
  const isShared = planned.has(read.cluster.address);
  const proofs = new Map<string, Proof>();
  return ({ findings }) => {
    const found = new Set(findings.map(({ namespace }) => namespace));
    const asked = stage.workstations.filter(
      ({ namespace }) => isShared || touched.has(namespace) || found.has(namespace),
    );
    const key = asked.map(({ namespace }) => namespace).join();
    const proof = proofs.get(key) ?? proveIn(stage, stage.before, asked);
    proofs.set(key, proof);
    return proof;
  };
}

/** The namespace of the desktop that a step is about: a route beside the Gateway has its desktop's name. */
function namespaceOf(step: Step): string {
  const { kind, metadata } = step.do === "remove" || step.do === "note" ? step.live : step.rendered.object;
  return kind === "Namespace" || kind === "HTTPRoute" ? deskOf(metadata) : (metadata.namespace ?? "");
}

function deskOf({ name, namespace = "" }: KubeMetadata): string {
  return name.startsWith("ws-") ? name : namespace;
}

function withRefusals(planned: Court["planned"], refused: ReadonlyMap<Address, readonly Finding[]>): Court["planned"] {
  return new Map(
    [...planned].map(([address, steps]) => {
      const findings = refused.get(address);
      const last = steps.findLast((step) => step.do === "apply");
      if (findings === undefined || last === undefined) return [address, steps];
      return [address, [...steps, refusalOf(last.rendered, blockedBy(findings))]];
    }),
  );
}

function refusalOf(rendered: RenderedObject, block: Blocked): Step {
  return { do: "refuse", rendered, block, failure: "denied", path: [], isError: false };
}

function worldAfter({ stage, read }: Court, steps: Court["planned"]): Objects {
  const feasible = [...steps.values()].flatMap((own) => feasibleSteps(own));
  return feasible.length === 0 ? stage.before : carryOut(stage.before, feasible, read.view);
}

interface Hearing {
  readonly steps: Court["planned"];
  readonly was: Proof;
  readonly will: Proof;
}

/** A change and what it opens and closes. */
interface NotedPart extends Part {
  readonly notes: readonly string[];
}

function partsOf({ read }: Court, { steps, was, will }: Hearing): readonly NotedPart[] {
  const before = Map.groupBy(was.access, ({ workstation }) => workstation);
  const after = Map.groupBy(will.access, ({ workstation }) => workstation);
  return [...steps].map(([address, all]) => {
    const own = feasibleSteps(all);
    const isShared = address === read.cluster.address;
    const namespaces = new Set(own.map(namespaceOf));
    const concerned = isShared ? [...after.keys()] : [...namespaces];
    const had = concerned.flatMap((namespace) => before.get(namespace) ?? []);
    const has = concerned.flatMap((namespace) => after.get(namespace) ?? []);
    const opens = own.length > 0 && accessChanges(had, has).opened.length > 0;
    // What the cluster's own objects and a grant's open together is told at the grant.
    const notes = own.length === 0 || isShared ? [] : changeLines(had, has);
    return { address, steps: own, namespaces, opens: opens && !isShared, isShared, notes };
  });
}

function chargesIn(will: Proof, was: Proof, { read }: Court): readonly Charge[] {
  const { gateway, mesh } = read.cluster.spec;
  const shared = new Set(["", gateway.namespace, mesh.namespace]);
  const known = new Set(was.findings.map(findingKey));
  return will.findings
    .filter(({ refuses }) => refuses)
    .map((finding) => ({
      finding,
      isNew: !known.has(findingKey(finding)),
      isShared: shared.has(finding.namespace),
    }));
}

function notesOf(parts: readonly NotedPart[]): Gate["notes"] {
  return new Map(parts.flatMap(({ address, notes }) => (notes.length === 0 ? [] : [[address, notes]])));
}
