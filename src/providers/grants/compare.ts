import type { Address, Finding } from "../../estate/resource.ts";
import type { ChangeDraft } from "../../plan/change.ts";
import type { Comparison, Desired } from "../provider.ts";
import type { Verdict } from "./client/trouble.ts";
import { keptOf, type ReadCluster } from "./compare-objects.ts";
import { draftOf } from "./draft.ts";
import { expiringFindings, expiringInstants, orphanFindings } from "./expiring.ts";
import { isListing } from "./inventory.ts";
import { describeObject, objectKey } from "./live.ts";
import { type ClusterView, type GrantsObservation, isRead } from "./model.ts";
import { gateOf } from "./proof/gate.ts";
import { standingsOf } from "./standings.ts";
import type { Step } from "./steps.ts";
import { foreignOf, gapFindings, strangerFindings, strangersOf } from "./strangers.ts";
import { type ClusterDocument, nextChangeAt, resolveTopology } from "./topology.ts";
import { twinFindings } from "./twins.ts";

/** Desired and live, to changes. Pure. */
export function compareGrants(desired: Desired, observation: GrantsObservation, now: Date): Comparison {
  const topology = resolveTopology(desired);
  const read = topology.clusters.flatMap((cluster) => {
    const view = observation.clusters.get(cluster.name);
    return isRead(view) ? [{ cluster, view, topology }] : [];
  });
  const unread = topology.clusters.filter((cluster) => !isRead(observation.clusters.get(cluster.name)));
  const lost = new Set(unread.map(({ name }) => name));
  return {
    changes: draftsOf(desired, read, now),
    foreign: read.flatMap(({ cluster, view }) => strangersOf(view).map((object) => foreignOf(object, cluster))),
    ignored: read.flatMap((one) => keptOf(one).map(({ address, path, why }) => ({ address, path, why }))),
    findings: [
      ...unread.flatMap((cluster) => unreadFinding(cluster, observation)),
      ...twinFindings(read),
      ...read.flatMap((one) => [
        ...skewFinding(one.cluster, one.view),
        ...warningFindings(one.view),
        ...strangerFindings(one.cluster, one.view),
        ...gapFindings(one.cluster, one.view),
        ...refusalFindings(one.cluster, gateOf(one).steps.values()),
        ...gateOf(one).findings,
        ...heldFindings(one),
        ...orphanFindings(one),
      ]),
      ...expiringFindings(topology, now),
    ],
    unread: [
      ...unread.map(({ address }) => address),
      ...topology.claims.filter(({ cluster }) => lost.has(cluster.name)).map(({ grant }) => grant.address),
    ].toSorted(),
    nextChangeAt: nextInstant([nextChangeAt(topology, now)?.at ?? null, ...expiringInstants(topology, read)], now),
    standings: standingsOf(desired, { topology, unread: lost, now }),
    managed: managedOf(read.map(({ view }) => view)),
  };
}

/** Warnings that appear change the plan, too. */
function nextInstant(instants: readonly (Date | null)[], now: Date): Date | null {
  const ahead = instants.flatMap((instant) => (instant !== null && instant > now ? [instant.getTime()] : []));
  return ahead.length === 0 ? null : new Date(Math.min(...ahead));
}

/** A grant that moved to another cluster has steps in both: one change all the same. */
function draftsOf(desired: Desired, read: readonly ReadCluster[], now: Date): readonly ChangeDraft[] {
  const topology = resolveTopology(desired);
  const done = read.flatMap((one) => [...gateOf(one).steps].map(([address, steps]) => ({ address, steps, one })));
  return [...Map.groupBy(done, ({ address }) => address)].map(([address, own]) => {
    const home = topology.claims.find(({ grant }) => grant.address === address)?.cluster.address;
    const isAbroad = own.length > 1 || own.some(({ one }) => home !== undefined && one.cluster.address !== home);
    const parts = own.map(({ steps, one }) => ({
      cluster: one.cluster.name,
      prefix: isAbroad ? `${one.cluster.name}: ` : "",
      steps: steps.filter((step) => !isListing(step) || step.rendered.source.address === address),
      ways: gateOf(one).notes.get(address) ?? [],
    }));
    const steps = parts.flatMap((part) => part.steps);
    const isNew = desired.estate.byAddress.has(address) && read.every(({ view }) => isAllNew(address, view));
    return draftOf({ address, steps, parts, desired, topology, now, isNew });
  });
}

function isAllNew(address: Address, { rendered, live }: ClusterView): boolean {
  return rendered
    .filter(({ source }) => source.address === address)
    .every(({ object }) => !live.has(objectKey(object)));
}

/** What is refused, where its document asks for it. */
function refusalFindings(cluster: ClusterDocument, steps: Iterable<readonly Step[]>): readonly Finding[] {
  const refused = [...steps].flat().filter((step) => step.do === "refuse");
  return refused
    .filter(({ isError, path }) => isError || path.length > 0)
    .map(({ block: { code, message, next: hint }, rendered: { source: resource }, path, isError }) => ({
      severity: isError ? ("error" as const) : ("held" as const),
      code,
      message: `${cluster.name}: ${message}`,
      hint,
      resource,
      path,
    }));
}

/** What stays though its time is over: a namespace that somebody else still uses; worse, a part of a way in. */
function heldFindings(read: ReadCluster): readonly Finding[] {
  return keptOf(read).flatMap(({ path, why, stands }): readonly Finding[] => {
    if (stands === "quiet") return [];
    const said = { message: `${path} stays, though its time is over: ${why}`, resource: read.cluster, path: [] };
    return stands === "in-use"
      ? [
          {
            ...said,
            severity: "warning",
            code: "namespace-in-use",
            hint: "move or remove what is not Reeve's, or let it be",
          },
        ]
      : [{ ...said, severity: "held", code: "access-kept", hint: "take away what keeps it, or the object itself" }];
  });
}

/** Held and no error: whoever is to lose access in another cluster does so. */
function unreadFinding(cluster: ClusterDocument, { clusters }: GrantsObservation): readonly Finding[] {
  const verdict: ClusterView | Verdict | undefined = clusters.get(cluster.name);
  if (verdict === undefined || isRead(verdict)) return [];
  const message = `${cluster.name} cannot be read, so nothing in it is planned: ${verdict.message}`;
  return [
    { severity: "held", code: `cluster-${verdict.kind}`, message, hint: verdict.next, resource: cluster, path: [] },
  ];
}

const SKEW_MS = 60_000;

function skewFinding(cluster: ClusterDocument, { skew }: ClusterView): readonly Finding[] {
  if (Math.abs(skew) <= SKEW_MS) return [];
  const message = `the clock of ${cluster.name}'s server is more than ${Math.floor(Math.abs(skew) / 60_000)} min ${skew > 0 ? "ahead of" : "behind"} this one's`;
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

/** Of grants by what they have in clusters: one that has a workload counts. */
function managedOf(views: readonly ClusterView[]): Comparison["managed"] {
  const grants = views.flatMap(({ live }) =>
    [...live.values()].flatMap((object) => object.metadata.labels?.["reeve.dev/grant"] ?? []),
  );
  return { WorkstationGrant: new Set(grants).size };
}
