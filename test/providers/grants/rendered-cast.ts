/** Any number of people, each with a desktop, from documents through the templates to the evaluator's world. */
import type { KubeObject } from "../../../src/providers/grants/kube-object.ts";
import { type Cast, castOf } from "../../../src/providers/grants/proof/cast-of.ts";
import { type Proof, proveGrants } from "../../../src/providers/grants/reach/prove.ts";
import { buildWorld, type World } from "../../../src/providers/grants/reach/world.ts";
import { type RenderedObject, renderCluster, type Templates } from "../../../src/providers/grants/render/render.ts";
import type { ClusterDocument, Topology } from "../../../src/providers/grants/topology.ts";
import { clusterObjects } from "../../support/grants-cast.ts";
import { declare, TEMPLATES } from "./declared.ts";
import { SMALL_CLUSTER } from "./small-cluster.ts";

/** The ways in which a cluster's document may ask for the same. */
export interface Setting {
  readonly address: "path" | "host";
  readonly routes: "beside-desktop" | "beside-gateway";
  /** A rate limit, a session check, response headers and a guard of labels. */
  readonly extras: boolean;
}

/** Every combination. */
export const SETTINGS: readonly Setting[] = (["path", "host"] as const).flatMap((address) =>
  (["beside-desktop", "beside-gateway"] as const).flatMap((routes) =>
    [false, true].map((extras) => ({ address, routes, extras })),
  ),
);

export const PLAIN: Setting = { address: "path", routes: "beside-desktop", extras: false };

/** What is written of one person's grant beside the person; `window` is one line or two. */
export interface Granted {
  readonly slug: string;
  readonly window?: string;
  readonly more?: string;
}

const ALWAYS = "startsAt: 2026-12-01T08:00:00Z, expiresAt: 2026-12-14T18:00:00Z";

/** While grants without a window of their own hold. */
export const NOW = new Date("2026-12-03T08:00:00Z");

const EXTRAS = `
  rateLimit: { requests: 100 }
  sessionCheck: { provider: check, namespace: project-x-infra, pods: { app: check }, port: 9000 }
  responseHeaders: [{ name: X-Frame-Options, value: SAMEORIGIN }]
  labelGuard: { writers: ["system:serviceaccount:reeve:reeve"] }
`;

function clusterText({ address, routes, extras }: Setting): string {
  const text = (SMALL_CLUSTER["cluster.yaml"] ?? "")
    .replace("    serviceAccount:", `    routes: ${routes}\n    serviceAccount:`)
    .replace("# end of cluster", extras ? EXTRAS : "");
  return address === "path" ? text : text.replace(/address: .*/, "address: { domain: desktops.example.net }");
}

function grantText({ slug, window = ALWAYS, more = "" }: Granted): string {
  return `apiVersion: reeve.dev/v1
kind: WorkstationGrant
metadata: { name: ${slug} }
spec:
  ${window.split(", ").join("\n  ")}
  cluster: lab
  person: ${slug}
  tier: tier-1
  policy: students
  home: { sizeGib: 20, retainFor: 7d }
  challenges: [{ name: web-101, ports: [80, 8000-8100] }]
  egress: [{ cidr: 198.51.100.0/25, ports: [443] }]
  session: { maxDuration: 2h, clipboard: in-only }
  reason: CTF course
  approvals: [{ by: dave, at: 2026-11-20T10:00:00Z }]
${more}`;
}

/** Documents of a cluster and the people's grants. */
export function documentsOf(people: readonly Granted[], setting: Setting): Readonly<Record<string, string>> {
  const names = people.map(({ slug }) => slug).join(", ");
  return {
    "reeve.yaml": SMALL_CLUSTER["reeve.yaml"] ?? "",
    "cluster.yaml": clusterText(setting),
    "rules.yaml": (SMALL_CLUSTER["rules.yaml"] ?? "").replace("alice, bob, carol", names),
    "grants.yaml": people.map(grantText).join("---\n"),
  };
}

/** What stands in the cluster before Reeve: its namespaces, its gateway and the gateway's pods. */
const STANDING: readonly KubeObject[] = clusterObjects().filter(({ kind }) =>
  ["Namespace", "Deployment", "Gateway"].includes(kind),
);

export interface Staged {
  readonly cluster: ClusterDocument;
  readonly topology: Topology;
  readonly cast: Cast;
  readonly rendered: readonly RenderedObject[];
  readonly world: World;
}

/** Throws where the documents have errors. */
export function stage(
  people: readonly Granted[],
  setting: Setting,
  at: { readonly now?: Date; readonly templates?: Templates } = {},
): Staged {
  const { now = NOW, templates = TEMPLATES } = at;
  const { topology, diagnostics } = declare(documentsOf(people, setting));
  const [cluster] = topology.clusters;
  if (cluster === undefined || diagnostics.length > 0) throw new Error(JSON.stringify(diagnostics));
  const cast = withSurroundings(castOf(topology, cluster, now));
  const rendered = renderCluster(cluster, { topology, templates, now });
  return { cluster, topology, cast, rendered, world: worldWith(cast, objectsOf(rendered)) };
}

/** What is read of a live cluster and stands in no document. */
function withSurroundings(cast: Cast): Cast {
  const { sessionCheck, ...infra } = cast.infra;
  const known = sessionCheck === undefined ? {} : { sessionCheck: { ...sessionCheck, known: [sessionCheck.provider] } };
  return { ...cast, infra: { ...infra, ...known, apiServers: ["10.96.0.1"] } };
}

export function objectsOf(rendered: readonly RenderedObject[]): readonly KubeObject[] {
  return rendered.map(({ object }) => object);
}

/** The cluster with these objects beside what stands there. */
export function worldWith({ mesh }: Cast, objects: readonly KubeObject[]): World {
  return buildWorld([...STANDING, ...objects], mesh);
}

/** The proof of everybody's desktops, in the cluster as rendered or in another. */
export function prove({ cast, world }: Staged, instead: World = world): Proof {
  return proveGrants({ world: instead, infra: cast.infra }, cast.workstations);
}
