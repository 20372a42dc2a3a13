import fc from "fast-check";
import { expect, test } from "vitest";
import { parseEvent, parseRunContext } from "../../../src/github/event.ts";
import { UserError } from "../../../src/support/user-error.ts";

const REPO = { full_name: "acme/state" };
const PULL = {
  number: 7,
  title: "Grow",
  user: { login: "bob", id: 2, type: "User" },
  state: "open",
  draft: false,
  head: { sha: "a", ref: "grow", repo: REPO },
  base: { sha: "b", ref: "main", repo: REPO },
  merged_at: null,
  merge_commit_sha: "c",
  labels: [{ name: "x" }],
};
const COMMENT = {
  action: "created",
  comment: {
    id: 1,
    user: null,
    body: "/reeve plan",
    created_at: "2026-03-02T09:00:00Z",
    updated_at: "2026-03-02T09:00:00Z",
  },
  issue: { number: 7, pull_request: {} },
};

const parse = (name: string, payload: unknown) => parseEvent(name, JSON.stringify(payload));

test.each([
  {
    name: "pull_request",
    payload: { action: "opened", pull_request: PULL },
    parsed: { pull: { number: 7, isFork: false } },
  },
  {
    name: "pull_request",
    payload: {
      action: "opened",
      pull_request: { ...PULL, head: { ...PULL.head, repo: { full_name: "mallory/state" } } },
    },
    parsed: { pull: { isFork: true } },
  },
  {
    name: "pull_request",
    payload: { action: "opened", pull_request: { ...PULL, head: { ...PULL.head, repo: null } } },
    parsed: { pull: { isFork: true } },
  },
  {
    name: "pull_request",
    payload: { action: "opened", pull_request: { ...PULL, base: { ...PULL.base, repo: undefined } } },
    parsed: { pull: { isFork: true } },
  },
  { name: "push", payload: { ref: "refs/heads/a/b", before: "1", after: "2" }, parsed: { branch: "a/b" } },
  {
    name: "issue_comment",
    payload: COMMENT,
    parsed: { comment: { author: { login: "ghost" }, isOnPullRequest: true } },
  },
  { name: "schedule", payload: { schedule: "1 1 * * *" }, parsed: { kind: "schedule" } },
  { name: "workflow_dispatch", payload: { inputs: null }, parsed: { inputs: {} } },
  { name: "workflow_dispatch", payload: { inputs: { a: "1", b: 2 } }, parsed: { inputs: { a: "1" } } },
])("$name: $parsed", ({ name, payload, parsed }) => {
  expect(parse(name, payload)).toMatchObject(parsed);
});

test.each([
  { name: "an unknown event", event: "pull_request_target", payload: { action: "opened", pull_request: PULL } },
  { name: "no event", event: "", payload: {} },
  { name: "a tag", event: "push", payload: { ref: "refs/tags/v1", before: "1", after: "2" } },
  { name: "a list", event: "push", payload: [] },
  { name: "a branch that is no text", event: "push", payload: { ref: 7, before: "1", after: "2" } },
  { name: "no pull request", event: "pull_request", payload: { action: "opened" } },
  { name: "a pull request that is a text", event: "pull_request", payload: { action: "opened", pull_request: "7" } },
  {
    name: "a pull request without a head",
    event: "pull_request",
    payload: { action: "opened", pull_request: { ...PULL, head: null } },
  },
  {
    name: "a number that is a text",
    event: "pull_request",
    payload: { action: "opened", pull_request: { ...PULL, number: "7" } },
  },
  {
    name: "a head that is no text",
    event: "pull_request",
    payload: { action: "opened", pull_request: { ...PULL, head: { ...PULL.head, sha: ["--upload-pack=x"] } } },
  },
  {
    name: "a comment without a body",
    event: "issue_comment",
    payload: { ...COMMENT, comment: { ...COMMENT.comment, body: null } },
  },
  {
    name: "a comment of no time",
    event: "issue_comment",
    payload: { ...COMMENT, comment: { ...COMMENT.comment, created_at: "soon" } },
  },
  { name: "a comment on nothing", event: "issue_comment", payload: { ...COMMENT, issue: undefined } },
])("refused in words: $name", ({ event, payload }) => {
  expect(() => parse(event, payload)).toThrow(UserError);
});

test("whatever the payload is, it is parsed or refused in words", () => {
  const events = fc.constantFrom("pull_request", "push", "issue_comment", "schedule", "workflow_dispatch", "x");
  const member = fc.jsonValue();
  const payloads = fc.record(
    { action: member, pull_request: member, ref: member, comment: member, issue: member, inputs: member },
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(events, fc.oneof(payloads, member), (name, payload) => {
      try {
        parse(name, payload);
      } catch (error) {
        expect(error).toBeInstanceOf(UserError);
      }
    }),
  );
  expect(() => parseEvent("push", "no JSON")).toThrow(UserError);
});

test.each(["", "acme", "acme/", "/state", "acme/state/x", "../state/.."])("no repository: %j", (name) => {
  expect(() => parseRunContext({ GITHUB_REPOSITORY: name })).toThrow(UserError);
});

test("a run's page is on the server that runs it", () => {
  const environment = {
    GITHUB_REPOSITORY: "acme/state",
    GITHUB_SERVER_URL: "https://ghe.example.com",
    GITHUB_RUN_ID: "9",
  };
  expect(parseRunContext(environment)).toMatchObject({
    url: "https://ghe.example.com/acme/state/actions/runs/9",
    attempt: "1",
  });
});
