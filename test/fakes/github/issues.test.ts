import { Octokit } from "@octokit/rest";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ALL, clientOf, outcomeOf } from "./client.ts";
import { type GitHub, openGitHub } from "./open-github.ts";

const at = { owner: "acme", repo: "state" };
let github: GitHub;
let job: ReturnType<typeof clientOf>;
let number = 0;

beforeAll(async () => {
  github = await openGitHub({ isPrivate: false, teams: { operators: ["carol"] } });
  job = clientOf(github, github.tokens.workflow(ALL));
  number = (await github.openPull({ branch: "p", author: "bob", files: { "a.yaml": "a\n" } })).number;
});
afterAll(() => github.close());

test("a comment of 65,536 characters is taken, one more is not", async () => {
  const say = (length: number): Promise<string> =>
    outcomeOf(job.issues.createComment({ ...at, issue_number: number, body: "x".repeat(length) }));
  expect(await say(65_536)).toBe("201");
  expect(await say(65_537)).toContain("422 Validation Failed");
  expect(await say(65_537)).toContain("Body is too long (maximum is 65536 characters)");
  const comment_id = await github.comment(number, "bob", "short");
  const edit = job.issues.updateComment({ ...at, comment_id, body: "x".repeat(65_537) });
  expect(await outcomeOf(edit)).toContain("body is too long (maximum is 65536 characters)");
});

test("an edit is seen by its time, and by nothing else", async () => {
  const id = await github.comment(number, "carol", "/reeve apply abc");
  const before = (await job.issues.getComment({ ...at, comment_id: id })).data;
  expect(before.updated_at).toBe(before.created_at);
  await github.editComment(id, "ada", "/reeve apply evil");
  const after = (await job.issues.getComment({ ...at, comment_id: id })).data;
  expect([after.user?.login, after.body, after.updated_at > after.created_at]).toEqual([
    "carol",
    "/reeve apply evil",
    true,
  ]);
});

test.each([
  { who: "its author", by: "rita", status: "200" },
  { who: "somebody who writes", by: "bob", status: "200" },
  { who: "a stranger", by: "mallory", status: "403" },
])("a comment is edited by $who: $status", async ({ by, status }) => {
  const id = await github.comment(number, "rita", "hello");
  const edit = clientOf(github, github.tokens.of(by)).issues.updateComment({ ...at, comment_id: id, body: "x" });
  expect((await outcomeOf(edit)).slice(0, 3)).toBe(status);
});

test.each([
  { by: "carol", association: "MEMBER", type: "User" },
  { by: "rita", association: "COLLABORATOR", type: "User" },
  { by: "mallory", association: "NONE", type: "User" },
])("who says it: $by is $association", async ({ by, association, type }) => {
  const id = await github.comment(number, by, "hello");
  const { data } = await job.issues.getComment({ ...at, comment_id: id });
  expect([data.author_association, data.user?.type, data.performed_via_github_app]).toEqual([association, type, null]);
});

test("an App's comment says which App", async () => {
  const { data } = await job.issues.createComment({ ...at, issue_number: number, body: "Plan" });
  expect([data.user?.login, data.user?.type]).toEqual(["github-actions[bot]", "Bot"]);
  expect(data.performed_via_github_app?.slug).toBe("github-actions");
});

test("a hundred a page, and the way to the others", async () => {
  const { data: issue } = await job.issues.create({ ...at, title: "Many" });
  for (let count = 0; count < 131; count += 1) await github.comment(issue.number, "bob", `comment ${count}`);
  const asked = { ...at, issue_number: issue.number };
  const first = await job.issues.listComments({ ...asked, per_page: 100 });
  expect(first.data).toHaveLength(100);
  expect(first.headers.link).toMatch(/page=2>; rel="next", <.*page=2>; rel="last"/);
  expect((await job.issues.listComments({ ...asked, per_page: 1000 })).data).toHaveLength(100);
  expect((await job.issues.listComments(asked)).data).toHaveLength(30);
  const octokit = new Octokit({ baseUrl: github.url, auth: github.tokens.workflow({ issues: "read" }) });
  const all = await octokit.paginate(octokit.rest.issues.listComments, { ...asked, per_page: 50 });
  expect(all.map(({ body }) => body)).toEqual(Array.from({ length: 131 }, (_, count) => `comment ${count}`));
});

test("an issue, closed and opened again", async () => {
  const { data } = await job.issues.create({ ...at, title: "Drift", labels: ["reeve:drift"] });
  const asked = { ...at, issue_number: data.number };
  const closed = await job.issues.update({ ...asked, state: "closed", state_reason: "completed" });
  expect([closed.data.state, closed.data.closed_by?.login]).toEqual(["closed", "github-actions[bot]"]);
  const labelled = { ...at, labels: "reeve:drift" };
  expect((await job.issues.listForRepo(labelled)).data).toEqual([]);
  const opened = await job.issues.update({ ...asked, state: "open" });
  expect([opened.data.state_reason, opened.data.closed_at]).toEqual(["reopened", null]);
  expect((await job.issues.listForRepo(labelled)).data.map((issue) => issue.number)).toEqual([data.number]);
});

test("who is assigned is who there is", async () => {
  const { data } = await job.issues.create({ ...at, title: "Apply failed", assignees: ["ada", "nobody"] });
  expect(data.assignees?.map(({ login }) => login)).toEqual(["ada"]);
});

test("labels of those who may not sort are dropped without a word", async () => {
  const mallory = clientOf(github, github.tokens.of("mallory"));
  const { data } = await mallory.issues.create({ ...at, title: "Trust me", labels: ["approved"] });
  expect(data.labels).toEqual([]);
});

test("pull requests are among the issues", async () => {
  const { data } = await job.issues.listForRepo({ ...at, creator: "bob" });
  expect(data.map((issue) => [issue.number, issue.pull_request !== undefined])).toEqual([[number, true]]);
});

test("the same reaction again is no second one", async () => {
  const comment_id = await github.comment(number, "ada", "/reeve help");
  const react = (): Promise<string> =>
    outcomeOf(job.reactions.createForIssueComment({ ...at, comment_id, content: "rocket" }));
  expect([await react(), await react()]).toEqual(["201", "200"]);
  const { data } = await job.issues.getComment({ ...at, comment_id });
  expect([data.reactions?.total_count, data.reactions?.rocket]).toEqual([1, 1]);
  const [mine] = (await job.reactions.listForIssueComment({ ...at, comment_id })).data;
  const gone = { ...at, comment_id, reaction_id: mine?.id ?? 0 };
  const ada = clientOf(github, github.tokens.of("ada"));
  expect(await outcomeOf(ada.reactions.deleteForIssueComment(gone))).toMatch(/^403/);
  expect(await outcomeOf(job.reactions.deleteForIssueComment(gone))).toBe("204");
  expect(await outcomeOf(job.reactions.deleteForIssueComment(gone))).toMatch(/^404/);
});
