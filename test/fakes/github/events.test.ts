import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { WorkflowEvent } from "./events.ts";
import { type GitHub, openGitHub } from "./open-github.ts";

let github: GitHub;
let folder = "";
beforeAll(async () => {
  github = await openGitHub();
  folder = mkdtempSync(join(tmpdir(), "events-"));
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await github.close();
});

type Shape = Readonly<Record<string, unknown>>;

/** What of a payload a workflow looks at. `close` has held the whole against GitHub's description. */
const seen = ({ name, payload, actor, ref }: WorkflowEvent): Shape => ({ name, action: payload["action"], actor, ref });

test("a pull request's life, event by event", async () => {
  const { number, head } = await github.openPull({ branch: "grow", author: "bob", files: { "a.yaml": "a: 1\n" } });
  const ref = `refs/pull/${number}/merge`;
  const opened = await github.events.pullOpened(number);
  expect(seen(opened)).toEqual({ name: "pull_request", action: "opened", actor: "bob", ref });
  expect(opened.payload["pull_request"]).toMatchObject({
    number,
    merged: false,
    head: { sha: head },
    base: { ref: "main" },
  });

  const moved = await github.pushTo("grow", { "a.yaml": "a: 2\n" }, { by: "bob" });
  const pushed = await github.events.pullSynchronized(number);
  expect(pushed.payload).toMatchObject({ action: "synchronize", before: head, after: moved });

  const review = await github.events.reviewSubmitted(await github.review(number, "carol", "APPROVE"));
  expect(seen(review)).toEqual({ name: "pull_request_review", action: "submitted", actor: "carol", ref });
  expect(review.payload["review"]).toMatchObject({ state: "approved", commit_id: moved });

  const id = await github.comment(number, "carol", "/reeve plan");
  const commented = await github.events.commentCreated(id);
  expect(seen(commented)).toEqual({ name: "issue_comment", action: "created", actor: "carol", ref: "refs/heads/main" });
  await github.editComment(id, "ada", "/reeve apply evil");
  const edited = await github.events.commentEdited(id, "/reeve plan", "ada");
  expect(edited.payload).toMatchObject({
    action: "edited",
    changes: { body: { from: "/reeve plan" } },
    comment: { user: { login: "carol" }, body: "/reeve apply evil" },
    sender: { login: "ada" },
  });

  const before = await github.headOf("main");
  const after = await github.merge(number, "squash", "ada");
  const closed = await github.events.pullClosed(number);
  expect(seen(closed)).toEqual({ name: "pull_request", action: "closed", actor: "ada", ref: "refs/heads/main" });
  expect(closed.payload["pull_request"]).toMatchObject({ merged: true, merge_commit_sha: after });
  const landed = await github.events.push(before, "ada");
  expect([landed.name, landed.sha, landed.payload["forced"]]).toEqual(["push", after, false]);
  expect(landed.payload["commits"]).toMatchObject([
    { id: after, added: ["a.yaml"], modified: [], message: "grow (#1)" },
  ]);
});

test("what comes by itself or by hand", async () => {
  const scheduled = await github.events.schedule("0 5 * * *");
  expect(scheduled.payload["schedule"]).toBe("0 5 * * *");
  const dispatched = await github.events.dispatch("drift.yml", "ada", { mode: "report" });
  expect(dispatched.payload).toMatchObject({ inputs: { mode: "report" }, workflow: ".github/workflows/drift.yml" });
});

test("a run that has begun: the environment of its steps, and what the API says of it", async () => {
  const { number, head } = await github.openPull({ branch: "run", author: "bob", files: { "b.yaml": "b\n" } });
  const event = await github.events.pullOpened(number);
  const token = github.tokens.workflow({ contents: "read" });
  const { run, env } = await github.story.start(event, { workflow: "plan.yml", token, folder });
  expect(env).toMatchObject({
    GITHUB_API_URL: github.url,
    GITHUB_EVENT_NAME: "pull_request",
    GITHUB_REPOSITORY: "acme/state",
    GITHUB_REF: `refs/pull/${number}/merge`,
    GITHUB_SHA: await github.repo.git.out("rev-parse", `refs/pull/${number}/merge`),
    GITHUB_HEAD_REF: "run",
    GITHUB_BASE_REF: "main",
    GITHUB_RUN_ID: String(run.id),
    GITHUB_WORKFLOW_REF: `acme/state/.github/workflows/plan.yml@refs/pull/${number}/merge`,
  });
  expect([run.headSha, run.event, run.status]).toEqual([head, "pull_request", "in_progress"]);
  expect(JSON.parse(readFileSync(env["GITHUB_EVENT_PATH"] ?? "", "utf8"))).toEqual(event.payload);
});

test("a fork's pull request says where it is from", async () => {
  const { number } = await github.openPull({
    branch: "gift",
    author: "mallory",
    isFork: true,
    files: { "c.yaml": "c\n" },
  });
  const { payload } = await github.events.pullOpened(number);
  expect(payload["pull_request"]).toMatchObject({ head: { repo: { full_name: "mallory/state", fork: true } } });
});
