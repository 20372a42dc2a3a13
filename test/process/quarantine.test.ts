import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readQuarantine } from "../../src/providers/wireguard/quarantine.ts";
import { resolveTopology } from "../../src/providers/wireguard/topology.ts";
import { desiredOf, hub } from "../providers/wireguard/desired.ts";

const NOW = new Date("2026-11-24T12:00:00Z");
const folder = mkdtempSync(join(tmpdir(), "reeve-quarantine-"));
const root = join(folder, "repository");
const stateDir = join(root, "desired-state");
const topology = resolveTopology(
  desiredOf([
    hub("hub"),
    hub("brief", { addresses: ["10.9.0.1/24"], peers: { ...hub("x").spec.peers, quarantine: "2d" } }),
  ]),
);
afterAll(() => rmSync(folder, { recursive: true }));

function git(day: string, ...args: readonly string[]): void {
  const date = `${day}T00:00:00Z`;
  const who = { GIT_AUTHOR_NAME: "a", GIT_AUTHOR_EMAIL: "a@b", GIT_COMMITTER_NAME: "a", GIT_COMMITTER_EMAIL: "a@b" };
  const env = {
    ...process.env,
    ...who,
    GIT_COMMITTER_DATE: date,
    GIT_AUTHOR_DATE: date,
    GIT_CONFIG_GLOBAL: "/dev/null",
  };
  execFileSync("git", args, { cwd: root, env, stdio: "ignore" });
}

function write(file: string, ...peers: readonly (readonly [name: string, addresses: string])[]): void {
  const documents = peers.map(
    ([name, addresses]) =>
      `apiVersion: reeve.dev/v1\nkind: WireGuardPeer\nmetadata: { name: ${name} }\nspec:\n  hubs: [hub]\n  addresses: [${addresses}]\n`,
  );
  writeFileSync(join(stateDir, file), documents.join("---\n"));
}

function commit(day: string): void {
  git(day, "add", "-A");
  git(day, "commit", "-m", "x");
}

beforeAll(() => {
  mkdirSync(stateDir, { recursive: true });
  git("2026-09-01", "init", "-b", "main");
  write("old.yaml", ["old", "10.8.0.9"]);
  write("a.yaml", ["alice", "10.8.0.10/32"], ["bob", "10.8.0.11, 10.9.0.11"]);
  write("moved.yaml", ["carol", "10.8.0.12"]);
  write("gone.yaml", ["dave", "10.8.0.13"]);
  writeFileSync(join(stateDir, "odd.yaml"), "--- x\n-- y: [\nkind: WireGuardPeer\n");
  commit("2026-09-01");
  rmSync(join(stateDir, "old.yaml"));
  commit("2026-10-01");
  write("a.yaml", ["alice", "10.8.0.10"]);
  writeFileSync(join(stateDir, "odd.yaml"), "x: 1\n");
  commit("2026-11-20");
  git("2026-11-21", "checkout", "-b", "branch");
  rmSync(join(stateDir, "gone.yaml"));
  renameSync(join(stateDir, "moved.yaml"), join(stateDir, "here.yaml"));
  commit("2026-11-21");
  git("2026-11-22", "checkout", "main");
  git("2026-11-22", "merge", "--no-ff", "branch");
  write("a.yaml");
});

test("what removed peers had, until the hub's time is over; the working tree counts", async () => {
  const { quarantined, notices } = await readQuarantine({ root, stateDir, topology, now: NOW });
  expect(quarantined.map((one) => `${one.hub} ${one.address} ${one.peer} ${one.releasedAt.toISOString()}`)).toEqual([
    "hub 10.8.0.10 alice 2026-12-24T12:00:00.000Z",
    "hub 10.8.0.11 bob 2026-12-20T00:00:00.000Z",
    // Declared again in another file: allocation counts it as used.
    "hub 10.8.0.12 carol 2026-12-22T00:00:00.000Z",
    "hub 10.8.0.13 dave 2026-12-22T00:00:00.000Z",
  ]);
  expect(notices).toEqual([]);
});

test("without history there is a notice, not an error", async () => {
  const bare = join(folder, "bare");
  mkdirSync(bare);
  const none = await readQuarantine({ root: bare, stateDir: bare, topology, now: NOW });
  expect([none.quarantined, none.notices.length]).toEqual([[], 1]);
  const shallow = join(folder, "shallow");
  execFileSync("git", ["clone", "--depth", "1", `file://${root}`, shallow], { stdio: "ignore" });
  const one = await readQuarantine({ root: shallow, stateDir: join(shallow, "desired-state"), topology, now: NOW });
  expect(one.notices).toEqual([expect.stringContaining("shallow")]);
});

test("hubs that keep nothing back ask git nothing", async () => {
  const none = resolveTopology(desiredOf([hub("hub", { peers: { ...hub("x").spec.peers, quarantine: "0s" } })]));
  expect(await readQuarantine({ root: "/nonexistent", stateDir: "/nonexistent", topology: none, now: NOW })).toEqual({
    quarantined: [],
    notices: [],
  });
});
