import { BlockList, isIP, isIPv4 } from "node:net";

interface Block {
  readonly network: string;
  readonly prefix: number;
  readonly family: "ipv4" | "ipv6";
  readonly list: BlockList;
}

/** Whether an address lies in a block such as `10.0.0.0/8`; false for what is neither. */
export function inBlock(cidr: string, address: string): boolean {
  const block = blockOf(cidr);
  const family = isIP(address);
  if (block === undefined || family === 0 || (family === 4) !== isIPv4(block.network)) return false;
  return block.list.check(address, block.family);
}

/** Whether every address of one block lies in the other. */
export function blockWithin(inner: string, outer: string): boolean {
  const small = blockOf(inner);
  const large = blockOf(outer);
  return small !== undefined && large !== undefined && small.prefix >= large.prefix && inBlock(outer, small.network);
}

/** The same few blocks are asked about for every pair of pods. */
const known = new Map<string, Block | undefined>();
const MOST_KNOWN = 10_000;

function blockOf(cidr: string): Block | undefined {
  if (known.has(cidr)) return known.get(cidr);
  if (known.size >= MOST_KNOWN) known.clear();
  const block = parseBlock(cidr);
  known.set(cidr, block);
  return block;
}

function parseBlock(cidr: string): Block | undefined {
  const [network = "", length] = cidr.split("/");
  const widest = isIP(network) === 4 ? 32 : 128;
  const prefix = length === undefined ? widest : Number(length);
  if (isIP(network) === 0 || !Number.isInteger(prefix) || prefix < 0 || prefix > widest) return undefined;
  const family = widest === 32 ? "ipv4" : "ipv6";
  const list = new BlockList();
  list.addSubnet(network, prefix, family);
  return { network, prefix, family, list };
}
