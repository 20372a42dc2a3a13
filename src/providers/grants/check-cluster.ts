/** What a cluster's document says of itself. Pure. */
import type { Finding } from "../../estate/resource.ts";
import { durationSeconds } from "../../support/duration.ts";
import { type Refusal, refuse, refuseIf, warn } from "../refusal.ts";
import { networkRefusal } from "./check-text.ts";
import type { ClusterDocument } from "./topology.ts";

export function* checkClusters(clusters: readonly ClusterDocument[]): Generator<Finding> {
  for (const cluster of clusters) {
    yield* checkConnection(cluster);
    yield* checkAddress(cluster);
    yield* checkLabels(cluster);
    yield* checkTimes(cluster);
    for (const [index, text] of cluster.spec.reservedNetworks.entries()) {
      yield* refuseIf({ resource: cluster, path: ["spec", "reservedNetworks", index] }, networkRefusal(text));
    }
  }
  yield* checkTwins(clusters);
}

function* checkConnection(resource: ClusterDocument): Generator<Finding> {
  const { kubeconfig, kubeconfigFrom, inCluster } = resource.spec;
  const ways = [kubeconfig, kubeconfigFrom, inCluster].filter((way) => way !== undefined);
  if (ways.length !== 1) {
    yield refuse(
      { resource, path: ["spec"] },
      {
        code: "cluster-connection",
        message: `${ways.length === 0 ? "nothing says" : "more than one field says"} how the API server is reached`,
        hint: "write one of kubeconfig, kubeconfigFrom and inCluster",
      },
    );
  }
  if (kubeconfig?.path.split("/").includes("..") === true) {
    yield refuse(
      { resource, path: ["spec", "kubeconfig", "path"] },
      { code: "path-segments", message: `${kubeconfig.path} has .. in it`, hint: "write the path out" },
    );
  }
}

function* checkAddress(resource: ClusterDocument): Generator<Finding> {
  const { path } = resource.spec.address;
  if (path === undefined) return;
  yield warn(
    { resource, path: ["spec", "address", "path"] },
    {
      code: "shared-origin",
      message: `all desktops share the origin https://${path.host}: scripts of one can act as its user elsewhere on it, and the token's cookie reaches every desktop that the user opens`,
      hint: "where you can, give each desktop a host of its own: address: { domain: … }, best a domain that serves nothing else",
    },
  );
}

function* checkLabels(resource: ClusterDocument): Generator<Finding> {
  const { challenges } = resource.spec;
  if (challenges === undefined || challenges.personLabel !== challenges.nameLabel) return;
  yield refuse(
    { resource, path: ["spec", "challenges", "nameLabel"] },
    {
      code: "label-twice",
      message: `${challenges.nameLabel} cannot hold both the person and the challenge`,
      hint: "give nameLabel a label of its own, or leave it out",
    },
  );
}

function* checkTimes(resource: ClusterDocument): Generator<Finding> {
  const { limits, rateLimit } = resource.spec;
  yield* refuseIf({ resource, path: ["spec", "limits", "timeout"] }, zeroRefusal(limits.timeout));
  if (rateLimit !== undefined) {
    yield* refuseIf({ resource, path: ["spec", "rateLimit", "per"] }, zeroRefusal(rateLimit.per));
  }
}

function zeroRefusal(text: string): Refusal | null {
  if (durationSeconds(text) > 0) return null;
  return { code: "no-time", message: `${text} is no time at all`, hint: "write 1s or more" };
}

/** Two documents of one cluster would fight over what it has once. */
function* checkTwins(clusters: readonly ClusterDocument[]): Generator<Finding> {
  const first = new Map<string, ClusterDocument>();
  for (const resource of clusters) {
    const { kubeconfig, kubeconfigFrom, inCluster } = resource.spec;
    const key = JSON.stringify([kubeconfig?.path, kubeconfig?.context, kubeconfigFrom, inCluster]);
    const other = first.get(key);
    if (other === undefined) first.set(key, resource);
    else {
      yield refuse(
        { resource, path: ["spec"] },
        {
          code: "cluster-twice",
          message: `${other.address} is the same cluster`,
          hint: "declare a cluster once, and name it in every grant",
        },
      );
    }
  }
}
