import type { Finding, Path } from "../../estate/resource.ts";
import { hubsOf } from "./check-peer.ts";
import { peerAddressRefusal } from "./check-text.ts";
import { containsAddress, formatAddress, formatNetwork, type InterfaceAddress, type IpAddress, lastOf } from "./ip.ts";
import { type Refusal, refuse } from "./refusal.ts";
import { type HubFacts, type PeerFacts, parsePeerAddress, reservationOf, type Topology } from "./topology.ts";

/** A declared address that is well formed, and where it stands. */
interface Declared {
  readonly address: IpAddress;
  readonly path: Path;
}

/** What is left of a peer's addresses when the bad ones are refused. */
interface Sifted {
  readonly declared: readonly Declared[];
  readonly hasRefused: boolean;
}

/** An address as it is written, and what it is. */
interface Candidate {
  readonly text: string;
  readonly address: IpAddress;
}

/** A network of a hub. */
interface Place {
  readonly hub: HubFacts;
  readonly own: InterfaceAddress;
}

/** Rules of one peer's tunnel addresses in the networks of its hubs. */
export function* checkPeerAddresses(facts: PeerFacts, topology: Topology, now: Date): Generator<Finding> {
  const { peer } = facts;
  const hubs = hubsOf(facts, topology);
  const declared: Declared[] = [];
  let hasRefused = false;
  for (const [index, text] of peer.spec.addresses.entries()) {
    const path = ["spec", "addresses", index];
    const refusal = peerAddressRefusal(text) ?? placeRefusal(text, hubs, now);
    const address = parsePeerAddress(text);
    if (refusal !== null) {
      hasRefused = true;
      yield refuse(peer, path, refusal);
    } else if (address !== null) declared.push({ address, path });
  }
  for (const hub of hubs) yield* checkAtHub(facts, hub, { declared, hasRefused });
}

/** One address a family and network; none missing. What was refused already may be what is missing. */
function* checkAtHub(facts: PeerFacts, hub: HubFacts, { declared, hasRefused }: Sifted): Generator<Finding> {
  for (const own of hub.interfaceAddresses) {
    const [first, ...more] = declared.filter(({ address }) => containsAddress(own.network, address));
    for (const { address, path } of more) {
      const isTwice = first !== undefined && first.address.value === address.value;
      yield refuse(facts.peer, path, isTwice ? listedTwice(address) : secondAddress(address, own, hub));
    }
    const isDerivable = own.network.family === 6 && hasIpv6(facts, hub);
    if (first === undefined && !hasRefused && !isDerivable) {
      yield refuse(facts.peer, ["spec", "addresses"], missingAddress(own, hub));
    }
  }
}

function hasIpv6(facts: PeerFacts, hub: HubFacts): boolean {
  return facts.at.some((at) => at.hub === hub.hub.name && at.addresses.some((address) => address.includes(":")));
}

function listedTwice(address: IpAddress): Refusal {
  return { code: "address-twice", message: `${formatAddress(address)} is listed twice` };
}

function secondAddress(address: IpAddress, own: InterfaceAddress, hub: HubFacts): Refusal {
  return {
    code: "address-second",
    message: `${formatAddress(address)} is a second address in ${formatNetwork(own.network)} of ${hub.hub.address}`,
    hint: "a peer has one address a family and network; networks behind it belong in routedNetworks",
  };
}

function missingAddress(own: InterfaceAddress, hub: HubFacts): Refusal {
  const network = `${formatNetwork(own.network)} of ${hub.hub.address}`;
  if (own.network.family === 4) {
    return { code: "address-missing", message: `no address in ${network}`, hint: "run reeve allocate, or write one" };
  }
  const hint = "write one, or reserve less";
  return { code: "address-missing", message: `no address can be derived in ${network}`, hint };
}

/** Why a well-formed address cannot be this peer's at its hubs. */
function placeRefusal(text: string, hubs: readonly HubFacts[], now: Date): Refusal | null {
  const address = parsePeerAddress(text);
  if (address === null || hubs.length === 0) return null;
  const places = hubs.flatMap((hub) =>
    hub.interfaceAddresses.filter((own) => containsAddress(own.network, address)).map((own) => ({ hub, own })),
  );
  const candidate = { text, address };
  if (places.length === 0) return outsideRefusal(candidate, hubs);
  for (const place of places) {
    const refusal = edgeRefusal(candidate, place) ?? reservedRefusal(candidate, place.hub, now);
    if (refusal !== null) return refusal;
  }
  return null;
}

function outsideRefusal({ text, address }: Candidate, hubs: readonly HubFacts[]): Refusal {
  const networks = hubs.flatMap(({ interfaceAddresses }) => interfaceAddresses.map(({ network }) => network));
  const ofFamily = networks.filter(({ family }) => family === address.family).map(formatNetwork);
  if (ofFamily.length === 0) {
    const message = `${text} is IPv${address.family}, and no hub of this peer has an IPv${address.family} network`;
    return { code: "address-family", message, hint: `the hubs have ${networks.map(formatNetwork).join(", ")}` };
  }
  const hint = `take one in ${ofFamily.join(" or ")}, or leave it to reeve allocate`;
  return { code: "address-outside", message: `${text} is in no network of this peer's hubs`, hint };
}

function edgeRefusal({ text, address }: Candidate, { hub, own }: Place): Refusal | null {
  const network = `${formatNetwork(own.network)} of ${hub.hub.address}`;
  const hint = "run reeve allocate for a free one";
  if (address.value === own.address.value) {
    return { code: "address-of-hub", message: `${text} is the address of ${hub.hub.address} itself`, hint };
  }
  if (address.value === own.network.first) {
    return {
      code: "address-network",
      message: `${text} is the first of ${network}, which stands for the network`,
      hint,
    };
  }
  if (address.family === 6 || address.value !== lastOf(own.network)) return null;
  return { code: "address-broadcast", message: `${text} is the broadcast address of ${network}`, hint };
}

function reservedRefusal({ text, address }: Candidate, hub: HubFacts, now: Date): Refusal | null {
  const reservation = reservationOf(hub, address, now);
  if (reservation === null) return null;
  const until = reservation.until === null ? "" : ` until ${reservation.until.toISOString()}`;
  return {
    code: "address-reserved",
    message: `${text} is reserved at ${hub.hub.address}${until}: ${reservation.reason}`,
    hint: "run reeve allocate for a free one",
  };
}
