/** `/reeve` commands as people write them, through the jobs that answer them. */
import { expect, test } from "vitest";
import { openGitHubWriter } from "../../../src/github/client/open-github.ts";
import { takeLock } from "../../../src/github/lock.ts";
import { directCalls } from "../../../src/support/calls.ts";
import { systemClock } from "../../../src/support/system-clock.ts";
import { answerTo, digestOf, holdOne, say } from "../../support/github-chat.ts";
import { type Loop, openLoop } from "../../support/github-loop.ts";
import { lastCheck, trackingIssues } from "../../support/github-sight.ts";
import { peerFile } from "../../support/state-files.ts";

const CAROL_APPROVES = [
  "  providers: { wireguard: {} }",
  "  policy:",
  "    rules:",
  "      - match: { kinds: [WireGuardPeer] }",
  "        changeBy: [anyone]",
  "        approvals: [{ count: 1, from: [user:carol] }]",
  "",
].join("\n");

test("by the action's own entry point: help says what there is, to whoever can write", async () => {
  await using loop = await openLoop();
  const { number } = await loop.propose("carol", peerFile("carol", 12));
  loop.github.clearLog();
  const id = await loop.github.comment(number, "bob", "/reeve help\r\n\r\nplease");
  const said = await answerTo(loop, id, { isChild: true });
  expect(said).toMatchObject({ code: 0, out: "Answered: told.\n", reactions: ["eyes", "+1"] });
  expect(loop.github.writes()).toHaveLength(3);
  for (const verb of ["plan", "apply DIGEST", "explain ADDRESS", "unlock REASON"])
    expect(said.reply).toContain(`/reeve ${verb}`);
  expect(said.reply).toContain("/reeve help</code> of bob");
});

test("plan repeats the last run of the pull request's head, also one that failed", async () => {
  await using loop = await openLoop();
  const first = await loop.propose("carol", peerFile("carol", 12));
  await loop.github.pushTo("carol", { "desired-state/peers/dora.yaml": "kind: WireGuardPeer\n" }, { by: "bob" });
  const second = await loop.plan(first.number);
  expect(second.code).toBe(1);
  const said = await say(loop, first.number, "carol", "/reeve plan");
  expect(said).toMatchObject({ code: 0, reactions: ["eyes", "rocket"] });
  expect(said.reply).toContain("again");
  expect([first.run.status, second.run.status]).toEqual(["completed", "queued"]);

  const impatient = await say(loop, first.number, "carol", "/reeve plan");
  expect(impatient).toMatchObject({ code: 0, reactions: ["eyes", "-1"] });
  expect(impatient.reply).toContain("being planned already");
});

test("a push after the comment: what is planned is the head of now, and where it has no run, that is said", async () => {
  await using loop = await openLoop();
  const { github } = loop;
  const { number, run } = await loop.propose("carol", peerFile("carol", 12));
  github.before("GET /repos/{owner}/{repo}/pulls/{pull_number}", () =>
    github.pushTo("carol", peerFile("dora", 13), { by: "bob" }),
  );
  const said = await say(loop, number, "carol", "/reeve plan");
  expect(said.reply).toContain("There is no run of .github/workflows/plan.yml");
  expect(run.status).toBe("completed");
});

test("explain tells of one change what the plan has of it, with who must approve it", async () => {
  await using loop = await openLoop({ estate: CAROL_APPROVES });
  const { number, head } = await loop.propose("carol", { ...peerFile("carol", 12), ...peerFile("alice", 20) });
  const said = await say(loop, number, "bob", "/reeve explain WireGuardPeer/alice");
  expect(said).toMatchObject({ code: 0, reactions: ["eyes", "+1"] });
  expect(said.reply).toContain("WireGuardPeer/alice: update");
  expect(said.reply).toMatch(/Policy: .*user:carol/);
  expect(said.reply).toContain("desired-state/peers/alice.yaml:2");
  expect(said.reply).toContain('hub-eu.allowedIps: ["10.8.0.10/32"] -> ["10.8.0.20/32"]');
  expect(said.reply).not.toContain("Drift");
  expect(said.reply).toMatch(/\*\*Next:\*\* .*carol/);

  const near = await say(loop, number, "bob", "/reeve explain WireGuardPeer/alicf");
  expect(near.reply).toContain("Nothing changes at WireGuardPeer/alicf");
  expect(near.reply).toContain("did you mean WireGuardPeer/alice?");

  const field = await say(loop, number, "bob", "/reeve explain WireGuardPeer.spec.addresses");
  expect(field.reply).toContain("WireGuardPeer.spec.addresses");
  expect(field.reply).toContain("```text\n");
  const unknown = await say(loop, number, "bob", "/reeve explain WireGuardPeer.spec.adresses");
  expect(unknown).toMatchObject({ code: 0, reactions: ["eyes", "confused"] });
  expect(unknown.reply).toContain("did you mean");

  await loop.github.pushTo("carol", peerFile("dora", 13), { by: "bob" });
  const moved = await say(loop, number, "bob", "/reeve explain WireGuardPeer/alice");
  expect(moved).toMatchObject({ code: 0, reactions: ["eyes", "-1"] });
  expect(moved.reply).toContain("no plan was made for its last commit");
  expect(moved.reply).not.toContain(head.slice(0, 8));
});

