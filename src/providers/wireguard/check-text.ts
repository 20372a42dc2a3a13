import {
  bitsOf,
  formatAddress,
  formatNetwork,
  type IpAddress,
  isMappedIpv4,
  parseAddress,
  parseInterfaceAddress,
  parseNetwork,
} from "./ip.ts";
import type { Refusal } from "./refusal.ts";
import { MAX_KEEPALIVE_SECONDS } from "./topology.ts";

const DNS_LABEL = /^[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?$/;
const PORT = /^[1-9]\d{0,4}$/;

/** Why a text is no IP address, in the words of the likeliest slip. */
export function addressRefusal(text: string): Refusal | null {
  const address = parseAddress(text);
  if (address === null) return { code: "invalid-address", message: `${text} is no IP address`, hint: slipIn(text) };
  return mappedRefusal(address);
}

/** The same for a peer's tunnel address, which may carry the prefix of a single host. */
export function peerAddressRefusal(text: string): Refusal | null {
  const slash = text.indexOf("/");
  if (slash === -1) return addressRefusal(text);
  const parsed = parseInterfaceAddress(text);
  if (parsed === null) return { code: "invalid-address", message: `${text} is no address/prefix`, hint: slipIn(text) };
  const bits = bitsOf(parsed.address.family);
  if (parsed.network.prefix === bits) return mappedRefusal(parsed.address);
  return {
    code: "address-prefix",
    message: `${text} is a whole network; a peer's address stands for one machine`,
    hint: `write ${text.slice(0, slash)}; networks behind the peer belong in routedNetworks`,
  };
}

/** Why a text is no network; host bits included. */
export function networkRefusal(text: string): Refusal | null {
  const parsed = parseNetwork(text);
  if (parsed === null) return { code: "invalid-network", message: `${text} is no network`, hint: slipIn(text) };
  const { network, hasHostBits } = parsed;
  const mapped = network.prefix >= 96 ? mappedRefusal({ family: network.family, value: network.first }) : null;
  if (mapped !== null || !hasHostBits) return mapped;
  return {
    code: "host-bits",
    message: `${text} has bits set beyond its prefix`,
    hint: `the network is ${formatNetwork(network)}; if one address is meant, write /${bitsOf(network.family)}`,
  };
}

export function endpointRefusal(text: string): Refusal | null {
  const colon = text.lastIndexOf(":");
  const port = text.slice(colon + 1);
  if (!PORT.test(port) || Number(port) > 65_535) {
    return { code: "endpoint-port", message: `${port} is no UDP port`, hint: "a port is 1 to 65535" };
  }
  return hostRefusal(text.slice(0, colon));
}

/** A DNS name, an IPv4 address, or an IPv6 address in brackets. */
export function hostRefusal(host: string): Refusal | null {
  const isBracketed = host.startsWith("[");
  const looksNumeric = /^[\d.]+$/.test(host);
  if (isBracketed || looksNumeric || host.includes(":")) {
    const address = parseAddress(isBracketed ? host.slice(1, -1) : host);
    if (address !== null && address.value !== 0n && !isMappedIpv4(address)) return null;
    return { code: "endpoint-host", message: `${host} is no address that can be dialled` };
  }
  return isDnsName(host) ? null : { code: "endpoint-host", message: `${host} is no host name` };
}

export function searchDomainRefusal(text: string): Refusal | null {
  return isDnsName(text) ? null : { code: "invalid-domain", message: `${text} is no domain name` };
}

/** `seconds` of a keepalive; 0 is off. */
export function keepaliveRefusal(text: string, seconds: number): Refusal | null {
  if (seconds <= MAX_KEEPALIVE_SECONDS) return null;
  return {
    code: "keepalive-bounds",
    message: `a keepalive of ${text} is more than 65535 seconds`,
    hint: "25s is usual",
  };
}

/** An instant that the schema let pass and the calendar does not. */
export function instantRefusal(text: string): Refusal | null {
  if (!Number.isNaN(new Date(text).getTime())) return null;
  return { code: "invalid-instant", message: `${text} is no instant`, hint: "write it as 2027-01-01T00:00:00Z" };
}

/** A path that a hub is given: no way around by dots, and absolute where no state directory is at hand. */
export function pathRefusal(text: string, mayBeRelative: boolean): Refusal | null {
  if (text.split("/").some((segment) => segment === "." || segment === "..")) {
    return { code: "path-segments", message: `${text} has . or .. in it`, hint: "write the path out" };
  }
  if (text.includes("//") || text.endsWith("/")) {
    return {
      code: "path-segments",
      message: `${text} is no path of a file`,
      hint: "one slash between names, none at the end",
    };
  }
  if (mayBeRelative || text.startsWith("/")) return null;
  return {
    code: "path-relative",
    message: `${text} is not absolute`,
    hint: `only file hosts take a path from the state directory's folder; write for example /etc/wireguard/${text}`,
  };
}

function mappedRefusal(address: IpAddress): Refusal | null {
  if (!isMappedIpv4(address)) return null;
  const plain = formatAddress({ family: 4, value: BigInt.asUintN(32, address.value) });
  return {
    code: "mapped-address",
    message: `${formatAddress(address)} is an IPv4 address in the clothes of IPv6, which routes as neither`,
    hint: `write ${plain}`,
  };
}

function slipIn(text: string): string {
  if (/(^|\.)0\d/.test(text)) return "leading zeros are refused, since some programs read them as octal";
  if (text.includes("%")) return "zone ids belong to one machine and are refused";
  const length = /\/(\d+)$/.exec(text)?.[1];
  if (length !== undefined && parseAddress(text.slice(0, text.indexOf("/"))) !== null) {
    return "a prefix is 0 to 32 for IPv4, 0 to 128 for IPv6, without leading zeros";
  }
  return "write it as 10.8.0.23 or fd00:8::23";
}

function isDnsName(text: string): boolean {
  return text.length <= 253 && text.split(".").every((label) => DNS_LABEL.test(label));
}
