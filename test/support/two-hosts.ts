/** Whole daemons on one estate, in simulated time, each killed, strained and cut off as its seed says. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Calls } from "../../src/support/calls.ts";
import type { Clock } from "../../src/support/clock.ts";
import { type Daemon, openDaemon } from "../../src/watch/daemon.ts";
import { keepWatch, openWaker } from "../../src/watch/keep-watch.ts";
import { isTaken, type Lease } from "../../src/watch/lease/lease.ts";
import { recordLease } from "../../src/watch/lease/record-lease.ts";
import type { LastRound } from "../../src/watch/status.ts";
import type { Branch } from "./branch-of-folders.ts";
import { faultyLeaseStore, type SharedRecord } from "./faulty-lease-store.ts";
import type { Apply, RecordedWorld } from "./recorded-world.ts";
import { type Random, seeded } from "./seeded.ts";
import type { SimulatedClock } from "./simulated-clock.ts";

const DURATION_MS = 60_000;
/** The promise of whoever makes calls: none of them takes longer. */
const LONGEST_CALL_MS = 19_000;

export interface Scene {
  readonly clock: SimulatedClock;
  readonly world: RecordedWorld;
  readonly branch: Branch;
  readonly record: SharedRecord;
  /** The newest commit. */
  readonly head: () => string;
  /** Whether the hosts' clocks are among what goes wrong. */
  readonly setsClocks: boolean;
  /** Until then things go wrong. */
  readonly troubledUntil: number;
  /** Aborted at the end: when all hosts have found nothing to do after that, or else at `endsAt`. */
  readonly over: AbortController;
  readonly endsAt: number;
  /** Rounds of each host, since then, that found nothing to do. */
  readonly quiet: Record<string, number>;
  /** Rejects when all is over: then the dead may close what they had open. */
  readonly burial: Promise<never>;
}

/** What one host is, whichever of its processes runs. */
interface Host {
  readonly scene: Scene;
  readonly name: string;
  readonly folder: string;
  readonly random: Random;
  /** What its clock is off by: it is set now and then. */
  offset: number;
  /** What has become of it. */
  readonly told: Record<"kills" | "losses", number>;
}

/** One process of a host. After its death none of its doors ever answers, as the process would not. */
interface Life {
  readonly by: string;
  readonly dies: PromiseWithResolvers<void>;
  isDead: boolean;
  apply: Apply | null;
}

export interface HostRun {
  readonly told: Host["told"];
  /** Of the dead, once they are buried. */
  readonly graves: readonly Promise<unknown>[];
}

/** Runs the host to the end of the scene, process after process. */
export async function runHost(
  scene: Scene,
  name: string,
  options: { readonly folder: string; readonly seed: number },
): Promise<HostRun> {
  const told = { kills: 0, losses: 0 };
  const graves: Promise<unknown>[] = [];
  scene.quiet[name] = 0;
  const host: Host = { scene, name, folder: options.folder, random: seeded(options.seed), offset: 0, told };
  for (let count = 0; !scene.over.signal.aborted; count += 1) {
    const life: Life = { by: `${name}-${count}`, dies: Promise.withResolvers(), isDead: false, apply: null };
    const lived = live(host, life);
    await Promise.race([lived, life.dies.promise]);
    if (!life.isDead) break;
    graves.push(lived.catch(() => undefined));
    told.kills += 1;
    await scene.clock.sleep(host.random() * 10_000);
  }
  return { told, graves };
}

async function live(host: Host, life: Life): Promise<void> {
  const { scene, random } = host;
  const { signal } = scene.over;
  const [steady, wall] = [strainedClock(host, life, () => 0), strainedClock(host, life, () => host.offset)];
  const daemon = openDaemonOf({ host, life, steady, wall });
  const watching = keepWatch({
    daemon: { ...daemon, follow: () => (signal.aborted ? Promise.resolve(false) : daemon.follow()) },
    pace: { pollMs: 30_000, intervalMs: 30_000 },
    time: steady,
    world: wall,
    random,
    signal,
    waker: openWaker(),
    onRound: ({ result }) => noteRound(host, result),
  });
  await Promise.all([watching, endOf(scene)]);
}

/** The one before may have begun in trouble. */
const QUIET_ROUNDS = 2;

function noteRound({ scene, name }: Host, result: LastRound["result"]): void {
  if (isTroubled(scene) || result !== "settled") return;
  scene.quiet[name] = (scene.quiet[name] ?? 0) + 1;
  if (Object.values(scene.quiet).every((rounds) => rounds >= QUIET_ROUNDS)) scene.over.abort(new Error("over"));
}

async function endOf({ clock, endsAt, over }: Scene): Promise<void> {
  await clock.sleep(endsAt - clock.milliseconds(), over.signal).catch(() => undefined);
  if (!over.signal.aborted) over.abort(new Error("over"));
}

