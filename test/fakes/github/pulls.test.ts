import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ALL, clientOf, outcomeOf } from "./client.ts";
import { type GitHub, openGitHub } from "./open-github.ts";

const at = { owner: "acme", repo: "state" };
const NOT_OURS = { ...process.env, GIT_CONFIG_GLOBAL: "/dev/null", GIT_CONFIG_SYSTEM: "/dev/null" };

function git(dir: string, ...args: readonly string[]): string {
  return execFileSync("git", ["-C", dir, ...args], { encoding: "utf8", env: NOT_OURS }).trim();
}

describe("merging", () => {
  let github: GitHub;
  const merged: Record<string, { number: number; sha: string; before: string; head: string }> = {};

  beforeAll(async () => {
    github = await openGitHub();
    for (const method of ["merge", "squash", "rebase"] as const) {
      const { number } = await github.openPull({ branch: method, author: "bob", files: { [`${method}.yaml`]: "a\n" } });
      const head = await github.pushTo(method, { [`${method}.yaml`]: "b\n" }, { by: "bob", message: "Second" });
      const before = await github.pushTo("main", { "main.yaml": method });
      merged[method] = { number, before, head, sha: await github.merge(number, method, "ada") };
    }
  });
  afterAll(() => github.close());

  const log = (range: string): readonly string[] =>
    git(github.dir, "log", "--format=%s, by %an, %cn", "--first-parent", range).split("\n");

  test.each([
    { method: "merge", first: ["Merge pull request #1 from acme/merge, by ada, GitHub"], all: 3 },
    { method: "squash", first: ["squash (#2), by bob, GitHub"], all: 1 },
    { method: "rebase", first: ["Second, by bob, ada", "Change rebase.yaml, by bob, ada"], all: 2 },
  ])("by $method: what git sees on main", ({ method, first, all }) => {
    const { before = "", sha = "" } = merged[method] ?? {};
    expect(log(`${before}..${sha}`)).toEqual(first);
    expect(Number(git(github.dir, "rev-list", "--count", `${before}..${sha}`))).toBe(all);
    expect(git(github.dir, "show", `${sha}:${method}.yaml`)).toBe("b");
  });

  test.each(["merge", "squash", "rebase"])(
    "by %s: the commit on main leads back to its pull request",
    async (method) => {
      const { sha = "", number } = merged[method] ?? {};
      const job = clientOf(github, github.tokens.workflow({ pull_requests: "read" }));
      const { data } = await job.repos.listPullRequestsAssociatedWithCommit({ ...at, commit_sha: sha });
      expect(data.map((pull) => [pull.number, pull.merge_commit_sha])).toEqual([[number, sha]]);
    },
  );

  test.each([
    { method: "merge", isOnMain: true },
    { method: "squash", isOnMain: false },
    { method: "rebase", isOnMain: false },
  ])("by $method: the reviewed head is on main: $isOnMain", async ({ method, isOnMain }) => {
    const { head = "", sha = "" } = merged[method] ?? {};
    const job = clientOf(github, github.tokens.workflow({ contents: "read" }));
    const { data } = await job.repos.compareCommitsWithBasehead({ ...at, basehead: `${sha}...${head}` });
    expect(data.status === "behind").toBe(isOnMain);
  });

  test("what was merged is so for good", async () => {
    const ada = clientOf(github, github.tokens.of("ada"));
    expect(await outcomeOf(ada.pulls.merge({ ...at, pull_number: 1 }))).toMatch(/^405 Pull Request is not mergeable/);
    const { data } = await ada.pulls.update({ ...at, pull_number: 1, state: "open" });
    expect([data.state, data.merged, data.merged_by?.login]).toEqual(["closed", true, "ada"]);
  });
});