test.each(["merge", "rebase"] as const)(
  "apply does what was held after a %s; check and issue follow",
  async (method) => {
    await using loop = await openLoop();
    const held = await holdOne(loop, method);
    expect(loop.live()).toContain("10.8.0.10/32");
    const said = await say(loop, held.number, "bob", `/reeve apply ${digestOf(held)}`);
    expect(said).toMatchObject({ code: 0, out: "Answered: done.\n", reactions: ["eyes", "rocket"] });
    expect(loop.live()).toContain("10.8.0.20/32");
    expect(said.reply).toContain("Applied to robco: 2 done");
    expect(await lastCheck(loop, held.merged, "reeve apply")).toMatchObject({ conclusion: "success" });
    expect(await trackingIssues(loop)).toMatchObject([{ state: "closed" }]);
    expect(await loop.changesNow()).toEqual([]);

    const live = loop.live();
    const again = await say(loop, held.number, "bob", `/reeve apply ${digestOf(held)}`);
    expect(again).toMatchObject({ code: 0, reactions: ["eyes", "rocket"] });
    expect(loop.live()).toBe(live);
  },
);

test("what is still not as it was reviewed stays held, and the job fails", async () => {
  await using loop = await openLoop();
  const held = await holdOne(loop);
  await loop.changeWorld({ ...peerFile("alice", 98), ...peerFile("carol", 12) });
  const said = await say(loop, held.number, "bob", `/reeve apply ${digestOf(held)}`);
  expect(said).toMatchObject({ code: 1, reactions: ["eyes", "-1"] });
  expect(said.reply).toContain("1 held");
  expect(loop.live()).toContain("10.8.0.98/32");
  expect(await trackingIssues(loop)).toMatchObject([{ state: "open" }]);
});

test("where another pull request waits too, the branch is not called applied for one of them", async () => {
  await using loop = await openLoop();
  const held = await holdOne(loop);
  const other = await loop.propose("other", peerFile("bert", 30));
  const merged = await loop.github.merge(other.number, "squash", "ada");
  const said = await say(loop, held.number, "bob", `/reeve apply ${digestOf(held)}`);
  expect(said).toMatchObject({ code: 0, reactions: ["eyes", "rocket"] });
  expect(loop.live()).toContain("10.8.0.20/32");
  expect(loop.live()).not.toContain("10.8.0.30/32");
  expect(await lastCheck(loop, merged, "reeve apply")).toBeUndefined();
  expect(await trackingIssues(loop)).toMatchObject([{ state: "open" }]);
  expect((await loop.apply(held.merged)).code).toBe(0);
  expect(loop.live()).toContain("10.8.0.30/32");
  expect(await trackingIssues(loop)).toMatchObject([{ state: "closed" }]);
});

test("the policy is asked anew: refused while an approval is missing, done once it is there", async () => {
  await using loop = await openLoop({ estate: CAROL_APPROVES });
  const proposed = await loop.propose("carol", peerFile("carol", 12));
  await loop.github.merge(proposed.number, "squash", "ada");
  const refused = await say(loop, proposed.number, "bob", `/reeve apply ${digestOf(proposed)}`);
  expect(refused).toMatchObject({ code: 1, reactions: ["eyes", "-1"] });
  expect(refused.reply).toContain("Refused: the policy denies WireGuardPeer/carol");
  expect(loop.live()).not.toContain("10.8.0.12/32");

  await loop.github.review(proposed.number, "carol", "APPROVE");
  expect(await say(loop, proposed.number, "bob", `/reeve apply ${digestOf(proposed)}`)).toMatchObject({ code: 0 });
  expect(loop.live()).toContain("10.8.0.12/32");
});

