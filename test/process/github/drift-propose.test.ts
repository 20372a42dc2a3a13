/** The pull request that records what is there, from day to day, among people who have their own mind about it. */
import { expect, test } from "vitest";
import { git, modes, openApplied, pulls } from "../../support/drift-loop.ts";
import { watchDrift } from "../../support/drift-watch.ts";
import type { Loop } from "../../support/github-loop.ts";
import { noPeer, peerFile } from "../../support/state-files.ts";

const KEEPALIVE = "  keepalive: 40s";
const PROPOSE = "WireGuardPeer: propose";

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
