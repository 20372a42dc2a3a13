import { readFileSync } from "node:fs";
import { parseAllDocuments } from "yaml";
import type { KubeObject } from "../../src/providers/grants/kube-object.ts";
import type { Infrastructure, Workstation } from "../../src/providers/grants/reach/cast.ts";
import { buildWorld, type Mesh, PRIVATE_BLOCKS, type World } from "../../src/providers/grants/reach/world.ts";

/** The corrected bundle of one person and of the cluster, as a real API server accepted it. */
const ALICE = readFileSync(new URL("../fixtures/grants/alice.yaml", import.meta.url), "utf8");
const SHARED = readFileSync(new URL("../fixtures/grants/shared.yaml", import.meta.url), "utf8");

export function parseObjects(text: string): KubeObject[] {
  return parseAllDocuments(text)
    .map((document): KubeObject | null => document.toJS())
    .filter((object) => object !== null);
}

const desktop = (slug: string): string => `
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: desktop, namespace: ws-${slug}}
spec:
  template:
    metadata: {labels: {reeve.dev/component: workstation}}
    spec:
      serviceAccountName: workstation
      containers: [{name: desktop, ports: [{name: web, containerPort: 8080}]}]`;

/** Everything rendered for one person, the desktop itself included. */
export function bundleOf(slug: string, swaps: readonly Swap[] = []): KubeObject[] {
  return parseObjects(swapAll(`${ALICE.replaceAll("alice", slug)}\n---${desktop(slug)}`, swaps));
}

/** A piece of a manifest and what stands there instead, to seed a mistake. */
export type Swap = readonly [from: string, to: string];

function swapAll(text: string, swaps: readonly Swap[]): string {
  return swaps.reduce((now, [from, to]) => {
    if (!now.includes(from)) throw new Error(`no such piece: ${from}`);
    return now.replaceAll(from, () => to);
  }, text);
}

const CLUSTER = `
apiVersion: v1
kind: Namespace
metadata: {name: project-x-infra, labels: {istio-injection: enabled}}
---
apiVersion: v1
kind: Namespace
metadata: {name: project-x-challenges}
---
apiVersion: v1
kind: Namespace
metadata: {name: kube-system}
---
apiVersion: v1
kind: Namespace
metadata: {name: istio-system}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: workstation-gateway, namespace: project-x-infra}
spec:
  template:
    metadata: {labels: {app: workstation-gateway}}
    spec: {serviceAccountName: workstation-gateway, containers: [{name: proxy}]}
---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: workstation-gateway, namespace: project-x-infra}
spec: {listeners: [{name: https, port: 443, protocol: HTTPS, allowedRoutes: {namespaces: {from: All}}}]}`;

/** What is in the cluster besides the people's own. */
export function clusterObjects(swaps: readonly Swap[] = []): KubeObject[] {
  return parseObjects(swapAll(`${CLUSTER}\n---\n${SHARED}`, swaps));
}

const MESH: Mesh = {
  rootNamespace: "istio-system",
  trustDomain: "cluster.local",
  podBlocks: PRIVATE_BLOCKS,
  gateway: {
    namespace: "project-x-infra",
    name: "workstation-gateway",
    labels: { app: "workstation-gateway" },
    account: "workstation-gateway",
  },
};

export const INFRA: Infrastructure = {
  token: {
    issuer: "https://project-x.example.com/auth",
    audiences: ["project-x"],
    keys: "https://project-x.example.com/.well-known/jwks.json",
    scopes: ["workstation_access"],
    personClaim: "sub",
    place: { cookie: "jwt" },
  },
  shared: [
    { namespace: "kube-system", labels: { "k8s-app": "kube-dns" }, ports: [53] },
    { namespace: "istio-system", labels: { app: "istiod" }, ports: [15012] },
  ],
  challenges: { namespaces: ["project-x-challenges"], ownerLabel: "reeve.dev/user" },
  apiServers: ["10.96.0.1", "192.168.10.5"],
};

export function workstationOf(slug: string): Workstation {
  return {
    person: slug,
    closed: null,
    namespace: `ws-${slug}`,
    labels: { "reeve.dev/component": "workstation" },
    port: 8080,
    requestPrincipal: `https://project-x.example.com/auth/${slug}`,
    host: "project-x.example.com",
    path: `/workstation/${slug}`,
    challenges: [
      {
        labels: { "reeve.dev/user": slug },
        ports: [
          { protocol: "TCP", from: 80, to: 80 },
          { protocol: "TCP", from: 1024, to: 65535 },
        ],
      },
    ],
    egress: [],
  };
}

export function worldOf(...objects: readonly (readonly KubeObject[])[]): World {
  return buildWorld(objects.flat(), MESH);
}
