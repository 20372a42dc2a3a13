/** What has to be done to objects, grouped by the document that it is done for. Pure. */
import { type Address, addressOf } from "../../estate/resource.ts";
import type { FieldChange, Ignored } from "../../plan/change.ts";
import { diffFields } from "../../plan/diff-fields.ts";
import type { Verdict } from "./client/trouble.ts";
import type { KubeObject } from "./kube-object.ts";
import {
  describeObject,
  type ForeignField,
  foreignFields,
  isExclusive,
  managedFieldsOf,
  objectKey,
  serverMark,
  wishesOf,
} from "./live.ts";
import type { ClusterView } from "./model.ts";
import { textAt } from "./render/json-walk.ts";
import { LABELS } from "./render/markers.ts";
import type { RenderedObject } from "./render/render.ts";
import { DESKTOP_SLOTS, type DesktopSlot } from "./render/slots.ts";
import type { ClusterDocument } from "./topology.ts";

/** One object that is not as it should be. */
export type Step =
  | { readonly do: "remove"; readonly live: KubeObject; readonly order: number }
  | {
      readonly do: "apply";
      readonly rendered: RenderedObject;
      readonly live: KubeObject | null;
      readonly fields: readonly FieldChange[];
      /** Others' fields of a kind that decides who gets in: taken out. */
      readonly foreign: readonly ForeignField[];
      /** The server was not asked, since the namespace is still to be made. */
      readonly isUnasked: boolean;
    }
  | { readonly do: "refuse"; readonly rendered: RenderedObject; readonly verdict: Verdict };

/** Steps of each document, those that take away first and in reverse: less access at every point between. */
export function stepsOf(cluster: ClusterDocument, view: ClusterView): ReadonlyMap<Address, readonly Step[]> {
  const removals = surplusOf(view)
    .filter((live) => mayGo(live, cluster))
    .map((live) => ({ address: ownerOf(live, cluster), step: removalOf(live) }));
  const sorted = removals.toSorted((a, b) => b.step.order - a.step.order);
  const others = view.rendered.flatMap((rendered) =>
    stepFor(rendered, view, cluster).map((step) => ({ address: rendered.source.address, step })),
  );
  const groups = Map.groupBy<Address, { readonly address: Address; readonly step: Step }>(
    [...sorted, ...others],
    ({ address }) => address,
  );
  return new Map([...groups].map(([address, all]) => [address, all.map(({ step }) => step)]));
}

/** What nobody wants any more and is left where it is all the same. */
export function keptOf(cluster: ClusterDocument, view: ClusterView): readonly Ignored[] {
  const kept = surplusOf(view).filter((live) => !mayGo(live, cluster));
  const why = "it closes a namespace, holds somebody's data, or is not Reeve's to take away";
  return kept.map((live) => ({ address: ownerOf(live, cluster), path: describeObject(live), why }));
}

/** Others' policies where desktops are: policies add up, so any one of them may let somebody in. */
export function strangersOf({ rendered, live, policies }: ClusterView): readonly KubeObject[] {
  const all = [...rendered.map(({ object }) => object), ...live.values()];
  const own = new Set(all.filter(({ kind }) => kind === "Namespace").map(({ metadata }) => metadata.name));
  return policies
    .filter(({ metadata }) => own.has(metadata.namespace ?? ""))
    .toSorted((a, b) => (objectKey(a) < objectKey(b) ? -1 : 1));
}

function surplusOf({ rendered, live }: ClusterView): readonly KubeObject[] {
  const wanted = new Set(rendered.map(({ object }) => objectKey(object)));
  return [...live.values()].filter((object) => !wanted.has(objectKey(object)));
}

function removalOf(live: KubeObject): Extract<Step, { do: "remove" }> {
  return { do: "remove", live, order: slotOf(live)?.order ?? 0 };
}

/** From here on objects open a way in, or hold nothing that lasts. */
const FIRST_OPENING = 70;

/**
 * A namespace, a volume and what closes them stay: taking these away opens, or destroys. So does what is shared, and what
 * no slot accounts for.
 */
function mayGo(live: KubeObject, { spec }: ClusterDocument): boolean {
  const slot = slotOf(live);
  if (slot === undefined || (slot.order < FIRST_OPENING && slot.kind !== "ServiceAccount")) return false;
  return managersOf(live).has(spec.fieldManager) && live.metadata.annotations?.["reeve.dev/prune"] !== "keep";
}

function slotOf({ apiVersion, kind, metadata }: KubeObject): DesktopSlot | undefined {
  // A route beside the Gateway has its desktop's name.
  const isNamed = ({ name }: DesktopSlot): boolean => name === metadata.name || kind === "HTTPRoute";
  return DESKTOP_SLOTS.find((slot) => slot.apiVersion === apiVersion && slot.kind === kind && isNamed(slot));
}

/** Who wrote to an object, as the server has it. */
export function managersOf(object: KubeObject): ReadonlySet<string> {
  return new Set(managedFieldsOf(object).map((entry) => textAt(entry, "manager")));
}

function ownerOf({ metadata }: KubeObject, cluster: ClusterDocument): Address {
  const grant = metadata.labels?.[LABELS.grant];
  return grant === undefined ? cluster.address : addressOf("WorkstationGrant", grant);
}

/** None where the object is as the server would make it, and nobody else's field is in it. */
function stepFor(rendered: RenderedObject, view: ClusterView, { spec }: ClusterDocument): readonly Step[] {
  const key = objectKey(rendered.object);
  const live = view.live.get(key) ?? null;
  const prediction = view.predictions.get(key) ?? { says: "later" };
  const prefix = describeObject(rendered.object);
  if (prediction.says === "no") return [{ do: "refuse", rendered, verdict: prediction.verdict }];
  const made = { path: prefix, before: null, after: "made" };
  if (prediction.says === "later" || live === null) {
    return [{ do: "apply", rendered, live, fields: [made], foreign: [], isUnasked: prediction.says === "later" }];
  }
  const foreign = isExclusive(rendered.object) ? foreignFields(prediction.object, spec.fieldManager) : [];
  const fields = [
    ...diffFields(wishesOf(live), wishesOf(prediction.object), prefix),
    ...foreign.map(({ pointer, manager }) => ({
      path: `${prefix} ${pointer}`,
      before: `set by ${manager}`,
      after: null,
    })),
    ...(serverMark(live, "deletionTimestamp") === "" ? [] : [{ path: prefix, before: "being deleted", after: "kept" }]),
  ];
  return fields.length === 0 ? [] : [{ do: "apply", rendered, live, fields, foreign, isUnasked: false }];
}
