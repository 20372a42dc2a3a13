import type { Provider } from "../provider.ts";
import { applyWireGuard } from "./apply.ts";
import { checkWireGuard } from "./check.ts";
import { chooseAddresses } from "./choose-addresses.ts";
import { compareWireGuard } from "./compare.ts";
import { documentForeignPeers } from "./document-foreign.ts";
import { openHubReader } from "./hub-reader.ts";
import { openHubWriter } from "./hub-writer.ts";
import type { HubReader, HubWriter, WireGuardObservation } from "./model.ts";
import { observeWireGuard } from "./observe.ts";
import { recordPeers } from "./record-reality.ts";

/** WireGuard hubs and peers: an interface, its configuration file, and who may dial it. docs/wireguard.md. */
export const wireguard: Provider<HubReader, HubWriter, WireGuardObservation> = {
  name: "wireguard",
  kinds: ["WireGuardHub", "WireGuardPeer"],
  check: checkWireGuard,
  openReader: openHubReader,
  openWriter: openHubWriter,
  observe: observeWireGuard,
  compare: compareWireGuard,
  apply: applyWireGuard,
  choose: chooseAddresses,
  documentForeign: documentForeignPeers,
  recordReality: recordPeers,
};
