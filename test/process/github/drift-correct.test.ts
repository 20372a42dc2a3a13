/** What is put back, what never is, and when nothing is. */
import { expect, test } from "vitest";
import { git, modes, openApplied } from "../../support/drift-loop.ts";
import { watchDrift } from "../../support/drift-watch.ts";
import { type Loop, openLoop } from "../../support/github-loop.ts";
import { noPeer, peerFile } from "../../support/state-files.ts";

const KEEPALIVE = "  keepalive: 40s";
const CORRECT = "WireGuardPeer: correct";

test("correct: what destroys nothing is put back, under the lock; what destroys is left to people", async () => {
  await using loop = await openApplied(modes(CORRECT));
  using watch = watchDrift(loop);
  await loop.changeWorld({ ...peerFile("alice", 10, KEEPALIVE), ...noPeer("bert"), ...peerFile("carol", 12) });
  expect(await watch.look({ rights: "correct" })).toMatchObject({
    code: 0,
    out: "1 difference, 2 put back, 0 not looked at; issue #1\n",
  });
  expect(await loop.changesNow()).toEqual(["WireGuardPeer/carol"]);
  const [issue] = await watch.issues();
  expect(issue).toMatchObject({ state: "open" });
  expect(issue?.body).toMatch(/carol.*its document is gone.*it destroys, so it is left to people/);
  expect(issue?.body).toMatch(
    /Put back by that run\n\n- <code>WireGuardPeer\/alice<\/code>.*\n- <code>WireGuardPeer\/bert/,
  );

  // Nothing more to put back: no lock is taken.
  loop.github.clearLog();
  await watch.look({ rights: "correct" });
  expect(loop.github.writes()).toEqual(["PATCH /issues/1"]);
  expect((await watch.issues())[0]?.body).not.toContain("Put back by");
});

test("correct: where all is put back, an issue says so and is closed", async () => {
  await using loop = await openApplied(modes(CORRECT));
  using watch = watchDrift(loop);
  await loop.changeWorld(peerFile("alice", 10, KEEPALIVE));
  expect(await watch.look({ rights: "correct" })).toMatchObject({ code: 0 });
  expect(await loop.changesNow()).toEqual([]);
  const [issue] = await watch.issues();
  expect(issue).toMatchObject({ state: "closed" });
  expect(issue?.body).toMatch(/All of robco is as its documents say[^]*Put back by that run[^]*WireGuardPeer\/alice/);
});

test("correct: the valve holds, and nothing is put back", async () => {
  await using loop = await openApplied(modes(CORRECT, ", maxDeletes: { percent: 1, atLeast: 1 }"));
  using watch = watchDrift(loop);
  await loop.changeWorld({ ...peerFile("alice", 10, KEEPALIVE), ...peerFile("carol", 12) });
  expect(await watch.look({ rights: "correct" })).toMatchObject({ code: 0 });
  expect(await loop.changesNow()).toEqual(["WireGuardPeer/alice", "WireGuardPeer/carol"]);
  expect((await watch.issues())[0]?.body).toMatch(/Nothing was put back.*1 of 3 WireGuardPeer would be deleted/);
});

test("correct: nothing of a commit that no apply is known to have done, whatever a check says", async () => {
  await using loop = await openLoop(modes(CORRECT));
  using watch = watchDrift(loop);
  const { github } = loop;
  // Merged with nobody's approval, and held by apply: drift is no way around the policy.
  await github.pushTo("main", peerFile("carol", 12), { by: "bob" });
  const tip = await github.headOf("main");
  const token = github.tokens.workflow({ checks: "write" });
  for (const conclusion of ["action_required", "success"]) {
    await fetch(`${github.url}/repos/acme/state/check-runs`, {
      method: "POST",
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      body: JSON.stringify({ name: "reeve apply", head_sha: tip, status: "completed", conclusion }),
    });
    expect(await watch.look({ rights: "correct" })).toMatchObject({ code: 0 });
    expect(await loop.changesNow()).toEqual(["WireGuardPeer/carol"]);
    expect((await watch.issues())[0]?.body).toContain("No apply of the branch's last commit is recorded as complete");
  }
});

test("an apply under way or still to come is waited for, and nothing is said", async () => {
  await using loop = await openLoop(modes(CORRECT));
  using watch = watchDrift(loop);
  const { github } = loop;
  await loop.changeWorld(peerFile("alice", 10, KEEPALIVE));
  const quiet = async (why: string, at?: Date): Promise<void> => {
    github.clearLog();
    const { code, out } = await watch.look({ rights: "correct", ...(at === undefined ? {} : { at }) });
    expect({ code, out }).toEqual({ code: 0, out: expect.stringContaining(why) });
    expect(github.writes()).toEqual([]);
  };
  const tip = await github.headOf("main");
  const pushed = new Date(git(loop, "show", "--no-patch", "--format=%cI", tip).trim());
  await quiet("is still to come", new Date(pushed.getTime() + 1_800_000));

  const run = github.story.addRun({ workflow: "apply.yml", event: "push", headSha: tip, status: "in_progress" });
  await quiet("is under way");
  github.repo.runs.delete(run.id);

  holdLock(loop);
  await quiet("the apply lock is held by ada");
  git(loop, "update-ref", "-d", "refs/reeve/apply-lock/robco");

  github.before("GET /repos/{owner}/{repo}/commits/{ref}/check-runs", async () => {
    await github.pushTo("main", peerFile("carol", 12), { by: "ada" });
  });
  await quiet("the branch main has moved on");
});

test("correct: an apply that is faster to the lock does its work, and nothing is put back or said", async () => {
  await using loop = await openApplied(modes(CORRECT));
  using watch = watchDrift(loop);
  const { github } = loop;
  await loop.changeWorld(peerFile("alice", 10, KEEPALIVE));
  github.before("POST /repos/{owner}/{repo}/git/commits", async () => holdLock(loop));
  const { code, out } = await watch.look({ rights: "correct" });
  expect({ code, out }).toEqual({ code: 0, out: expect.stringContaining("an apply has begun meanwhile") });
  expect(await loop.changesNow()).toEqual(["WireGuardPeer/alice"]);
  expect(await watch.issues()).toEqual([]);
});

/** Another run has the apply lock. */
function holdLock(loop: Loop): void {
  const owner = { run: "1.1", url: "https://x.test", actor: "ada" };
  const message = JSON.stringify({ state: "held", owner, until: "2026-06-01T00:00:00Z" });
  const lock = git(loop, "commit-tree", "main^{tree}", "-m", message).trim();
  git(loop, "update-ref", "refs/reeve/apply-lock/robco", lock);
}
