/** How what is declared stands, for `reeve list`. Pure. */
import type { Resource } from "../../estate/resource.ts";
import type { Desired, Standing } from "../provider.ts";
import type { Claim, Topology } from "./topology.ts";
import { type GrantState, stateAt } from "./window.ts";

const WORDS = {
  pending: "Pending",
  active: "Active",
  suspended: "Suspended",
  expired: "Expired",
  purged: "Purged",
} as const satisfies Record<GrantState, string>;

interface Seen {
  readonly topology: Topology;
  /** Names of the clusters that could not be read. */
  readonly unread: ReadonlySet<string>;
  readonly now: Date;
}

export function standingsOf(desired: Desired, seen: Seen): readonly Standing[] {
  const { topology } = seen;
  const claims = Map.groupBy(topology.claims, ({ grant }) => grant.address);
  return desired.resources.map((resource) => {
    switch (resource.kind) {
      case "WorkstationGrant":
        return grantStanding(resource, claims.get(resource.address) ?? [], seen);
      case "WorkstationCluster":
        return clusterStanding(resource, seen);
      default:
        return { address: resource.address, state: "Declared", details: {} };
    }
  });
}

function grantStanding({ address }: Resource, claims: readonly Claim[], { unread, now }: Seen): Standing {
  const [claim] = claims;
  if (claim === undefined || claim.window === null) return { address, state: "Unknown", details: {} };
  const { window, cluster, grant } = claim;
  const state = WORDS[stateAt(window, grant.spec.suspended, now)];
  return {
    address,
    state: unread.has(cluster.name) ? "Unreadable" : state,
    details: {
      people: claims.map(({ person }) => person),
      cluster: cluster.name,
      startsAt: window.startsAt.toISOString(),
      expiresAt: window.expiresAt.toISOString(),
      purgesAt: window.purgesAt.toISOString(),
    },
  };
}

function clusterStanding({ address, name }: Resource, { topology, unread, now }: Seen): Standing {
  const here = topology.grants.filter(({ cluster }) => cluster.name === name);
  const active = here.filter(({ window, grant }) => stateAt(window, grant.spec.suspended, now) === "active");
  const state = unread.has(name) ? "Unreadable" : "Ready";
  return { address, state, details: { desktops: active.map(({ slug }) => slug).toSorted() } };
}
