import { asObject, type KubeObject } from "../kube-object.ts";
import { type JsonRecord, recordAt, textAt } from "../render/json-walk.ts";
import { type Applied, type ApplyOptions, applyQuestion } from "./apply-patch.ts";
import { verdictOf } from "./classify.ts";
import type { Question } from "./connection.ts";
import type { Door, Reply } from "./door.ts";
import {
  describePlace,
  groupPath,
  isAggregated,
  itemsOf,
  kindKey,
  type Place,
  pathOf,
  readAggregated,
  readResourceList,
  type ServedKind,
  type ServedKinds,
} from "./served-kinds.ts";
import { ClusterTrouble, isTrouble } from "./trouble.ts";

/** Which objects of a kind to list. */
interface Listing {
  /** All namespaces when left out. */
  readonly namespace?: string;
  /** A label selector: `reeve.dev/estate=acme`. */
  readonly labels?: string;
  /** Leave out what the objects say beside their metadata. */
  readonly isMetadataAlone?: true;
}

export type NamedPlace = Required<Pick<Place, "name">> & Place;

/** All that planning is given of a cluster: it has no way to change anything (law 1). */
export interface ClusterReader {
  /** The kinds that the server has, of these groups and versions at least. */
  kinds(apiVersions: readonly string[]): Promise<ServedKinds>;
  /** Every object, page by page; never a part of them. */
  list(kind: ServedKind, listing?: Listing): Promise<readonly KubeObject[]>;
  /** Null where there is none. */
  get(kind: ServedKind, place: NamedPlace): Promise<KubeObject | null>;
  /** What the server would make of the object: a dry run, which stores nothing. */
  predict(kind: ServedKind, object: KubeObject, options: ApplyOptions): Promise<Applied>;
  /** How far the server's clock is ahead, in milliseconds; null before its first answer. */
  skew(): number | null;
}

export function createReader(door: Door, pageSize: number): ClusterReader {
  return {
    skew: () => door.skew(),
    kinds: (apiVersions) => discover(door, apiVersions),
    list: (kind, listing = {}) => listAll(door, { kind, listing, pageSize }),
    get: (kind, place) => getObject(door, kind, place),
    predict: async (kind, object, options) => {
      const { body, warnings } = await door.call(
        `predict ${describePlace(kind, object.metadata)}`,
        applyQuestion(kind, object, { ...options, isDryRun: true }),
      );
      return { object: asObject(body), warnings };
    },
  };
}

/** Null where there is none. */
export async function getObject(door: Door, kind: ServedKind, place: NamedPlace): Promise<KubeObject | null> {
  try {
    const { body } = await door.call(`get ${describePlace(kind, place)}`, get(pathOf(kind, place)));
    return asObject(body);
  } catch (error) {
    if (isTrouble(error, "gone", "namespace-missing")) return null;
    throw error;
  }
}

function get(path: string, headers: Readonly<Record<string, string>> = {}): Question {
  return { method: "GET", path, headers };
}

const DISCOVERY = {
  Accept: "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json",
} as const;

async function discover(door: Door, apiVersions: readonly string[]): Promise<ServedKinds> {
  const ask = (path: string): Promise<Reply> => door.call(`get ${path}`, get(path, DISCOVERY));
  const core = await ask("/api");
  const groups = await ask("/apis");
  const kinds =
    isAggregated(core.body) && isAggregated(groups.body)
      ? [core, groups].flatMap(({ body }) => readAggregated(body))
      : (await Promise.all(apiVersions.map((apiVersion) => discoverOne(door, apiVersion)))).flat();
  return new Map(kinds.map((kind) => [kindKey(kind), kind]));
}

async function discoverOne(door: Door, apiVersion: string): Promise<readonly ServedKind[]> {
  const path = groupPath(apiVersion);
  try {
    return readResourceList((await door.call(`get ${path}`, get(path))).body);
  } catch (error) {
    if (isTrouble(error, "kind-missing")) return [];
    throw error;
  }
}

const METADATA = {
  Accept: "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json",
} as const;

/** A list that the server forgets half-way is begun anew, so many times in all. */
const STARTS = 3;

interface Search {
  readonly kind: ServedKind;
  readonly listing: Listing;
  readonly pageSize: number;
}

async function listAll(door: Door, search: Search): Promise<readonly KubeObject[]> {
  for (let start = 1; ; start += 1) {
    try {
      return await listOnce(door, search);
    } catch (error) {
      if (start >= STARTS || !isTrouble(error, "history-gone")) throw error;
    }
  }
}

/** All pages are of one version, since the first one's token says which. */
async function listOnce(door: Door, { kind, listing, pageSize }: Search): Promise<readonly KubeObject[]> {
  const { namespace, labels, isMetadataAlone } = listing;
  const headers = isMetadataAlone === true ? METADATA : {};
  const operation = `list ${describePlace(kind, namespace === undefined ? {} : { namespace })}`;
  const path = pathOf(kind, namespace === undefined ? {} : { namespace });
  const found: JsonRecord[] = [];
  const seen = new Set<string>();
  let token = "";
  do {
    const query = new URLSearchParams({ limit: String(pageSize) });
    if (labels !== undefined) query.set("labelSelector", labels);
    if (token !== "") query.set("continue", token);
    const { body } = await door.call(operation, get(`${path}?${query.toString()}`, headers));
    found.push(...itemsOf(body, kind));
    token = textAt(recordAt(body, "metadata"), "continue");
    if (seen.has(token))
      throw new ClusterTrouble(operation, verdictOf("server", "the pages of the list go in a circle"));
    seen.add(token);
  } while (token !== "");
  return found.map(asObject);
}
