import { execFileSync, type SpawnSyncReturns, spawnSync } from "node:child_process";
import { existsSync, rmSync } from "node:fs";
import { setTimeout } from "node:timers/promises";

let counter = 0;

/** At most 15 characters and unique on the machine: sockets of userspace WireGuard are not isolated by namespaces. */
export function uniqueName(prefix: string): string {
  counter += 1;
  return `${prefix}${process.pid.toString(36)}${counter.toString(36)}`;
}

/** A network namespace with loopback up. `dispose` takes it and every interface in it away. */
export interface NetworkNamespace {
  readonly name: string;
  /** Runs a command inside; throws with its stderr when it fails. */
  run(...command: readonly string[]): string;
  /** Runs a command inside and gives all of it back. */
  try(command: readonly string[], input?: string): SpawnSyncReturns<string>;
  dispose(): void;
}

export function makeNamespace(prefix = "rv"): NetworkNamespace {
  const name = uniqueName(prefix);
  execFileSync("ip", ["netns", "add", name]);
  execFileSync("ip", ["-n", name, "link", "set", "lo", "up"]);
  const inside = (command: readonly string[]): string[] => ["netns", "exec", name, ...command];
  return {
    name,
    run: (...command) => execFileSync("ip", inside(command), { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] }),
    try: (command, input = "") => spawnSync("ip", inside(command), { encoding: "utf8", input, maxBuffer: 1 << 28 }),
    dispose: () => {
      for (const link of wireguardLinks(name)) spawnSync("ip", ["-n", name, "link", "del", "dev", link]);
      spawnSync("ip", ["netns", "del", name]);
    },
  };
}

/** Two ends of a cable, each up in its namespace with its address. */
export function connect(
  a: NetworkNamespace,
  b: NetworkNamespace,
  cable: { readonly link: string; readonly addresses: readonly [string, string] },
): void {
  const { link, addresses } = cable;
  execFileSync("ip", ["link", "add", link, "netns", a.name, "type", "veth", "peer", "name", link, "netns", b.name]);
  for (const [space, address] of [
    [a, addresses[0]],
    [b, addresses[1]],
  ] as const) {
    execFileSync("ip", ["-n", space.name, "addr", "add", address, "dev", link]);
    execFileSync("ip", ["-n", space.name, "link", "set", link, "up"]);
  }
}

/** Starts a userspace WireGuard interface in a namespace; it ends when the interface is deleted. */
export async function startWireGuard(space: NetworkNamespace, link: string): Promise<void> {
  const started = spawnSync("ip", ["netns", "exec", space.name, "wireguard-go", link], { stdio: "ignore" });
  if (started.status !== 0) throw new Error(`wireguard-go ${link} failed`);
  for (let attempt = 0; attempt < 100; attempt += 1) {
    if (spawnSync("wg", ["show", link]).status === 0) return;
    await setTimeout(20);
  }
  throw new Error(`wireguard-go ${link} did not come up`);
}

/** As a daemon that was killed: the interface and the socket are gone. */
export function killWireGuard(link: string): void {
  rmSync(socketOf(link), { force: true });
}

export function hasSocket(link: string): boolean {
  return existsSync(socketOf(link));
}

function socketOf(link: string): string {
  return `/run/wireguard/${link}.sock`;
}

function wireguardLinks(namespace: string): readonly string[] {
  const listed = spawnSync("ip", ["-n", namespace, "-o", "link", "show"], { encoding: "utf8" }).stdout;
  const names = [...listed.matchAll(/^\d+: ([^:@]+)/gm)].map((match) => match[1] ?? "");
  return names.filter((name) => hasSocket(name));
}
