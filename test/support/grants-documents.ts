import { DESKTOPS_DOMAIN } from "./who-reaches-what.ts";

/** Objects in an answer: few, so that lists have several pages. */
export const PAGE = 50;

/** A cluster as the stand-in is furnished. */
export function clusterDocument(name: string, lines = ""): string {
  return `apiVersion: reeve.dev/v1
kind: WorkstationCluster
metadata: { name: ${name} }
spec:
  kubeconfigFrom: { env: REEVE_KUBECONFIG_${name.toUpperCase()} }
  gateway:
    namespace: project-x-infra
    name: workstation-gateway
    listener: https
    pods: { app: workstation-gateway }
    serviceAccount: workstation-gateway
  address: { domain: ${DESKTOPS_DOMAIN} }
  token:
    issuer: https://project-x.example.com/auth
    audiences: [project-x]
    jwksUri: https://project-x.example.com/.well-known/jwks.json
    cookie: jwt
    scopes: [workstation_access]
  challenges: { namespaces: [project-x-challenges] }
  limits: { qps: 1000, burst: 1000, pageSize: ${PAGE} }
${lines}`;
}

/** Images by digest, the tier's own first. */
export const IMAGES = ["0", "1"].map((digit) => `registry.example.com/ws/desktop@sha256:${digit.repeat(64)}`);

/** A tier and a policy: people of example.org, and some by their ids. */
export const RULES = `apiVersion: reeve.dev/v1
kind: WorkstationTier
metadata: { name: small }
spec:
  image: "${IMAGES[0]}"
  resources: { cpu: "1", memory: 1Gi }
  session: { maxDuration: 3h, clipboard: disabled }
---
apiVersion: reeve.dev/v1
kind: AccessPolicy
metadata: { name: everybody }
spec:
  subjects: { mailDomains: [example.org], people: [alice, bob, carol, dora, eve, finn] }
  maxDuration: 50000d
  allowedTiers: [small]
  egress: { challenges: own, networks: [198.51.100.0/24] }
  session: { maxDuration: 8h, clipboard: [disabled, in-only] }
  requires: { approvals: 0 }
  retain: { home: 30d }
`;
