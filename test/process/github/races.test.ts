/** Several at once, and what comes of an apply that was not done: nothing is lost, nothing is done twice or unseen. */
import { expect, test } from "vitest";
import type { Clock } from "../../../src/support/clock.ts";
import { systemClock } from "../../../src/support/system-clock.ts";
import { type Loop, openLoop } from "../../support/github-loop.ts";
import { checksOf, keptComment, lastCheck, trackingIssues } from "../../support/github-sight.ts";
import { noPeer, peerFile } from "../../support/state-files.ts";

const LOCK = "refs/reeve/apply-lock/robco";

/** Proposed, planned and merged; where the branch was before, and where it is now. */
async function merge(loop: Loop, branch: string, files: Readonly<Record<string, string | null>>) {
  const { number } = await loop.propose(branch, files);
  const before = await loop.github.headOf("main");
  return { number, before, merged: await loop.github.merge(number, "squash", "ada") };
}

async function lockEntry({ github }: Loop): Promise<Readonly<Record<string, unknown>>> {
  const { refs } = await github.state();
  const text = await github.repo.git.out("show", "--no-patch", "--format=%B", refs[LOCK] ?? "");
  return JSON.parse(text) as Readonly<Record<string, unknown>>;
}

/** What a run that died has left. */
async function heldLock({ github }: Loop, until: Date): Promise<void> {
  const entry = { state: "held", owner: { run: "1.1", url: "https://github.test/run/1", actor: "zoe" }, until };
  const tree = await github.repo.git.writeTree(null, []);
  const person = { name: "zoe", email: "zoe@example.com", date: new Date() };
  const message = JSON.stringify(entry);
  const commit = await github.repo.git.writeCommit({ tree, parents: [], message, author: person, committer: person });
  await github.repo.git.run(["update-ref", LOCK, commit]);
}

test("two pull requests merged before one apply: both are done, the first one's run leaves it to the second's", async () => {
  await using loop = await openLoop();
  const first = await loop.propose("one", peerFile("carol", 12));
  const second = await loop.propose("two", peerFile("dora", 13));
  const before = await loop.github.headOf("main");
  const middle = await loop.github.merge(first.number, "merge", "ada");
  const event = await loop.github.events.push(before, "ada");
  const tip = await loop.github.merge(second.number, "rebase", "ada");

  const early = await loop.apply(before, { event });
  expect(early).toMatchObject({ code: 0 });
  expect(early.out).toContain(`moved on to ${tip}`);
  expect(loop.live()).not.toContain("10.8.0.12/32");

  expect((await loop.apply(middle)).code).toBe(0);
  expect(loop.live()).toMatch(/10\.8\.0\.12\/32[^]*10\.8\.0\.13\/32/);
  for (const { number } of [first, second]) expect(await keptComment(loop, number, "apply:robco")).toContain("2 done");
  expect(await loop.changesNow()).toEqual([]);
});

test("GitHub drops a run that waits when a newer one comes: the newer one does both", async () => {
  await using loop = await openLoop();
  const first = await merge(loop, "one", peerFile("carol", 12));
  expect((await loop.apply(first.before)).code).toBe(0);
  await merge(loop, "dropped", peerFile("dora", 13));
  const last = await merge(loop, "last", peerFile("emil", 14));
  const { code, out } = await loop.apply(last.before);
  expect(code).toBe(0);
  expect(out).toContain("2 changes, 2 done");
  expect(await loop.changesNow()).toEqual([]);
});

