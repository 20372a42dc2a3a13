/** Steps of one document as a change, in words for a reviewer. Pure. */
import type { Address } from "../../estate/resource.ts";
import type { Action, ChangeDraft, Disruption } from "../../plan/change.ts";
import { digestOf } from "../../support/digest.ts";
import type { Json } from "../../support/json.ts";
import type { Desired } from "../provider.ts";
import { changersOf } from "./changers.ts";
import { fieldsOf } from "./draft-fields.ts";
import { reasonOf } from "./draft-reason.ts";
import { impactOf, waitsOf } from "./draft-words.ts";
import type { KubeObject } from "./kube-object.ts";
import { serverMark } from "./live.ts";
import { recordAt } from "./render/json-walk.ts";
import { destroys, endsAccess, feasibleSteps, isClosing, restarts, type Step } from "./steps.ts";
import type { Topology } from "./topology.ts";

export interface Drafting {
  readonly address: Address;
  /** In every cluster that was read. */
  readonly steps: readonly Step[];
  /** The same by cluster. */
  readonly parts: readonly DraftPart[];
  readonly desired: Desired;
  readonly topology: Topology;
  readonly now: Date;
  /** Nothing of it is anywhere yet. */
  readonly isNew: boolean;
}

/** What is done in one cluster. */
interface DraftPart {
  readonly cluster: string;
  /** Before each line: the cluster, where it does not go without saying; else nothing. */
  readonly prefix: string;
  readonly steps: readonly Step[];
  /** Who gets where by it, and no longer does, as the proof says. */
  readonly ways: readonly string[];
}

export function draftOf(drafting: Drafting): ChangeDraft {
  const { address, steps, parts, desired, topology } = drafting;
  const resource = desired.estate.byAddress.get(address) ?? null;
  const refused = steps.find((step) => step.do === "refuse");
  const goesAhead = feasibleSteps(steps);
  const isHeld = refused !== undefined && !goesAhead.some(endsOrHeals);
  const [kind = "", name = ""] = address.split("/");
  return {
    address,
    kind,
    name,
    action: actionOf(drafting),
    fields: parts.flatMap(({ prefix, steps: own }) =>
      fieldsOf(own).map((field) => ({ ...field, path: `${prefix}${field.path}` })),
    ),
    reason: reasonOf(drafting),
    disruption: disruptionOf(steps),
    impact: [
      ...linesOf(parts, impactOf),
      ...linesOf(parts, ({ ways }) => ways),
      ...linesOf(parts, ({ steps: own, cluster }) => changersOf(own, managerIn(topology, cluster))),
      ...(refused === undefined || isHeld ? [] : [`only what takes access away: ${refused.block.message}`]),
    ],
    waitsFor: linesOf(parts, waitsOf),
    source: resource?.source ?? null,
    basis: steps.map(basisOf),
    ...(refused === undefined || !isHeld ? {} : { blocked: refused.block }),
    ...(goesAhead.some(endsOrHeals) ? { waitsForNothing: true } : {}),
  };
}

function managerIn({ clusters }: Topology, name: string): string {
  return clusters.find((cluster) => cluster.name === name)?.spec.fieldManager ?? "";
}

function linesOf(parts: readonly DraftPart[], of: (part: DraftPart) => readonly string[]): readonly string[] {
  return parts.flatMap((part) => of(part).map((line) => `${part.prefix}${line}`));
}

/** Worth going ahead with while something else is refused: the end of access, and of what somebody has opened. */
function endsOrHeals(step: Step): boolean {
  return endsAccess(step) || (isClosing(step) && step.do === "apply" && step.live !== null);
}

function actionOf({ steps, desired, address, isNew }: Drafting): Action {
  const removes = steps.filter((step) => step.do === "remove");
  if (removes.length > 0 && (!desired.estate.byAddress.has(address) || steps.some(destroys))) return "delete";
  if (steps.some((step) => step.do === "apply" && step.isAdopted)) return "adopt";
  if (isNew && removes.length === 0) return "create";
  const opens = steps.some(opensAccess);
  if (steps.some(endsAccess)) return opens ? "update" : "stop";
  return opens ? "start" : "update";
}

/** The route is what is made last, and the policy before it what lets in. */
const FIRST_ENTRY = 110;

function opensAccess(step: Step): boolean {
  return step.do === "apply" && step.live === null && step.rendered.order >= FIRST_ENTRY;
}

function disruptionOf(steps: readonly Step[]): Disruption {
  if (steps.some(destroys)) return "destroys";
  return steps.some((step) => endsAccess(step) || restarts(step)) ? "interrupts" : "none";
}

/**
 * What the change was computed from. Versions are left out: each status that moves counts one up, and would void a review
 * that is as true as before.
 */
function basisOf(step: Step): Json {
  switch (step.do) {
    case "remove":
    case "note":
      return { do: step.do, uid: serverMark(step.live, "uid") };
    case "apply": {
      const { live, rendered, fields } = step;
      const was = live === null ? null : { uid: serverMark(live, "uid"), is: digestOf(restOf(live)) };
      return { was, will: digestOf(rendered.object), fields: digestOf(fields) };
    }
    case "refuse":
      return { refused: step.block.code };
  }
}

/** Controllers write names into what they bind, and marks beside it. */
function restOf(live: KubeObject): Json {
  const { apiVersion: _version, metadata: _metadata, status: _status, spec, ...rest } = live;
  const { volumeName: _volume, ...own } = recordAt({ spec: spec ?? {} }, "spec");
  return { ...rest, spec: own };
}