describe("an open pull request", () => {
  let github: GitHub;
  beforeAll(async () => {
    github = await openGitHub({ files: { "a.yaml": "a: 1\n", "b.yaml": "b: 1\nb2: 1\nb3: 1\n", "c.yaml": "c: 1\n" } });
  });
  afterAll(() => github.close());

  const job = (): ReturnType<typeof clientOf> => clientOf(github, github.tokens.workflow(ALL));
  const pullOf = async (number: number) => (await job().pulls.get({ ...at, pull_number: number })).data;

  test("git fetches its head and its trial merge", async () => {
    const { number, head } = await github.openPull({ branch: "fetch", author: "bob", files: { "d.yaml": "d\n" } });
    const main = await github.pushTo("main", { "e.yaml": "e\n" });
    const folder = mkdtempSync(join(tmpdir(), "clone-"));
    const pull = await pullOf(number);
    git(folder, "clone", "--quiet", github.dir, ".");
    git(folder, "fetch", "--quiet", "origin", `refs/pull/${number}/*:refs/pull/*`);
    expect(git(folder, "rev-parse", "refs/pull/head")).toBe(head);
    expect(git(folder, "log", "-1", "--format=%H %P", "refs/pull/merge")).toBe(
      `${pull.merge_commit_sha} ${main} ${head}`,
    );
    rmSync(folder, { recursive: true });
  });

  test("its base is where it was when the head last moved", async () => {
    const before = await github.headOf("main");
    const { number } = await github.openPull({ branch: "base", author: "bob", files: { "f.yaml": "f\n" } });
    const after = await github.pushTo("main", { "g.yaml": "g\n" });
    expect((await pullOf(number)).base.sha).toBe(before);
    await github.pushTo("base", { "f.yaml": "ff\n" });
    expect((await pullOf(number)).base.sha).toBe(after);
  });

  test("its files, with what changed", async () => {
    const files = {
      "a.yaml": null,
      "h.yaml": "h: 1\n",
      "c.yaml": "c: 2\n",
      "b.yaml": null,
      "moved.yaml": "b: 1\nb2: 1\nb3: 1\n",
    };
    const { number } = await github.openPull({ branch: "files", author: "bob", files });
    const { data } = await job().pulls.listFiles({ ...at, pull_number: number });
    expect(data.map((file) => [file.status, file.previous_filename, file.filename, file.patch])).toEqual([
      ["removed", undefined, "a.yaml", "@@ -1 +0,0 @@\n-a: 1"],
      ["modified", undefined, "c.yaml", "@@ -1 +1 @@\n-c: 1\n+c: 2"],
      ["added", undefined, "h.yaml", "@@ -0,0 +1 @@\n+h: 1"],
      ["renamed", "b.yaml", "moved.yaml", undefined],
    ]);
    const pull = await pullOf(number);
    expect([pull.changed_files, pull.additions, pull.deletions, pull.commits]).toEqual([4, 2, 2, 1]);
  });

  test("its diff", async () => {
    const { number } = await github.openPull({ branch: "diff", author: "bob", files: { "i.yaml": "i\n" } });
    const { data } = await job().pulls.get({ ...at, pull_number: number, mediaType: { format: "diff" } });
    expect(data).toEqual(expect.stringContaining("+++ b/i.yaml\n@@ -0,0 +1 @@\n+i\n"));
  });

  test("a push over it by git itself counts as one through the API", async () => {
    const { number, head } = await github.openPull({ branch: "push", author: "bob", files: { "j.yaml": "j\n" } });
    const folder = mkdtempSync(join(tmpdir(), "clone-"));
    git(folder, "clone", "--quiet", "--branch", "push", github.dir, ".");
    git(
      folder,
      "-c",
      "user.name=eve",
      "-c",
      "user.email=eve@example.org",
      "commit",
      "--quiet",
      "--allow-empty",
      "--amend",
      "-m",
      "Other",
    );
    git(folder, "push", "--quiet", "--force", "origin", "push");
    const pushed = git(folder, "rev-parse", "HEAD");
    expect((await pullOf(number)).head.sha).toBe(pushed);
    const { payload } = await github.events.pullSynchronized(number);
    expect([payload["before"], payload["after"]]).toEqual([head, pushed]);
    rmSync(folder, { recursive: true });
  });

  test("closes when its branch goes", async () => {
    const { number } = await github.openPull({ branch: "gone", author: "bob", files: { "k.yaml": "k\n" } });
    await job().git.deleteRef({ ...at, ref: "heads/gone" });
    expect((await pullOf(number)).state).toBe("closed");
  });

  test("conflicts", async () => {
    const { number } = await github.openPull({ branch: "conflict", author: "bob", files: { "c.yaml": "c: 3\n" } });
    await github.pushTo("main", { "c.yaml": "c: 4\n" });
    const pull = await pullOf(number);
    expect([pull.mergeable, pull.mergeable_state]).toEqual([false, "dirty"]);
    for (const merge_method of ["merge", "squash", "rebase"] as const)
      expect(await outcomeOf(job().pulls.merge({ ...at, pull_number: number, merge_method }))).toMatch(
        /^405 Pull Request is not/,
      );
    expect(await outcomeOf(job().pulls.updateBranch({ ...at, pull_number: number }))).toMatch(/^422 .*merge conflict/);
  });

  test.each([
    { why: "nothing to merge", head: "main", says: "No commits between main and main" },
    { why: "no such branch", head: "nowhere", says: '"field":"head"' },
    { why: "there already", head: "base", says: "A pull request already exists for acme:base." },
  ])("is not opened: $why", async ({ head, says }) => {
    expect(await outcomeOf(job().pulls.create({ ...at, title: "t", head, base: "main" }))).toContain(says);
  });

  test("the list, newest first, and by head", async () => {
    const { data } = await job().pulls.list({ ...at, state: "all" });
    expect(data.map(({ number }) => number)).toEqual([7, 6, 5, 4, 3, 2, 1]);
    const ofHead = await job().pulls.list({ ...at, head: "acme:files" });
    expect(ofHead.data.map(({ number }) => number)).toEqual([3]);
  });
});