/** A run took the apply lock and died. */
async function lockAsDeadRun({ github: { url, tokens } }: Loop): Promise<void> {
  const environment = {
    GITHUB_API_URL: url,
    GITHUB_TOKEN: tokens.workflow({ contents: "write" }),
    GITHUB_ACTIONS: "true",
  };
  const repository = { owner: "acme", name: "state" };
  const { signal } = new AbortController();
  const github = await openGitHubWriter({ repository, environment, calls: directCalls, onWait: () => {}, signal });
  const owner = { run: "4711.1", url: "https://github.test/acme/state/actions/runs/4711", actor: "ada" };
  await takeLock({ github, clock: systemClock, estate: "robco", owner, lifetime: 3_600_000 });
}

test("unlock frees the lock of a run that died, keeps who and why, and its words stay words", async () => {
  await using loop = await openLoop({ people: { ada: "admin", mona: "maintain", bob: "write" } });
  const held = await holdOne(loop);
  await lockAsDeadRun(loop);
  const live = loop.live();
  const locked = await say(loop, held.number, "bob", `/reeve apply ${digestOf(held)}`);
  expect(locked).toMatchObject({ code: 1, reactions: ["eyes", "-1"] });
  expect(locked.reply).toContain("held by ada");
  expect(loop.live()).toBe(live);

  const hostile = "::add-mask::x ##[add-mask]x <img src=x> | `x` @everyone [a](https://evil.example) -->";
  const said = await say(loop, held.number, "mona", `/reeve unlock ${hostile}`);
  expect(said).toMatchObject({ code: 0, out: "Answered: done.\n", reactions: ["eyes", "rocket"] });
  const { reply } = said;
  expect(reply).toContain("Freed the apply lock of robco");
  for (const markup of ["<img", "@everyone", "[a](", "`x`", "https://evil", "-->\n- "])
    expect(reply).not.toContain(markup);
  expect(said.err).not.toContain("add-mask");
  const message = await loop.github.repo.git.out("log", "-1", "--format=%B", "refs/reeve/apply-lock/robco");
  const { state, reason } = JSON.parse(message) as { readonly state: string; readonly reason: string };
  expect(state).toBe("released");
  expect(reason).toMatch(/^mona \(https:\/\/github\.test\/acme\/state\/pull\/\d+#issuecomment-\d+\): ::add-mask::x/);

  expect((await say(loop, held.number, "mona", "/reeve unlock once more")).reply).toContain("Nobody holds");
  expect((await say(loop, held.number, "bob", `/reeve apply ${digestOf(held)}`)).code).toBe(0);
  expect(loop.live()).toContain("10.8.0.20/32");
});

const REPO = "/repos/{owner}/{repo}";

test.each([
  `POST ${REPO}/issues/{issue_number}/comments`,
  `POST ${REPO}/issues/comments/{comment_id}/reactions`,
  `GET ${REPO}/issues/comments/{comment_id}`,
  `POST ${REPO}/actions/runs/{run_id}/rerun`,
] as const)("GitHub fails at %s: the run is repeated once, and that is said once", async (operation) => {
  await using loop = await openLoop();
  const { github } = loop;
  const { number, run } = await loop.propose("carol", peerFile("carol", 12));
  for (const kind of ["drop-after", "error-before", "error-after", "truncated", "unavailable"] as const) {
    Object.assign(run, { status: "completed", conclusion: "success" });
    github.inject({ operation, kind });
    const said = await say(loop, number, "carol", "/reeve plan");
    expect({ kind, ...said }).toMatchObject({ kind, code: 0, reactions: ["eyes", "rocket"] });
    expect(run.status).toBe("queued");
  }
});

test("an answer that is given again is the same comment", async () => {
  await using loop = await openLoop();
  const { number } = await loop.propose("carol", peerFile("carol", 12));
  const id = await loop.github.comment(number, "bob", "/reeve explain Peer/<script>@everyone|`#1");
  const [first, second] = [await answerTo(loop, id), await answerTo(loop, id)];
  expect(second.reply).toContain("Nothing changes at");
  expect(second.reply).not.toMatch(/<script|@everyone|`#1/);
  expect(second.reply.replace(/runs\/\d+/, "")).toBe(first.reply.replace(/runs\/\d+/, ""));
});
