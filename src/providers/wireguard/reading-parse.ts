import { runTrouble, scriptTrouble } from "./hub-trouble.ts";
import { canonicalPrefix, compareNetworks, formatInterfaceAddress, parseInterfaceAddress, parseNetwork } from "./ip.ts";
import type {
  FilePeer,
  FileSnapshot,
  HubReading,
  HubSnapshot,
  LivePeer,
  LiveSnapshot,
  PresharedState,
} from "./model.ts";

type Fields = readonly string[];
type Records = ReadonlyMap<string, readonly Fields[]>;

/** The hub's answer, taken apart. An answer without its last line was cut off and is none. */
export function parseReading(stdout: string, stderr = ""): HubReading {
  const records = recordsOf(stdout);
  const failed = one(records, "fail");
  if (failed !== null) return { trouble: scriptTrouble(at(failed, 0), at(failed, 1)) };
  if (one(records, "done") === null || one(records, "reeve-hub") === null) return { trouble: runTrouble(stderr) };
  return { snapshot: snapshotOf(records) };
}

function snapshotOf(records: Records): HubSnapshot {
  const filePeers = many(records, "file-peer").map(filePeerOf);
  return {
    publicKey: orNull(at(one(records, "key") ?? [], 0)),
    file: fileOf(records, uniquePeers(filePeers)),
    live: liveOf(records),
    surroundings: surroundingsOf(records),
    fingerprint: at(one(records, "fingerprint") ?? [], 0),
    troubles: [
      ...many(records, "trouble").map((fields) => ({ about: at(fields, 0), message: at(fields, 1) })),
      ...repeatedPeers(filePeers),
    ],
  };
}

function fileOf(records: Records, peers: readonly FilePeer[]): FileSnapshot | null {
  const file = one(records, "file");
  if (file === null) return null;
  const marker = one(records, "marker");
  return {
    marker: marker === null ? null : { estate: at(marker, 0), hub: at(marker, 1), interface: at(marker, 2) },
    mode: at(file, 0),
    publicKey: orNull(at(file, 1)),
    isIntact: at(file, 2) === "1",
    listenPort: numberOrNull(one(records, "file-port")),
    addresses: canonicalAddresses(many(records, "file-address")),
    mtu: numberOrNull(one(records, "file-mtu")),
    routes: sortNetworks(many(records, "file-route").map((fields) => canonical(at(fields, 0)))),
    recorded: one(records, "file-recorded")?.[0] ?? null,
    leaving: {
      peers: many(records, "file-leaving").map((fields) => ({ name: at(fields, 0), publicKey: at(fields, 1) })),
      addresses: canonicalAddresses(many(records, "file-leaving-address")),
    },
    unknownKeys: many(records, "file-unknown").map((fields) => at(fields, 0)),
    peers,
  };
}

function liveOf(records: Records): LiveSnapshot | null {
  const live = one(records, "live");
  if (live === null) return null;
  const link = one(records, "link") ?? [];
  const routes = many(records, "live-route").map((fields) => ({
    network: canonical(at(fields, 0)),
    isOurs: at(fields, 1) === "1",
  }));
  return {
    publicKey: orNull(at(live, 0)),
    listenPort: Number(at(live, 1)),
    isUp: at(link, 0) === "1",
    mtu: Number(at(link, 1)),
    addresses: canonicalAddresses(many(records, "live-address")),
    routes: routes.toSorted((a, b) => compareTexts(a.network, b.network)),
    peers: many(records, "live-peer").map(livePeerOf).toSorted(byPublicKey),
  };
}

function filePeerOf(fields: Fields): FilePeer {
  return {
    publicKey: at(fields, 0),
    name: orNull(at(fields, 1)),
    endpoint: orNull(at(fields, 2)),
    keepalive: Number(at(fields, 3)),
    preshared: presharedState(at(fields, 4)),
    allowedIps: allowedIpsOf(at(fields, 5)),
  };
}

