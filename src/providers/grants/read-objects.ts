/** Everything that is read of a cluster, kind by kind. */
import type { ClusterReader } from "./client/reader.ts";
import { deniedReads } from "./client/rights.ts";
import type { ServedKind, ServedKinds } from "./client/served-kinds.ts";
import { ClusterTrouble } from "./client/trouble.ts";
import { intruderKinds, isOwnPod, ownKinds, policyKinds } from "./foreign-kinds.ts";
import type { KubeObject } from "./kube-object.ts";
import { objectKey, serverMark } from "./live.ts";
import type { Gap } from "./model.ts";
import type { Inventory } from "./render/markers.ts";
import { LABELS } from "./render/markers.ts";

export interface Listed {
  /** What carries the estate's mark, by `objectKey`. */
  readonly own: ReadonlyMap<string, KubeObject>;
  /** What does not, of the kinds that decide who gets in, by `objectKey`. */
  readonly policies: ReadonlyMap<string, KubeObject>;
  /** What others run, offer or are allowed; their metadata alone. */
  readonly intruders: readonly KubeObject[];
  /** Kinds of others' that could not be read. */
  readonly gaps: readonly Gap[];
}

interface Search {
  readonly reader: ClusterReader;
  readonly kinds: ServedKinds;
  readonly estate: string;
  readonly inventory: Inventory;
}

/**
 * One list a kind. What Reeve makes must be readable; what others may have made is read as far as it may be. Its own is found by
 * the estate's mark: the inventory's id changes with the inventory's place, and what was made before must not be lost.
 */
export async function listObjects(search: Search): Promise<Listed> {
  const { reader, kinds, estate } = search;
  const isOwn = ({ metadata }: KubeObject): boolean =>
    metadata.labels?.[LABELS.estate] === estate && metadata.labels[LABELS.inventory] === undefined;
  const [mine, parent, others, intruders] = await Promise.all([
    listOwn(search),
    readParent(search),
    listGently(policyKinds(kinds), (kind) => reader.list(kind)),
    listGently(intruderKinds(kinds), (kind) =>
      reader.list(kind, { labels: `${LABELS.estate}!=${estate}`, isMetadataAlone: true }),
    ),
  ]);
  const own = [...parent, ...mine.filter(isOwn)];
  const policies = [...mine.filter((object) => !isOwn(object)), ...others.objects];
  const workloads = new Map(
    own.filter(({ kind }) => kind === "StatefulSet").map((one) => [serverMark(one, "uid"), one]),
  );
  return {
    own: byObjectKey(own),
    policies: byObjectKey(policies),
    intruders: intruders.objects.filter((object) => !isOwnPod(object, workloads)),
    gaps: [...others.gaps, ...intruders.gaps],
  };
}

function byObjectKey(objects: readonly KubeObject[]): ReadonlyMap<string, KubeObject> {
  return new Map(objects.map((object) => [objectKey(object), object]));
}

/** Throws one `ClusterTrouble` for all kinds that may not be read: a right granted alone would only lead to the next. */
async function listOwn({ reader, kinds, estate }: Search): Promise<readonly KubeObject[]> {
  const denied: { readonly kind: ServedKind; readonly trouble: ClusterTrouble }[] = [];
  const lists = ownKinds(kinds).map(async ({ kind, isEverybodys }) => {
    try {
      return await reader.list(kind, isEverybodys ? {} : { labels: `${LABELS.estate}=${estate}` });
    } catch (error) {
      if (!(error instanceof ClusterTrouble) || error.verdict.kind !== "denied") throw error;
      denied.push({ kind, trouble: error });
      return [];
    }
  });
  const objects = (await Promise.all(lists)).flat();
  if (denied.length > 0) throw deniedReads(denied);
  return objects;
}

/** It is nobody's member. */
async function readParent({ reader, kinds, inventory }: Search): Promise<readonly KubeObject[]> {
  const kind = kinds.get("v1 ConfigMap");
  const parent = kind === undefined ? null : await reader.get(kind, inventory);
  return parent === null ? [] : [parent];
}

interface Found {
  readonly objects: readonly KubeObject[];
  readonly gaps: readonly Gap[];
}

async function listGently(
  kinds: readonly ServedKind[],
  list: (kind: ServedKind) => Promise<readonly KubeObject[]>,
): Promise<Found> {
  const lists = kinds.map(async (kind): Promise<Found> => {
    try {
      return { objects: await list(kind), gaps: [] };
    } catch (error) {
      if (!(error instanceof ClusterTrouble) || !GAPS.has(error.verdict.kind)) throw error;
      return { objects: [], gaps: gapsOf(kind, error) };
    }
  });
  const found = await Promise.all(lists);
  return { objects: found.flatMap(({ objects }) => objects), gaps: found.flatMap(({ gaps }) => gaps) };
}

/** Not allowed; a kind whose own server or conversion fails; or one that went away meanwhile, which has no objects. */
const GAPS: ReadonlySet<string> = new Set(["denied", "server", "webhook-down", "kind-missing"]);

function gapsOf(kind: ServedKind, trouble: ClusterTrouble): readonly Gap[] {
  const { verdict } = trouble;
  if (verdict.kind === "kind-missing") return [];
  return [{ kind, verdict: verdict.kind === "denied" ? deniedReads([{ kind, trouble }]).verdict : verdict }];
}
