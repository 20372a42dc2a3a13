import type { Provider } from "../provider.ts";
import { applyGrants } from "./apply.ts";
import { checkGrants } from "./check.ts";
import { openClusterReader, openClusterWriter } from "./client/open-cluster.ts";
import type { ClusterReader } from "./client/reader.ts";
import type { ClusterWriter } from "./client/writer.ts";
import { compareGrants } from "./compare.ts";
import type { ClusterOpener, GrantsObservation } from "./model.ts";
import { observeGrants } from "./observe.ts";

/** Access to workstations in Kubernetes clusters, for a window of time. */
export const grants: Provider<ClusterOpener<ClusterReader>, ClusterOpener<ClusterWriter>, GrantsObservation> = {
  name: "grants",
  kinds: ["AccessPolicy", "WorkstationCluster", "WorkstationGrant", "WorkstationTier"],
  check: checkGrants,
  openReader: (session) => ({ open: (cluster) => openClusterReader(session, cluster) }),
  openWriter: (session) => ({ open: (cluster) => openClusterWriter(session, cluster) }),
  observe: observeGrants,
  compare: compareGrants,
  apply: applyGrants,
};
