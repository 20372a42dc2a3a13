import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { clientOf, outcomeOf } from "./client.ts";
import { openContract } from "./contract.ts";
import { type GitHub, openGitHub } from "./open-github.ts";
import { EVENTS, OPERATIONS, type OperationName } from "./operations.ts";

const contract = openContract();

test("the description is cut to what the stand-in has, no more and no less", () => {
  const cut = JSON.parse(readFileSync(new URL("openapi.json", import.meta.url), "utf8")) as {
    readonly paths: Readonly<Record<string, object>>;
    readonly webhooks: object;
  };
  const names = Object.entries(cut.paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
  );
  expect(names.toSorted()).toEqual(Object.keys(OPERATIONS).toSorted());
  expect(Object.keys(cut.webhooks).toSorted()).toEqual(EVENTS.toSorted());
});

const params = { owner: "acme", repo: "state", issue_number: "1", pull_number: "1", check_run_id: "1" };
const COMMENT: OperationName = "POST /repos/{owner}/{repo}/issues/{issue_number}/comments";
const LIST: OperationName = "GET /repos/{owner}/{repo}/pulls";
const MERGE: OperationName = "PUT /repos/{owner}/{repo}/pulls/{pull_number}/merge";
const reply = { id: 1, permission: "write" };

test.each<{ why: string; name: OperationName; query?: Record<string, string>; body?: unknown; problem: RegExp }>([
  { why: "a body is missing", name: COMMENT, problem: /a body is missing/ },
  { why: "a member is missing", name: COMMENT, body: {}, problem: /must have required property 'body'/ },
  { why: "a member has another type", name: COMMENT, body: { body: 1 }, problem: /must be string/ },
  {
    why: "a member is not described",
    name: COMMENT,
    body: { body: "b", text: "t" },
    problem: /\/text is not described/,
  },
  {
    why: "a word is not one of those",
    name: MERGE,
    body: { merge_method: "ours" },
    problem: /must be equal to one of/,
  },
  {
    why: "a query is not described",
    name: LIST,
    query: { label: "x" },
    problem: /must NOT have additional properties/,
  },
  { why: "a query has another type", name: LIST, query: { page: "two" }, problem: /must be integer/ },
  { why: "a body is where none is", name: LIST, body: { a: 1 }, problem: /a body is not expected/ },
])("a request is not as described: $why", ({ name, query = {}, body, problem }) => {
  const own = Object.keys(params).filter((key) => name.includes(`{${key}}`));
  const placed = Object.fromEntries(Object.entries(params).filter(([key]) => own.includes(key)));
  expect(contract.checkRequest(name, { params: placed, query, body }).problems.join("\n")).toMatch(problem);
});

test.each<{ why: string; status: number; body: unknown; problem: RegExp }>([
  { why: "members are missing", status: 200, body: reply, problem: /must have required property 'role_name'/ },
  { why: "the status is not described", status: 206, body: reply, problem: /status 206 is not described/ },
  { why: "a refusal says nothing", status: 500, body: {}, problem: /a refusal has no message/ },
  { why: "there is no body", status: 200, body: undefined, problem: /must be object/ },
])("an answer is not as described: $why", ({ status, body, problem }) => {
  const name = "GET /repos/{owner}/{repo}/collaborators/{username}/permission";
  expect(contract.checkAnswer(name, status, body).join("\n")).toMatch(problem);
});

test.each<{ who: string; ask: (github: GitHub) => Promise<{ status: number }>; why: string }>([
  {
    who: "a path that the stand-in does not have",
    ask: async (github) => fetch(`${github.url}/repos/acme/state/deployments`),
    why: "the stand-in has no such operation",
  },
  {
    who: "a request that is not described",
    ask: (github) => clientOf(github, github.tokens.of("ada")).pulls.list({ owner: "acme", repo: "state", label: "x" }),
    why: "must NOT have additional properties",
  },
])("the test fails that makes $who", async ({ ask, why }) => {
  const github = await openGitHub();
  await outcomeOf(ask(github));
  await expect(github.close()).rejects.toThrow(why);
});
