/** What has to be done to objects, grouped by the document that it is done for. Pure. */
import { type Address, addressOf } from "../../estate/resource.ts";
import type { Ignored } from "../../plan/change.ts";
import { comparePresent } from "./compare-present.ts";
import { isShutdown } from "./force.ts";
import { isListing, newcomersTo } from "./inventory.ts";
import type { KubeObject } from "./kube-object.ts";
import { describeObject, objectKey } from "./live.ts";
import type { ClusterView } from "./model.ts";
import { byKey, isMarkedKeep, keptBecause, ownershipOf, slotOf } from "./ownership.ts";
import { LABELS } from "./render/markers.ts";
import type { RenderedObject } from "./render/render.ts";
import { boundsOf, dueNamespaces, type Holdings, type Retention, retainedClaims, surplusOf } from "./retention.ts";
import type { Step } from "./steps.ts";
import type { ClusterDocument, Topology } from "./topology.ts";

/** A cluster that was read. */
export interface ReadCluster {
  readonly cluster: ClusterDocument;
  readonly view: ClusterView;
  readonly topology: Topology;
}

/** Steps of each document, those that take away first and in reverse: less access at every point between. */
export function stepsOf(read: ReadCluster): ReadonlyMap<Address, readonly Step[]> {
  const removals = [...openRemovals(read), ...lastRemovals(read)]
    .toSorted((a, b) => b.order - a.order || byKey(a.live, b.live))
    .map((step) => ({ address: ownerOf(step.live, read), step }));
  const endings = retainedClaims(holdingsOf(read)).flatMap(({ claim, retention }) =>
    retention.is === "ending"
      ? [{ address: ownerOf(claim, read), step: { do: "note", live: claim, retainFor: retention.retainFor } as const }]
      : [],
  );
  const others = read.view.rendered.flatMap((rendered) =>
    comparePresent(rendered, read).flatMap((step) =>
      doneFor(step, rendered, read).map((address) => ({ address, step })),
    ),
  );
  const groups = Map.groupBy<Address, { readonly address: Address; readonly step: Step }>(
    [...removals, ...endings, ...others],
    ({ address }) => address,
  );
  return new Map([...groups].map(([address, all]) => [address, all.map(({ step }) => step)]));
}

/** Namespaces are listed for whoever is to have one, first of all; everything else is done for its own document. */
function doneFor(step: Step, { source }: RenderedObject, { view }: ReadCluster): readonly Address[] {
  const newcomers = isListing(step) ? newcomersTo(step, view.rendered) : [];
  return newcomers.length === 0 ? [source.address] : newcomers;
}

export function holdingsOf({ cluster, topology, view }: ReadCluster): Holdings {
  return { cluster, topology, ...view };
}

type Removal = Extract<Step, { readonly do: "remove" }>;

/** From here on objects open a way in, or hold nothing that lasts. */
const FIRST_OPENING = 70;

/**
 * What nobody wants any more and may go at once. What closes a namespace goes with it and not before. What the parent
 * object says of kinds is not asked here: who writes to it must not keep access from ending.
 */
function openRemovals(read: ReadCluster): readonly Removal[] {
  const holdings = holdingsOf(read);
  const bounds = { ...boundsOf(holdings), parent: undefined };
  const refused = read.view.rendered.flatMap(({ object }) => shutdownInstead(object, read));
  return [...surplusOf(holdings), ...refused]
    .filter((live) => isOpening(live) && keptBecause(live, bounds) === null)
    .map((live) => ({ do: "remove", live, order: slotOf(live)?.order ?? 0, why: null }));
}

function isOpening(live: KubeObject): boolean {
  const slot = slotOf(live);
  return slot !== undefined && (slot.order >= FIRST_OPENING || slot.kind === "ServiceAccount");
}

/** A desktop that the server will not let be turned off by a write is taken away. */
function shutdownInstead(object: KubeObject, { view }: ReadCluster): readonly KubeObject[] {
  const key = objectKey(object);
  const live = view.live.get(key);
  const isRefused = view.predictions.get(key)?.says === "no";
  return live !== undefined && isRefused && isShutdown(object) ? [live] : [];
}

