import { expect, test } from "vitest";
import type { ServedKind } from "../../../src/providers/grants/client/served-kinds.ts";
import { isOwnPod, policyKinds } from "../../../src/providers/grants/foreign-kinds.ts";
import type { KubeObject } from "../../../src/providers/grants/kube-object.ts";

const WORKLOAD: KubeObject = {
  apiVersion: "apps/v1",
  kind: "StatefulSet",
  metadata: { name: "workstation", namespace: "ws-alice", uid: "u-1" },
  spec: { replicas: 1 },
};

function pod(name: string, namespace: string, uid: string | null, ending: boolean): KubeObject {
  const owner = { apiVersion: "apps/v1", kind: "StatefulSet", name: "workstation", controller: true };
  const ownerReferences = uid === null ? [] : [{ ...owner, uid }];
  const deletion = ending ? { deletionTimestamp: "2026-12-03T08:00:00Z" } : {};
  return { apiVersion: "v1", kind: "Pod", metadata: { name, namespace, ownerReferences, ...deletion } };
}

test.each<[what: string, name: string, namespace: string, uid: string | null, ending: boolean, isOwn: boolean]>([
  ["the desktop's own", "workstation-0", "ws-alice", "u-1", false, true],
  ["a number that the workload does not ask for", "workstation-1", "ws-alice", "u-1", false, false],
  ["one that is on its way out, after the workload was turned down", "workstation-1", "ws-alice", "u-1", true, true],
  ["another name, which its maker says is the workload's", "spy", "ws-alice", "u-1", false, false],
  ["a name that begins alike", "workstation-0-spy", "ws-alice", "u-1", false, false],
  ["an empty number", "workstation-", "ws-alice", "u-1", true, false],
  ["nobody's", "workstation-0", "ws-alice", null, false, false],
  ["a workload's that was there before", "workstation-0", "ws-alice", "u-0", false, false],
  ["another person's", "workstation-0", "ws-bob", "u-1", false, false],
])("a pod: %s", (_what, name, namespace, uid, ending, isOwn) => {
  expect(isOwnPod(pod(name, namespace, uid, ending), new Map([["u-1", WORKLOAD]]))).toBe(isOwn);
});

test("policies of others: each kind once, in the version that the server prefers", () => {
  const rows: readonly (readonly [apiVersion: string, kind: string, isNamespaced?: boolean, isListable?: boolean])[] = [
    ["networking.istio.io/v1", "VirtualService"],
    ["networking.istio.io/v1beta1", "VirtualService"],
    ["security.istio.io/v1", "AuthorizationPolicy"],
    ["security.istio.io/v1beta1", "AuthorizationPolicy"],
    ["networking.k8s.io/v1", "Ingress"],
    ["networking.k8s.io/v1", "IngressClass", false],
    ["cilium.io/v2", "CiliumNetworkPolicy"],
    ["cilium.io/v2", "CiliumEndpoint"],
    ["gateway.networking.k8s.io/v1", "Review", true, false],
    ["apps/v1", "Deployment"],
  ];
  const kinds = rows.map(([apiVersion, kind, isNamespaced = true, isListable = true]): [string, ServedKind] => [
    `${apiVersion} ${kind}`,
    { apiVersion, kind, plural: kind.toLowerCase(), isNamespaced, isListable },
  ]);
  expect(policyKinds(new Map(kinds)).map(({ apiVersion, kind }) => `${kind} ${apiVersion}`)).toEqual([
    "VirtualService networking.istio.io/v1",
    "Ingress networking.k8s.io/v1",
    "CiliumNetworkPolicy cilium.io/v2",
  ]);
});
