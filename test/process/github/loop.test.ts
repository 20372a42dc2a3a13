/** The loop as people live it: opened, planned, pushed to, reviewed, merged, applied. */
import { expect, test } from "vitest";
import { openLoop } from "../../support/github-loop.ts";
import { commentsOf, keptComment, lastCheck, trackingIssues } from "../../support/github-sight.ts";
import { peerFile } from "../../support/state-files.ts";

test.each(["merge", "squash", "rebase"] as const)(
  "%s, by the action's own entry point: what was reviewed is done, and a second plan is empty",
  async (method) => {
    await using loop = await openLoop();
    const { github } = loop;
    const before = await github.headOf("main");
    const { number } = await github.openPull({ branch: "two", author: "bob", files: peerFile("carol", 12) });
    await github.pushTo("two", peerFile("dora", 13), { by: "bob" });
    const planned = await loop.plan(number, { isChild: true });
    expect(planned.code).toBe(0);
    expect(Object.keys(planned.files).toSorted()).toEqual(["comment.md", "plan.json", "verdict.json"]);
    expect(planned.out).toContain(planned.summary);
    expect(await loop.changesNow()).toEqual([]);
    await github.review(number, "carol", "APPROVE");
    const merged = await github.merge(number, method, "ada");

    const applied = await loop.apply(before, { isChild: true });
    expect(applied.code).toBe(0);
    expect(applied.out).toContain("2 changes, 2 done");
    expect(loop.live()).toMatch(/10\.8\.0\.12\/32[^]*10\.8\.0\.13\/32/);
    expect(await loop.changesNow()).toEqual([]);
    expect(await lastCheck(loop, merged, "reeve apply")).toMatchObject({ conclusion: "success" });
    expect(await keptComment(loop, number, "apply:robco")).toContain("✅ Applied to robco: 2 done");
    expect(await trackingIssues(loop)).toEqual([]);
  },
);

test("a push: the same comment says the new plan, the past one folded; a plan that is made again is no past plan", async () => {
  await using loop = await openLoop();
  const { github } = loop;
  const first = await loop.propose("carol", peerFile("carol", 12));
  const [comment] = await commentsOf(loop, first.number);
  expect(comment).toMatchObject({ author: "github-actions[bot]" });
  expect(comment?.body).not.toContain("past plan");

  const second = await github.pushTo("carol", peerFile("dora", 13), { by: "bob" });
  github.clearLog();
  await loop.plan(first.number);
  expect(github.writes()).toEqual([`PATCH /issues/comments/${comment?.id}`, "POST /check-runs"]);
  const [edited, ...others] = await commentsOf(loop, first.number);
  expect(others).toEqual([]);
  expect(edited).toMatchObject({ id: comment?.id });
  expect(edited?.body).toContain("2 to create");
  expect(edited?.body).toContain("1 past plan");
  expect(edited?.body).toContain(first.head.slice(0, 8));
  expect(await lastCheck(loop, second, "reeve plan")).toMatchObject({ conclusion: "success" });

  // Only the links to the run are new.
  await loop.plan(first.number);
  const again = await keptComment(loop, first.number, "plan:robco");
  expect(again).toContain("2 to create");
  expect(again).toContain("1 past plan<");
});

test("two estates in one repository have a comment each", async () => {
  const other = {
    "other/desired-state/reeve.yaml":
      "apiVersion: reeve.dev/v1\nkind: Estate\nmetadata: { name: other }\nspec: { providers: { wireguard: {} } }\n",
  };
  await using loop = await openLoop({ files: other });
  const { number } = await loop.propose("carol", peerFile("carol", 12));
  await loop.plan(number, { state: "other/desired-state" });
  expect((await commentsOf(loop, number)).map(({ body }) => /^<!-- reeve:(\S+)/.exec(body)?.[1])).toEqual([
    "plan:robco",
    "plan:other",
  ]);
});

test("documents with errors: a red check with lines, the comment says them, nothing to apply", async () => {
  await using loop = await openLoop();
  const planned = await loop.propose("bad", { "desired-state/peers/carol.yaml": "kind: WireGuardPeer\n" });
  expect(planned.code).toBe(1);
  const check = await lastCheck(loop, planned.head, "reeve plan");
  expect(check).toMatchObject({ conclusion: "failure" });
  expect(check?.annotations).toContainEqual(
    expect.objectContaining({ path: "desired-state/peers/carol.yaml", annotation_level: "failure" }),
  );
  expect(await keptComment(loop, planned.number, "plan:robco")).toContain("desired-state/peers/carol.yaml");
});

test("the live world changes between review and merge: that change is held and said everywhere, the rest is done", async () => {
  await using loop = await openLoop({ peers: { alice: 10, bert: 11 } });
  const { github } = loop;
  const before = await github.headOf("main");
  const { number } = await loop.propose("move", { ...peerFile("alice", 20), ...peerFile("carol", 12) });
  await loop.changeWorld(peerFile("alice", 99));
  const merged = await github.merge(number, "squash", "ada");

  const applied = await loop.apply(before);
  expect(applied.code).toBe(1);
  expect(loop.live()).toContain("10.8.0.99/32");
  expect(loop.live()).toContain("10.8.0.12/32");
  expect(await lastCheck(loop, merged, "reeve apply")).toMatchObject({ conclusion: "action_required" });
  for (const text of [await keptComment(loop, number, "apply:robco"), (await trackingIssues(loop))[0]?.body ?? ""]) {
    expect(text).toContain("1 done, 1 held");
    expect(text).toContain("WireGuardPeer/alice");
  }
  expect(await trackingIssues(loop)).toMatchObject([{ state: "open" }]);

  // Whoever sees what is there now says what should be.
  const next = await loop.propose("again", peerFile("alice", 21));
  const last = await github.headOf("main");
  await github.merge(next.number, "squash", "ada");
  expect((await loop.apply(last)).code).toBe(0);
  expect(loop.live()).toContain("10.8.0.21/32");
  expect(await trackingIssues(loop)).toMatchObject([{ state: "closed" }]);
  expect(await loop.changesNow()).toEqual([]);
});
