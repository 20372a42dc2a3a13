import { BlockList, isIP, isIPv4 } from "node:net";

/** Whether an address lies in a block such as `10.0.0.0/8`; false for what is neither. */
export function inBlock(cidr: string, address: string): boolean {
  const block = blockOf(cidr);
  const family = isIP(address);
  if (block === undefined || family === 0 || (family === 4) !== isIPv4(block.network)) return false;
  const list = new BlockList();
  list.addSubnet(block.network, block.prefix, family === 4 ? "ipv4" : "ipv6");
  return list.check(address, family === 4 ? "ipv4" : "ipv6");
}

/** Whether every address of one block lies in the other. */
export function blockWithin(inner: string, outer: string): boolean {
  const small = blockOf(inner);
  const large = blockOf(outer);
  return small !== undefined && large !== undefined && small.prefix >= large.prefix && inBlock(outer, small.network);
}

function blockOf(cidr: string): { readonly network: string; readonly prefix: number } | undefined {
  const [network = "", length] = cidr.split("/");
  const family = isIP(network);
  const widest = family === 4 ? 32 : 128;
  const prefix = length === undefined ? widest : Number(length);
  return family !== 0 && Number.isInteger(prefix) && prefix >= 0 && prefix <= widest ? { network, prefix } : undefined;
}
