import { isIPv6 } from "node:net";

export type IpFamily = 4 | 6;

export interface IpAddress {
  readonly family: IpFamily;
  readonly value: bigint;
}

/** A network: `first` has no host bits. */
export interface IpNetwork {
  readonly family: IpFamily;
  readonly first: bigint;
  readonly prefix: number;
}

/** Both ends belong to it. */
export interface IpRange {
  readonly family: IpFamily;
  readonly first: bigint;
  readonly last: bigint;
}

/** An address with the prefix length of its network, host bits kept, as an interface has it. */
export interface InterfaceAddress {
  readonly address: IpAddress;
  readonly network: IpNetwork;
}

export interface ParsedNetwork {
  readonly network: IpNetwork;
  readonly hasHostBits: boolean;
}

const IPV4 = /^(0|[1-9]\d{0,2})\.(0|[1-9]\d{0,2})\.(0|[1-9]\d{0,2})\.(0|[1-9]\d{0,2})$/;
const PREFIX_LENGTH = /^(0|[1-9]\d{0,2})$/;
const MAPPED_PREFIX = 0xffffn;

export function bitsOf(family: IpFamily): 32 | 128 {
  return family === 4 ? 32 : 128;
}

/** Strict: leading zeros (which some programs read as octal), zone ids and white space are refused. */
export function parseAddress(text: string): IpAddress | null {
  if (text.includes(":")) return parseIpv6(text);
  const value = parseIpv4(text);
  return value === null ? null : { family: 4, value: BigInt(value) };
}

/** As `wg` and `inet_ntop` print it: IPv6 compressed, in lower case, with a dotted tail where it embeds IPv4. */
export function formatAddress(address: IpAddress): string {
  return address.family === 4 ? formatIpv4(Number(address.value)) : formatIpv6(address.value);
}

/** `::ffff:a.b.c.d`: the IPv6 spelling of an IPv4 address, which a firewall and a routing table take for another. */
export function isMappedIpv4(address: IpAddress): boolean {
  return address.family === 6 && address.value >> 32n === MAPPED_PREFIX;
}

/** `address/prefix`, host bits kept; a bare address stands for itself alone. */
export function parseInterfaceAddress(text: string): InterfaceAddress | null {
  const slash = text.indexOf("/");
  const address = parseAddress(slash === -1 ? text : text.slice(0, slash));
  if (address === null) return null;
  if (slash === -1) return { address, network: networkOf(address, bitsOf(address.family)) };
  const length = text.slice(slash + 1);
  const prefix = PREFIX_LENGTH.test(length) ? Number(length) : Number.NaN;
  return prefix <= bitsOf(address.family) ? { address, network: networkOf(address, prefix) } : null;
}

/** A network as written; host bits are cleared and reported. */
export function parseNetwork(text: string): ParsedNetwork | null {
  const parsed = parseInterfaceAddress(text);
  if (parsed === null) return null;
  return { network: parsed.network, hasHostBits: parsed.network.first !== parsed.address.value };
}

/** One address, `first-last`, or `address/prefix`. Null also where the ends are of two families; they may be reversed. */
export function parseRange(text: string): IpRange | null {
  const dash = text.indexOf("-");
  if (dash === -1) {
    const parsed = parseNetwork(text);
    return parsed === null ? null : rangeOf(parsed.network);
  }
  const first = parseAddress(text.slice(0, dash));
  const last = parseAddress(text.slice(dash + 1));
  if (first === null || last === null || first.family !== last.family) return null;
  return { family: first.family, first: first.value, last: last.value };
}

/** The form `wg` gives back: host bits cleared, a bare address as /32 or /128. Null for what is no prefix. */
export function canonicalPrefix(text: string): string | null {
  const parsed = parseInterfaceAddress(text);
  return parsed === null ? null : formatNetwork(parsed.network);
}

/** The network of `prefix` bits that `address` is in. */
export function networkOf(address: IpAddress, prefix: number): IpNetwork {
  const hostBits = BigInt(bitsOf(address.family) - prefix);
  return { family: address.family, first: (address.value >> hostBits) << hostBits, prefix };
}

export function formatNetwork(network: IpNetwork): string {
  return `${formatAddress({ family: network.family, value: network.first })}/${network.prefix}`;
}

/** `address/prefix` of an interface, canonical. */
export function formatInterfaceAddress(parsed: InterfaceAddress): string {
  return `${formatAddress(parsed.address)}/${parsed.network.prefix}`;
}

/** The address alone as a prefix: /32 or /128. */
export function formatHostPrefix(address: IpAddress): string {
  return `${formatAddress(address)}/${bitsOf(address.family)}`;
}

