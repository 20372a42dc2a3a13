/** What is done about drift beside saying it: put back, or recorded in a pull request; and when nothing is. */
import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";
import { watchDrift } from "../../support/drift-watch.ts";
import { type Loop, type LoopOptions, openLoop } from "../../support/github-loop.ts";
import { noPeer, peerFile } from "../../support/state-files.ts";

const KEEPALIVE = "  keepalive: 40s";

function modes(words: string, more = ""): LoopOptions {
  return { estate: `  providers: { wireguard: {} }\n  safety: { modes: { ${words} }${more} }\n` };
}

/** A repository whose last commit an apply has done, by its own workflow. */
async function openApplied(options: LoopOptions): Promise<Loop> {
  const loop = await openLoop(options);
  await applyPush(loop);
  return loop;
}

async function applyPush(loop: Loop): Promise<void> {
  const before = await loop.github.headOf("main");
  await loop.github.pushTo("main", { "README.md": `After ${before}\n` }, { by: "ada" });
  expect(await loop.apply(before)).toMatchObject({ code: 0 });
  loop.github.clearLog();
}

const CORRECT = "WireGuardPeer: correct";
const PROPOSE = "WireGuardPeer: propose";

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

  const held = {
    state: "held",
    owner: { run: "1.1", url: "https://x.test", actor: "ada" },
    until: "2026-06-01T00:00:00Z",
  };
  const lock = git(loop, "commit-tree", `${tip}^{tree}`, "-m", JSON.stringify(held)).trim();
  git(loop, "update-ref", "refs/reeve/apply-lock/robco", lock);
  await quiet("the apply lock is held by ada");
  git(loop, "update-ref", "-d", "refs/reeve/apply-lock/robco");

  github.before("GET /repos/{owner}/{repo}/commits/{ref}/check-runs", async () => {
    await github.pushTo("main", peerFile("carol", 12), { by: "ada" });
  });
  await quiet("the branch main has moved on");
});

test("propose: one pull request, updated in place, until it is merged", async () => {
  await using loop = await openApplied(modes(PROPOSE));
  using watch = watchDrift(loop);
  const { github } = loop;
  await loop.changeWorld({ ...peerFile("alice", 10, KEEPALIVE), ...noPeer("bert") });
  const main = await github.headOf("main");
  expect(await watch.look({ rights: "propose" })).toMatchObject({ code: 0 });
  const [pull] = await pulls(loop);
  expect(pull).toMatchObject({ author: "github-actions[bot]", state: "open", headRef: "reeve/drift/robco" });
  expect(pull?.body).toMatch(
    /WireGuardPeer\/alice.*spec\.keepalive: &#34;40s|WireGuardPeer\/alice.*spec\.keepalive: "40s"/,
  );
  expect(difference(loop, main, "reeve/drift/robco")).toEqual({
    files: ["desired-state/peers/alice.yaml"],
    lines: ["+  keepalive: 40s"],
  });
  const [issue] = await watch.issues();
  expect(issue?.body).toContain(`pull request ${pull?.number} records what is there`);
  expect(issue?.body).toMatch(/bert.*not recorded: it is gone/);

  github.clearLog();
  await watch.look({ rights: "propose" });
  expect(github.writes()).toEqual([]);

  await loop.changeWorld({ ...peerFile("alice", 30, "  keepalive: 50s"), ...noPeer("bert") });
  const before = await github.headOf("reeve/drift/robco");
  await watch.look({ rights: "propose" });
  expect(await pulls(loop)).toHaveLength(1);
  expect(difference(loop, main, "reeve/drift/robco").lines).toEqual([
    "-  addresses: [10.8.0.10]",
    "+  addresses: [10.8.0.30]",
    "+  keepalive: 50s",
  ]);
  expect(git(loop, "merge-base", "--is-ancestor", before, "reeve/drift/robco")).toBe("");

  const last = await github.headOf("main");
  const merged = await github.merge(pull?.number ?? 0, "squash", "ada");
  expect(await loop.changesNow()).toEqual(["WireGuardPeer/bert"]);
  // It changes nothing in the world, so that its apply has nothing to do.
  expect(await loop.apply(last)).toMatchObject({ code: 0 });
  await watch.look({ rights: "propose" });
  expect(await pulls(loop)).toMatchObject([{ state: "closed" }]);
  await loop.changeWorld({ ...peerFile("alice", 31, "  keepalive: 50s"), ...noPeer("bert") });
  await watch.look({ rights: "propose" });
  expect(await pulls(loop)).toMatchObject([{ state: "closed" }, { state: "open" }]);
  expect(difference(loop, merged, "reeve/drift/robco").lines).toEqual([
    "-  addresses: [10.8.0.30]",
    "+  addresses: [10.8.0.31]",
  ]);
  expect(git(loop, "merge-base", merged, "reeve/drift/robco").trim()).toBe(merged);
});

test("propose: closed when nothing differs any more, opened anew when something does again", async () => {
  await using loop = await openApplied(modes(PROPOSE));
  using watch = watchDrift(loop);
  await loop.changeWorld(peerFile("alice", 10, KEEPALIVE));
  await watch.look({ rights: "propose" });
  await loop.applyByHand();
  await watch.look({ rights: "propose" });
  expect(await pulls(loop)).toMatchObject([{ state: "closed" }]);
  expect((await pulls(loop))[0]?.body).toContain("Nothing of robco is left to record");
  expect(await watch.issues()).toMatchObject([{ state: "closed" }]);
  loop.github.clearLog();
  await watch.look({ rights: "propose" });
  expect(loop.github.writes()).toEqual([]);
  await loop.changeWorld(peerFile("alice", 10, KEEPALIVE));
  await watch.look({ rights: "propose" });
  expect(await pulls(loop)).toMatchObject([{ state: "closed" }, { state: "open" }]);
});

