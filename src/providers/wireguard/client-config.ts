import Handlebars from "handlebars";
import { suggest } from "../../support/did-you-mean.ts";
import { durationSeconds } from "../../support/duration.ts";
import { userError } from "../../support/user-error.ts";
import { derivePublic } from "./keys.ts";
import type { PublicKey } from "./model.ts";
import type { HubFacts, PeerAtHub, PeerFacts, Topology } from "./topology.ts";

/** Which client file is wanted. */
export interface ClientRequest {
  readonly estate: string;
  readonly peer: string;
  /** Null: the peer's only hub. */
  readonly hub: string | null;
  /** Made on the spot for this one print, or null for a placeholder. */
  readonly privateKey: string | null;
  /** What the hubs were found to have, by name; for hubs whose document pins no key. */
  readonly hubKeys: ReadonlyMap<string, PublicKey>;
}

/** The values of `templates/wireguard/client.conf.hbs`. */
export interface ClientConfig {
  readonly estate: string;
  readonly peer: string;
  readonly hub: string;
  readonly hasPrivateKey: boolean;
  readonly privateKey: string;
  readonly publicKey: PublicKey;
  readonly addresses: string;
  /** Empty where the hub has no resolvers. */
  readonly dns: string;
  readonly mtu: number;
  readonly hubPublicKey: PublicKey;
  readonly hasPresharedKey: boolean;
  readonly endpoint: string;
  readonly routes: string;
  /** Seconds; 0 leaves the line out. */
  readonly keepalive: number;
}

/** What a client needs to dial a hub. Throws a `UserError` where the documents do not say it yet. */
export function clientConfigOf(topology: Topology, request: ClientRequest): ClientConfig {
  const facts = findPeer(topology, request.peer);
  const at = findHub(facts, request.hub);
  const hub = topology.hubs.get(at.hub);
  if (hub === undefined) throw userError("unknown-hub", `there is no WireGuardHub/${at.hub}`);
  const { dns, mtu, endpoint, peers } = hub.hub.spec;
  return {
    estate: request.estate,
    peer: facts.peer.name,
    hub: at.hub,
    hasPrivateKey: request.privateKey !== null,
    privateKey: request.privateKey ?? `<private key of ${facts.peer.name}>`,
    publicKey: request.privateKey === null ? facts.peer.spec.publicKey : derivePublic(request.privateKey),
    addresses: addressesOf(at, facts, hub),
    dns: dns.servers.length === 0 ? "" : [...dns.servers, ...dns.search].join(", "),
    mtu,
    hubPublicKey: hubKeyOf(hub, request.hubKeys),
    hasPresharedKey: facts.presharedFrom !== null,
    endpoint,
    routes: hub.clientRoutes.join(", "),
    keepalive: durationSeconds(peers.keepalive),
  };
}

/** The client's file through a template's text. A value that is more than one line would be more than a value. */
export function renderClientConfig(config: ClientConfig, template: string): string {
  for (const [name, value] of Object.entries(config)) {
    if (/[\p{Cc}\p{Zl}\p{Zp}]/u.test(String(value))) throw new TypeError(`${name} of a client file holds a line break`);
  }
  const rendered = Handlebars.create().compile(template, { strict: true, noEscape: true })(config);
  return `${rendered.trimEnd()}\n`;
}

/** The file as a QR code for a terminal, for the apps that scan one. */
export async function renderQr(file: string): Promise<string> {
  // By its default: the bundle has no other name of a CommonJS module that is loaded late.
  const { default: qrCode } = await import("qrcode");
  return qrCode.toString(file, { type: "terminal", small: true });
}

function findPeer(topology: Topology, name: string): PeerFacts {
  const facts = topology.peers.find(({ peer }) => peer.name === name);
  if (facts !== undefined) return facts;
  const names = topology.peers.map(({ peer }) => peer.name);
  throw userError("unknown-peer", `there is no WireGuardPeer/${name}`, suggest(name, names));
}

function findHub(facts: PeerFacts, name: string | null): PeerAtHub {
  const names = facts.at.map(({ hub }) => hub);
  if (name === null) {
    const [only, ...more] = facts.at;
    if (only !== undefined && more.length === 0) return only;
    const hint = names.length === 0 ? "name a hub in spec.hubs" : `choose one: --hub ${names.join(", --hub ")}`;
    throw userError("which-hub", `${facts.peer.address} has ${names.length} hubs`, hint);
  }
  const at = facts.at.find(({ hub }) => hub === name);
  if (at !== undefined) return at;
  throw userError("unknown-hub", `${facts.peer.address} does not dial ${name}`, suggest(name, names));
}

function addressesOf(at: PeerAtHub, { peer }: PeerFacts, { networks }: HubFacts): string {
  const missing = networks.some((network) => !network.includes(":")) && at.addresses.every(isIpv6);
  if (missing || at.addresses.length === 0) {
    throw userError(
      "address-missing",
      `${peer.address} has no address at ${at.hub}`,
      "run reeve allocate, or write one",
    );
  }
  return at.addresses.map((address) => `${address}/${isIpv6(address) ? 128 : 32}`).join(", ");
}

function isIpv6(address: string): boolean {
  return address.includes(":");
}

function hubKeyOf({ hub }: HubFacts, found: ReadonlyMap<string, PublicKey>): PublicKey {
  const key = hub.spec.publicKey ?? found.get(hub.name);
  if (key !== undefined) return key;
  throw userError(
    "hub-key-unknown",
    `the public key of ${hub.address} is not known here`,
    "reeve list prints it once the hub has made it (its first reeve apply); pin it as spec.publicKey",
  );
}
