import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import type { KubeObject } from "../../../../src/providers/grants/kube-object.ts";
import { canReach } from "../../../../src/providers/grants/reach/connect.ts";
import type { Caller, Pod, Target } from "../../../../src/providers/grants/reach/model.ts";
import { proveGrants } from "../../../../src/providers/grants/reach/prove.ts";
import { clusterObjects, INFRA, parseObjects, workstationOf, worldOf } from "../../../support/grants-cast.ts";

/** The manifests that the corrected bundle replaces, and the pods that they were written for. */
const ORIGINAL: readonly KubeObject[] = JSON.parse(
  readFileSync(new URL("../../../fixtures/grants/original.json", import.meta.url), "utf8"),
);

const desktops = ["alice", "bob"].map(
  (user) => `
apiVersion: apps/v1
kind: Deployment
metadata: {name: ws-${user}, namespace: project-x-users}
spec: {template: {metadata: {labels: {project-x/user-id: ${user}, project-x/component: workstation}}}}`,
);

/** `name` labels are what the manifests count on and nobody sets. */
const namespaces = (labelled: boolean): KubeObject[] =>
  ["project-x-infra", "project-x-challenges", "kube-system", "istio-system"].map((name) => ({
    apiVersion: "v1",
    kind: "Namespace",
    metadata: { name, ...(labelled ? { labels: { name } } : {}) },
  }));
const injected =
  "{apiVersion: v1, kind: Namespace, metadata: {name: project-x-users, labels: {istio-injection: enabled}}}";
const plain = namespaces(false);
const labels = namespaces(true);
const mesh = parseObjects(injected);
const service =
  "{apiVersion: v1, kind: Service, metadata: {name: ws, namespace: project-x-users}, spec: {selector: {project-x/component: workstation}, ports: [{port: 8080, name: http}]}}";
const policies = parseObjects([...desktops, service].join("\n---\n")).concat(ORIGINAL);
const withoutDeny = policies.filter(({ metadata }) => metadata.name !== "workstation-default-deny");

function pod(namespace: string, known: Readonly<Record<string, string>>, account = "default"): Pod {
  return {
    kind: "pod",
    name: "a pod",
    namespace,
    labels: { known },
    account,
    ports: [],
    sidecar: true,
    uncaptured: [],
  };
}

const router = pod("project-x-infra", { app: "workstation-router" }, "workstation-router");
const forged = { "x-forwarded-user": "alice", "x-workstation-id": "ws-alice", "x-session-id": "sess_abc123def456" };
const alices = pod("project-x-users", { "project-x/user-id": "alice", "project-x/component": "workstation" });
const at = (peer: Pod, port: number, protocol: Target["protocol"] = "TCP"): Target => ({ peer, port, protocol });
const bobsChallenge = { ...pod("project-x-challenges", { "project-x/user-id": "bob" }), sidecar: false };
const metrics = { ...pod("kube-system", { "k8s-app": "metrics-server" }), sidecar: false };

test.each<{ name: string; objects: readonly KubeObject[]; caller: Caller; to?: Target; verdict: string }>([
  {
    name: "as written nobody gets in, the router included",
    objects: [...plain, ...policies, ...mesh],
    caller: { peer: router, request: { headers: forged } },
    verdict: "deny",
  },
  {
    name: "with the labels the DENY policy keeps everybody out",
    objects: [...labels, ...policies, ...mesh],
    caller: { peer: router, request: { headers: forged } },
    verdict: "deny",
  },
  {
    name: "without it whoever speaks through the router is whom the headers say",
    objects: [...labels, ...withoutDeny, ...mesh],
    caller: { peer: router, request: { headers: forged } },
    verdict: "allow",
  },
  {
    name: "but only until the next login",
    objects: [...labels, ...withoutDeny, ...mesh],
    caller: { peer: router, request: { headers: { ...forged, "x-session-id": "sess_next" } } },
    verdict: "deny",
  },
  {
    name: "the network lets any pod of infra in",
    objects: [...labels, ...policies],
    caller: { peer: pod("project-x-infra", {}) },
    verdict: "allow",
  },
  {
    name: "as written not even to DNS",
    objects: [...plain, ...policies],
    caller: { peer: alices },
    to: at(metrics, 53, "UDP"),
    verdict: "deny",
  },
  {
    name: "with the labels to all of kube-system",
    objects: [...labels, ...policies],
    caller: { peer: alices },
    to: at(metrics, 443),
    verdict: "allow",
  },
  {
    name: "and to everybody's challenges, on every port",
    objects: [...labels, ...policies],
    caller: { peer: alices },
    to: at(bobsChallenge, 31337),
    verdict: "allow",
  },
  {
    name: "by UDP as well",
    objects: [...labels, ...policies],
    caller: { peer: alices },
    to: at(bobsChallenge, 31337, "UDP"),
    verdict: "allow",
  },
])("$name: $verdict", ({ objects, caller, to, verdict }) => {
  const world = worldOf(objects);
  const [desktop] = world.pods.get("project-x-users") ?? [];
  if (desktop === undefined) throw new Error("no desktop");
  expect(canReach(world, caller, to ?? at(desktop, 8080)).verdict).toBe(verdict);
});

test("the proof refuses it", () => {
  const world = worldOf(clusterObjects(), labels, withoutDeny, mesh);
  const workstation = {
    ...workstationOf("alice"),
    namespace: "project-x-users",
    labels: { "project-x/user-id": "alice", "project-x/component": "workstation" },
  };
  const { findings } = proveGrants({ world, infra: INFRA }, [workstation]);
  expect(findings.some(({ refuses }) => refuses)).toBe(true);
  expect([...new Set(findings.map(({ kind }) => kind))].toSorted()).toEqual([
    "escape",
    "exposed",
    "intruder",
    "locked-out",
    "unproven",
  ]);
});
