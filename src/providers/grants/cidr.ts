/** Networks as numbers. */
export interface Network {
  readonly family: 4 | 6;
  readonly first: bigint;
  readonly prefix: number;
}

/** Null for what is no network; bits beyond the prefix are refused too. */
export function parseNetwork(text: string): Network | null {
  const match = /^([0-9a-fA-F:.]+)\/(0|[1-9]\d{0,2})$/.exec(text);
  const address = match?.[1] ?? "";
  const family = address.includes(":") ? 6 : 4;
  const value = family === 6 ? parseIpv6(address) : parseIpv4(address);
  const bits = family === 6 ? 128 : 32;
  const prefix = Number(match?.[2]);
  if (match === null || value === null || prefix > bits) return null;
  const hostBits = BigInt(bits - prefix);
  return (value >> hostBits) << hostBits === value ? { family, first: value, prefix } : null;
}

/** True where every address of `inner` is one of `outer`. */
export function contains(outer: Network, inner: Network): boolean {
  if (outer.family !== inner.family || outer.prefix > inner.prefix) return false;
  const hostBits = BigInt((outer.family === 6 ? 128 : 32) - outer.prefix);
  return inner.first >> hostBits === outer.first >> hostBits;
}

/** Networks share addresses only where one holds the other. */
export function touches(a: Network, b: Network): boolean {
  return contains(a, b) || contains(b, a);
}

function parseIpv4(text: string): bigint | null {
  const parts = text.split(".");
  if (parts.length !== 4 || !parts.every((part) => /^(0|[1-9]\d{0,2})$/.test(part) && Number(part) < 256)) return null;
  return parts.reduce((value, part) => value * 256n + BigInt(part), 0n);
}

function parseIpv6(text: string): bigint | null {
  const halves = text.split("::");
  if (halves.length > 2) return null;
  const [head = [], tail = []] = halves.map(groupsOf);
  if (head === null || tail === null) return null;
  const missing = 8 - head.length - tail.length;
  if (halves.length === 2 ? missing < 1 : missing !== 0) return null;
  const groups = [...head, ...Array.from({ length: missing }, () => 0), ...tail];
  return groups.reduce((value, group) => (value << 16n) | BigInt(group), 0n);
}

function groupsOf(text: string): readonly number[] | null {
  if (text === "") return [];
  const groups = text.split(":");
  return groups.every((group) => /^[0-9a-fA-F]{1,4}$/.test(group)) ? groups.map((group) => parseInt(group, 16)) : null;
}
