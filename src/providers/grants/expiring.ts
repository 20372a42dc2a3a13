/** What ends soon, for the people it hits and for reviewers. Pure. */
import type { Finding } from "../../estate/resource.ts";
import type { ReadCluster } from "./compare-objects.ts";
import { holdingsOf } from "./compare-objects.ts";
import { describeObject } from "./live.ts";
import { retainedClaims } from "./retention.ts";
import type { Claim, Topology } from "./topology.ts";
import { stateAt, type Window } from "./window.ts";

/**
 * Three days: a plan a day shows it over a weekend and on a working day beside it. A quarter of what is short, so that a workshop of
 * three hours is no warning from its beginning to its end.
 */
const MOST_MS = 3 * 86_400_000;
const SHARE = 4;

function warnsFrom(begin: Date, end: Date): Date {
  return new Date(end.getTime() - Math.min(MOST_MS, (end.getTime() - begin.getTime()) / SHARE));
}

/** Grants, each once: people of a workshop share a window. */
function windowsOf({ claims }: Topology): readonly (Claim & { readonly window: Window })[] {
  const all = claims.flatMap((claim) => (claim.window === null ? [] : [{ ...claim, window: claim.window }]));
  return [...new Map(all.map((claim) => [claim.grant.address, claim])).values()];
}

export function expiringFindings(topology: Topology, now: Date): readonly Finding[] {
  return windowsOf(topology).flatMap((claim) => {
    const { grant, window } = claim;
    const { startsAt, expiresAt, purgesAt } = window;
    const state = stateAt(window, grant.spec.suspended, now);
    if ((state === "active" || state === "suspended") && now >= warnsFrom(startsAt, expiresAt)) {
      return [expiringSoon(claim)];
    }
    return state === "expired" && now >= warnsFrom(expiresAt, purgesAt) ? [purgedSoon(claim)] : [];
  });
}

function expiringSoon({ grant, window }: Claim & { readonly window: Window }): Finding {
  const message = `access ends at ${window.expiresAt.toISOString()}`;
  const hint = "tell the people; a later end is a change of this line, within the policy";
  const path = ["spec", grant.spec.expiresAt === undefined ? "duration" : "expiresAt"];
  return { severity: "warning", code: "expiring-soon", message, hint, resource: grant, path };
}

function purgedSoon({ grant, window }: Claim & { readonly window: Window }): Finding {
  const message = `the home volumes are destroyed at ${window.purgesAt.toISOString()}`;
  const hint = "have the files fetched, or write a longer retainFor";
  return { severity: "warning", code: "purging-soon", message, hint, resource: grant, path: ["spec", "home"] };
}

/** Volumes of grants whose document is gone: nobody else says when they go. */
export function orphanFindings(read: ReadCluster): readonly Finding[] {
  const { cluster, view } = read;
  return retainedClaims(holdingsOf(read)).flatMap(({ claim, retention }): readonly Finding[] => {
    if (retention.is !== "kept" || retention.until === null) return [];
    if (view.readAt.getTime() < retention.until.getTime() - MOST_MS) return [];
    const message = `${describeObject(claim)}, of a grant that is gone, is destroyed at ${retention.until.toISOString()}`;
    const hint = "have the files fetched, or bring the document back";
    return [{ severity: "warning", code: "purging-soon", message, hint, resource: cluster, path: [] }];
  });
}

/** The instants at which warnings appear, and at which what is kept without a document goes. */
export function expiringInstants(topology: Topology, clusters: readonly ReadCluster[]): readonly Date[] {
  const declared = windowsOf(topology).flatMap(({ window: { startsAt, expiresAt, purgesAt } }) => [
    warnsFrom(startsAt, expiresAt),
    warnsFrom(expiresAt, purgesAt),
  ]);
  const orphans = clusters.flatMap((read) =>
    retainedClaims(holdingsOf(read)).flatMap(({ retention }) => {
      const until = retention.is === "kept" ? retention.until : null;
      return until === null ? [] : [new Date(until.getTime() - MOST_MS), until];
    }),
  );
  return [...declared, ...orphans];
}