test("a failed apply is retried by the next push: everything since the last one that was done", async () => {
  await using loop = await openLoop({ peers: { alice: 10, bert: 11 } });
  const failing = { PATH: "/nowhere" };
  const first = await merge(loop, "one", peerFile("carol", 12));
  const broken = await loop.apply(first.before, { environment: failing });
  expect(broken.code).not.toBe(0);
  expect(loop.live()).not.toContain("10.8.0.12/32");
  expect(await trackingIssues(loop)).toMatchObject([{ state: "open" }]);
  expect((await lastCheck(loop, first.merged, "reeve apply"))?.conclusion).not.toBe("success");

  const second = await merge(loop, "two", peerFile("dora", 13));
  expect((await loop.apply(second.before)).code).toBe(0);
  expect(loop.live()).toMatch(/10\.8\.0\.12\/32[^]*10\.8\.0\.13\/32/);
  expect(await trackingIssues(loop)).toMatchObject([{ state: "closed" }]);
  expect(await keptComment(loop, first.number, "apply:robco")).toContain("2 done");
});

test("a push without a pull request is held and named; another apply does not slip it in", async () => {
  await using loop = await openLoop();
  const before = await loop.github.headOf("main");
  await loop.github.pushTo("main", peerFile("mallory", 66), { by: "bob" });
  const pushed = await loop.apply(before);
  expect(pushed.code).toBe(1);
  expect(pushed.out).toMatch(/held +WireGuardPeer\/mallory/);
  const { before: then } = await merge(loop, "one", peerFile("carol", 12));
  expect((await loop.apply(then)).code).toBe(1);
  expect(loop.live()).toContain("10.8.0.12/32");
  expect(loop.live()).not.toContain("10.8.0.66/32");
  expect((await trackingIssues(loop))[0]?.body).toContain("WireGuardPeer/mallory");

  // Taken back by a pull request: nothing is left to hold.
  const { before: last } = await merge(loop, "back", noPeer("mallory"));
  expect((await loop.apply(last)).code).toBe(0);
  expect(await trackingIssues(loop)).toMatchObject([{ state: "closed" }]);
});

test("a lock that another run holds: nothing is applied, the holder is named everywhere, the next apply does both", async () => {
  await using loop = await openLoop();
  await heldLock(loop, new Date(Date.now() + 3_000_000));
  const { before, merged } = await merge(loop, "one", peerFile("carol", 12));
  const refused = await loop.apply(before);
  expect(refused.code).toBe(1);
  expect(refused.err).toContain("held by zoe (https://github.test/run/1)");
  expect(loop.live()).not.toContain("10.8.0.12/32");
  expect(await lastCheck(loop, merged, "reeve apply")).toMatchObject({ conclusion: "failure" });
  expect((await trackingIssues(loop))[0]?.body).toContain("zoe");
  expect(await lockEntry(loop)).toMatchObject({ state: "held", owner: { actor: "zoe" } });

  await heldLock(loop, new Date(0));
  expect((await loop.apply(before)).code).toBe(0);
  expect(loop.live()).toContain("10.8.0.12/32");
  expect(await lockEntry(loop)).toMatchObject({ state: "released" });
  expect(await trackingIssues(loop)).toMatchObject([{ state: "closed" }]);
});

test("a lock whose time is over is taken, and keeps its history", async () => {
  await using loop = await openLoop();
  await heldLock(loop, new Date("2027-01-01T00:00:00Z"));
  const { before } = await merge(loop, "one", peerFile("carol", 12));
  const later = { ...systemClock, now: () => new Date("2027-01-01T00:00:01Z") };
  expect((await loop.apply(before, { clock: later })).code).toBe(0);
  const { refs } = await loop.github.state();
  expect(await loop.github.repo.git.out("rev-list", "--count", refs[LOCK] ?? "")).toBe("3");
});

test("the lock is unreadable: it counts as held until a person frees it", async () => {
  await using loop = await openLoop();
  await loop.github.repo.git.run(["update-ref", LOCK, await loop.github.headOf("main")]);
  const { before } = await merge(loop, "one", peerFile("carol", 12));
  const { code, err } = await loop.apply(before);
  expect(code).toBe(1);
  expect(err).toContain("something that Reeve did not write");
});

