import { lookup } from "node:dns/promises";
import type { Desired, Session } from "../provider.ts";
import { endpointHost } from "./endpoints.ts";
import type { HubQuestion, HubReader, PresharedSource, WireGuardObservation } from "./model.ts";
import { type HubFacts, resolveTopology, type Topology } from "./topology.ts";

/** One reading a hub, all hubs at once. A hub that cannot be read is part of the observation. */
export async function observeWireGuard(
  desired: Desired,
  reader: HubReader,
  session: Session,
): Promise<WireGuardObservation> {
  const topology = resolveTopology(desired);
  const hubs = [...topology.hubs.values()];
  let done = 0;
  const readings = await Promise.all(
    hubs.map(async (facts) => {
      const reading = await reader.read(facts.hub, questionOf(facts, topology, session));
      done += 1;
      session.progress.step(`reading hub ${facts.hub.name}`, { done, of: hubs.length });
      return [facts.hub.name, reading] as const;
    }),
  );
  return {
    readings: new Map(readings),
    resolved: await resolveEndpoints(topology, session),
    missingVariables: missingVariables(topology, session),
  };
}

/** What the hub must know to compare preshared keys itself, so that none leaves it. */
export function questionOf(facts: HubFacts, topology: Topology, session: Session): HubQuestion {
  const preshared = new Map<string, PresharedSource>();
  for (const { facts: peer } of topology.peersOf.get(facts.hub.name) ?? []) {
    const source = presharedSource(peer.presharedFrom, session.environment);
    if (source === null) continue;
    const { publicKey, nextPublicKey } = peer.peer.spec;
    preshared.set(publicKey, source);
    if (nextPublicKey !== undefined) preshared.set(nextPublicKey, source);
  }
  return { preshared };
}

/** Where a preshared key comes from; null where none is declared or its variable is not set. */
export function presharedSource(
  from: { readonly file?: string; readonly env?: string } | null,
  environment: Session["environment"],
): PresharedSource | null {
  if (from?.file !== undefined) return { file: from.file };
  const value = from?.env === undefined ? undefined : environment[from.env];
  return value === undefined ? null : { value };
}

function missingVariables(topology: Topology, { environment }: Session): ReadonlySet<string> {
  const named = topology.peers.flatMap((facts) => facts.presharedFrom?.env ?? []);
  return new Set(named.filter((name) => environment[name] === undefined));
}

/** Names are resolved here, once, so that a name that does not resolve holds its own peer and not a whole call of `wg`. */
async function resolveEndpoints(topology: Topology, session: Session): Promise<ReadonlyMap<string, string | null>> {
  const names = new Set(topology.peers.flatMap(({ peer }) => endpointHost(peer.spec.endpoint) ?? []));
  const resolved = [...names].map(async (name) => {
    const address = await session.calls.send(`resolve ${name}`, () => lookup(name)).catch(() => null);
    return [name, address?.address ?? null] as const;
  });
  return new Map(await Promise.all(resolved));
}
