import { afterAll, beforeAll, expect, test } from "vitest";
import { ALL, appClientOf, clientOf, outcomeOf } from "./client.ts";
import { type GitHub, openGitHub } from "./open-github.ts";
import type { Level } from "./world.ts";

const at = { owner: "acme", repo: "state" };
type Client = ReturnType<typeof clientOf>;
type Ask = (client: Client) => Promise<{ readonly status: number }>;

let github: GitHub;
let number = 0;
let issue = 0;

beforeAll(async () => {
  github = await openGitHub({ teams: { operators: ["ada"] }, now: () => new Date() });
  number = (await github.openPull({ branch: "p", author: "bob", files: { "a.yaml": "a\n" } })).number;
  const job = clientOf(github, github.tokens.workflow(ALL));
  issue = (await job.issues.create({ ...at, title: "Drift" })).data.number;
});
afterAll(() => github.close());

const commentOnPull: Ask = (client) => client.issues.createComment({ ...at, issue_number: number, body: "x" });
const commentOnIssue: Ask = (client) => client.issues.createComment({ ...at, issue_number: issue, body: "x" });
const check: Ask = (client) => client.checks.create({ ...at, name: "c", head_sha: "p" });
const ref: Ask = async (client) =>
  client.git.createRef({ ...at, ref: "refs/reeve/x", sha: await github.headOf("main") });
const team: Ask = (client) =>
  client.teams.getMembershipForUserInOrg({ org: "acme", team_slug: "operators", username: "ada" });

test.each<{ what: string; permissions: Readonly<Record<string, Level>>; ask: Ask; status: string }>([
  { what: "nothing, and reads the repository", permissions: {}, ask: (client) => client.repos.get(at), status: "200" },
  {
    what: "nothing, and reads a file",
    permissions: {},
    ask: (client) => client.repos.getContent({ ...at, path: "README.md" }),
    status: "403",
  },
  {
    what: "pull requests: write, and comments on one",
    permissions: { pull_requests: "write" },
    ask: commentOnPull,
    status: "201",
  },
  {
    what: "issues: write, and comments on a pull request",
    permissions: { issues: "write" },
    ask: commentOnPull,
    status: "201",
  },
  {
    what: "pull requests: write, and comments on an issue",
    permissions: { pull_requests: "write" },
    ask: commentOnIssue,
    status: "403",
  },
  {
    what: "pull requests: read, and comments on one",
    permissions: { pull_requests: "read" },
    ask: commentOnPull,
    status: "403",
  },
  { what: "checks: read, and makes one", permissions: { checks: "read" }, ask: check, status: "403" },
  { what: "checks: write, and makes one", permissions: { checks: "write" }, ask: check, status: "201" },
  { what: "contents: read, and takes a lock", permissions: { contents: "read" }, ask: ref, status: "403" },
  { what: "contents: write, and takes a lock", permissions: { contents: "write" }, ask: ref, status: "201" },
  {
    what: "everything, and merges",
    permissions: { ...ALL, contents: "read" },
    ask: (client) => client.pulls.merge({ ...at, pull_number: number }),
    status: "403",
  },
  { what: "everything, and asks who is in a team", permissions: ALL, ask: team, status: "403" },
  {
    what: "everything, and asks who it is",
    permissions: ALL,
    ask: (client) => client.users.getAuthenticated(),
    status: "403",
  },
  {
    what: "everything, and asks for the protection",
    permissions: ALL,
    ask: (client) => client.repos.getBranchProtection({ ...at, branch: "main" }),
    status: "403",
  },
])("a workflow may $what: $status", async ({ permissions, ask, status }) => {
  const said = await outcomeOf(ask(clientOf(github, github.tokens.workflow(permissions))));
  expect(said.slice(0, 3)).toBe(status);
  if (status === "403") expect(said).toContain("Resource not accessible by integration");
});

const put: Ask = (client) =>
  client.repos.createOrUpdateFileContents({ ...at, path: "n.txt", message: "m", content: "bg==", branch: "p" });

test.each<{ who: string; ask: Ask; what: string; status: string }>([
  { who: "rita", what: "reads", ask: (client) => client.repos.get(at), status: "200" },
  { who: "rita", what: "comments", ask: commentOnPull, status: "201" },
  { who: "rita", what: "writes", ask: put, status: "403" },
  { who: "bob", what: "writes", ask: put, status: "201" },
  { who: "ada", what: "asks who is in a team of hers", ask: team, status: "200" },
  { who: "bob", what: "asks who is in a team of others", ask: team, status: "404" },
  {
    who: "bob",
    what: "reads the protection",
    ask: (client) => client.repos.getBranchProtection({ ...at, branch: "main" }),
    status: "404",
  },
  { who: "mallory", what: "reads what is private", ask: (client) => client.repos.get(at), status: "404" },
  { who: "mallory", what: "comments on what is private", ask: commentOnPull, status: "404" },
])("$who $what: $status", async ({ who, ask, status }) => {
  expect((await outcomeOf(ask(clientOf(github, github.tokens.of(who))))).slice(0, 3)).toBe(status);
});

test.each([
  { token: undefined, says: "404 Not Found" },
  { token: "ghp_stolen", says: "401 Bad credentials" },
])("with $token: $says", async ({ token, says }) => {
  expect(await outcomeOf(clientOf(github, token).repos.get(at))).toContain(says);
});

test.each([
  { who: "ada", role: "admin", permission: "admin" },
  { who: "bob", role: "write", permission: "write" },
  { who: "rita", role: "read", permission: "read" },
  { who: "mallory", role: "none", permission: "none" },
])("the role of $who is $role", async ({ who, role, permission }) => {
  github.tokens.of(who);
  const job = clientOf(github, github.tokens.workflow({}));
  const { data } = await job.repos.getCollaboratorPermissionLevel({ ...at, username: who });
  expect([data.role_name, data.permission, data.user?.login]).toEqual([role, permission, who]);
});

test("an App, by its own key, for an hour, with what it was granted", async () => {
  const permissions = { issues: "write", members: "read" } as const;
  const app = appClientOf(github, github.tokens.app({ slug: "reeve", permissions }));
  const { data } = await app.issues.createComment({ ...at, issue_number: issue, body: "from the App" });
  expect([data.user?.login, data.performed_via_github_app?.slug]).toEqual(["reeve[bot]", "reeve"]);
  expect(await outcomeOf(team(app))).toBe("200");
  expect(await outcomeOf(check(app))).toMatch(/^403/);
});

test("an App's key is not another's", async () => {
  const first = github.tokens.app({ slug: "first", permissions: {} });
  const second = github.tokens.app({ slug: "second", permissions: {} });
  const forged = appClientOf(github, { ...first, privateKey: second.privateKey });
  expect(await outcomeOf(forged.apps.getAuthenticated())).toMatch(/^401 A JSON web token could not be decoded/);
});

test("a public repository is read by anybody, and written by nobody", async () => {
  await using open = await openGitHub({ isPrivate: false });
  const nobody = clientOf(open);
  expect(await outcomeOf(nobody.repos.get(at))).toBe("200");
  expect(await outcomeOf(nobody.issues.create({ ...at, title: "t" }))).toMatch(/^401 Requires authentication/);
});