test("propose: what people closed is not proposed again until something else differs", async () => {
  await using loop = await openApplied(modes(PROPOSE));
  using watch = watchDrift(loop);
  await loop.changeWorld(peerFile("alice", 10, KEEPALIVE));
  await watch.look({ rights: "propose" });
  const [{ number } = { number: 0 }] = await pulls(loop);
  await loop.github.closePull(number, "ada");
  await watch.look({ rights: "propose" });
  expect(await pulls(loop)).toMatchObject([{ state: "closed" }]);
  expect((await watch.issues())[0]?.body).toMatch(/alice.*not recorded: .*was closed/);
  await loop.changeWorld(peerFile("alice", 10, "  keepalive: 50s"));
  await watch.look({ rights: "propose" });
  expect(await pulls(loop)).toMatchObject([{ state: "closed" }, { state: "open" }]);
});

test("propose: a branch that people push to is theirs, and so is their pull request", async () => {
  await using loop = await openApplied(modes(PROPOSE));
  using watch = watchDrift(loop);
  const { github } = loop;
  await loop.changeWorld(peerFile("alice", 10, KEEPALIVE));
  await watch.look({ rights: "propose" });
  const pushed = await github.pushTo("reeve/drift/robco", { "NOTES.md": "mine\n" }, { by: "bob" });
  await loop.changeWorld(peerFile("alice", 10, "  keepalive: 50s"));
  await watch.look({ rights: "propose" });
  expect(await github.headOf("reeve/drift/robco")).toBe(pushed);
  expect((await watch.issues())[0]?.body).toMatch(/alice.*not recorded: somebody has pushed to/);
});

test("propose: a pull request that somebody else opened from that branch is theirs", async () => {
  await using loop = await openApplied(modes(PROPOSE));
  using watch = watchDrift(loop);
  const branch = "reeve/drift/robco";
  const { number, head } = await loop.github.openPull({ branch, author: "bob", files: { "NOTES.md": "mine\n" } });
  await loop.changeWorld(peerFile("alice", 10, KEEPALIVE));
  expect(await watch.look({ rights: "propose" })).toMatchObject({ code: 0 });
  expect(await loop.github.headOf(branch)).toBe(head);
  expect(await pulls(loop)).toMatchObject([{ number, author: "bob", state: "open" }]);
  expect((await watch.issues())[0]?.body).toMatch(/alice.*not recorded: somebody else has opened/);
  await loop.applyByHand();
  await watch.look({ rights: "propose" });
  expect(await pulls(loop)).toMatchObject([{ number, state: "open" }]);
});

test("propose: through a GitHub App, beside applies with the workflow's own token", async () => {
  await using loop = await openApplied({ ...modes(PROPOSE), actionsMayOpenPulls: false });
  using watch = watchDrift(loop);
  const permissions = {
    contents: "write",
    issues: "write",
    pull_requests: "write",
    checks: "read",
    actions: "read",
  } as const;
  const { app, privateKey } = loop.github.tokens.app({ slug: "reeve-app", permissions });
  const environment = { REEVE_GITHUB_APP_ID: String(app.id), REEVE_GITHUB_APP_KEY: privateKey };
  await loop.changeWorld(peerFile("alice", 10, KEEPALIVE));
  expect(await watch.look({ environment })).toMatchObject({ code: 0 });
  expect(await pulls(loop)).toMatchObject([{ author: "reeve-app[bot]", state: "open" }]);
  expect(await watch.issues()).toMatchObject([{ author: "reeve-app[bot]" }]);
});

test("propose: where GitHub lets workflows open no pull requests, the job fails and says so", async () => {
  await using loop = await openApplied({ ...modes(PROPOSE), actionsMayOpenPulls: false });
  using watch = watchDrift(loop);
  await loop.changeWorld(peerFile("alice", 10, KEEPALIVE));
  const { code, err } = await watch.look({ rights: "propose" });
  expect({ code, err }).toEqual({ code: 1, err: expect.stringContaining("GitHub answered 403 to new pull request") });
});

interface SeenPull {
  readonly number: number;
  readonly author: string;
  readonly body: string;
  readonly state: string;
  readonly headRef: string;
}

async function pulls({ github }: Loop): Promise<readonly SeenPull[]> {
  const { issues } = await github.state();
  return (issues as readonly (SeenPull & { readonly pull: { readonly headRef: string } | null })[])
    .flatMap((issue) => (issue.pull === null ? [] : [{ ...issue, headRef: issue.pull.headRef }]))
    .toSorted((a, b) => a.number - b.number);
}

function git({ github }: Loop, ...args: readonly string[]): string {
  const who = ["-c", "user.name=ada", "-c", "user.email=ada@x.test"];
  return execFileSync("git", ["--git-dir", github.dir, ...who, ...args], { encoding: "utf8" });
}

function difference(
  loop: Loop,
  from: string,
  to: string,
): { readonly files: readonly string[]; readonly lines: readonly string[] } {
  const text = git(loop, "diff", "--unified=0", from, to);
  const lines = text.split("\n");
  return {
    files: lines.filter((line) => line.startsWith("+++ b/")).map((line) => line.slice("+++ b/".length)),
    lines: lines.filter((line) => /^[+-](?![+-])/.test(line)),
  };
}
