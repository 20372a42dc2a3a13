/** What is rendered, before the evaluator of who reaches whom. */
import { expect, test } from "vitest";
import type { Infrastructure, Workstation } from "../../../src/providers/grants/reach/cast.ts";
import { type Proof, proveGrants } from "../../../src/providers/grants/reach/prove.ts";
import type { GrantFacts, Topology } from "../../../src/providers/grants/topology.ts";
import { clusterObjects, INFRA, workstationOf, worldOf } from "../../support/grants-cast.ts";
import { changeCluster, declare, renderChanged } from "./declared.ts";
import { DURING } from "./small-cluster.ts";

/** What stands in the cluster before Reeve. */
const STANDING = clusterObjects().filter(({ kind }) => ["Namespace", "Deployment", "Gateway"].includes(kind));

/** The proof that is asked of everybody who has a grant, over what is rendered at an instant. */
function prove(edits: readonly string[], now: Date): Proof {
  const { topology } = declare(changeCluster(edits));
  const rendered = renderChanged(edits, now).map(({ object }) => object);
  return proveGrants({ world: worldOf(STANDING, rendered), infra: infraOf(topology) }, topology.grants.map(castOf));
}

function infraOf({ clusters }: Topology): Infrastructure {
  const check = clusters[0]?.spec.sessionCheck;
  const asked = check === undefined ? [] : [{ namespace: check.namespace, labels: check.pods, ports: [check.port] }];
  return { ...INFRA, shared: [...INFRA.shared, ...asked] };
}

function castOf({ person, slug, challenges, egress, cluster }: GrantFacts): Workstation {
  const { domain } = cluster.spec.address;
  const ranges = (openings: GrantFacts["egress"]) =>
    openings.flatMap(({ ports }) => ports.map(({ first, last }) => ({ from: first, to: last })));
  return {
    ...workstationOf(slug),
    person,
    requestPrincipal: `${INFRA.token.issuer}/${person}`,
    challengePorts: ranges(challenges),
    egress: egress.map((opening) => ({ cidr: opening.name, ports: ranges([opening]) })),
    ...(domain === undefined ? {} : { host: `${slug}.${domain}`, path: "/" }),
  };
}

/** Who gets to a desktop. */
function entries(access: Proof["access"]): readonly string[] {
  return access.filter(({ what }) => what.startsWith("ws-")).map(({ who, what }) => `${who} -> ${what}`);
}

const OWN_HOSTS = [
  "{ path: { host: project-x.example.com, prefix: /workstation } }",
  "{ domain: desktops.example.net }",
];
const BESIDE = [
  "serviceAccount: workstation-gateway",
  "serviceAccount: workstation-gateway\n    routes: beside-gateway",
];
const HEADERS = ["# end of cluster", "  responseHeaders: [{ name: X-Frame-Options, value: SAMEORIGIN }]"];

test.each<[name: string, edits: readonly string[]]>([
  ["at paths of one host", []],
  ["on hosts of their own", OWN_HOSTS],
  ["with routes beside the gateway", BESIDE],
  ["with response headers", HEADERS],
  ["with a limit a person", ["# end of cluster", "  rateLimit: { requests: 100 }"]],
  [
    "with a session check",
    [
      "# end of cluster",
      "  sessionCheck: { provider: check, namespace: project-x-infra, pods: { app: check }, port: 9000 }",
    ],
  ],
])("three people %s: each reaches one desktop, and nothing else reaches anything", (_name, edits) => {
  const { access, findings } = prove(edits, DURING);
  expect(findings.map(({ words }) => words)).toEqual([]);
  expect(entries(access)).toEqual([
    "alice -> ws-alice, port 8080",
    "bob -> ws-bob, port 8080",
    "Eve.Adams@students.example.edu -> ws-eve-adams, port 8080",
  ]);
});

test.each([
  ["suspended", ["# end of alice", "  suspended: true", "# end of workshop", "  suspended: true"], DURING],
  ["expired", [], new Date("2026-12-14T18:00:00Z")],
  ["pending", [], new Date("2026-11-24T00:00:00Z")],
])("%s: nobody gets in", (_name, edits, now) => {
  const { access, findings } = prove(edits, now);
  expect(findings.filter(({ refuses }) => refuses)).toEqual([]);
  expect(entries(access)).toEqual([]);
});