function livePeerOf(fields: Fields): LivePeer {
  const endpoint = at(fields, 2);
  const keepalive = at(fields, 7);
  return {
    publicKey: at(fields, 0),
    preshared: presharedState(at(fields, 1)),
    endpoint: endpoint === "(none)" ? null : endpoint,
    allowedIps: allowedIpsOf(at(fields, 3)),
    latestHandshake: Number(at(fields, 4)),
    receivedBytes: Number(at(fields, 5)),
    sentBytes: Number(at(fields, 6)),
    keepalive: keepalive === "off" ? 0 : Number(keepalive),
  };
}

/** As `wg` reads a file that has a key twice: the last block holds. */
function uniquePeers(peers: readonly FilePeer[]): readonly FilePeer[] {
  return [...new Map(peers.map((peer) => [peer.publicKey, peer])).values()].toSorted(byPublicKey);
}

function repeatedPeers(peers: readonly FilePeer[]): HubSnapshot["troubles"] {
  const seen = new Set<string>();
  const repeated = new Set<string>();
  for (const { publicKey } of peers) (seen.has(publicKey) ? repeated : seen).add(publicKey);
  return [...repeated].map((publicKey) => ({
    about: "config",
    message: `the configuration file has peer ${publicKey} more than once; the last block holds`,
  }));
}

function surroundingsOf(records: Records): HubSnapshot["surroundings"] {
  const around = many(records, "around").flatMap((fields) => {
    const network = canonicalPrefix(at(fields, 0));
    return network === null ? [] : [{ network, what: at(fields, 1) }];
  });
  const unique = new Map(around.map((entry) => [`${entry.network} ${entry.what}`, entry]));
  return [...unique.values()].toSorted((a, b) => compareTexts(a.network, b.network) || (a.what < b.what ? -1 : 1));
}

function recordsOf(stdout: string): Records {
  const records = new Map<string, Fields[]>();
  for (const line of stdout.split("\n")) {
    const [tag = "", ...fields] = line.split("\t");
    const known = records.get(tag);
    if (known === undefined) records.set(tag, [fields]);
    else known.push(fields);
  }
  return records;
}

function many(records: Records, tag: string): readonly Fields[] {
  return records.get(tag) ?? [];
}

function one(records: Records, tag: string): Fields | null {
  return records.get(tag)?.at(-1) ?? null;
}

function at(fields: Fields, index: number): string {
  return fields[index] ?? "";
}

function orNull(text: string): string | null {
  return text === "-" || text === "" ? null : text;
}

function numberOrNull(fields: Fields | null): number | null {
  return fields === null ? null : Number(at(fields, 0));
}

function presharedState(text: string): PresharedState {
  return text === "same" || text === "none" ? text : "other";
}

function allowedIpsOf(text: string): readonly string[] {
  if (text === "" || text === "(none)") return [];
  const entries = text.split(",");
  return entries.length === 1 ? [canonical(text)] : [...new Set(entries.map(canonical))].toSorted(compareCodeUnits);
}

/** What is no prefix stays as it is written: it then differs from every declared one, and is shown. */
function canonical(text: string): string {
  return canonicalPrefix(text) ?? text;
}

function canonicalAddresses(records: readonly Fields[]): readonly string[] {
  const texts = records.map((fields) => {
    const parsed = parseInterfaceAddress(at(fields, 0));
    return parsed === null ? at(fields, 0) : formatInterfaceAddress(parsed);
  });
  return [...new Set(texts)].toSorted(compareCodeUnits);
}

function sortNetworks(networks: readonly string[]): readonly string[] {
  return [...new Set(networks)].toSorted(compareTexts);
}

/** By network where both are one, else by text. */
function compareTexts(a: string, b: string): number {
  const left = parseNetwork(a);
  const right = parseNetwork(b);
  return left === null || right === null ? compareCodeUnits(a, b) : compareNetworks(left.network, right.network);
}

function compareCodeUnits(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

function byPublicKey(a: { readonly publicKey: string }, b: { readonly publicKey: string }): number {
  return compareCodeUnits(a.publicKey, b.publicKey);
}