describe("a protected branch", () => {
  let github: GitHub;
  beforeAll(async () => {
    github = await openGitHub({
      protection: { approvals: 1, dismissStale: true, checks: ["reeve/plan"], strict: true, enforceAdmins: true },
    });
  });
  afterAll(() => github.close());

  test("lets in what was approved, checked and is up to date, and nothing else", async () => {
    const { number, head } = await github.openPull({ branch: "p", author: "bob", files: { "a.yaml": "a\n" } });
    const job = clientOf(github, github.tokens.workflow(ALL));
    const bob = clientOf(github, github.tokens.of("bob"));
    const pull = { ...at, pull_number: number };
    const merge = (sha?: string): Promise<string> =>
      outcomeOf(bob.pulls.merge({ ...pull, ...(sha === undefined ? {} : { sha }) }));
    const approve = { ...pull, event: "APPROVE" } as const;

    expect(await merge()).toMatch(/^405 At least 1 approving review is required by reviewers with write access\./);
    expect(await outcomeOf(bob.pulls.createReview(approve))).toContain("Can not approve your own pull request");
    await github.review(number, "rita", "APPROVE");
    expect(await merge()).toMatch(/^405 At least 1 approving review/);
    await github.review(number, "carol", "REQUEST_CHANGES");
    expect(await merge()).toMatch(/^405 Changes have been requested/);
    const id = await github.review(number, "carol", "APPROVE");
    await github.review(number, "carol", "COMMENT");
    expect(await merge()).toMatch(/^405 Required status check "reeve\/plan" is expected\./);
    await job.checks.create({ ...at, name: "reeve/plan", head_sha: head, conclusion: "success" });
    expect((await bob.pulls.get(pull)).data.mergeable_state).toBe("clean");

    const moved = await github.forcePush("p", { "a.yaml": "stolen\n" }, { by: "bob" });
    expect(github.repo.reviews.get(id)?.state).toBe("DISMISSED");
    expect(await merge(head)).toMatch(/^409 Head branch was modified/);
    await github.review(number, "carol", "APPROVE");
    await job.checks.create({ ...at, name: "reeve/plan", head_sha: moved, conclusion: "success" });
    await github.pushTo("main", { "b.yaml": "b\n" });
    expect((await bob.pulls.get(pull)).data.mergeable_state).toBe("behind");
    expect(await merge(moved)).toMatch(/^405 Required status check "reeve\/plan" is expected\./);
    await job.pulls.updateBranch(pull);
    const last = await github.headOf("p");
    await github.review(number, "carol", "APPROVE");
    await job.checks.create({ ...at, name: "reeve/plan", head_sha: last, conclusion: "success" });
    expect(await merge(last)).toBe("200");
  });

  test("a workflow's token approves nothing where the repository does not allow it", async () => {
    await using strict = await openGitHub({ actionsMayOpenPulls: false });
    const { number } = await strict.openPull({ branch: "p", author: "bob", files: { "a.yaml": "a\n" } });
    await strict.pushTo("q", { "b.yaml": "b\n" });
    const job = clientOf(strict, strict.tokens.workflow(ALL));
    const approval = job.pulls.createReview({ ...at, pull_number: number, event: "APPROVE" });
    expect(await outcomeOf(approval)).toContain("GitHub Actions is not permitted to approve pull requests.");
    const opening = job.pulls.create({ ...at, title: "t", head: "q", base: "main" });
    expect(await outcomeOf(opening)).toContain("403 GitHub Actions is not permitted to create or approve");
  });
});

