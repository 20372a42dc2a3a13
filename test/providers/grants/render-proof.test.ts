/** What is rendered, before the evaluator of who reaches whom. */
import { expect, test } from "vitest";
import { castOf } from "../../../src/providers/grants/proof/cast-of.ts";
import { type Proof, proveGrants } from "../../../src/providers/grants/reach/prove.ts";
import { buildWorld } from "../../../src/providers/grants/reach/world.ts";
import { clusterObjects, INFRA } from "../../support/grants-cast.ts";
import { changeCluster, declare, renderChanged } from "./declared.ts";
import { DURING } from "./small-cluster.ts";

/** What stands in the cluster before Reeve. */
const STANDING = clusterObjects().filter(({ kind }) => ["Namespace", "Deployment", "Gateway"].includes(kind));

/** The proof that is asked of everybody who has a grant, over what is rendered at an instant. */
function prove(edits: readonly string[], now: Date): Proof {
  const { topology } = declare(changeCluster(edits));
  const [cluster] = topology.clusters;
  if (cluster === undefined) throw new Error("no cluster");
  const { infra, workstations, mesh } = castOf(topology, cluster, now);
  const rendered = renderChanged(edits, now).map(({ object }) => object);
  const world = buildWorld([...STANDING, ...rendered], mesh);
  const sessionCheck =
    infra.sessionCheck === undefined ? {} : { sessionCheck: { provider: "check", known: ["check"] } };
  return proveGrants({ world, infra: { ...infra, ...sessionCheck, apiServers: INFRA.apiServers } }, workstations);
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
  expect(findings.map(({ words }) => words)).toEqual([]);
  expect(entries(access)).toEqual([]);
});
