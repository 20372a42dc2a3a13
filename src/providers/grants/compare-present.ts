/** One object as it should be, and as it is. Pure. */
import type { Blocked, FieldChange } from "../../plan/change.ts";
import { diffFields } from "../../plan/diff-fields.ts";
import { verdictOf } from "./client/classify.ts";
import type { Verdict } from "./client/trouble.ts";
import type { ReadCluster } from "./compare-objects.ts";
import { isShutdown } from "./force.ts";
import { foreignFields } from "./foreign-fields.ts";
import { claimRefusal, recreatedFor } from "./immutable.ts";
import type { KubeObject } from "./kube-object.ts";
import { describeObject, objectKey, serverMark, wishesOf } from "./live.ts";
import type { Prediction } from "./model.ts";
import { ownershipOf } from "./ownership.ts";
import { ANNOTATIONS, LABELS } from "./render/markers.ts";
import type { RenderedObject } from "./render/render.ts";
import type { ApplyStep, RefuseStep, Step } from "./steps.ts";

/** None where the object is as the server would make it, and nobody else's field is in it. */
export function comparePresent(rendered: RenderedObject, read: ReadCluster): readonly Step[] {
  const key = objectKey(rendered.object);
  const live = read.view.live.get(key) ?? null;
  const prediction = read.view.predictions.get(key) ?? { says: "later" };
  return live === null ? [missing(rendered, prediction)] : present({ rendered, live, prediction }, read);
}

function missing(rendered: RenderedObject, prediction: Prediction): Step {
  if (prediction.says === "no") return refusal(rendered, blockOf(prediction.verdict, rendered), prediction.verdict);
  const fields = [{ path: describeObject(rendered.object), before: null, after: "made" }];
  return { ...APPLY, rendered, fields, isUnasked: prediction.says === "later" };
}

const APPLY: Omit<ApplyStep, "rendered"> = {
  do: "apply",
  live: null,
  fields: [],
  foreign: [],
  isUnasked: false,
  inTheWay: null,
  isAdopted: false,
};

interface Pair {
  readonly rendered: RenderedObject;
  readonly live: KubeObject;
  readonly prediction: Prediction;
}

function present(pair: Pair, read: ReadCluster): readonly Step[] {
  const { rendered, live, prediction } = pair;
  const refused = ownershipRefusal(pair, read) ?? endingRefusal(pair) ?? volumeRefusal(pair);
  if (refused !== null) return [refused];
  if (serverMark(live, "deletionTimestamp") !== "") return [remade(pair, [])];
  if (prediction.says === "no") return refusedWrite(pair, prediction.verdict);
  if (prediction.says === "later") return [{ ...APPLY, rendered, live, isUnasked: true }];
  return changed(pair, prediction.object, read);
}

function changed({ rendered, live }: Pair, predicted: KubeObject, { cluster, topology }: ReadCluster): readonly Step[] {
  const prefix = describeObject(rendered.object);
  const { fieldManager } = cluster.spec;
  const foreign = foreignFields(predicted, fieldManager);
  const fields = [
    ...diffFields(wishesOf(live), wishesOf(predicted), prefix),
    ...foreign.map(({ pointer, manager }) => ({
      path: `${prefix} ${pointer}`,
      before: `set by ${manager}`,
      after: null,
    })),
  ];
  const isAdopted = ownershipOf(live, topology.estate, fieldManager) === "nobody";
  return fields.length === 0 ? [] : [{ ...APPLY, rendered, live, fields, foreign, isAdopted }];
}

/** The old one has to be gone, and its name free, before the new one is made. */
function remade({ rendered, live }: Pair, fields: readonly FieldChange[]): Step {
  const path = describeObject(rendered.object);
  const said = fields.length > 0 ? fields : [{ path, before: "being deleted", after: "made again" }];
  return { ...APPLY, rendered, live, fields: said, isUnasked: true, inTheWay: live };
}

/** A desktop that may not be turned off by a write is taken away instead: compare-objects has that. */
function refusedWrite(pair: Pair, verdict: Verdict): readonly Step[] {
  const { rendered, live } = pair;
  if (isShutdown(rendered.object)) return [];
  const fields = verdict.kind === "invalid" ? recreatedFor(live, rendered.object) : [];
  return fields.length > 0 ? [remade(pair, fields)] : [refusal(rendered, blockOf(verdict, rendered), verdict)];
}

/** Law 4: without a mark nothing is touched but what its document says to take over, and another estate's mark is an error. */
function ownershipRefusal({ rendered, live }: Pair, { cluster, topology }: ReadCluster): RefuseStep | null {
  const { object, source } = rendered;
  const owner = ownershipOf(live, topology.estate, cluster.spec.fieldManager);
  const what = describeObject(object);
  if (owner === "other") {
    const message = `${what} in ${cluster.name} belongs to the estate "${live.metadata.labels?.[LABELS.estate] ?? ""}"`;
    const next = "remove its document there first, or give the person another slug here";
    return {
      ...refusal(rendered, { code: "foreign-marker", message, next }, verdictOf("denied", message)),
      isError: true,
    };
  }
  if (owner === "ours") return null;
  const tooling = live.metadata.annotations?.["applyset.kubernetes.io/tooling"];
  if (tooling !== undefined && !tooling.startsWith("reeve/")) {
    const message = `${what} is the parent of another tool's objects (${tooling})`;
    const next = "name another inventoryNamespace in the WorkstationCluster";
    return refusal(rendered, { code: "foreign-parent", message, next }, verdictOf("owned-by-other", message));
  }
  if (source.annotations[ANNOTATIONS.adopt] === "true") return null;
  const message = `${what} is there already, without Reeve's mark`;
  const next = `to take it over, annotate ${source.address} with ${ANNOTATIONS.adopt}: "true" and have the plan reviewed`;
  return refusal(rendered, { code: "exists-unmarked", message, next }, verdictOf("exists", message));
}

/** What holds others, or data, and is on its way out: nobody can keep it, and nothing new can be made in it. */
function endingRefusal({ rendered, live }: Pair): RefuseStep | null {
  const { kind } = rendered.object;
  if (serverMark(live, "deletionTimestamp") === "" || !(kind === "Namespace" || kind === "PersistentVolumeClaim"))
    return null;
  const verdict = verdictOf("namespace-ending", "somebody is deleting it, and a deletion cannot be taken back");
  return refusal(rendered, { ...blockOf(verdict, rendered), next: "wait until it is gone, then plan again" }, verdict);
}

function volumeRefusal({ rendered, live }: Pair): RefuseStep | null {
  const refused = rendered.mutability === "grows" ? claimRefusal(live, rendered.object) : null;
  if (refused === null) return null;
  const { path, ...block } = refused;
  return { ...refusal(rendered, block, verdictOf("invalid", block.message)), path };
}

function refusal(rendered: RenderedObject, block: Blocked, { failure }: Pick<Verdict, "failure">): RefuseStep {
  const path = rendered.mutability === "grows" ? ["spec", "home"] : [];
  return { do: "refuse", rendered, block, failure, path, isError: false };
}

/** Fields that others own are named, each with its owner. */
function blockOf({ kind, conflicts, message, next }: Verdict, { object }: RenderedObject): Blocked {
  const owned = conflicts.map(({ field, manager }) => `${field.replace(/^\./, "")} is ${manager}'s`);
  const said = owned.length === 0 ? message : owned.join(", ");
  return { code: `cluster-${kind}`, message: `${describeObject(object)}: ${said}`, next };
}
