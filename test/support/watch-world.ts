/** A daemon over a small world of its own: peers by name, a provider that keeps them, time that tests move. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { ownFolder } from "../../src/apply/workspace.ts";
import type { WireGuardPeerSpec } from "../../src/generated/documents.ts";
import type { ChangeDraft } from "../../src/plan/change.ts";
import type { Comparison, Desired, Session } from "../../src/providers/provider.ts";
import type { AnyProvider } from "../../src/providers/survey.ts";
import type { Clock } from "../../src/support/clock.ts";
import { type Daemon, openDaemon } from "../../src/watch/daemon.ts";
import type { ApplySetting } from "../../src/watch/decide.ts";
import { followFolder } from "../../src/watch/follow/follow-folder.ts";
import { fileLease } from "../../src/watch/lease/file-lease.ts";
import type { Lease } from "../../src/watch/lease/lease.ts";
import { estateFile, hubFile, peerFile } from "./state-files.ts";

export interface World {
  readonly root: string;
  readonly folder: string;
  /** What is there: addresses by the peer's name. */
  readonly live: Map<string, string>;
  /** Every call that went out, in order. */
  readonly calls: string[];
  /** Names that cannot be read, and those that cannot be written. */
  readonly unread: Set<string>;
  readonly failing: Set<string>;
  readonly log: string[];
  /** Milliseconds. */
  now: number;
  /** Called when the world is read. */
  onRead: () => void;
  /** Called before each write. */
  onWrite: (name: string) => void;
  daemon: Daemon;
  /** A state file, or null to take it away. */
  write(files: Readonly<Record<string, string | null>>): void;
  /** As if the process had been killed and started again. */
  restart(): void;
  /** Follows, and does one round. */
  turn(): Promise<string>;
  close(): void;
}

export interface WorldOptions {
  readonly modes?: string;
  readonly apply?: ApplySetting;
  readonly lease?: Lease;
  /** Of another kind, whose world has nothing in it and cannot be read as it should. */
  readonly beside?: AnyProvider;
}

const START = Date.UTC(2026, 2, 2, 9);

export function openWorld(options: WorldOptions = {}): World {
  const { modes = "WireGuardPeer: report", apply = "on-commit", lease, beside } = options;
  const root = mkdtempSync(join(tmpdir(), "reeve-watch-"));
  const stateDir = join(root, "desired-state");
  const folder = join(root, ".reeve", "watch");
  const live = new Map<string, string>();
  const clock: Clock = {
    now: () => new Date(world.now),
    // Time is moved by hand; whoever sleeps looks again and again.
    sleep: async (_milliseconds, signal) => {
      await setImmediate();
      signal?.throwIfAborted();
    },
  };
  const workspace = {
    stateDir,
    clock,
    calls: { send: <Out>(_label: string, request: () => Promise<Out>) => request() },
    progress: { step: () => undefined },
    signal: new AbortController().signal,
    environment: {},
  };
  const open = (): Daemon =>
    openDaemon({
      workspace: { ...workspace, providers: [peersOf(world), ...(beside === undefined ? [] : [beside])] },
      follower: followFolder({ stateDir, folder, clock }),
      lease: lease ?? fileLease(ownFolder({ stateDir }), clock),
      apply,
      folder,
      log: (event, fields) => void world.log.push(`${event} ${JSON.stringify(fields ?? {})}`),
    });
  const world: World = {
    root,
    folder,
    live,
    calls: [],
    unread: new Set(),
    failing: new Set(),
    log: [],
    now: START,
    onRead: () => undefined,
    onWrite: () => undefined,
    daemon: undefined as never,
    write: (files) => writeFiles(root, files),
    restart: () => void (world.daemon = open()),
    turn: async () => {
      await world.daemon.follow();
      return (await world.daemon.round()).result;
    },
    close: () => rmSync(root, { recursive: true, force: true }),
  };
  const estate = estateFile(`  providers: { wireguard: {} }\n  safety: { modes: { ${modes} } }\n`);
  world.write({
    "desired-state/reeve.yaml": estate,
    "desired-state/hub.yaml": hubFile(root),
    ...peerFile("alice", 20),
  });
  world.daemon = open();
  return world;
}

