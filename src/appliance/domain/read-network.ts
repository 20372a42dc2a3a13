/** Reads what `network.ts` understands, where it may be read. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { joinNetworks, type Network, readDhclientLeases, readNetworkdLease, readResolvConf } from "./network.ts";

type Reader = (text: string) => Network;

/** A folder stands for all files in it. */
const PLACES: readonly (readonly [string, Reader])[] = [
  ["/etc/resolv.conf", readResolvConf],
  ["/run/systemd/resolve/resolv.conf", readResolvConf],
  ["/run/systemd/netif/leases", readNetworkdLease],
  ["/var/lib/NetworkManager", readNetworkdLease],
  ["/var/lib/dhcp", readDhclientLeases],
];

export function readNetwork(root = "/"): Network {
  return joinNetworks(PLACES.flatMap(([path, read]) => filesAt(join(root, path)).map((file) => read(textOf(file)))));
}

function filesAt(path: string): readonly string[] {
  try {
    return readdirSync(path)
      .filter((name) => name.endsWith(".lease") || name.endsWith(".leases") || /^\d+$/.test(name))
      .toSorted()
      .map((name) => join(path, name));
  } catch {
    return [path];
  }
}

/** What may not be read, or is not there, says nothing. */
function textOf(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
