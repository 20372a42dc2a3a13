import { retry } from "@octokit/plugin-retry";
import { throttling } from "@octokit/plugin-throttling";
import { Octokit } from "@octokit/rest";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ALL, clientOf, outcomeOf } from "./client.ts";
import type { FaultKind } from "./faults.ts";
import { type GitHub, openGitHub } from "./open-github.ts";

const at = { owner: "acme", repo: "state" };
const COMMENT = "POST /repos/{owner}/{repo}/issues/{issue_number}/comments";
let github: GitHub;
let job: ReturnType<typeof clientOf>;
let issue_number = 0;

beforeAll(async () => {
  github = await openGitHub();
  job = clientOf(github, github.tokens.workflow(ALL));
  issue_number = (await job.issues.create({ ...at, title: "t" })).data.number;
});
afterAll(() => github.close());

test("what has not changed is 304, and costs nothing", async () => {
  const first = await job.issues.get({ ...at, issue_number });
  const left = Number(first.headers["x-ratelimit-remaining"]);
  const again = { ...at, issue_number, headers: { "if-none-match": first.headers.etag ?? "" } };
  expect(await outcomeOf(job.issues.get(again))).toMatch(/^304/);
  await github.comment(issue_number, "ada", "news");
  const changed = await job.issues.get(again);
  expect([changed.status, Number(changed.headers["x-ratelimit-remaining"])]).toEqual([200, left - 1]);
});

test.each<{ kind: FaultKind; status: string; isDone: boolean }>([
  { kind: "drop-before", status: "500", isDone: false },
  { kind: "drop-after", status: "500", isDone: true },
  { kind: "error-before", status: "502", isDone: false },
  { kind: "error-after", status: "502", isDone: true },
  { kind: "unavailable", status: "503", isDone: false },
  { kind: "secondary-limit", status: "403", isDone: false },
  { kind: "rate-limit", status: "403", isDone: false },
])("$kind: the client sees $status, done: $isDone", async ({ kind, status, isDone }) => {
  const before = github.repo.comments.size;
  github.inject({ operation: COMMENT, kind, nth: 2 });
  const say = (): Promise<string> => outcomeOf(job.issues.createComment({ ...at, issue_number, body: kind }));
  expect((await say()).slice(0, 3)).toBe("201");
  expect((await say()).slice(0, 3)).toBe(status);
  expect((await say()).slice(0, 3)).toBe("201");
  expect(github.repo.comments.size - before).toBe(isDone ? 3 : 2);
  const logged = github.log.at(-2);
  expect([logged?.isDone, logged?.faults, logged?.operation]).toEqual([isDone, [kind], COMMENT]);
});

test("an answer that ends in its middle", async () => {
  github.inject({ operation: "*", kind: "truncated" });
  const url = `${github.url}/repos/acme/state/issues/${issue_number}`;
  const headers = { authorization: `Bearer ${github.tokens.of("ada")}` };
  const text = await (await fetch(url, { headers })).text();
  expect(() => JSON.parse(text)).toThrow(SyntaxError);
});

test("Octokit's own plugins: a 502 is tried again, a limit waited for", async () => {
  const Patient = Octokit.plugin(retry, throttling);
  const waited: string[] = [];
  const wait = (kind: string) => (seconds: number) => {
    waited.push(`${kind} ${seconds}`);
    return true;
  };
  const octokit = new Patient({
    baseUrl: github.url,
    auth: github.tokens.workflow(ALL),
    log: { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} },
    retry: { retryAfterBaseValue: 1 },
    throttle: { onRateLimit: wait("rate"), onSecondaryRateLimit: wait("secondary"), retryAfterBaseValue: 1 },
  });
  github.inject({ operation: "GET /repos/{owner}/{repo}", kind: "error-before" });
  expect((await octokit.rest.repos.get(at)).status).toBe(200);
  github.inject({ operation: "GET /repos/{owner}/{repo}", kind: "secondary-limit", retryAfter: 7 });
  expect((await octokit.rest.repos.get(at)).status).toBe(200);
  expect(waited).toEqual(["secondary 7"]);
});

test("the hour's requests run out, and come back", async () => {
  await using other = await openGitHub();
  const bob = clientOf(other, other.tokens.of("bob"));
  other.leaveRequests(1);
  expect(await outcomeOf(bob.repos.get(at))).toBe("200");
  expect(await outcomeOf(bob.repos.get(at))).toMatch(/^403 API rate limit exceeded/);
  expect((await bob.rateLimit.get()).data.rate).toMatchObject({ limit: 5000, remaining: 0, used: 5000 });
  other.advance(3600);
  expect(await outcomeOf(bob.repos.get(at))).toBe("200");
});

test("below a path, as a GitHub Enterprise Server is", async () => {
  await using server = await openGitHub({ prefix: "/api/v3" });
  const ada = clientOf(server, server.tokens.of("ada"));
  const { data } = await ada.repos.get(at);
  expect(data.url).toBe(`${server.url}/repos/acme/state`);
  expect(new URL(server.url).pathname).toBe("/api/v3");
});

test("the log says who asked for what, and what was written", async () => {
  await using other = await openGitHub();
  const token = other.tokens.workflow({ issues: "write" });
  await clientOf(other, token).issues.create({ ...at, title: "t" });
  await other.comment(1, "ada", "what a driver does is not logged");
  await clientOf(other, token).issues.createComment({ ...at, issue_number: 1, body: "b" });
  expect(other.writes()).toEqual(["POST /issues", "POST /issues/1/comments"]);
  expect(other.counts()).toEqual({ [COMMENT]: 1, "POST /repos/{owner}/{repo}/issues": 1 });
  expect(other.log.map(({ actor, body }) => [actor, body])).toEqual([
    ["github-actions[bot]", { title: "t" }],
    ["github-actions[bot]", { body: "b" }],
  ]);
});
