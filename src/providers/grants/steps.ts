import type { Blocked, FieldChange } from "../../plan/change.ts";
import type { FailureClass } from "../../plan/outcome.ts";
import { isShutdown } from "./force.ts";
import type { ForeignField } from "./foreign-fields.ts";
import type { KubeObject } from "./kube-object.ts";
import { isExclusive } from "./live.ts";
import type { RenderedObject } from "./render/render.ts";

/** One object that is not as it should be. */
export type Step =
  | {
      readonly do: "remove";
      readonly live: KubeObject;
      readonly order: number;
      /** Of what is destroyed for good; null where nobody wants it any more, and that is all. */
      readonly why: string | null;
    }
  /** The end of a grant is written to its volume, which is kept from then on. */
  | { readonly do: "note"; readonly live: KubeObject; readonly retainFor: string }
  | ApplyStep
  | RefuseStep;

export interface ApplyStep {
  readonly do: "apply";
  readonly rendered: RenderedObject;
  readonly live: KubeObject | null;
  /** All that differs. */
  readonly fields: readonly FieldChange[];
  /** Others' fields of a kind that decides who gets in: taken out. */
  readonly foreign: readonly ForeignField[];
  /** The server was not asked, since the namespace is still to be made, or the live object is in the way. */
  readonly isUnasked: boolean;
  /** What has to be gone first: taken away, or waited for where that has begun. */
  readonly inTheWay: KubeObject | null;
  /** It was there without Reeve's mark. */
  readonly isAdopted: boolean;
}

export interface RefuseStep {
  readonly do: "refuse";
  readonly rendered: RenderedObject;
  readonly block: Blocked;
  readonly failure: FailureClass;
  /** Where the document asks for it, from its root. */
  readonly path: readonly string[];
  /** A marker of another estate stops everything. */
  readonly isError: boolean;
}

/** From here on what is written lets somebody in, or is something to get into. */
const FIRST_OPENING = 70;

/**
 * True for what leaves nobody with more than before: it is carried out whatever else is refused. A policy that is there and
 * was changed by somebody is set right, too.
 */
export function isClosing(step: Step): boolean {
  if (step.do === "remove" || step.do === "note") return true;
  if (step.do === "refuse" || step.inTheWay !== null) return false;
  const { object, order } = step.rendered;
  if (isShutdown(object)) return step.live !== null;
  const closesThere = order >= 10 && order < FIRST_OPENING && !step.isUnasked;
  // Where more differs than what others have put in, writing it may open something, too.
  const isOthersAlone = step.foreign.length > 0 && step.fields.length === step.foreign.length;
  return isExclusive(object) && (closesThere || isOthersAlone);
}

/** True where access ends with this step, or a desktop is turned off. */
export function endsAccess(step: Step): boolean {
  return step.do === "remove" || turnsOff(step);
}

/** True where a desktop that may run is to have no pods, or to go. */
export function turnsOff(step: Step): boolean {
  if (step.do === "remove") return step.live.kind === "StatefulSet";
  return step.do === "apply" && step.live !== null && !isShutdown(step.live) && isShutdown(step.rendered.object);
}

/** A home is gone for good; all else can be made again. */
export function destroys(step: Step): boolean {
  return step.do === "remove" && step.live.kind === "PersistentVolumeClaim";
}

/** A desktop that is made anew, or rolled, ends what runs in it. */
export function restarts(step: Step): boolean {
  if (step.do !== "apply" || step.live === null || step.rendered.object.kind !== "StatefulSet") return false;
  if (isShutdown(step.live)) return false;
  return step.inTheWay !== null || step.fields.some(({ path }) => /[./]spec[./]template/.test(path));
}

/**
 * What of a change is carried out: where anything is refused, only what closes; of a namespace that is refused, which may be
 * somebody else's, only what is ours already.
 */
export function feasibleSteps(steps: readonly Step[]): readonly Step[] {
  const refused = steps.filter((step) => step.do === "refuse");
  if (refused.length === 0) return steps;
  const shut = new Set(
    refused.flatMap(({ rendered: { object } }) => (object.kind === "Namespace" ? [object.metadata.name] : [])),
  );
  const isOurs = (step: Step): boolean => step.do !== "apply" || (step.live !== null && !step.isAdopted);
  return steps.filter((step) => isClosing(step) && (isOurs(step) || !shut.has(namespaceOf(step))));
}

function namespaceOf(step: Step): string {
  const { metadata } = step.do === "remove" || step.do === "note" ? step.live : step.rendered.object;
  return metadata.namespace ?? "";
}
