import { afterAll, beforeAll, expect, test } from "vitest";
import { ALL, clientOf, outcomeOf } from "./client.ts";
import { type GitHub, openGitHub } from "./open-github.ts";

const at = { owner: "acme", repo: "state" };
const NOTHING = "0123456789012345678901234567890123456789";

let github: GitHub;
let job: ReturnType<typeof clientOf>;
let main = "";
let side = "";

beforeAll(async () => {
  github = await openGitHub({ files: { "a.yaml": "a: 1\n", "folder/b.yaml": "b: 1\n" } });
  job = clientOf(github, github.tokens.workflow(ALL));
  main = await github.headOf("main");
  side = await github.pushTo("side", { "c.yaml": "c\n" });
});
afterAll(() => github.close());

test.each<{ why: string; ask: () => Promise<{ status: number }>; says: string }>([
  { why: "made", ask: () => job.git.createRef({ ...at, ref: "refs/reeve/lock", sha: main }), says: "201" },
  {
    why: "made twice",
    ask: () => job.git.createRef({ ...at, ref: "refs/reeve/lock", sha: side }),
    says: "422 Reference already exists",
  },
  {
    why: "of nothing",
    ask: () => job.git.createRef({ ...at, ref: "refs/reeve/x", sha: NOTHING }),
    says: "422 Object does not exist",
  },
  {
    why: "of no full name",
    ask: () => job.git.createRef({ ...at, ref: "refs/x", sha: main }),
    says: "422 Reference name must",
  },
  { why: "forward", ask: () => job.git.updateRef({ ...at, ref: "reeve/lock", sha: side }), says: "200" },
  {
    why: "back",
    ask: () => job.git.updateRef({ ...at, ref: "reeve/lock", sha: main }),
    says: "422 Update is not a fast forward",
  },
  {
    why: "back by force",
    ask: () => job.git.updateRef({ ...at, ref: "reeve/lock", sha: main, force: true }),
    says: "200",
  },
  {
    why: "moved, not there",
    ask: () => job.git.updateRef({ ...at, ref: "reeve/no", sha: main }),
    says: "422 Reference does not exist",
  },
  { why: "deleted", ask: () => job.git.deleteRef({ ...at, ref: "reeve/lock" }), says: "204" },
  {
    why: "deleted twice",
    ask: () => job.git.deleteRef({ ...at, ref: "reeve/lock" }),
    says: "422 Reference does not exist",
  },
  { why: "read, not there", ask: () => job.git.getRef({ ...at, ref: "reeve/lock" }), says: "404 Not Found" },
  { why: "read by half its name", ask: () => job.git.getRef({ ...at, ref: "heads/ma" }), says: "404 Not Found" },
])("a reference $why", async ({ ask, says }) => {
  expect((await outcomeOf(ask())).startsWith(says)).toBe(true);
});

test("of many who make the same reference at once, one does", async () => {
  const tries = Array.from({ length: 8 }, () => job.git.createRef({ ...at, ref: "refs/reeve/race", sha: main }));
  const outcomes = (await Promise.all(tries.map(outcomeOf))).map((outcome) => outcome.slice(0, 3));
  expect(outcomes.toSorted()).toEqual(["201", ...Array.from({ length: 7 }, () => "422")]);
});

test("a lock that says whose it is: a reference to a tag object", async () => {
  const message = JSON.stringify({ owner: "run 7", expires: "2026-03-02T10:00:00Z" });
  const tag = await job.git.createTag({ ...at, tag: "lock", message, object: main, type: "commit" });
  await job.git.createRef({ ...at, ref: "refs/reeve/apply", sha: tag.data.sha });
  const { data } = await job.git.getRef({ ...at, ref: "reeve/apply" });
  expect(data.object.type).toBe("tag");
  const read = await job.git.getTag({ ...at, tag_sha: data.object.sha });
  expect([read.data.message, read.data.object.sha, read.data.tagger.name]).toEqual([
    message,
    main,
    "github-actions[bot]",
  ]);
});

test("a commit made through the API is what git makes of it", async () => {
  const tree = await job.git.createTree({
    ...at,
    base_tree: main,
    tree: [
      { path: "folder/b.yaml", mode: "100644", type: "blob", content: "b: 2\n" },
      { path: "new/ünï.yaml", mode: "100644", type: "blob", content: "ü\n" },
      { path: "a.yaml", mode: "100644", type: "blob", sha: null },
    ],
  });
  const author = { name: "Reeve", email: "reeve@example.org", date: "2026-03-02T09:30:00Z" };
  const commit = await job.git.createCommit({ ...at, tree: tree.data.sha, parents: [main], message: "Record", author });
  await job.git.createRef({ ...at, ref: "refs/heads/record", sha: commit.data.sha });
  const { git } = github.repo;
  expect(await git.out("log", "-1", "--format=%an %at %s", "record")).toBe(
    `Reeve ${Date.parse(author.date) / 1000} Record`,
  );
  expect(await git.out("-c", "core.quotePath=false", "ls-tree", "-r", "--name-only", "record")).toBe(
    "folder/b.yaml\nnew/ünï.yaml",
  );
  expect(await git.out("show", "record:folder/b.yaml")).toBe("b: 2");
});

test("a binary blob comes back as it went", async () => {
  const bytes = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));
  const blob = await job.git.createBlob({ ...at, content: bytes.toString("base64"), encoding: "base64" });
  const { data } = await job.git.getBlob({ ...at, file_sha: blob.data.sha });
  expect([Buffer.from(data.content, "base64").equals(bytes), data.size]).toEqual([true, 256]);
});

const put = { ...at, message: "m", branch: "side", content: Buffer.from("a: 2\n").toString("base64") };

test.each<{ why: string; ask: () => Promise<{ status: number }>; says: string }>([
  {
    why: "without the sha of what is there",
    ask: () => job.repos.createOrUpdateFileContents({ ...put, path: "a.yaml" }),
    says: "422 Invalid request.",
  },
  {
    why: "with a stale sha",
    ask: () => job.repos.createOrUpdateFileContents({ ...put, path: "a.yaml", sha: NOTHING }),
    says: "409 a.yaml does not match",
  },
  { why: "new", ask: () => job.repos.createOrUpdateFileContents({ ...put, path: "n/e.yaml" }), says: "201" },
  {
    why: "on no branch",
    ask: () => job.repos.createOrUpdateFileContents({ ...put, path: "x", branch: "no" }),
    says: "404 Branch no not found",
  },
])("a file put $why", async ({ ask, says }) => {
  expect((await outcomeOf(ask())).startsWith(says)).toBe(true);
});

test("a file, a folder, and what is not there", async () => {
  const file = await job.repos.getContent({ ...at, path: "folder/b.yaml", ref: main });
  expect(file.data).toMatchObject({ name: "b.yaml", size: 5, content: "YjogMQo=", encoding: "base64" });
  const folder = await job.repos.getContent({ ...at, path: "", ref: main });
  expect(folder.data).toMatchObject([
    { path: "a.yaml", type: "file" },
    { path: "folder", type: "dir" },
  ]);
  expect(await outcomeOf(job.repos.getContent({ ...at, path: "no.yaml" }))).toMatch(/^404 Not Found/);
});

test("what a comparison says", async () => {
  const { data } = await job.repos.compareCommitsWithBasehead({ ...at, basehead: `${main}...side` });
  expect([data.status, data.merge_base_commit.sha]).toEqual(["ahead", main]);
  expect(data.files?.map(({ filename, status }) => `${status} ${filename}`)).toEqual([
    "added c.yaml",
    "added n/e.yaml",
  ]);
});
