/**
 * When what is left of a grant goes. The document may be gone: its volume carries when its grant ends and how long it is
 * kept, and from the removal on when that was, since there is no state file. Pure.
 */
import { durationSeconds } from "../../support/duration.ts";
import type { KubeObject } from "./kube-object.ts";
import { objectKey } from "./live.ts";
import { keptBecause, ownershipOf, type PruneBounds } from "./ownership.ts";
import { ANNOTATIONS, inventoryOf, LABELS } from "./render/markers.ts";
import type { RenderedObject } from "./render/render.ts";
import type { ClusterDocument, GrantFacts, Topology } from "./topology.ts";
import { stateAt } from "./window.ts";

/** What retention is judged by. */
export interface Holdings {
  readonly cluster: ClusterDocument;
  readonly topology: Topology;
  readonly rendered: readonly RenderedObject[];
  /** By `objectKey`. */
  readonly live: ReadonlyMap<string, KubeObject>;
  /** The instant of reading. */
  readonly readAt: Date;
}

/** What becomes of a volume that nobody wants any more. */
export type Retention =
  /** It goes at that instant; null: not by itself. */
  | { readonly is: "kept"; readonly until: Date | null; readonly why: string }
  /** Its grant ended just now, and that has to be written down. */
  | { readonly is: "ending"; readonly retainFor: string }
  | { readonly is: "over"; readonly why: string };

export function boundsOf({ cluster, topology, live }: Omit<Holdings, "rendered" | "readAt">): PruneBounds {
  const { fieldManager, inventoryNamespace, gateway } = cluster.spec;
  const { name, namespace } = inventoryOf(topology.estate, inventoryNamespace ?? gateway.namespace);
  const parent = live.get(objectKey({ apiVersion: "v1", kind: "ConfigMap", metadata: { name, namespace } }));
  return { estate: topology.estate, fieldManager, parent };
}

/** `claim` is one of ours that is not rendered. */
export function retentionOf(claim: KubeObject, holdings: Holdings): Retention {
  const { cluster, topology, readAt } = holdings;
  const kept = keptBecause(claim, boundsOf(holdings));
  if (kept !== null) return { is: "kept", until: null, why: kept };
  const own = topology.grants.filter(
    (facts) => facts.cluster.name === cluster.name && facts.namespace === claim.metadata.namespace,
  );
  const next = own.find((facts) => facts.home !== null && facts.window.startsAt > readAt);
  if (next !== undefined) return { is: "kept", until: null, why: `${next.grant.address} will use it` };
  const purged = own.find((facts) => isPurged(facts, claim, readAt));
  if (purged !== undefined)
    return { is: "over", why: `it was to be kept until ${purged.window.purgesAt.toISOString()}` };
  return orphanRetention(claim, readAt);
}

function isPurged({ grant, window }: GrantFacts, { metadata }: KubeObject, now: Date): boolean {
  return grant.name === metadata.labels?.[LABELS.grant] && stateAt(window, false, now) === "purged";
}

/** A document that is gone has ended when it was due, or when its removal was carried out, whichever came first. */
function orphanRetention({ metadata }: KubeObject, now: Date): Retention {
  const { annotations = {} } = metadata;
  const retainFor = annotations[ANNOTATIONS.retainFor] ?? "";
  const seconds = secondsOf(retainFor);
  if (seconds === null)
    return { is: "kept", until: null, why: `it does not say for how long (${ANNOTATIONS.retainFor})` };
  const [due = Number.NaN, noted = Number.NaN] = [ANNOTATIONS.expiresAt, ANNOTATIONS.endedAt].map((name) =>
    new Date(annotations[name] ?? Number.NaN).getTime(),
  );
  // A note of another machine may be a little ahead of this one's clock.
  const ended = Math.min(...[noted, due].filter((instant) => instant === noted || instant <= now.getTime()));
  if (ended === Number.POSITIVE_INFINITY) return { is: "ending", retainFor };
  const until = new Date(ended + seconds * 1000);
  const why = `${retainFor} from the end of its grant`;
  return until > now
    ? { is: "kept", until, why: `kept until ${until.toISOString()}: ${why}` }
    : { is: "over", why: `it was to be kept until ${until.toISOString()}: ${why}` };
}

/** People may have written there: null for what is no duration. */
function secondsOf(text: string): number | null {
  try {
    return durationSeconds(text);
  } catch {
    return null;
  }
}

type Surplus = Pick<Holdings, "rendered"> & { readonly objects: readonly KubeObject[] };

/** Of all that is live: it is asked for at many places, and each time all objects would be gone through. */
const surpluses = new WeakMap<Holdings["live"], Surplus>();

/** Ours, and nobody wants it any more. */
export function surplusOf(holdings: Omit<Holdings, "readAt">): readonly KubeObject[] {
  const { rendered, live } = holdings;
  const known = surpluses.get(live);
  if (known?.rendered === rendered) return known.objects;
  const objects = computeSurplus(holdings);
  surpluses.set(live, { rendered, objects });
  return objects;
}

function computeSurplus({ rendered, live, cluster, topology }: Omit<Holdings, "readAt">): readonly KubeObject[] {
  const wanted = new Set(rendered.map(({ object }) => objectKey(object)));
  const isOurs = (object: KubeObject): boolean =>
    ownershipOf(object, topology.estate, cluster.spec.fieldManager) !== "other";
  return [...live.values()].filter((object) => !wanted.has(objectKey(object)) && isOurs(object));
}

/** Volumes that nobody wants any more, each with what becomes of it. */
export function retainedClaims(
  holdings: Holdings,
): readonly { readonly claim: KubeObject; readonly retention: Retention }[] {
  return surplusOf(holdings)
    .filter(({ kind }) => kind === "PersistentVolumeClaim")
    .map((claim) => ({ claim, retention: retentionOf(claim, holdings) }));
}

/** Namespaces that nobody wants any more and whose volumes, if any, need not be kept: to be looked into before they go. */
export function dueNamespaces(holdings: Holdings): readonly KubeObject[] {
  const bounds = boundsOf(holdings);
  const held = new Set(
    retainedClaims(holdings)
      .filter(({ retention }) => retention.is !== "over")
      .map(({ claim }) => claim.metadata.namespace),
  );
  return surplusOf(holdings).filter(
    (one) => one.kind === "Namespace" && !held.has(one.metadata.name) && keptBecause(one, bounds) === null,
  );
}