test("two applies at once, without the workflow's own queue: one works, the other does nothing", async () => {
  await using loop = await openLoop();
  const { before } = await merge(loop, "one", peerFile("carol", 12));
  const both = await Promise.all([loop.apply(before), loop.apply(before)]);
  expect(both.some(({ code }) => code === 0)).toBe(true);
  for (const { code, err } of both) if (code !== 0) expect(err).toContain("apply lock");
  expect(await loop.changesNow()).toEqual([]);
});

test("the branch moves on while the lock is waited for: the newer commit's run does it", async () => {
  await using loop = await openLoop();
  const { before, merged } = await merge(loop, "one", peerFile("carol", 12));
  loop.github.before("POST /repos/{owner}/{repo}/git/refs", () => loop.github.pushTo("main", { "a.txt": "a\n" }));
  const { code, out } = await loop.apply(before);
  expect(code).toBe(0);
  expect(out).toContain("Nothing is done here");
  expect(await lastCheck(loop, merged, "reeve apply")).toMatchObject({ conclusion: "neutral" });
  expect((await loop.apply(merged)).code).toBe(0);
  expect(loop.live()).toContain("10.8.0.12/32");
});

test("open pull requests that touch what was applied are planned again; others, and strangers', are not", async () => {
  await using loop = await openLoop();
  const { github } = loop;
  const same = await loop.propose("same", peerFile("alice", 20));
  const failed = await loop.propose("failed", {
    ...peerFile("alice", 21),
    "desired-state/bad.yaml": "kind: Nothing\n",
  });
  const other = await loop.propose("other", peerFile("bert", 30));
  const fork = await github.openPull({ branch: "f", author: "mallory", isFork: true, files: peerFile("alice", 22) });
  await loop.plan(fork.number);
  const { before } = await merge(loop, "one", peerFile("alice", 40));
  github.clearLog();
  expect((await loop.apply(before)).code).toBe(0);
  const reruns = github.writes().filter((write) => write.endsWith("/rerun"));
  expect(reruns).toEqual([`POST /actions/runs/${same.run.id}/rerun`]);
  expect([failed.code, other.code]).toEqual([1, 0]);
});

test("a pull request that cannot be planned again does not fail what is applied", async () => {
  await using loop = await openLoop();
  await loop.propose("same", peerFile("alice", 20));
  const { before, merged } = await merge(loop, "one", peerFile("alice", 40));
  loop.github.inject({
    operation: "POST /repos/{owner}/{repo}/actions/runs/{run_id}/rerun",
    kind: "unavailable",
    times: 9,
  });
  const { code, err } = await loop.apply(before);
  expect(code).toBe(0);
  expect(err).toContain("could not be planned again");
  expect(await checksOf(loop, merged, "reeve apply")).toMatchObject([{ conclusion: "success" }]);
});

test("only the default branch is applied, whatever a workflow says", async () => {
  await using loop = await openLoop();
  const { before } = await merge(loop, "one", peerFile("carol", 12));
  const event = await loop.github.events.push(before, "bob");
  const payload = { ...event.payload, ref: "refs/heads/evil" };
  const { code, err } = await loop.apply(before, { event: { ...event, payload } });
  expect(code).toBe(1);
  expect(err).toContain("evil is not the default branch");
  expect(loop.live()).not.toContain("10.8.0.12/32");
});

test("an apply that is interrupted gives its lock back, and the next one does its work", async () => {
  await using loop = await openLoop();
  const { before } = await merge(loop, "one", peerFile("carol", 12));
  const interruption = new AbortController();
  // The first thing that waits for so long is the lock's renewal: the lock has just been taken.
  const sleep: Clock["sleep"] = (milliseconds, signal) => {
    if (milliseconds >= 1_200_000) interruption.abort(new Error("interrupted"));
    return systemClock.sleep(milliseconds, signal);
  };
  const job = loop.apply(before, { clock: { ...systemClock, sleep }, signal: interruption.signal });
  await expect(job).rejects.toThrow("interrupted");
  expect(await lockEntry(loop)).toMatchObject({ state: "released" });
  expect((await loop.apply(before)).code).toBe(0);
  expect(loop.live()).toContain("10.8.0.12/32");
});
