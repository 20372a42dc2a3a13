import type { KubeObject } from "../../src/providers/grants/kube-object.ts";
import { clusterDocument, IMAGES, RULES } from "./grants-documents.ts";
import type { Ended, SimulatedClusters } from "./simulated-clusters.ts";
import { openSimulatedClusters } from "./simulated-clusters.ts";
import { type Person, type Standing, whoReachesWhat } from "./who-reaches-what.ts";

/** One change of who has access, from the state that the one before has left. */
interface Step {
  readonly name: string;
  /** What it does to access: nothing but give, nothing but take away, or some of each. */
  readonly does: "gives" | "takes" | "both";
  readonly files: Readonly<Record<string, string>>;
  readonly now: Date;
  /** What somebody does by hand in the clusters before it. */
  readonly meanwhile?: (clusters: SimulatedClusters) => void;
}

/** A step that is about to be taken. */
export interface Scene {
  readonly step: Step;
  /** Documents and time are the step's already; nothing is applied. */
  readonly clusters: SimulatedClusters;
  readonly before: Standing;
  readonly after: Standing;
  /** What may not be made anew on the way, of `keptIn`. */
  readonly stays: ReadonlySet<string>;
}

const CLUSTERS = ["lab", "annex"] as const;

const ESTATE = `apiVersion: reeve.dev/v1
kind: Estate
metadata: { name: conformance }
spec: { safety: { maxDeletes: { percent: 100, atLeast: 1000 } } }
`;

interface Grant {
  readonly cluster?: (typeof CLUSTERS)[number];
  readonly who: string;
  readonly end?: string;
  readonly lines?: string;
}

const grant = (name: string, { cluster = "lab", who, end = "2126-01-01T00:00:00Z", lines = "" }: Grant): string =>
  `apiVersion: reeve.dev/v1
kind: WorkstationGrant
metadata: { name: ${name} }
spec:
  cluster: ${cluster}
  ${who}
  tier: small
  policy: everybody
  startsAt: 2026-11-01T00:00:00Z
  expiresAt: ${end}
  reason: conformance
${lines}`;

const files = (grants: readonly string[]): Readonly<Record<string, string>> => ({
  "reeve.yaml": ESTATE,
  "rules.yaml": RULES,
  "clusters.yaml": [
    clusterDocument("lab", "  rateLimit: { requests: 600 }\n  identity: spire\n"),
    clusterDocument("annex"),
  ].join("---\n"),
  "grants.yaml": grants.join("---\n"),
});

const DAY = new Date("2026-11-02T10:00:00Z");
const NIGHT = new Date("2026-11-02T22:00:00Z");
const EVENING = "2026-11-02T21:00:00Z";

const OWN = "  home: { sizeGib: 10 }\n  challenges: [{ name: web, ports: [80] }]\n";
const MORE = `  home: { sizeGib: 20 }
  challenges: [{ name: web, ports: [8000-8100] }]
  egress: [{ cidr: 198.51.100.0/25, ports: [443] }]
  image: "${IMAGES[1]}"
  session: { maxDuration: 2h, clipboard: in-only }
`;
const alice = (lines: string): string => grant("alice", { who: "person: alice", lines });
const workshop = (people: string): string => grant("workshop", { who: `people: [${people}]`, end: EVENING });
const carol = (cluster: (typeof CLUSTERS)[number]): string => grant("carol", { cluster, who: "person: carol" });
const dora = grant("alice", { who: "person: dora", lines: MORE });

const SUSPENDED = "  suspended: true\n";

/** An opening that looks harmless: policies add up, and an empty rule lets everybody in. */
function widenByHand(clusters: SimulatedClusters): void {
  const hand = clusters.hand("lab");
  const policies = "/apis/networking.k8s.io/v1/namespaces/ws-alice/networkpolicies/default-deny";
  hand.merge(policies, { spec: { ingress: [{}] } });
  const nothing = "/apis/security.istio.io/v1/namespaces/ws-alice/authorizationpolicies/allow-nothing";
  hand.merge(nothing, { spec: { selector: { matchLabels: { app: "nobody" } } } });
}

/** Each begins where the one before has ended. */
const STEPS: readonly Step[] = [
  {
    name: "access is granted: to a person with a home, to another, to a workshop",
    does: "gives",
    now: DAY,
    files: files([alice(OWN), workshop("bob, eve"), carol("lab")]),
  },
  {
    name: "grants change: ports, networks, image, rules of the session, who is in the workshop",
    does: "both",
    now: DAY,
    files: files([alice(MORE), workshop("bob, finn"), carol("lab")]),
  },
  {
    name: "what somebody has opened by hand is closed",
    does: "takes",
    now: DAY,
    files: files([alice(MORE), workshop("bob, finn"), carol("lab")]),
    meanwhile: widenByHand,
  },
  {
    name: "access is suspended",
    does: "takes",
    now: DAY,
    files: files([alice(`${MORE}${SUSPENDED}`), workshop("bob, finn"), carol("lab")]),
  },
  {
    name: "access is resumed",
    does: "gives",
    now: DAY,
    files: files([alice(MORE), workshop("bob, finn"), carol("lab")]),
  },
  {
    name: "a grant moves to another cluster, another becomes another person's",
    does: "both",
    now: DAY,
    files: files([dora, workshop("bob, finn"), carol("annex")]),
  },
  {
    name: "the workshop is over",
    does: "takes",
    now: NIGHT,
    files: files([dora, workshop("bob, finn"), carol("annex")]),
  },
  { name: "grants are removed", does: "takes", now: NIGHT, files: files([workshop("bob, finn")]) },
];

