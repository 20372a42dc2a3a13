import { BlockList, isIP } from "node:net";

interface Block {
  readonly network: string;
  readonly prefix: number;
  readonly family: "ipv4" | "ipv6";
  readonly list: BlockList;
  /** Addresses that have been asked for. */
  readonly answers: Map<string, boolean>;
}

/** Whether an address lies in a block such as `10.0.0.0/8`; false for what is neither. */
export function inBlock(cidr: string, address: string): boolean {
  const block = blockOf(cidr);
  if (block === undefined) return false;
  const answer = block.answers.get(address) ?? holds(block, address);
  if (block.answers.size < MOST_KNOWN) block.answers.set(address, answer);
  return answer;
}

function holds({ network, list, family }: Block, address: string): boolean {
  return isIP(address) === isIP(network) && list.check(address, family);
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
  return { network, prefix, family, list, answers: new Map() };
}
