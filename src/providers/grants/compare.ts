import type { Address, Finding } from "../../estate/resource.ts";
import type { ChangeDraft, FieldChange, Foreign } from "../../plan/change.ts";
import type { Comparison, Desired } from "../provider.ts";
import type { Verdict } from "./client/trouble.ts";
import { keptOf, managersOf, type Step, stepsOf, strangersOf } from "./compare-objects.ts";
import type { KubeObject } from "./kube-object.ts";
import { describeObject, objectKey, serverMark } from "./live.ts";
import { type ClusterView, type GrantsObservation, isRead } from "./model.ts";
import { type ClusterDocument, desktopsAt, nextChangeAt, resolveTopology, type Topology } from "./topology.ts";

/** Desired and live, to changes. Pure. */
export function compareGrants(desired: Desired, observation: GrantsObservation, now: Date): Comparison {
  const topology = resolveTopology(desired);
  const read = topology.clusters.flatMap((cluster) => {
    const view = observation.clusters.get(cluster.name);
    return isRead(view) ? [{ cluster, view }] : [];
  });
  const unread = topology.clusters.filter((cluster) => !isRead(observation.clusters.get(cluster.name)));
  const lost = new Set(unread.map(({ name }) => name));
  return {
    changes: draftsOf(desired, read),
    foreign: read.flatMap(({ cluster, view }) => strangersOf(view).map((object) => foreignOf(object, cluster))),
    ignored: read.flatMap(({ cluster, view }) => keptOf(cluster, view)),
    findings: [
      ...unread.flatMap((cluster) => unreadFinding(cluster, observation)),
      ...read.flatMap(({ cluster, view }) => [
        ...skewFinding(cluster, view),
        ...warningFindings(view),
        ...strangerFindings(cluster, view),
      ]),
    ],
    unread: [
      ...unread.map(({ address }) => address),
      ...topology.claims.filter(({ cluster }) => lost.has(cluster.name)).map(({ grant }) => grant.address),
    ].toSorted(),
    nextChangeAt: nextChangeAt(topology, now)?.at ?? null,
    standings: standingsOf(topology, now),
    managed: managedOf(read.map(({ view }) => view)),
  };
}

interface ReadCluster {
  readonly cluster: ClusterDocument;
  readonly view: ClusterView;
}

/** A grant that moved to another cluster has steps in both: one change all the same. */
function draftsOf(desired: Desired, read: readonly ReadCluster[]): readonly ChangeDraft[] {
  const parts = read.flatMap(({ cluster, view }) =>
    [...stepsOf(cluster, view)].map(([address, steps]) => ({ address, steps })),
  );
  const views = read.map(({ view }) => view);
  return [...Map.groupBy(parts, ({ address }) => address)].map(([address, own]) =>
    draftOf({ address, steps: own.flatMap(({ steps }) => steps), desired, views }),
  );
}

interface Drafting {
  readonly address: Address;
  readonly steps: readonly Step[];
  readonly desired: Desired;
  readonly views: readonly ClusterView[];
}

function draftOf({ address, steps, desired, views }: Drafting): ChangeDraft {
  const resource = desired.estate.byAddress.get(address) ?? null;
  const [kind = "", name = ""] = address.split("/");
  const refused = steps.find((step) => step.do === "refuse");
  const takesAway = steps.some((step) => step.do === "remove");
  const hasNothing = !takesAway && views.every((view) => isAllNew(address, view));
  const action = resource === null ? "delete" : hasNothing ? "create" : "update";
  const unasked = steps.filter((step) => step.do === "apply" && step.isUnasked).length;
  return {
    address,
    kind,
    name,
    action,
    fields: steps.flatMap(fieldsOf),
    reason: reasonOf(steps, unasked),
    disruption: takesAway ? "interrupts" : "none",
    impact: refused === undefined || !takesAway ? [] : [`only what is taken away: ${blockOf(refused).message}`],
    waitsFor: [],
    source: resource?.source ?? null,
    basis: steps.map((step) => basisOf(step)),
    // What the server refuses to write never keeps access from ending.
    ...(refused === undefined || takesAway ? {} : { blocked: blockOf(refused) }),
  };
}

function isAllNew(address: Address, { rendered, live }: ClusterView): boolean {
  return rendered
    .filter(({ source }) => source.address === address)
    .every(({ object }) => !live.has(objectKey(object)));
}

