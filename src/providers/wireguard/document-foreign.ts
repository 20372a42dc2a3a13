import type { Desired, ImportedDocument, ImportOptions } from "../provider.ts";
import { readableHubs } from "./compare.ts";
import type { HubView } from "./hub-view.ts";
import { type ForeignPeer, importDocuments } from "./import-documents.ts";
import type { WireGuardObservation } from "./model.ts";
import { resolveTopology } from "./topology.ts";

/** Documents for the undeclared peers of every hub that could be read. */
export function documentForeignPeers(
  desired: Desired,
  observation: WireGuardObservation,
  { schemaAt }: ImportOptions,
): readonly ImportedDocument[] {
  const topology = resolveTopology(desired);
  const foreign = readableHubs(topology, observation).flatMap(foreignPeers);
  const schema = schemaAt("wireguard-peer.schema.json");
  return importDocuments({ foreign, topology, schema });
}

function foreignPeers(view: HubView): readonly ForeignPeer[] {
  return [...view.owners].flatMap(([publicKey, owner]) => {
    const file = view.filePeers.get(publicKey);
    const entry = view.livePeers.get(publicKey) ?? file;
    if (owner.kind !== "foreign" || entry === undefined) return [];
    const { allowedIps, keepalive, preshared } = entry;
    return {
      hub: view.name,
      publicKey,
      allowedIps,
      keepalive,
      hasPresharedKey: preshared !== "none",
      note: file?.name ?? null,
    };
  });
}
