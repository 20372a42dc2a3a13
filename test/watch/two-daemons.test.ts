/** Two whole daemons on one estate: never two applies at once, nothing made twice, and in the end all is as the documents say. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Branch, writeBranch } from "../support/branch-of-folders.ts";
import { meetings, recordWorld } from "../support/recorded-world.ts";
import { seeded } from "../support/seeded.ts";
import { simulateClock } from "../support/simulated-clock.ts";
import { estateFile, hubFile, noPeer, peerFile } from "../support/state-files.ts";
import { runHost, type Scene } from "../support/two-hosts.ts";

const START = Date.UTC(2026, 2, 2, 9);
const MINUTE = 60_000;
const TROUBLED_MS = 12 * MINUTE;
/** What a daemon takes to see, to wait for a lease that nobody gave back, and to apply. */
const CALM_MS = 10 * MINUTE;
const at = (address: number): string => `10.8.0.${address}`;

let root: string;
let branch: Branch;
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), "reeve-hosts-"));
  const estate = estateFile(
    "  providers: { wireguard: {} }\n  safety: { maxDeletes: { percent: 100, atLeast: 20 }, modes: { WireGuardPeer: correct } }\n",
  );
  branch = writeBranch(join(root, "commits"), [
    { "desired-state/reeve.yaml": estate, "desired-state/hub.yaml": hubFile(root), ...peers(20), ...ends },
    { ...peers(40), ...peerFile("new-1", 140), ...peerFile("new-2", 141) },
    { ...peers(60), ...noPeer("new-1"), ...peerFile("new-3", 142) },
    { ...peers(80), ...peerFile("new-1", 160) },
  ]);
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

/** So many that an apply takes longer than a lease lasts that nobody renews. */
const NAMES = "alice bob carl dan eve fay gus hal ida jan kim leo mia ned ola pat".split(" ");
const peers = (from: number): Readonly<Record<string, string>> =>
  Object.assign({}, ...NAMES.map((name, index) => peerFile(name, from + index)));
/** Instants that may come in the middle of an apply. */
const ends = Object.assign(
  {},
  ...[2, 3, 5, 6].map((minute) =>
    peerFile(`ends-${minute}`, 200 + minute, `  expiresAt: ${new Date(START + minute * MINUTE).toISOString()}`),
  ),
) as Readonly<Record<string, string>>;

const IN_THE_END = {
  ...Object.fromEntries(NAMES.map((name, index) => [name, [at(80 + index)]])),
  "new-1": [at(160)],
  "new-2": [at(141)],
  "new-3": [at(142)],
};

/** Of every fourth the clocks are off too: then nobody can say who was right about an end. */
const setsClocks = (seed: number): boolean => seed % 4 === 0;

async function play(seed: number) {
  const random = seeded(seed * 7919);
  const clock = simulateClock(START, { waitsForFiles: true });
  const world = recordWorld(clock.milliseconds);
  // The newest commit, from its instant on.
  const pushed = branch.ids
    .map((_id, index) => START + (index === 0 ? 0 : random() * TROUBLED_MS))
    .toSorted((a, b) => a - b);
  const head = (): string => branch.ids[pushed.findLastIndex((instant) => instant <= clock.milliseconds())] ?? "";
  const troubledUntil = START + TROUBLED_MS;
  const burial = Promise.withResolvers<never>();
  burial.promise.catch(() => undefined);
  const scene: Scene = {
    clock,
    world,
    branch,
    head,
    troubledUntil,
    record: { current: null },
    endsAt: troubledUntil + CALM_MS,
    over: new AbortController(),
    quiet: {},
    burial: burial.promise,
    setsClocks: setsClocks(seed),
  };
  const moves = [1, 2].map((move) =>
    clock.sleep(random() * TROUBLED_MS).then(() => world.move(move === 1 ? "alice" : "carl", at(90 + move))),
  );
  const folder = join(root, String(seed));
  const [one, two] = await Promise.all([
    runHost(scene, "one", { folder: join(folder, "one"), seed: seed * 2 }),
    runHost(scene, "two", { folder: join(folder, "two"), seed: seed * 2 + 1 }),
    ...moves,
  ]);
  const faults = [...world.faults];
  burial.reject(new Error("buried"));
  await Promise.all([...one.graves, ...two.graves]);
  rmSync(folder, { recursive: true, force: true });
  const sum = (what: "kills" | "losses"): number => one.told[what] + two.told[what];
  return { world, faults, told: { kills: sum("kills"), losses: sum("losses") } };
}

interface Total {
  readonly kills: number;
  readonly losses: number;
  readonly applies: number;
}

/** What one seed's hour has come to: who met whom, what was made twice, what is there in the end. */
async function judge(seed: number): Promise<Total> {
  const { world, faults, told } = await play(seed);
  const end = Object.fromEntries([...world.made].filter(([name]) => !setsClocks(seed) || !name.startsWith("ends-")));
  expect({ seed, met: meetings(world.applies), faults, end }).toEqual({ seed, met: [], faults: [], end: IN_THE_END });
  return { ...told, applies: world.applies.filter(({ writes }) => writes.length > 0).length };
}

const EACH = 25;

test.each([0, 1, 2, 3, 4, 5, 6, 7])("seeded failures of either, 25 of 200: part %i", async (part) => {
  const all: Total[] = [];
  for (let seed = part * EACH + 1; seed <= (part + 1) * EACH; seed += 1) all.push(await judge(seed));
  const sum = (what: keyof Total): number => all.reduce((total, one) => total + one[what], 0);
  // So that it is no proof by idleness.
  expect([sum("kills") > EACH / 2, sum("losses") > EACH / 2, sum("applies") > EACH * 2]).toEqual([true, true, true]);
});