function fieldsOf(step: Step): readonly FieldChange[] {
  switch (step.do) {
    case "remove":
      return [{ path: describeObject(step.live), before: "there", after: null }];
    case "apply":
      return step.fields;
    case "refuse":
      return [];
  }
}

function reasonOf(steps: readonly Step[], unasked: number): string {
  const removed = steps.filter((step) => step.do === "remove").length;
  const said = [
    ...(steps.length > removed ? [`${steps.length - removed} objects to write`] : []),
    ...(removed > 0 ? [`${removed} to take away`] : []),
    ...(unasked > 0 ? [`${unasked} not checked by the server, since their namespace is still to be made`] : []),
  ];
  return said.join(", ");
}

function basisOf(step: Step): ChangeDraft["basis"] {
  const live = step.do === "refuse" ? null : step.live;
  return live === null ? null : { uid: serverMark(live, "uid"), version: serverMark(live, "resourceVersion") };
}

function blockOf({ rendered, verdict }: Extract<Step, { do: "refuse" }>): NonNullable<ChangeDraft["blocked"]> {
  const message = `${describeObject(rendered.object)}: ${verdict.message}`;
  return { code: `cluster-${verdict.kind}`, message, next: verdict.next };
}

function unreadFinding(cluster: ClusterDocument, { clusters }: GrantsObservation): readonly Finding[] {
  const verdict: ClusterView | Verdict | undefined = clusters.get(cluster.name);
  if (verdict === undefined || isRead(verdict)) return [];
  const message = `${cluster.name} cannot be read, so nothing in it is planned: ${verdict.message}`;
  return [
    { severity: "error", code: `cluster-${verdict.kind}`, message, hint: verdict.next, resource: cluster, path: [] },
  ];
}

function foreignOf(object: KubeObject, { name }: ClusterDocument): Foreign {
  return { kind: object.kind, what: describeObject(object), suggestedName: object.metadata.name, where: name };
}

function strangerFindings(cluster: ClusterDocument, view: ClusterView): readonly Finding[] {
  return strangersOf(view).map((object) => {
    const message = `${describeObject(object)} is not Reeve's (${[...managersOf(object)].join(", ")} wrote it) and may let somebody in`;
    const hint = "take it away, or move it out of the desktop's namespace";
    return { severity: "warning", code: "foreign-policy", message, hint, resource: cluster, path: [] };
  });
}

const SKEW_MS = 60_000;

function skewFinding(cluster: ClusterDocument, { skew }: ClusterView): readonly Finding[] {
  if (Math.abs(skew) <= SKEW_MS) return [];
  const message = `the clock of ${cluster.name}'s server is ${Math.abs(Math.round(skew / 1000))} s ${skew > 0 ? "ahead of" : "behind"} this one's`;
  const hint = "access begins and ends by the clock of the machine that runs Reeve: set both";
  return [{ severity: "warning", code: "clock-skew", message, hint, resource: cluster, path: [] }];
}

function warningFindings({ rendered, predictions }: ClusterView): readonly Finding[] {
  return rendered.flatMap(({ object, source }) => {
    const prediction = predictions.get(objectKey(object));
    const warnings = prediction?.says === "yes" ? prediction.warnings : [];
    return warnings.map((warning): Finding => {
      const message = `${describeObject(object)}: the server warns: ${warning}`;
      return { severity: "warning", code: "cluster-warning", message, resource: source, path: [] };
    });
  });
}

function standingsOf(topology: Topology, now: Date): Comparison["standings"] {
  const byGrant = Map.groupBy(desktopsAt(topology, now), ({ facts }) => facts.grant.address);
  return [...byGrant].map(([address, desktops]) => ({
    address,
    state: desktops[0]?.state ?? "",
    details: { people: desktops.map(({ facts }) => facts.person) },
  }));
}

/** Of grants by what they have in clusters: one that has a workload counts. */
function managedOf(views: readonly ClusterView[]): Comparison["managed"] {
  const grants = views.flatMap(({ live }) =>
    [...live.values()].flatMap((object) => object.metadata.labels?.["reeve.dev/grant"] ?? []),
  );
  return { WorkstationGrant: new Set(grants).size };
}