test("a fork's pull request", async () => {
  await using github = await openGitHub({ isPrivate: false });
  const { number, head } = await github.openPull({
    branch: "gift",
    author: "mallory",
    isFork: true,
    files: { "a.yaml": "a\n" },
  });
  const job = clientOf(github, github.tokens.workflow(ALL));
  const { data } = await job.pulls.get({ ...at, pull_number: number });
  expect([data.head.label, data.head.repo.full_name, data.head.repo.fork]).toEqual([
    "mallory:gift",
    "mallory/state",
    true,
  ]);
  expect([data.author_association, data.mergeable]).toEqual(["NONE", true]);
  expect(git(github.dir, "rev-parse", `refs/pull/${number}/head`)).toBe(head);
  const check = await job.checks.create({ ...at, name: "c", head_sha: head });
  expect(check.data.pull_requests).toEqual([]);
  const fork = clientOf(github, github.tokens.fork);
  const comment = fork.issues.createComment({ ...at, issue_number: number, body: "hi" });
  expect(await outcomeOf(comment)).toMatch(/^403 Resource not accessible by integration/);
});

test("something happens between two requests of a client", async () => {
  await using github = await openGitHub();
  const { number, head } = await github.openPull({ branch: "p", author: "bob", files: { "a.yaml": "a\n" } });
  const job = clientOf(github, github.tokens.workflow(ALL));
  github.before("PUT /repos/{owner}/{repo}/pulls/{pull_number}/merge", () =>
    github.pushTo("p", { "a.yaml": "evil\n" }),
  );
  const merge = { ...at, pull_number: number, sha: head };
  expect(await outcomeOf(job.pulls.merge(merge))).toMatch(/^409/);
  expect(await outcomeOf(job.pulls.merge({ ...merge, sha: await github.headOf("p") }))).toBe("200");
});

test("whether it can be merged is not known at once", async () => {
  await using github = await openGitHub({ mergeableLag: 1 });
  const { number } = await github.openPull({ branch: "p", author: "bob", files: { "a.yaml": "a\n" } });
  const job = clientOf(github, github.tokens.workflow(ALL));
  const read = async () => (await job.pulls.get({ ...at, pull_number: number })).data.mergeable;
  expect([await read(), await read()]).toEqual([null, true]);
});
