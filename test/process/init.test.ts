/** `reeve init` through the real program: what it writes is a valid state repository, and it overwrites nothing. */
import { execFileSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { parse } from "yaml";
import { checkWorkflow } from "../../scripts/workflow-rules.ts";
import { runActionlint } from "../support/actionlint.ts";
import { runReeve } from "../support/reeve.ts";

const ACTION = `example/reeve@${"0123456789".repeat(4)}`;
const FLAGS = ["--owner", "@example/platform", "--action", ACTION];
const DESKTOPS = ["--account", "123456789012", "--region", "us-west-2"];

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "reeve-init-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

const init = (...words: readonly string[]) => runReeve(["init", ...words], { cwd: folder });
const read = (path: string) => readFileSync(join(folder, path), "utf8");
const filesBelow = (root: string) =>
  readdirSync(root, { recursive: true, encoding: "utf8" })
    .filter((path) => statSync(join(root, path)).isFile())
    .toSorted();

test.each([
  { name: "hubs alone", flags: [], providers: ["wireguard"] },
  { name: "desktops alone", flags: ["--provider", "workspaces", ...DESKTOPS], providers: ["workspaces"] },
  { name: "both", flags: ["--provider", "wireguard", ...DESKTOPS], providers: ["wireguard", "workspaces"] },
])("$name: valid, committed, and its workflows keep every rule", async ({ flags, providers }) => {
  const ran = await init("robco", ...FLAGS, ...flags);
  expect(ran).toMatchObject({ code: 0, stderr: "" });
  expect(ran.stdout).toMatch(/^Next:\n {2}1\. .*\n {2}2\. .*\n {2}3\. .*\n$/m);
  const root = join(folder, "robco");
  const written = filesBelow(root);
  expect([...ran.stdout.matchAll(/^wrote (.*)$/gm)].map((match) => match[1])).toEqual(written);

  const valid = await runReeve(["validate", "--format", "json"], { cwd: root });
  expect(JSON.parse(valid.stdout)).toMatchObject({ valid: true, estate: "robco", diagnostics: [] });
  expect(Object.keys(parse(read("robco/desired-state/reeve.yaml")).spec.providers)).toEqual(providers);

  const workflows = readdirSync(join(root, ".github/workflows"));
  expect(workflows.toSorted()).toEqual(["apply.yml", "comment.yml", "drift.yml", "plan.yml"]);
  for (const name of workflows) {
    const text = read(`robco/.github/workflows/${name}`);
    expect(checkWorkflow(name, text)).toEqual([]);
    expect(await runActionlint(text)).toEqual([]);
    expect(text).toContain(`uses: ${ACTION}\n`);
    const writes = providers.includes("workspaces") && (name === "apply.yml" || name === "comment.yml");
    expect(text.includes("role/reeve-apply"), name).toBe(writes);
  }

  const git = (...words: readonly string[]) => execFileSync("git", words, { cwd: root, encoding: "utf8" });
  git("init", "--quiet", "--initial-branch", "main");
  git("add", ".");
  git("-c", "user.name=t", "-c", "user.email=t@example.com", "commit", "--quiet", "--message", "The estate");
  expect(git("ls-files", "-z").split("\0").filter(Boolean)).toEqual(written);
});

test("no template mark is left, and GitHub's own expressions are whole", async () => {
  await init(...FLAGS, ...DESKTOPS, "--estate", "robco");
  for (const path of filesBelow(folder)) {
    const text = read(path);
    expect(text.replaceAll(/\$\{\{ [\w.]+ \}\}/g, ""), path).not.toMatch(/\{\{|\}\}(?=\W*$)/m);
    expect(text, path).toMatch(/\S\n$/);
  }
});

test("a comment is answered without a role, and what changes something is carried out in the environment", async () => {
  await init(...FLAGS, ...DESKTOPS, "--estate", "robco");
  const { jobs } = parse(read(".github/workflows/comment.yml"));
  expect(Object.keys(jobs)).toEqual(["answer", "change"]);
  expect(jobs.answer.permissions).toEqual({ contents: "read", "pull-requests": "write", actions: "write" });
  expect(JSON.stringify(jobs.answer)).not.toContain("role-to-assume");
  expect(jobs.change.environment).toBe("production");
  for (const { if: condition } of Object.values<{ readonly if: string }>(jobs))
    expect(condition).toMatch(/^github\.event\.issue\.pull_request && /);
});

test("the plan reads with one role and is never given the other; the merge commit is checked out without the token", async () => {
  await init(...FLAGS, ...DESKTOPS, "--estate", "robco");
  const { on, jobs } = parse(read(".github/workflows/plan.yml"));
  expect(on).toEqual({ pull_request: { types: ["opened", "synchronize", "reopened", "ready_for_review", "edited"] } });
  expect(jobs.plan.permissions).toEqual({
    contents: "read",
    "pull-requests": "write",
    checks: "write",
    actions: "read",
    "id-token": "write",
  });
  expect(jobs.plan.environment).toBeUndefined();
  const roles = jobs.plan.steps.flatMap(
    (step: { with?: { "role-to-assume"?: string } }) => step.with?.["role-to-assume"] ?? [],
  );
  expect(roles).toEqual(["arn:aws:iam::123456789012:role/reeve-plan"]);
});

test("the editor's schemas are all there, and each that is named is found", async () => {
  await init(...FLAGS, "--estate", "robco");
  const settings = JSON.parse(read(".vscode/settings.json"));
  for (const file of Object.keys(settings["yaml.schemas"])) expect(existsSync(join(folder, file)), file).toBe(true);
  const names = readdirSync(join(folder, ".vscode/reeve"));
  for (const name of names) {
    const named = [...read(`.vscode/reeve/${name}`).matchAll(/"\$ref": "([\w.-]+)/g)].map((match) => match[1]);
    expect(names).toEqual(expect.arrayContaining(named));
  }
});

test("a second run writes nothing; a missing file comes back", async () => {
  await init(...FLAGS, "--estate", "robco");
  rmSync(join(folder, ".gitignore"));
  const again = await init(...FLAGS, "--estate", "robco");
  expect(again.code).toBe(0);
  expect(again.stdout.match(/^wrote .*$/gm)).toEqual(["wrote .gitignore"]);
});

test("after an update the schemas are written anew, whatever became of the rest", async () => {
  await init(...FLAGS, "--estate", "robco");
  const schema = ".vscode/reeve/estate.schema.json";
  const shipped = read(schema);
  writeFileSync(join(folder, schema), "{}\n");
  writeFileSync(join(folder, "README.md"), "mine\n");
  const first = await init("--schemas");
  expect(first).toMatchObject({ code: 0, stdout: `wrote ${schema}\n`, stderr: "" });
  expect(read(schema)).toBe(shipped);
  expect(read("README.md")).toBe("mine\n");
  expect((await init("--schemas")).stdout).toBe("The schemas are current.\n");
});

test("where something else is in the way, each is named and nothing is written", async () => {
  writeFileSync(join(folder, "README.md"), "mine\n");
  mkdirSync(join(folder, ".gitignore"));
  const ran = await init(...FLAGS, "--estate", "robco");
  expect(ran.code).toBe(1);
  expect(ran.stdout).toBe("");
  expect(ran.stderr).toContain(`${join(folder, "README.md")} is there already`);
  expect(ran.stderr).toContain(`${join(folder, ".gitignore")} is there already`);
  expect(readdirSync(folder).toSorted()).toEqual([".gitignore", "README.md"]);
  expect(read("README.md")).toBe("mine\n");
});

test.each([
  { name: "no owner", words: ["--action", ACTION], code: "missing-flag" },
  { name: "no action, and no release", words: ["--owner", "@a"], code: "no-action" },
  { name: "an action by its tag", words: ["--owner", "@a", "--action", "example/reeve@v1"], code: "bad-action" },
  { name: "an owner that breaks the line", words: [...FLAGS.slice(2), "--owner", "@a\n* @b"], code: "bad-value" },
  { name: "a branch that is an expression", words: [...FLAGS, "--branch", "${{ github.actor }}"], code: "bad-value" },
  { name: "a branch that ends the list", words: [...FLAGS, "--branch", "a]"], code: "bad-value" },
  { name: "an estate's name in capitals", words: [...FLAGS, "--estate", "Rob Co"], code: "bad-value" },
  { name: "an account of words", words: [...FLAGS, "--account", "production"], code: "bad-value" },
  { name: "a region of words", words: [...FLAGS, ...DESKTOPS.slice(0, 2), "--region", "us west"], code: "bad-value" },
  { name: "an unknown provider", words: [...FLAGS, "--provider", "grants"], code: "unknown-provider" },
  { name: "desktops without an account", words: [...FLAGS, "--provider", "workspaces"], code: "missing-account" },
  { name: "another state directory", words: [...FLAGS, "--state", "elsewhere"], code: "extra-flag" },
])("refused: $name", async ({ words, code }) => {
  const ran = await init(...words);
  expect(ran.code).toBe(1);
  expect(ran.stderr).toContain(`[${code}]`);
  expect(readdirSync(folder)).toEqual([]);
});