/** A world in which alice and bob are there as declared. */
export async function settledWorld(options: WorldOptions = {}): Promise<World> {
  const world = openWorld({ ...options, apply: "on-commit" });
  world.write(peerFile("bob", 21));
  const result = await world.turn();
  if (result !== "settled") throw new Error(result);
  world.calls.length = 0;
  return world;
}

function writeFiles(root: string, files: Readonly<Record<string, string | null>>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    if (text === null) rmSync(join(root, path), { force: true });
    else writeFileSync(join(root, path), text);
  }
}

/** Peers of `world.live`; one that has expired is not wanted any more. */
function peersOf(world: World): AnyProvider {
  return {
    name: "wireguard",
    kinds: ["WireGuardHub", "WireGuardPeer"],
    check: () => [],
    openReader: () => null,
    openWriter: () => null,
    observe: async () => {
      world.onRead();
      return new Map(world.live);
    },
    compare: (desired, observation, now) => comparePeers(world, { desired, now }, observation as World["live"]),
    async *apply({ changes }, _writer, session: Session) {
      for (const { address, name, action, fields } of changes) {
        if (session.signal.aborted) return;
        await session.calls.send(`${action} ${name}`, async () => {
          world.onWrite(name);
          if (!world.failing.has(name)) world.calls.push(`${action} ${name}`);
        });
        if (world.failing.has(name)) {
          yield { status: "failed", address, message: "no", failure: "retryable", next: "again" };
          continue;
        }
        if (action === "delete") world.live.delete(name);
        else world.live.set(name, typeof fields[0]?.after === "string" ? fields[0].after : "");
        yield { status: "done", address, message: "ok" };
      }
    },
  };
}

export interface Wanted {
  readonly desired: Desired;
  readonly now: Date;
}

/** Pure: peers that are declared and have not ended, against addresses by name. */
export function comparePeers(
  world: Pick<World, "unread">,
  { desired, now }: Wanted,
  live: ReadonlyMap<string, string>,
): Comparison {
  const peers = desired.resources.filter(({ kind }) => kind === "WireGuardPeer");
  const endings = peers.map(({ spec }) => Date.parse((spec as WireGuardPeerSpec).expiresAt ?? ""));
  const wanted = new Map(
    peers
      .filter((_peer, index) => !((endings[index] ?? Number.NaN) <= now.getTime()))
      .map(({ name, spec }) => [name, (spec as WireGuardPeerSpec).addresses?.join() ?? ""]),
  );
  const names = [...new Set([...wanted.keys(), ...live.keys()])].filter((name) => !world.unread.has(name)).toSorted();
  const next = endings.filter((end) => end > now.getTime()).toSorted((a, b) => a - b)[0];
  return {
    changes: names.flatMap((name) => changeOf(name, live.get(name), wanted.get(name)) ?? []),
    foreign: [],
    ignored: [],
    findings: [],
    unread: peers.filter(({ name }) => world.unread.has(name)).map(({ address }) => address),
    nextChangeAt: next === undefined ? null : new Date(next),
    standings: peers.map(({ address, name }) => ({ address, state: live.has(name) ? "There" : "Absent", details: {} })),
    managed: { WireGuardPeer: live.size },
  };
}

function changeOf(name: string, before: string | undefined, after: string | undefined): ChangeDraft | null {
  if (before === after) return null;
  const action = before === undefined ? "create" : after === undefined ? "delete" : "update";
  return {
    address: `WireGuardPeer/${name}`,
    kind: "WireGuardPeer",
    name,
    action,
    fields: [{ path: "addresses", before: before ?? null, after: after ?? null }],
    reason: action,
    disruption: action === "delete" ? "destroys" : "none",
    impact: [],
    waitsFor: [],
    source: null,
    basis: null,
  };
}
