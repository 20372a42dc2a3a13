import type { Resource } from "../../estate/resource.ts";
import type { WireGuardHubSpec, WireGuardPeerSpec } from "../../generated/documents.ts";

export type Hub = Resource<WireGuardHubSpec>;
export type Peer = Resource<WireGuardPeerSpec>;

/** A public key in canonical base64. */
export type PublicKey = string;

/**
 * Whether a peer's preshared key is the declared one, as the hub itself found: the key never leaves it. `other` is any
 * key that is not the declared one, also one where none is declared.
 */
export type PresharedState = "none" | "same" | "other";

/** Where a declared preshared key is. `value` (from the environment) is a secret: only ever sent to the hub's standard input. */
export type PresharedSource = { readonly file: string } | { readonly value: string };

/** What a hub, its file and its interface have in common about a peer. */
export interface PeerEntry {
  readonly publicKey: PublicKey;
  /** Canonical prefixes, sorted. */
  readonly allowedIps: readonly string[];
  /** Seconds; 0 is off. */
  readonly keepalive: number;
  readonly preshared: PresharedState;
}

export interface FilePeer extends PeerEntry {
  /** From the marker comment Reeve writes above the block; null where there is none. */
  readonly name: string | null;
  readonly endpoint: string | null;
}

export interface LivePeer extends PeerEntry {
  readonly endpoint: string | null;
  /** Unix seconds; 0 is never. */
  readonly latestHandshake: number;
  readonly receivedBytes: number;
  readonly sentBytes: number;
}

/**
 * What the interface loses after its file did. The file names it beforehand: a run that is killed in between is then
 * carried on, where it would else be taken for somebody else's and left there for good.
 */
export interface Leaving {
  readonly peers: readonly { readonly name: string; readonly publicKey: PublicKey }[];
  readonly addresses: readonly string[];
}

/** The hub's configuration file, read and masked on the hub. */
export interface FileSnapshot {
  /** Who wrote it; null where the header is not Reeve's. */
  readonly marker: { readonly estate: string; readonly hub: string; readonly interface: string } | null;
  /** The body still has the hash it was written with. */
  readonly isIntact: boolean;
  /** Octal permission bits, for example "600". */
  readonly mode: string;
  /** The public half of the file's PrivateKey; null where there is none or the hub cannot tell. */
  readonly publicKey: PublicKey | null;
  readonly listenPort: number | null;
  readonly addresses: readonly string[];
  readonly mtu: number | null;
  /** Routes that Reeve wrote down as its own. */
  readonly routes: readonly string[];
  /** The text that the last write recorded (`HubFile.recorded`); null where there is none. */
  readonly recorded: string | null;
  /** What the last write took off the interface, or was about to. */
  readonly leaving: Leaving;
  /** Lines of [Interface] that Reeve would not write (hooks, SaveConfig, Table, DNS, unknown keys): key names only, never values. */
  readonly unknownKeys: readonly string[];
  readonly peers: readonly FilePeer[];
}

/** The interface now. */
export interface LiveSnapshot {
  readonly publicKey: PublicKey | null;
  readonly listenPort: number;
  readonly isUp: boolean;
  readonly mtu: number;
  /** address/prefix, canonical, link-local ones left out; sorted. */
  readonly addresses: readonly string[];
  /** Routes through the interface, canonical, those the kernel adds for addresses left out; sorted by network. */
  readonly routes: readonly { readonly network: string; readonly isOurs: boolean }[];
  readonly peers: readonly LivePeer[];
}

/** A hub, read once. */
export interface HubSnapshot {
  /** The public half of the key in privateKeyFrom; null where the key is not made yet. */
  readonly publicKey: PublicKey | null;
  readonly file: FileSnapshot | null;
  /** null: the interface is absent, or the host is a `file` host. */
  readonly live: LiveSnapshot | null;
  /** Networks the hub itself stands in (addresses and routes of other devices, the SSH client's address): a peer that took them would lock people out. */
  readonly surroundings: readonly { readonly network: string; readonly what: string }[];
  /** Of the file and the interface's configuration as read: a write that names another is refused as a conflict. */
  readonly fingerprint: string;
  /** Free text of trouble the hub had while reading (a key file with the wrong form, a missing preshared key file), without secrets. */
  readonly troubles: readonly { readonly about: string; readonly message: string }[];
}

