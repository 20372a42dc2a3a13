import type { FileBlock, HubFile, PeerUpsert, PresharedSource } from "./model.ts";

/** 32 zero bytes: what makes `wg` clear a preshared key. Leaving the line out keeps it. */
const NO_PRESHARED_KEY = `${"A".repeat(43)}=`;

/** The file's two lines of header, without the hash that the hub adds to the second. */
export function renderHeader(file: HubFile): { readonly header: string; readonly marker: string } {
  return {
    header: `# Managed by Reeve (estate ${file.estate}, hub ${file.hub}). Changes by hand are seen, reported and set right.`,
    marker: `# reeve: format=1 estate=${file.estate} hub=${file.hub} interface=${file.interface}`,
  };
}

/** The file below its header. Lines that begin with `@@` are filled in on the hub: no key is known here. */
export function renderConfig(file: HubFile): readonly string[] {
  return [...renderInterface(file), ...file.blocks.flatMap((block) => ["", ...renderBlock(block)])];
}

/** What `wg addconf` is given: the peers to add or change, each complete. */
export function renderUpserts(upserts: readonly PeerUpsert[]): readonly string[] {
  return upserts.flatMap((upsert) => renderPeer(upsert, [`PresharedKey = ${NO_PRESHARED_KEY}`]));
}

function renderInterface(file: HubFile): readonly string[] {
  return [
    ...(file.recorded === "" ? [] : [`# reeve-recorded: ${file.recorded}`]),
    ...file.routes.map((route) => `# reeve-route: ${route}`),
    ...file.leaving.peers.map(({ name, publicKey }) => `# reeve-leaving: ${name} ${publicKey}`),
    ...file.leaving.addresses.map((address) => `# reeve-leaving-address: ${address}`),
    "[Interface]",
    ...file.addresses.map((address) => `Address = ${address}`),
    `MTU = ${file.mtu}`,
    `ListenPort = ${file.listenPort}`,
    `@@private-key ${file.privateKeyFile}`,
  ];
}

function renderBlock(block: FileBlock): readonly string[] {
  if ("keep" in block) return [`@@keep ${block.keep}`];
  return [`# reeve-peer: ${block.name}`, ...renderPeer(block, [])];
}

function renderPeer(peer: PeerUpsert, withoutPreshared: readonly string[]): readonly string[] {
  return [
    "[Peer]",
    `PublicKey = ${peer.publicKey}`,
    ...(peer.preshared === null ? withoutPreshared : [presharedDirective(peer.publicKey, peer.preshared)]),
    ...(peer.allowedIps.length === 0 ? [] : [`AllowedIPs = ${peer.allowedIps.join(", ")}`]),
    `PersistentKeepalive = ${peer.keepalive === 0 ? "off" : peer.keepalive}`,
    ...(peer.endpoint === null ? [] : [`Endpoint = ${peer.endpoint}`]),
  ];
}

function presharedDirective(publicKey: string, source: PresharedSource): string {
  return "file" in source ? `@@preshared-file ${source.file}` : `@@preshared-value ${publicKey}`;
}
