import { expect, test } from "vitest";
import { ALL, clientOf, outcomeOf } from "./client.ts";
import { openGitHub } from "./open-github.ts";

const at = { owner: "acme", repo: "state" };

test("the whole state at a look", async () => {
  await using github = await openGitHub();
  const { number, head } = await github.openPull({
    branch: "p",
    author: "bob",
    title: "Grow",
    files: { "a.yaml": "a\n" },
  });
  const id = await github.comment(number, "carol", "/reeve help");
  await github.review(number, "carol", "APPROVE");
  const job = clientOf(github, github.tokens.workflow(ALL));
  await job.checks.create({ ...at, name: "reeve/plan", head_sha: head, conclusion: "success" });
  const state = await github.state();
  expect(state.issues).toMatchObject([
    { number, title: "Grow", state: "open", author: "bob", pull: { headSha: head } },
  ]);
  expect(state.comments).toMatchObject([
    { id, author: "carol", body: "/reeve help", createdAt: "2026-03-02T09:00:02.000Z" },
  ]);
  expect(state.reviews).toMatchObject([{ state: "APPROVED", commit: head }]);
  expect(state.checks).toMatchObject([{ name: "reeve/plan", conclusion: "success" }]);
  expect(Object.keys(state.refs)).toEqual(["refs/heads/main", "refs/heads/p", "refs/pull/1/head", "refs/pull/1/merge"]);
});

test("two pull requests of the same line: the first to be merged wins", async () => {
  await using github = await openGitHub({ files: { "a.yaml": "a: 1\n" } });
  const first = await github.openPull({ branch: "first", author: "bob", files: { "a.yaml": "a: 2\n" } });
  const second = await github.openPull({ branch: "second", author: "carol", files: { "a.yaml": "a: 3\n" } });
  await github.merge(first.number, "merge", "ada");
  await expect(github.merge(second.number, "merge", "ada")).rejects.toThrow("Pull Request is not mergeable");
  await github.closePull(second.number, "carol");
  const job = clientOf(github, github.tokens.workflow(ALL));
  const { data } = await job.pulls.get({ ...at, pull_number: second.number });
  expect([data.state, data.merged, data.merged_at]).toEqual(["closed", false, null]);
});

test("many merges at once: each lands upon the last", async () => {
  await using github = await openGitHub();
  const names = ["a", "b", "c", "d"];
  const numbers: number[] = [];
  for (const name of names)
    numbers.push((await github.openPull({ branch: name, author: "bob", files: { [`${name}.yaml`]: name } })).number);
  const ada = clientOf(github, github.tokens.of("ada"));
  const merges = numbers.map((pull_number) => ada.pulls.merge({ ...at, pull_number, merge_method: "squash" }));
  expect(await Promise.all(merges.map(outcomeOf))).toEqual(["200", "200", "200", "200"]);
  const listed = await github.repo.git.out("ls-tree", "--name-only", "main");
  expect(listed.split("\n")).toEqual(["README.md", "a.yaml", "b.yaml", "c.yaml", "d.yaml"]);
  expect(await github.repo.git.out("rev-list", "--count", "--min-parents=2", "main")).toBe("0");
});

test("a pull request of more files than GitHub lists, in pages", async () => {
  await using github = await openGitHub();
  const files = Object.fromEntries(
    Array.from({ length: 3100 }, (_, index) => [`peers/p${index}.yaml`, `a: ${index}\n`]),
  );
  const { number } = await github.openPull({ branch: "many", author: "bob", files });
  const job = clientOf(github, github.tokens.workflow(ALL));
  const { data } = await job.pulls.get({ ...at, pull_number: number });
  expect(data.changed_files).toBe(3100);
  const last = await job.pulls.listFiles({ ...at, pull_number: number, per_page: 100, page: 30 });
  expect([last.data.length, last.headers.link?.includes('rel="next"')]).toEqual([100, false]);
});