/** All who ever have a desktop, and what each may reach at most. */
const PEOPLE: readonly Person[] = ["alice", "bob", "carol", "dora", "eve", "finn"].map((slug) => ({
  slug,
  may: {
    challenges: [
      {
        labels: { "reeve.dev/user": slug },
        ports: [
          { protocol: "TCP", from: 80, to: 80 },
          { protocol: "TCP", from: 8000, to: 8100 },
        ],
      },
    ],
    egress: ["alice", "dora"].includes(slug)
      ? [{ cidr: "198.51.100.0/25", ports: [{ protocol: "TCP", from: 443, to: 443 }] }]
      : [],
  },
}));

const looked = new WeakMap<SimulatedClusters, { readonly version: string; readonly standing: Standing }>();

/** What is reached in all clusters as they stand, read without Reeve. Not evaluated again where nothing has changed. */
export function standingOf(clusters: SimulatedClusters): Standing {
  const objects = CLUSTERS.flatMap((name) => clusters.hand(name).objects());
  const version = objects.map(({ metadata }) => JSON.stringify([metadata["uid"], metadata["resourceVersion"]])).join();
  const known = looked.get(clusters);
  const standing = known?.version === version ? known.standing : evaluate(clusters);
  looked.set(clusters, { version, standing });
  return standing;
}

function evaluate(clusters: SimulatedClusters): Standing {
  const standings = CLUSTERS.map((name) => ({ name, ...whoReachesWhat(clusters.hand(name).objects(), PEOPLE) }));
  return {
    ways: new Set(standings.flatMap(({ name, ways }) => [...ways].map((way) => `${name}: ${way}`))),
    wrongs: standings.flatMap(({ name, wrongs }) => wrongs.map((wrong) => `${name}: ${wrong}`)),
  };
}

/** Every step with the clusters right before it. */
export async function prepareScenes(): Promise<readonly Scene[]> {
  const clusters = openSimulatedClusters(CLUSTERS, DAY);
  clusters.seed(files([]));
  await applyAll(clusters);
  plantForeign(clusters);
  const scenes: Scene[] = [];
  for (const step of STEPS) {
    step.meanwhile?.(clusters);
    clusters.seed(step.files);
    clusters.setTime(step.now);
    const begun = clusters.copy();
    const before = standingOf(begun);
    await applyAll(clusters);
    const stays = new Set(keptIn(clusters).keys());
    scenes.push({ step, clusters: begun, before, after: standingOf(clusters), stays });
  }
  clusters[Symbol.dispose]();
  return scenes;
}

async function applyAll(clusters: SimulatedClusters): Promise<void> {
  const ended = await clusters.apply();
  const isDone = ended !== "killed" && ended.blockers.length === 0 && undone(ended).length === 0;
  if (!isDone) throw new Error(`the scenario does not come to its end: ${JSON.stringify(ended)}`);
}

export function undone(ended: Ended): readonly string[] {
  if (ended === "killed") return ["everything"];
  const outcomes = ended.outcomes.filter(({ status }) => status !== "done");
  return outcomes.map(({ address, status, message }) => `${address} ${status}: ${message}`);
}

/** Somebody else's: a policy, and a desktop's namespace that another estate has made. */
function plantForeign(clusters: SimulatedClusters): void {
  const labels = { "app.kubernetes.io/managed-by": "reeve", "reeve.dev/estate": "elsewhere", "reeve.dev/user": "zoe" };
  for (const cluster of CLUSTERS) {
    const hand = clusters.hand(cluster);
    hand.create("/api/v1/namespaces", { apiVersion: "v1", kind: "Namespace", metadata: { name: "ws-zoe", labels } });
    hand.create("/apis/networking.k8s.io/v1/namespaces/ws-zoe/networkpolicies", {
      apiVersion: "networking.k8s.io/v1",
      kind: "NetworkPolicy",
      metadata: { name: "workstation", labels },
      spec: { podSelector: {}, policyTypes: ["Ingress"] },
    });
    hand.create("/api/v1/namespaces/project-x-infra/configmaps", {
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { name: "notes", labels: { owner: "eve" } },
      data: { do: "not touch" },
    });
  }
}

/** What is others', to the last byte. */
export function foreignBytes(clusters: SimulatedClusters): string {
  const isOthers = ({ metadata }: KubeObject): boolean =>
    metadata.name === "ws-zoe" || metadata.namespace === "ws-zoe" || metadata.name === "notes";
  return JSON.stringify(CLUSTERS.map((name) => clusters.hand(name).objects().filter(isOthers)));
}

/** What would be another one if it were made anew, by place: a home would be lost, with all that is in it. */
export function keptIn(clusters: SimulatedClusters): ReadonlyMap<string, unknown> {
  const kept = CLUSTERS.flatMap((name) =>
    clusters
      .hand(name)
      .objects()
      .filter(({ kind }) => ["Namespace", "PersistentVolumeClaim"].includes(kind))
      .map(
        ({ kind, metadata }) => [`${name} ${kind} ${metadata.namespace}/${metadata.name}`, metadata["uid"]] as const,
      ),
  );
  return new Map(kept);
}
