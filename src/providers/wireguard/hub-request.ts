import { renderConfig, renderHeader, renderUpserts } from "./conf-render.ts";
import { configFileOf, pathOnHub } from "./hub-paths.ts";
import type {
  FileBlock,
  Hub,
  HubFile,
  HubQuestion,
  HubWrite,
  LiveDelta,
  PeerUpsert,
  PresharedSource,
  PublicKey,
} from "./model.ts";

/** A hub and the folder that its relative paths start at. */
export interface HubPlace {
  readonly hub: Hub;
  readonly root: string;
}

/** Standard input of a reading, or of a retirement when a fingerprint is expected. Holds secrets: never log it. */
export function readRequest(place: HubPlace, question: HubQuestion, expectedFingerprint = ""): string {
  return joinLines([...requestHead(place, expectedFingerprint), ...questionLines(place, question)]);
}

/** Standard input of a write. Holds secrets: never log it. */
export function writeRequest(place: HubPlace, write: HubWrite, question: HubQuestion): string {
  const file = withPathsOnHub(write.file, place.root);
  const { header, marker } = renderHeader(file);
  const upserts = (write.delta?.upserts ?? []).map((upsert) => peerOnHub(upsert, place.root));
  return joinLines([
    ...requestHead(place, write.expectedFingerprint),
    ...questionLines(place, question),
    ...valueLines([...file.blocks, ...upserts]),
    `header ${header}`,
    `marker ${marker}`,
    ...(write.delta === null ? [] : deltaLines(write.delta, file)),
    ...renderConfig(file).map((line) => `|${line}`),
    ...renderUpserts(upserts).map((line) => `+${line}`),
  ]);
}

function requestHead({ hub, root }: HubPlace, expectedFingerprint: string): readonly string[] {
  return [
    "reeve-request 1",
    hub.spec.interface,
    hub.spec.host.file === undefined ? "live" : "file",
    pathOnHub(configFileOf(hub.spec), root),
    pathOnHub(hub.spec.privateKeyFrom.file, root),
    expectedFingerprint,
  ];
}

function questionLines({ root }: HubPlace, question: HubQuestion): readonly string[] {
  return [...question.preshared].map(([publicKey, source]) =>
    "file" in source
      ? `psk-file ${publicKey} ${pathOnHub(source.file, root)}`
      : `psk-value ${publicKey} ${source.value}`,
  );
}

/** Preshared keys that came from the environment, for the directives that name them by public key. */
function valueLines(peers: readonly (FileBlock | PeerUpsert)[]): readonly string[] {
  const values = new Map<PublicKey, string>();
  for (const peer of peers) {
    if ("keep" in peer || peer.preshared === null || "file" in peer.preshared) continue;
    values.set(peer.publicKey, peer.preshared.value);
  }
  return [...values].map(([publicKey, value]) => `psk-use ${publicKey} ${value}`);
}

/** An interface that is made anew gets all that its file says; what the delta says comes on top. */
function deltaLines(delta: LiveDelta, file: HubFile): readonly string[] {
  const made = delta.bringUp ? file : { addresses: [], routes: [], mtu: null };
  const mtu = delta.setMtu ?? made.mtu;
  return [
    ...(delta.bringUp ? ["up"] : []),
    ...(delta.setPrivateKey ? ["set-key"] : []),
    ...(delta.setListenPort === null ? [] : [`set-port ${delta.setListenPort}`]),
    ...delta.removes.map((publicKey) => `remove ${publicKey}`),
    ...union(made.addresses, delta.addAddresses).map((address) => `address-add ${address}`),
    ...delta.removeAddresses.map((address) => `address-remove ${address}`),
    ...(mtu === null ? [] : [`mtu ${mtu}`]),
    ...(delta.setUp || delta.bringUp ? ["link-up"] : []),
    ...union(made.routes, delta.addRoutes).map((route) => `route-add ${route}`),
    ...delta.removeRoutes.map((route) => `route-remove ${route}`),
  ];
}

function union(a: readonly string[], b: readonly string[]): readonly string[] {
  return [...new Set([...a, ...b])];
}

function withPathsOnHub(file: HubFile, root: string): HubFile {
  const blocks = file.blocks.map((block) => ("keep" in block ? block : peerOnHub(block, root)));
  return { ...file, privateKeyFile: pathOnHub(file.privateKeyFile, root), blocks };
}

function peerOnHub<Peer extends PeerUpsert>(peer: Peer, root: string): Peer {
  return { ...peer, preshared: sourceOnHub(peer.preshared, root) };
}

function sourceOnHub(source: PresharedSource | null, root: string): PresharedSource | null {
  return source !== null && "file" in source ? { file: pathOnHub(source.file, root) } : source;
}

/** One request a line: a value with a line break would be read as another request. Which value it was is not said: it may be a key. */
function joinLines(lines: readonly string[]): string {
  if (lines.some((line) => /[\n\r\0]/.test(line))) throw new TypeError("a value for a hub holds a line break");
  return `${lines.join("\n")}\n`;
}
