/** Mistakes around the policies: identities, routes, workloads, the gateway. Refused at the template, or by the proof. */
import { expect, test } from "vitest";
import { answersTo, type Mistake } from "./mistaken-templates.ts";

test.each<Mistake>([
  [
    "21 a downstream server",
    "spiffe-id",
    "ttl: 1h",
    "ttl: 1h\n  downstream: true",
    "spec.downstream is never rendered",
  ],
  [
    "22 an identity by hand",
    "spiffe-id",
    "ttl: 1h",
    "ttl: 1h\n  parentId: spiffe://x/agent",
    "spec.parentId is never rendered",
  ],
  [
    "23 the gateway's identity",
    "spiffe-id",
    "/sa/\\{{ .PodSpec.ServiceAccountName }}",
    "/sa/workstation-gateway",
    "spiffeIDTemplate must be",
  ],
  [
    "a path by its letters",
    "route",
    "type: PathPrefix",
    "type: RegularExpression",
    "a rule must name the path /workstation/alice",
  ],
  [
    "a path above the person's",
    "route",
    '"{{route.path}}"',
    "/workstation",
    "a rule must name the path /workstation/alice",
  ],
  [
    "a path without its segment",
    "route",
    '"{{route.path}}"',
    '"{{route.path}}x"',
    "a rule must name the path /workstation/alice",
  ],
  [
    "a host of another's",
    "route",
    '"{{route.host}}"',
    "www.example.com",
    "hostnames must be project-x.example.com alone",
  ],
  ["any listener", "route", '      sectionName: "{{gateway.listener}}"\n', "", "must be the listener https"],
  [
    "a mirror of requests",
    "route",
    'filters: "{{route.filters}}"',
    "filters: [{ type: RequestMirror, requestMirror: { backendRef: { name: x } } }]",
    "would send requests elsewhere",
  ],
  ["a way around the gateway", "service", "type: ClusterIP", "type: LoadBalancer", "type must be ClusterIP"],
  ["raw TCP", "service", "appProtocol: http", "appProtocol: tcp", "locked-out (told): alice does not reach"],
  ["the node's network", "workload", "enableServiceLinks: false", "hostNetwork: true", "hostNetwork is never rendered"],
  [
    "a port past the sidecar",
    "workload",
    "      annotations:\n",
    '      annotations:\n        traffic.sidecar.istio.io/excludeInboundPorts: "8080"\n',
    "traffic.sidecar.istio.io/excludeInboundPorts is never rendered: it leads traffic around the sidecar",
  ],
  [
    "no sidecar",
    "workload",
    "      annotations:\n",
    '      annotations:\n        sidecar.istio.io/inject: "false"\n',
    "sidecar.istio.io/inject is never rendered: it turns the sidecar off",
  ],
  [
    "a sidecar that nothing is led through",
    "workload",
    "      annotations:\n",
    "      annotations:\n        sidecar.istio.io/interceptionMode: NONE\n",
    "sidecar.istio.io/interceptionMode is never rendered",
  ],
  [
    "a sidecar of another program",
    "workload",
    "      labels:\n",
    "      labels:\n        istio.io/rev: theirs\n",
    "istio.io/rev is never rendered: it chooses the control plane",
  ],
  [
    "another network",
    "workload",
    "      annotations:\n",
    "      annotations:\n        k8s.v1.cni.cncf.io/networks: theirs\n",
    "k8s.v1.cni.cncf.io/networks is never rendered: it gives the pod another network",
  ],
  [
    "a policy on trial",
    "allow-nothing",
    "metadata:\n",
    'metadata:\n  annotations: { istio.io/dry-run: "true" }\n',
    "istio.io/dry-run is never rendered",
  ],
  [
    "a route that is kept for good",
    "route",
    "metadata:\n",
    "metadata:\n  annotations: { reeve.dev/prune: keep }\n",
    "reeve.dev/prune is never rendered: it would keep access from ending",
  ],
  [
    "the end of a grant that has not ended",
    "home",
    "metadata:\n",
    'metadata:\n  annotations: { reeve.dev/ended-at: "2026-01-01T00:00:00Z" }\n',
    "reeve.dev/ended-at is never rendered",
  ],
  [
    "another person's label",
    "workload",
    'reeve.dev/user: "{{person.slug}}"',
    "reeve.dev/user: bob",
    "label reeve.dev/user must be alice",
  ],
  [
    "absent: an own account",
    "workload",
    "serviceAccountName: workstation",
    "serviceAccountName: default",
    "service account workstation",
  ],
  [
    "absent: no token of the API server",
    "service-account",
    "automountServiceAccountToken: false",
    "automountServiceAccountToken: true",
    "no token of the API server",
  ],
  ["absent: Pod Security", "namespace", "enforce: restricted", "enforce: baseline", "must be restricted"],
  ["a session check that asks nobody", "session-check", "action: CUSTOM", "action: ALLOW", "action must be CUSTOM"],
  [
    "a session check of some paths",
    "session-check",
    'ports: ["{{workload.portText}}"]',
    "paths: [/login]",
    "no CUSTOM policy surely asks check",
  ],
  [
    "a gateway that lets everybody through",
    "gateway-authorization",
    'from: [{ source: { requestPrincipals: ["{{token.anyone}}"] } }]',
    "from: []",
    "empty from, which means everybody",
  ],
  [
    "a gateway that keeps the token",
    "gateway-authentication",
    "forwardOriginalToken: true",
    "forwardOriginalToken: false",
    "locked-out (told): alice does not surely reach",
  ],
])("%s, in %s", (...mistake) => {
  expect(answersTo(mistake)).toContainEqual(expect.stringContaining(mistake[4]));
});

test.each<Mistake>([
  [
    "how much the proxy gets",
    "workload",
    "      annotations:\n",
    "      annotations:\n        sidecar.istio.io/proxyCPU: 500m\n",
    "",
  ],
  ["a home for good", "home", "metadata:\n", "metadata:\n  annotations: { reeve.dev/prune: keep }\n", ""],
  ["words of their own", "route", "metadata:\n", "metadata:\n  labels: { team: ctf }\n", ""],
])("said beside, and nothing is wrong: %s, in %s", (...addition) => {
  expect(answersTo(addition)).toEqual([]);
});
