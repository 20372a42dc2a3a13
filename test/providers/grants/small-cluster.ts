const REEVE = `apiVersion: reeve.dev/v1
kind: Estate
metadata: { name: robco }
spec:
  providers: { grants: {} }
`;

const CLUSTER = `apiVersion: reeve.dev/v1
kind: WorkstationCluster
metadata: { name: lab }
spec:
  kubeconfig: { path: ~/.kube/config, context: lab }
  gateway:
    namespace: project-x-infra
    name: workstation-gateway
    listener: https
    pods: { app: workstation-gateway }
    serviceAccount: workstation-gateway
  address: { path: { host: project-x.example.com, prefix: /workstation } }
  token:
    issuer: https://project-x.example.com/auth
    audiences: [project-x]
    jwksUri: https://project-x.example.com/.well-known/jwks.json
    cookie: jwt
    scopes: [workstation_access]
  challenges: { namespaces: [project-x-challenges] }
  reservedNetworks: [10.244.0.0/16]
  identity: spire
# end of cluster
`;

const RULES = `apiVersion: reeve.dev/v1
kind: WorkstationTier
metadata: { name: tier-1 }
spec:
  image: registry.example.com/ws/desktop@sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08
  resources: { cpu: "2", memory: 4Gi }
---
apiVersion: reeve.dev/v1
kind: WorkstationTier
metadata: { name: tier-2 }
spec:
  image: registry.example.com/ws/desktop@sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08
  resources: { cpu: "1", memory: 1Gi }
---
apiVersion: reeve.dev/v1
kind: AccessPolicy
metadata: { name: students }
spec:
  subjects: { people: [alice, bob, carol], mailDomains: [students.example.edu] }
  maxDuration: 14d
  allowedTiers: [tier-1]
  allowedImages: ["registry.example.com/ws/*@sha256:*"]
  maxResources: { cpu: "4", memory: 8Gi, homeGib: 50 }
  egress: { challenges: own, networks: [198.51.100.0/24] }
  session: { maxDuration: 8h, clipboard: [disabled, in-only] }
  requires: { approvals: 1, approvers: [dave] }
  retain: { home: 30d }
`;

const GRANTS = `apiVersion: reeve.dev/v1
kind: WorkstationGrant
metadata: { name: alice }
spec:
  cluster: lab
  person: alice
  tier: tier-1
  policy: students
  startsAt: 2026-12-01T08:00:00Z
  expiresAt: 2026-12-14T18:00:00Z
  home: { sizeGib: 20, retainFor: 7d }
  challenges: [{ name: web-101, ports: [80, 1024-65535] }]
  session: { idleTimeout: 30m, maxDuration: 2h, clipboard: in-only }
  reason: CTF course
  approvals: [{ by: dave, at: 2026-11-20T10:00:00Z }]
# end of alice
---
apiVersion: reeve.dev/v1
kind: WorkstationGrant
metadata: { name: workshop, labels: { course: ctf } }
spec:
  cluster: lab
  people: [bob, "Eve.Adams@students.example.edu"]
  tier: tier-1
  policy: students
  startsAt: 2026-12-03T08:00:00+01:00
  duration: 3h
  egress: [{ cidr: 198.51.100.0/25, ports: [443] }]
  session: { maxDuration: 2h, clipboard: disabled }
  reason: Workshop
  approvals: [{ by: dave, at: 2026-11-20T10:00:00Z }]
# end of workshop
`;

/** A cluster, a tier, a policy, a grant of one person's and one of a workshop's: nothing is wrong but the shared path. */
export const SMALL_CLUSTER: Readonly<Record<string, string>> = {
  "reeve.yaml": REEVE,
  "cluster.yaml": CLUSTER,
  "rules.yaml": RULES,
  "grants.yaml": GRANTS,
};

/** While alice and the workshop have access. */
export const DURING = new Date("2026-12-03T08:00:00Z");
