import type { Resource } from "../../src/estate/resource.ts";
import type { WireGuardHubSpec } from "../../src/generated/documents.ts";
import type { Session } from "../../src/providers/provider.ts";
import type {
  Hub,
  HubFile,
  HubQuestion,
  HubReading,
  HubSnapshot,
  HubTrouble,
  LiveDelta,
  PeerUpsert,
  PresharedSource,
} from "../../src/providers/wireguard/model.ts";
import { directCalls } from "../../src/support/calls.ts";
import { systemClock } from "../../src/support/system-clock.ts";
import { HUB_SPEC } from "../providers/wireguard/desired.ts";

/** Public keys that stand for peers; their private halves are nowhere. */
export function publicKeyOf(index: number): string {
  const bytes = Buffer.alloc(32, 7);
  bytes.writeUInt32BE(index, 0);
  return bytes.toString("base64");
}

export function hubOf(spec: Partial<WireGuardHubSpec> & Pick<WireGuardHubSpec, "host" | "privateKeyFrom">): Hub {
  const full: WireGuardHubSpec = { ...HUB_SPEC, ...spec };
  const resource: Resource<WireGuardHubSpec> = {
    address: "WireGuardHub/hub-eu",
    kind: "WireGuardHub",
    name: "hub-eu",
    labels: {},
    annotations: {},
    spec: full,
    source: { file: "hubs.yaml", line: 1, column: 1 },
    documentIndex: 0,
  };
  return resource;
}

export function sessionOf(root: string, environment: Record<string, string | undefined> = process.env): Session {
  return {
    estate: "robco",
    root,
    clock: systemClock,
    calls: directCalls,
    progress: { step: () => undefined },
    signal: new AbortController().signal,
    environment,
  };
}

export const NO_QUESTION: HubQuestion = { preshared: new Map() };

export function questionOf(entries: Readonly<Record<string, PresharedSource>>): HubQuestion {
  return { preshared: new Map(Object.entries(entries)) };
}

export function upsertOf(index: number, more: Partial<PeerUpsert> = {}): PeerUpsert {
  return {
    publicKey: publicKeyOf(index),
    allowedIps: [`10.8.0.${index + 10}/32`],
    keepalive: 0,
    preshared: null,
    endpoint: null,
    ...more,
  };
}

export function fileOf(hub: Hub, more: Partial<HubFile> = {}): HubFile {
  return {
    estate: "robco",
    hub: hub.name,
    interface: hub.spec.interface,
    privateKeyFile: hub.spec.privateKeyFrom.file,
    listenPort: hub.spec.listenPort,
    addresses: hub.spec.addresses,
    mtu: hub.spec.mtu,
    routes: [],
    recorded: "endpoint=vpn.example.com:51820",
    leaving: { peers: [], addresses: [] },
    blocks: [],
    ...more,
  };
}

export const NO_DELTA: LiveDelta = {
  bringUp: false,
  setPrivateKey: false,
  setListenPort: null,
  upserts: [],
  removes: [],
  addAddresses: [],
  removeAddresses: [],
  setMtu: null,
  setUp: false,
  addRoutes: [],
  removeRoutes: [],
};

export function snapshotOf(reading: HubReading): HubSnapshot {
  if ("snapshot" in reading) return reading.snapshot;
  throw new Error(`trouble: ${JSON.stringify(reading.trouble)}`);
}

export function troubleOf(reading: HubReading): HubTrouble {
  if ("trouble" in reading) return reading.trouble;
  throw new Error("no trouble");
}
