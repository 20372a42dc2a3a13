import {
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { execa } from "execa";
import { simpleGit } from "simple-git";
import { expect, onTestFinished, test } from "vitest";
import { openTrees, parseNameStatus } from "../../src/github/trees.ts";

interface Repository {
  readonly root: string;
  write(path: string, text: string): void;
  commit(): Promise<string>;
}

async function openRepository(): Promise<Repository> {
  const root = mkdtempSync(join(tmpdir(), "reeve-trees-"));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  const git = simpleGit(root);
  await git.init(["-b", "main"]);
  await git.addConfig("user.name", "alice").addConfig("user.email", "alice@example.com");
  return {
    root,
    write: (path, text) => {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), text);
    },
    commit: async () => {
      await git.add(".").commit("change", { "--allow-empty": null });
      return (await git.revparse("HEAD")).trim();
    },
  };
}

test("a commit's files are written byte by byte, whatever the repository's attributes, filters and links say", async () => {
  const repository = await openRepository();
  const marker = join(repository.root, "ran");
  repository.write(".gitattributes", "*.yaml export-ignore export-subst filter=evil text eol=crlf\n");
  repository.write("desired-state/a.yaml", "name: $Format:%H$\n");
  repository.write("desired-state/naïve [x] name.yaml", "b\n");
  symlinkSync("/etc/passwd", join(repository.root, "desired-state/link.yaml"));
  const commit = await repository.commit();
  await execa("git", ["config", "filter.evil.smudge", `touch ${marker}`], { cwd: repository.root });
  const { root, remove } = await openTrees(repository.root).writeOut(commit, "desired-state");
  expect(readdirSync(join(root, "desired-state")).toSorted()).toEqual(["a.yaml", "link.yaml", "naïve [x] name.yaml"]);
  expect(readFileSync(join(root, "desired-state/a.yaml"), "utf8")).toBe("name: $Format:%H$\n");
  expect(lstatSync(join(root, "desired-state/link.yaml")).isSymbolicLink()).toBe(true);
  expect(readdirSync(root)).toEqual(["desired-state"]);
  expect(readdirSync(repository.root)).not.toContain("ran");
  remove();
});

test("the state directory may be the repository; one that is a link is refused, as it would seem empty", async () => {
  const repository = await openRepository();
  repository.write("reeve.yaml", "a");
  repository.write("elsewhere/reeve.yaml", "b");
  symlinkSync("elsewhere", join(repository.root, "desired-state"));
  const commit = await repository.commit();
  const trees = openTrees(repository.root);
  const { root, remove } = await trees.writeOut(commit, "");
  expect(readFileSync(join(root, "reeve.yaml"), "utf8")).toBe("a");
  remove();
  await expect(trees.writeOut(commit, "desired-state")).rejects.toThrow("is not a folder of files");
});

test("what a merge changes, and whence it comes", async () => {
  const repository = await openRepository();
  repository.write("desired-state/a.yaml", "a: 1\nlong enough: to be found again\n");
  repository.write("desired-state/b.yaml", "b");
  const base = await repository.commit();
  const git = simpleGit(repository.root);
  await git.checkoutLocalBranch("topic");
  await git.mv("desired-state/a.yaml", "desired-state/moved.yaml");
  await git.rm("desired-state/b.yaml");
  repository.write("desired-state/c.yaml", "c");
  const head = await repository.commit();
  await git.checkout("main");
  await git.merge(["--no-ff", "topic"]);
  const trees = openTrees(repository.root);
  const merge = await trees.head();
  expect(merge.parents).toEqual([base, head]);
  expect(await trees.changedFiles(base, merge.sha)).toEqual([
    { path: "desired-state/b.yaml", previousPath: null, status: "removed" },
    { path: "desired-state/c.yaml", previousPath: null, status: "added" },
    { path: "desired-state/moved.yaml", previousPath: "desired-state/a.yaml", status: "renamed" },
  ]);
  expect(await trees.firstParents(merge.sha, 10)).toEqual([merge.sha, base]);
  expect(await trees.blobOf(base, "desired-state/b.yaml")).toMatch(/^[0-9a-f]{40}$/);
  expect(await trees.blobOf(head, "desired-state/b.yaml")).toBeNull();
});

test("a folder that is not there is an empty tree; a commit that is not there is an error", async () => {
  const repository = await openRepository();
  const commit = await repository.commit();
  const trees = openTrees(repository.root);
  const { root, remove } = await trees.writeOut(commit, "desired-state");
  expect(readdirSync(root)).toEqual([]);
  remove();
  await expect(trees.writeOut("f".repeat(40), "desired-state")).rejects.toThrow();
  await expect(trees.changedFiles("--output=/tmp/x", commit)).rejects.toThrow();
});

test.each([
  { text: "", files: [] },
  { text: "M\0a\tb\0", files: [{ path: "a\tb", previousPath: null, status: "modified" }] },
  {
    text: "C075\0a\0b\0T\0c\0",
    files: [
      { path: "b", previousPath: null, status: "added" },
      { path: "c", previousPath: null, status: "modified" },
    ],
  },
])("name-status $text", ({ text, files }) => {
  expect(parseNameStatus(text)).toEqual(files);
});
