/** Which networks an address rule may open. Pure. */
import { contains, type Network, parseNetwork, touches } from "./cidr.ts";

/** Loopback, multicast and link-local addresses, and with these most clouds' metadata services. */
const NOWHERE = ["0.0.0.0/8", "127.0.0.0/8", "169.254.0.0/16", "224.0.0.0/3", "::/127", "fe80::/10", "ff00::/8"];

/** Azure tells machines their secrets at an address of the internet. */
const AZURE = "168.63.129.16/32";

/** Where clouds tell machines who they are, with those of AWS and Google in IPv6: no desktop has business there. */
const NEVER = [...NOWHERE, AZURE, "fd00:ec2::254/128", "fd20:ce::254/128"];

/** Networks that are not the internet: private, shared, for tests, and IPv4 in the clothes of IPv6. None lies in another. */
const PRIVATE = [
  ...NOWHERE,
  AZURE,
  "10.0.0.0/8",
  "100.64.0.0/10",
  "172.16.0.0/12",
  "192.0.0.0/24",
  "192.168.0.0/16",
  "198.18.0.0/15",
  "::ffff:0:0/96",
  "64:ff9b::/96",
  "fc00::/7",
];

function touching(network: Network, texts: readonly string[]): readonly string[] {
  return texts.filter((text) => {
    const other = parseNetwork(text);
    return other !== null && touches(network, other);
  });
}

/** The first of these networks that shares addresses with one of those that no desktop may reach; null for none. */
export function forbiddenFor(network: Network, reserved: readonly string[]): string | null {
  return touching(network, [...NEVER, ...reserved])[0] ?? null;
}

/** True where a network holds nothing that is private. */
export function isPublic(network: Network): boolean {
  return touching(network, PRIVATE).length === 0;
}

/** True where one of `texts` holds all of the network. */
export function isWithin(network: Network, texts: readonly string[]): boolean {
  return texts.some((text) => {
    const outer = parseNetwork(text);
    return outer !== null && contains(outer, network);
  });
}

/** What is cut out of 0.0.0.0/0 or ::/0, so that it is the internet and no more. None lies in another. */
export function notTheInternet(whole: Network, reserved: readonly string[]): readonly string[] {
  const own = [...PRIVATE, ...reserved.filter((text) => !isInside(text, PRIVATE))];
  return own.filter((text) => parseNetwork(text)?.family === whole.family).toSorted();
}

function isInside(text: string, others: readonly string[]): boolean {
  const network = parseNetwork(text);
  return network !== null && isWithin(network, others);
}