interface Parts {
  readonly host: Host;
  readonly life: Life;
  readonly steady: Clock;
  readonly wall: Clock;
}

function openDaemonOf({ host, life, steady, wall }: Parts): Daemon {
  const { scene, folder, random } = host;
  mkdirSync(folder, { recursive: true });
  return openDaemon({
    workspace: {
      stateDir: join(folder, "desired-state"),
      providers: [scene.world.provider()],
      clock: wall,
      calls: callsOf(host, life, steady),
      progress: { step: () => undefined },
      signal: new AbortController().signal,
      environment: {},
    },
    follower: scene.branch.follower(folder, async () => {
      await steady.sleep(random() * 300);
      const at = scene.head();
      if (happens(host, 0.15)) throw new Error("the remote does not answer");
      await steady.sleep(happens(host, 0.05) ? random() * 120_000 : random() * 300);
      return at;
    }),
    lease: toldLease(host, life, leaseOf(host, life, steady)),
    apply: "on-commit",
    folder: join(folder, "own"),
    log: () => undefined,
  });
}

/** Its store is out of reach for minutes now and then, for this host alone. */
function leaseOf({ scene, random }: Host, life: Life, clock: Clock): Lease {
  let downUntil = 0;
  const badness = (): number => {
    if (!isTroubled(scene)) return 0;
    const now = scene.clock.milliseconds();
    if (now > downUntil && random() < 0.04) downUntil = now + random() * 180_000;
    return now < downUntil ? 10 : 0.3;
  };
  const store = faultyLeaseStore(scene.record, clock, { random, badness });
  return recordLease({ store, description: "", holder: life.by, clock, durationMs: DURATION_MS });
}

/** The world is told when an apply begins and ends. */
function toldLease(host: Host, life: Life, lease: Lease): Lease {
  return {
    ...lease,
    take: async (signal) => {
      const taken = await lease.take(signal);
      if (!isTaken(taken)) return taken;
      life.apply = host.scene.world.begin(life.by);
      taken.lost.addEventListener("abort", () => void (host.told.losses += life.apply === null ? 0 : 1));
      return {
        ...taken,
        release: async (commit) => {
          life.apply = null;
          await taken.release(commit);
        },
      };
    },
  };
}

function isTroubled({ clock, troubledUntil }: Scene): boolean {
  return clock.milliseconds() < troubledUntil;
}

function happens({ scene, random }: Host, chance: number): boolean {
  return random() < chance && isTroubled(scene);
}

/** Kill -9, and for ever. */
async function mayDie(host: Host, life: Life, chance: number): Promise<void> {
  if (!life.isDead && happens(host, chance)) {
    life.isDead = true;
    life.dies.resolve();
  }
  if (life.isDead) await host.scene.burial;
}

/** Sleeps are too long now and then, as on a host that swaps; the clock is set back or ahead; a killed process never wakes up. */
function strainedClock(host: Host, life: Life, offset: () => number): Clock {
  const { clock } = host.scene;
  return {
    now: () => new Date(clock.milliseconds() + (isTroubled(host.scene) ? offset() : 0)),
    sleep: async (milliseconds, signal) => {
      const strain = happens(host, 0.02) ? host.random() * 120_000 : 0;
      if (happens(host, 0.02) && host.scene.setsClocks) host.offset = (host.random() - 0.5) * 7_200_000;
      try {
        await clock.sleep(milliseconds + strain, signal);
      } finally {
        await mayDie(host, life, 0.002);
      }
    },
  };
}

/** A call that has gone out lands in time or is lost, whatever becomes of whoever made it. */
function callsOf(host: Host, life: Life, steady: Clock): Calls {
  const { scene, random } = host;
  return {
    send: async (label, request) => {
      await mayDie(host, life, 0.004);
      const landed = label === "read" ? () => undefined : scene.world.sent(life.apply, label);
      const longest = label !== "read" && happens(host, 0.7) ? LONGEST_CALL_MS : 1000;
      const isLost = happens(host, 0.03);
      const landing = scene.clock.sleep(((1 + random()) * longest) / 4).then(async () => {
        landed();
        if (isLost) throw new Error("lost on the way");
        return request();
      });
      const answer = landing.then(async (out) => {
        await scene.clock.sleep(((1 + random()) * longest) / 4);
        return out;
      });
      await Promise.allSettled([answer, mayDie(host, life, 0.008)]);
      if (happens(host, 0.03)) await steady.sleep(random() * 90_000);
      await mayDie(host, life, 0.004);
      if (happens(host, 0.03)) throw new Error("carried out, answer lost");
      return answer;
    },
  };
}