/** What a reading needs to know beforehand. */
export interface HubQuestion {
  /** Declared preshared keys by public key, so that the hub can compare. */
  readonly preshared: ReadonlyMap<PublicKey, PresharedSource>;
}

/** A peer to add or change on the interface. */
export interface PeerUpsert {
  readonly publicKey: PublicKey;
  readonly allowedIps: readonly string[];
  readonly keepalive: number;
  /** null clears it. */
  readonly preshared: PresharedSource | null;
  /** IP:port, only where the interface has none yet. */
  readonly endpoint: string | null;
}

/** A peer's block in the configuration file: rendered from what is declared, or carried over from the file as it is. */
export type FileBlock = { readonly keep: PublicKey } | (PeerUpsert & { readonly name: string });

/** The whole configuration file to write. */
export interface HubFile {
  readonly estate: string;
  readonly hub: string;
  readonly interface: string;
  readonly privateKeyFile: string;
  readonly listenPort: number;
  readonly addresses: readonly string[];
  readonly mtu: number;
  readonly routes: readonly string[];
  /** One line of printable ASCII, kept in a comment of the file and given back by the next reading: what clients were told (endpoint, DNS, …), so that a plan can say whose files go stale. */
  readonly recorded: string;
  readonly leaving: Leaving;
  /** Sorted by name; kept foreign blocks last, by key. */
  readonly blocks: readonly FileBlock[];
}

/** The delta on the interface. Nothing that is left out is touched. */
export interface LiveDelta {
  /** Make the interface and fill it from the file first; the rest then finds little to do. */
  readonly bringUp: boolean;
  readonly setPrivateKey: boolean;
  readonly setListenPort: number | null;
  readonly upserts: readonly PeerUpsert[];
  readonly removes: readonly PublicKey[];
  readonly addAddresses: readonly string[];
  readonly removeAddresses: readonly string[];
  readonly setMtu: number | null;
  readonly setUp: boolean;
  readonly addRoutes: readonly string[];
  readonly removeRoutes: readonly string[];
}

/** One write phase: the file first, then the delta, then a read back. */
export interface HubWrite {
  readonly expectedFingerprint: string;
  readonly file: HubFile;
  /** null for `file` hosts. */
  readonly delta: LiveDelta | null;
}

/** Why a hub could not be read or written. */
export interface HubTrouble {
  readonly failure: "retryable" | "conflict" | "denied" | "gone" | "invalid";
  readonly message: string;
  readonly next: string;
}

export type HubReading = { readonly snapshot: HubSnapshot } | { readonly trouble: HubTrouble };

/** The live world of WireGuard, as one look found it. */
export interface WireGuardObservation {
  readonly readings: ReadonlyMap<string, HubReading>;
  /** Addresses of the names in peers' endpoints; null where a name does not resolve. */
  readonly resolved: ReadonlyMap<string, string | null>;
  /** Environment variables that peers name for their preshared key and that are not set. */
  readonly missingVariables: ReadonlySet<string>;
}

/** All that planning is given: it cannot write. */
export interface HubReader {
  read(hub: Hub, question: HubQuestion): Promise<HubReading>;
}

/** What apply is given. Each write answers with the hub as it is afterwards. */
export interface HubWriter extends HubReader {
  /** Makes the private key when absent, writes the file, applies the delta, reads back. */
  write(hub: Hub, write: HubWrite, question: HubQuestion): Promise<HubReading>;
  /** Takes the interface down and moves the file out of the way; the key stays. */
  retire(hub: Hub, expectedFingerprint: string, question: HubQuestion): Promise<HubReading>;
}