/** Volumes whose time is over, and namespaces with nothing of anybody's left in them. */
function lastRemovals(read: ReadCluster): readonly Removal[] {
  const due = dueNamespaces(holdingsOf(read)).filter((one) => heldBecause(one, read) === null);
  const names = new Set(due.map(({ metadata }) => metadata.name));
  const wanted = new Set(read.view.rendered.map(({ object }) => object.metadata.namespace));
  const claims = retainedClaims(holdingsOf(read)).flatMap(({ claim, retention }): readonly Removal[] => {
    const namespace = claim.metadata.namespace ?? "";
    if (retention.is !== "over" || !(names.has(namespace) || wanted.has(namespace))) return [];
    return [{ do: "remove", live: claim, order: slotOf(claim)?.order ?? 0, why: retention.why }];
  });
  return [
    ...claims,
    ...due.map((live): Removal => ({ do: "remove", live, order: slotOf(live)?.order ?? 0, why: null })),
  ];
}

/** What is in a namespace that keeps it, though its time is over; null for nothing. */
function heldBecause(namespace: KubeObject, { view, cluster, topology }: ReadCluster): string | null {
  const { name } = namespace.metadata;
  const contents = view.contents.get(name);
  if (contents === undefined) return "what is in it was not read";
  const [foreign] = contents.foreign;
  if (foreign !== undefined) {
    const more = contents.foreign.length - 1;
    return `${foreign.kind} ${foreign.metadata.name}${more === 0 ? "" : ` and ${more} more`} in it ${more === 0 ? "is" : "are"} not Reeve's`;
  }
  const [unseen] = contents.unseen;
  if (unseen !== undefined) return `nobody can say what is in it: ${unseen}`;
  const inside = [...view.live.values()].filter(({ metadata }) => metadata.namespace === name);
  const kept = inside.find((one) => isMarkedKeep(one) || isOthers(one, topology.estate, cluster));
  return kept === undefined ? null : `${describeObject(kept)} in it is to be kept`;
}

function isOthers(live: KubeObject, estate: string, { spec }: ClusterDocument): boolean {
  return ownershipOf(live, estate, spec.fieldManager) !== "ours";
}

/** What is left where it is. */
interface Kept extends Ignored {
  readonly live: KubeObject;
  /** `in-use`: a namespace whose time is over, and that holds something of others. `open`: access was to end with it. */
  readonly stands: "in-use" | "open" | "quiet";
}

/**
 * What nobody wants any more and is left where it is all the same, with the reason. What closes a namespace, or is what a
 * volume is kept in, stays with it and is not told of by itself.
 */
export function keptOf(read: ReadCluster): readonly Kept[] {
  const holdings = holdingsOf(read);
  const gone = new Set([...openRemovals(read), ...lastRemovals(read)].map(({ live }) => live));
  const ending = new Set([...gone].flatMap(({ kind, metadata }) => (kind === "Namespace" ? [metadata.name] : [])));
  const claims = new Map(retainedClaims(holdings).map(({ claim, retention }) => [claim, retention]));
  const due = new Set(dueNamespaces(holdings));
  const bounds = boundsOf(holdings);
  return surplusOf(holdings)
    .filter((live) => !gone.has(live) && !ending.has(live.metadata.namespace ?? ""))
    .flatMap((live) => {
      const retention = claims.get(live);
      const held = due.has(live) ? heldBecause(live, read) : null;
      const why = (retention === undefined ? null : whyKept(retention)) ?? held ?? keptBecause(live, bounds);
      if (why === null) return [];
      const stands: Kept["stands"] = held !== null ? "in-use" : isOpening(live) ? "open" : "quiet";
      return [{ address: ownerOf(live, read), path: describeObject(live), why, live, stands }];
    })
    .toSorted((a, b) => byKey(a.live, b.live));
}

function whyKept(retention: Retention): string | null {
  if (retention.is === "ending") return null;
  return retention.is === "kept" ? retention.why : `${retention.why}, and what it is in stays`;
}

function ownerOf({ metadata }: KubeObject, { cluster }: ReadCluster): Address {
  const grant = metadata.labels?.[LABELS.grant];
  return grant === undefined ? cluster.address : addressOf("WorkstationGrant", grant);
}
