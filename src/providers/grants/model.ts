import type { ClusterReader } from "./client/reader.ts";
import type { ServedKind, ServedKinds } from "./client/served-kinds.ts";
import type { Verdict } from "./client/trouble.ts";
import type { ClusterWriter } from "./client/writer.ts";
import type { Contents } from "./contents.ts";
import type { KubeObject } from "./kube-object.ts";
import type { Surroundings } from "./proof/surroundings.ts";
import type { RenderedObject } from "./render/render.ts";
import type { ClusterDocument } from "./topology.ts";

/** Opens clusters, each when it is first asked for. */
export interface ClusterOpener<Client extends ClusterReader | ClusterWriter> {
  open(cluster: ClusterDocument): Client;
}

/** What the server would make of a rendered object. */
export type Prediction =
  | { readonly says: "yes"; readonly object: KubeObject; readonly warnings: readonly string[] }
  | { readonly says: "no"; readonly verdict: Verdict }
  /** Its namespace is still to be made: no server can be asked. */
  | { readonly says: "later" };

/** A kind that could not be read, where going on is safe all the same. */
export interface Gap {
  readonly kind: ServedKind;
  readonly verdict: Verdict;
}

/** A cluster as it was read. */
export interface ClusterView {
  readonly kinds: ServedKinds;
  /** What should be there at the instant of reading, sorted by order. */
  readonly rendered: readonly RenderedObject[];
  /** By `objectKey`: all that the estate has there. */
  readonly live: ReadonlyMap<string, KubeObject>;
  /** Others' objects of the kinds that decide who gets in, wherever they are. */
  readonly policies: readonly KubeObject[];
  /** What others run, offer or are allowed, wherever it is; metadata alone. */
  readonly intruders: readonly KubeObject[];
  /** Kinds of others' objects that could not be read: there may be more of those than is said. */
  readonly gaps: readonly Gap[];
  /** What the proof has to know beside policies. */
  readonly surroundings: Surroundings;
  /** By `objectKey`, for every rendered object. */
  readonly predictions: ReadonlyMap<string, Prediction>;
  /** By name: what is in namespaces that are about to go. */
  readonly contents: ReadonlyMap<string, Contents>;
  /** What was due then is rendered; what was over by then goes. */
  readonly readAt: Date;
  /** Milliseconds that the server's clock is ahead. */
  readonly skew: number;
}

/** By the name of the WorkstationCluster; a verdict where it could not be read. */
export interface GrantsObservation {
  readonly clusters: ReadonlyMap<string, ClusterView | Verdict>;
}

/** True for a cluster that was read. */
export function isRead(reading: ClusterView | Verdict | undefined): reading is ClusterView {
  return reading !== undefined && "rendered" in reading;
}