export function sizeOf(network: IpNetwork): bigint {
  return 1n << BigInt(bitsOf(network.family) - network.prefix);
}

/** The last address; IPv4's broadcast address in networks below /31. */
export function lastOf(network: IpNetwork): bigint {
  return network.first + sizeOf(network) - 1n;
}

function rangeOf(network: IpNetwork): IpRange {
  return { family: network.family, first: network.first, last: lastOf(network) };
}

export function containsAddress(range: IpRange | IpNetwork, address: IpAddress): boolean {
  if (range.family !== address.family || address.value < range.first) return false;
  return address.value <= ("last" in range ? range.last : lastOf(range));
}

export function containsNetwork(outer: IpNetwork, inner: IpNetwork): boolean {
  return outer.prefix <= inner.prefix && containsAddress(outer, { family: inner.family, value: inner.first });
}

/** Networks overlap only by one holding the other. */
export function overlaps(a: IpNetwork, b: IpNetwork): boolean {
  return containsNetwork(a, b) || containsNetwork(b, a);
}

/** Order of addresses: IPv4 first, then by value. */
export function compareIps(a: IpAddress, b: IpAddress): number {
  if (a.family !== b.family) return a.family - b.family;
  return a.value < b.value ? -1 : Number(a.value > b.value);
}

/** Order of networks: by first address, the wider before the narrower it holds. */
export function compareNetworks(a: IpNetwork, b: IpNetwork): number {
  const order = compareIps({ family: a.family, value: a.first }, { family: b.family, value: b.first });
  return order === 0 ? a.prefix - b.prefix : order;
}

function parseIpv4(text: string): number | null {
  const match = IPV4.exec(text);
  if (match === null) return null;
  let value = 0;
  for (let index = 1; index <= 4; index += 1) {
    const part = Number(match[index]);
    if (part > 255) return null;
    value = value * 256 + part;
  }
  return value;
}

function parseIpv6(text: string): IpAddress | null {
  if (text.includes("%") || !isIPv6(text)) return null;
  const [head = "", tail] = withHexTail(text).split("::");
  const left = wordsOf(head);
  const right = tail === undefined ? [] : wordsOf(tail);
  const zeros = Array.from({ length: 8 - left.length - right.length }, () => "0");
  const digits = [...left, ...zeros, ...right].map((word) => word.padStart(4, "0")).join("");
  return { family: 6, value: BigInt(`0x${digits}`) };
}

/** `::ffff:10.0.0.1` with its dotted tail as two words. */
function withHexTail(text: string): string {
  const dotted = text.slice(text.lastIndexOf(":") + 1);
  const value = parseIpv4(dotted);
  if (value === null) return text;
  const words = `${Math.floor(value / 0x10000).toString(16)}:${(value % 0x10000).toString(16)}`;
  return text.slice(0, text.length - dotted.length) + words;
}

function wordsOf(text: string): string[] {
  return text === "" ? [] : text.split(":");
}

function formatIpv4(value: number): string {
  return `${Math.floor(value / 0x1000000)}.${Math.floor(value / 0x10000) % 256}.${Math.floor(value / 0x100) % 256}.${value % 256}`;
}

function formatIpv6(value: bigint): string {
  const words = hexWords(value);
  const run = longestZeroRun(words);
  if (run.start === 0 && (run.length === 6 || (run.length === 5 && words[5] === "ffff"))) {
    return `::${run.length === 5 ? "ffff:" : ""}${formatIpv4(Number(value & 0xffffffffn))}`;
  }
  if (run.length < 2) return words.join(":");
  return `${words.slice(0, run.start).join(":")}::${words.slice(run.start + run.length).join(":")}`;
}

/** The eight words without leading zeros; by hand, since every derived address of every peer comes through here. */
function hexWords(value: bigint): readonly string[] {
  const digits = value.toString(16).padStart(32, "0");
  const words: string[] = [];
  for (let start = 0; start < 32; start += 4) {
    let skip = 0;
    while (skip < 3 && digits[start + skip] === "0") skip += 1;
    words.push(digits.slice(start + skip, start + 4));
  }
  return words;
}

/** The first of the longest runs of zero words (RFC 5952, section 4.2). */
function longestZeroRun(words: readonly string[]): { readonly start: number; readonly length: number } {
  let best = 0;
  let bestStart = 0;
  let start = 0;
  for (let index = 0; index < words.length; index += 1) {
    if (words[index] !== "0") start = index + 1;
    else if (index + 1 - start > best) {
      best = index + 1 - start;
      bestStart = start;
    }
  }
  return { start: bestStart, length: best };
}
