import { parseAllDocuments } from "yaml";
import { MASTERS } from "./access.ts";
import type { Engine } from "./engine.ts";

/** What a platform team has put into a cluster before anybody is given access, by the path that it is created at. */
const FURNITURE = `
/api/v1/namespaces: {kind: Namespace, metadata: {name: istio-system}}
---
/api/v1/namespaces: {kind: Namespace, metadata: {name: project-x-infra, labels: {istio-injection: enabled}}}
---
/api/v1/namespaces: {kind: Namespace, metadata: {name: project-x-challenges}}
---
/api/v1/namespaces/istio-system/configmaps: {kind: ConfigMap, metadata: {name: istio}, data: {mesh: "trustDomain: cluster.local\\n"}}
---
/apis/apps/v1/namespaces/istio-system/deployments:
  kind: Deployment
  metadata: {name: istiod}
  spec:
    selector: {matchLabels: {app: istiod}}
    template:
      metadata: {labels: {app: istiod}}
      spec: {serviceAccountName: istiod, containers: [{name: discovery, image: registry.example.com/istio/pilot:1.29, ports: [{containerPort: 15012}]}]}
---
/apis/apps/v1/namespaces/kube-system/deployments:
  kind: Deployment
  metadata: {name: coredns}
  spec:
    selector: {matchLabels: {k8s-app: kube-dns}}
    template:
      metadata: {labels: {k8s-app: kube-dns}}
      spec: {containers: [{name: coredns, image: registry.example.com/coredns:1.12, ports: [{containerPort: 53, protocol: UDP}, {containerPort: 53, protocol: TCP}]}]}
---
/apis/apps/v1/namespaces/project-x-infra/deployments:
  kind: Deployment
  metadata: {name: workstation-gateway}
  spec:
    selector: {matchLabels: {app: workstation-gateway}}
    template:
      metadata: {labels: {app: workstation-gateway}}
      spec: {serviceAccountName: workstation-gateway, containers: [{name: istio-proxy, image: registry.example.com/istio/proxyv2:1.29, ports: [{containerPort: 443}]}]}
---
/api/v1/namespaces/project-x-infra/serviceaccounts: {kind: ServiceAccount, metadata: {name: workstation-gateway}}
---
/apis/gateway.networking.k8s.io/v1/namespaces/project-x-infra/gateways:
  kind: Gateway
  metadata: {name: workstation-gateway}
  spec:
    gatewayClassName: istio
    listeners: [{name: https, port: 443, protocol: HTTPS, hostname: "*.desktops.example.net", tls: {certificateRefs: [{name: desktops}]}, allowedRoutes: {namespaces: {from: All}}}]
---
/apis/apps/v1/namespaces/project-x-challenges/deployments:
  kind: Deployment
  metadata: {name: alice-web-101}
  spec:
    selector: {matchLabels: {reeve.dev/user: alice, reeve.dev/challenge: web-101}}
    template:
      metadata: {labels: {reeve.dev/user: alice, reeve.dev/challenge: web-101}}
      spec: {containers: [{name: web, image: registry.example.com/challenges/web-101:3, ports: [{containerPort: 80}]}]}
`;

/** Fills a new cluster. Throws where the stand-in refuses what it is made of, which is a bug here. */
export function furnish(engine: Engine, now: Date): void {
  const user = { name: "platform", groups: [MASTERS] };
  const headers = { "content-type": "application/json", "user-agent": "platform/1" };
  const pieces = parseAllDocuments(FURNITURE).flatMap((document) =>
    Object.entries(document.toJS() as Readonly<Record<string, Readonly<Record<string, unknown>>>>),
  );
  for (const [path, piece] of pieces) {
    const body = JSON.stringify({ apiVersion: apiVersionOf(path), ...piece });
    const query = new URLSearchParams({ fieldManager: "platform" });
    const { status, body: said } = engine.answer({ method: "POST", path, query, headers, user, body }, now);
    if (status !== 201) throw new Error(`${path}: ${JSON.stringify(said)}`);
  }
}

/** `/apis/apps/v1/…` is of apps/v1, `/api/v1/…` of v1. */
function apiVersionOf(path: string): string {
  const [root, first = "", second = ""] = path.split("/").slice(1);
  return root === "api" ? first : `${first}/${second}`;
}
