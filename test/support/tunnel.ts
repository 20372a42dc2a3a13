import { type ChildProcess, execFileSync, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface, type Interface } from "node:readline";
import { setTimeout } from "node:timers/promises";
import { connect, makeNamespace, type NetworkNamespace, startWireGuard, uniqueName } from "./netns.ts";

/** A WireGuard client in a namespace of its own, cabled to the hub's. */
export interface Client {
  readonly space: NetworkNamespace;
  readonly link: string;
  readonly publicKey: string;
  /** Makes another key, not used yet; its public half. */
  makeNextKey(): string;
  /** What a person does when the client file with the next key arrives. */
  switchKey(): void;
  dial(hubKey: string, settings?: { readonly keepalive?: number }): void;
  pings(address: string): boolean;
  dispose(): void;
}

export interface ClientPlan {
  readonly folder: string;
  readonly hub: NetworkNamespace;
  /** Makes the cable's network unique. */
  readonly number: number;
  readonly addresses: readonly string[];
}

export async function makeClient({ folder, hub, number, addresses }: ClientPlan): Promise<Client> {
  const space = makeNamespace("rp");
  const link = uniqueName("rp");
  const cable = uniqueName("c");
  connect(hub, space, { link: cable, addresses: [`192.0.2.${number * 4 + 1}/30`, `192.0.2.${number * 4 + 2}/30`] });
  await startWireGuard(space, link);
  const [key, next] = [join(folder, `${link}.key`), join(folder, `${link}.next`)];
  const publicKey = makeKey(key);
  execFileSync("wg", ["set", link, "private-key", key]);
  for (const address of addresses) space.run("ip", "addr", "add", address, "dev", link);
  space.run("ip", "link", "set", link, "up");
  return {
    space,
    link,
    publicKey,
    makeNextKey: () => makeKey(next),
    switchKey: () => void execFileSync("wg", ["set", link, "private-key", next]),
    dial: (hubKey, { keepalive = 0 } = {}) => {
      const endpoint = `192.0.2.${number * 4 + 1}:51820`;
      const peer = ["peer", hubKey, "endpoint", endpoint, "allowed-ips", "10.8.0.0/16,fd00:8::/64,10.20.0.0/16"];
      execFileSync("wg", ["set", link, ...peer, "persistent-keepalive", String(keepalive)]);
    },
    pings: (address) => pings(space, address),
    dispose: () => space.dispose(),
  };
}

export function pings(space: NetworkNamespace, address: string): boolean {
  return space.try(["ping", "-c", "1", "-W", "5", address]).status === 0;
}

function makeKey(file: string): string {
  const key = execFileSync("wg", ["genkey"], { encoding: "utf8" });
  writeFileSync(file, key, { mode: 0o600 });
  return execFileSync("wg", ["pubkey"], { input: key, encoding: "utf8" }).trim();
}

/** What one stretch of traffic counted. */
export interface Count {
  readonly sent: number;
  readonly lost: readonly number[];
}

/** Numbered packets through the tunnel and back, each counted. */
export interface Traffic {
  during(work: () => Promise<void>): Promise<Count>;
  stop(): void;
}

export interface TrafficPlan {
  readonly from: NetworkNamespace;
  readonly to: NetworkNamespace;
  readonly address: string;
  readonly perSecond: number;
  readonly port: number;
}

/** Traffic before and after the work, so that both edges of it are counted. */
const MARGIN_MS = 150;

export async function startTraffic(plan: TrafficPlan): Promise<Traffic> {
  const echo = await startRole(plan.to, ["echo", plan.address, String(plan.port)]);
  const sender = await startRole(plan.from, ["send", plan.address, String(plan.port), String(plan.perSecond)]);
  const say = (line: string): void => void sender.child.stdin?.write(`${line}\n`);
  return {
    during: async (work) => {
      const answer = once(sender.lines, "line") as Promise<[string]>;
      say("start");
      try {
        await setTimeout(MARGIN_MS);
        await work();
        await setTimeout(MARGIN_MS);
      } finally {
        say("stop");
        await answer;
      }
      return JSON.parse((await answer)[0]) as Count;
    },
    stop: () => {
      for (const { child } of [sender, echo]) child.kill();
    },
  };
}

async function startRole(
  space: NetworkNamespace,
  words: readonly string[],
): Promise<{ readonly child: ChildProcess; readonly lines: Interface }> {
  const program = [process.execPath, join(import.meta.dirname, "tunnel-traffic.ts"), ...words];
  const child = spawn("ip", ["netns", "exec", space.name, ...program], { stdio: ["pipe", "pipe", "inherit"] });
  const lines = createInterface({ input: child.stdout });
  await once(lines, "line");
  putFirst(child.pid ?? 0);
  return { child, lines };
}

/** The daemon of an interface, and whatever else measures, runs before all else: a busy machine must not lose packets. */
export function putDaemonFirst(link: string): void {
  const pid = readdirSync("/proc").find(
    (entry) => /^\d+$/.test(entry) && commandOf(entry) === `wireguard-go\0${link}\0`,
  );
  putFirst(Number(pid));
}

function commandOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8");
  } catch {
    return "";
  }
}

function putFirst(pid: number): void {
  const done = spawnSync("chrt", ["--all-tasks", "--rr", "--pid", "10", String(pid)], { stdio: "ignore" });
  if (done.status !== 0) spawnSync("renice", ["-n", "-15", "-p", String(pid)], { stdio: "ignore" });
}
