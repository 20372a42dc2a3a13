import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { allWorkflows } from "../../scripts/check-workflows.ts";
import { checkWorkflow } from "../../scripts/workflow-rules.ts";
import { packageRoot } from "../../src/support/package-root.ts";
import { runActionlint } from "../support/actionlint.ts";

const SHA = "de0fac2e4500dabe0009e67214ff5f5447ce83dd";

/** A workflow that keeps every rule. */
const GOOD = `name: good
on:
  pull_request:
permissions: {}
concurrency:
  group: good
jobs:
  one:
    runs-on: ubuntu-24.04
    timeout-minutes: 5
    permissions:
      contents: read
    steps:
      - uses: actions/checkout@${SHA} # v6.0.2
        with:
          persist-credentials: false
      - run: echo "$TITLE"
        env:
          TITLE: \${{ github.event.pull_request.title }}
`;

/** Each breaks one rule: what is put in place of what, and the finding. */
const BAD: readonly (readonly [name: string, from: string, to: string, finding: string])[] = [
  ["no top permissions", "permissions: {}\n", "", "top-permissions:1"],
  ["rights for all jobs", "permissions: {}", "permissions: { contents: read }", "top-permissions:4"],
  ["all rights for all jobs", "permissions: {}", "permissions: write-all", "top-permissions:4"],
  ["a job without permissions", "    permissions:\n      contents: read\n", "", "job-permissions:8"],
  ["a job with all rights", "permissions:\n      contents: read", "permissions: write-all", "job-permissions:11"],
  ["pull_request_target", "  pull_request:", "  pull_request_target:", "dangerous-trigger:3"],
  ["workflow_run", "on:\n  pull_request:", "on: [push, workflow_run]", "dangerous-trigger:2"],
  ["a single dangerous event", "on:\n  pull_request:", "on: pull_request_target", "dangerous-trigger:2"],
  ["edited comments", "  pull_request:", "  issue_comment:\n    types: [created, edited]", "edited-comment:3"],
  ["comments of every type", "  pull_request:", "  issue_comment:", "edited-comment:3"],
  ["no concurrency", "concurrency:\n  group: good\n", "", "concurrency:1"],
  ["no end", "    timeout-minutes: 5\n", "", "timeout:8"],
  ["a tag", `actions/checkout@${SHA}`, "actions/setup-node@v6", "unpinned-uses:14"],
  ["a branch", `actions/checkout@${SHA}`, "example/reeve@main", "unpinned-uses:14"],
  ["a short commit", `actions/checkout@${SHA}`, `example/reeve@${SHA.slice(0, 12)}`, "unpinned-uses:14"],
  ["code of the checkout", `actions/checkout@${SHA}`, "./action", "unpinned-uses:14"],
  ["an image by tag", `actions/checkout@${SHA}`, "docker://alpine:3", "unpinned-uses:14"],
  ["kept credentials", "persist-credentials: false", "persist-credentials: true", "persisted-credentials:14"],
  ["credentials by default", "persist-credentials: false", "fetch-depth: 1", "persisted-credentials:14"],
  ["a title in a script", "$TITLE", "${{ github.event.pull_request.title }}", "template-injection:17"],
  ["a branch name in a script", "$TITLE", "${{ github.head_ref }}", "template-injection:17"],
  ["any expression in a script", "$TITLE", "${{ matrix.name }}", "template-injection:17"],
  [
    "an expression in a scripting action",
    "persist-credentials: false",
    "persist-credentials: false\n          script: console.log(${{ github.actor }})",
    "template-injection:17",
  ],
  ["a condition on the actor", "- run:", "- if: github.actor == 'dependabot[bot]'\n        run:", "bot-condition:17"],
  ["a secret without an environment", "github.event.pull_request.title", "secrets.KEY", "secrets:19"],
  [
    "a secret for an action",
    "persist-credentials: false",
    "persist-credentials: false\n          token: ${{ secrets.KEY }}",
    "secrets:17",
  ],
  ["a secret for a whole job", "    steps:", "    env: { KEY: '${{ secrets.KEY }}' }\n    steps:", "secrets:13"],
  ["all secrets", "    steps:", "    secrets: inherit\n    steps:", "secrets:13"],
];

test("a workflow that keeps every rule has no finding", () => {
  expect(checkWorkflow("good.yml", GOOD)).toEqual([]);
});

test.each(BAD)("%s", (_name, from, to, finding) => {
  expect(GOOD).toContain(from);
  const after = GOOD.replace(from, () => to);
  expect(checkWorkflow("bad.yml", after).map(({ rule, line }) => `${rule}:${line}`)).toEqual([finding]);
});

test.each([
  { on: "pull_request", ref: "refs/pull/${{ github.event.pull_request.number }}/merge", rules: [] },
  { on: "push", ref: "${{ github.event.repository.default_branch }}", rules: [] },
  { on: "push", ref: "${{ github.event.head_commit.id }}", rules: ["untrusted-checkout"] },
  { on: "workflow_dispatch", ref: "${{ github.event.inputs.ref }}", rules: ["untrusted-checkout"] },
  { on: "schedule", ref: "${{ github.head_ref }}", rules: ["untrusted-checkout"] },
])("on $on, a checkout of $ref", ({ on, ref, rules }) => {
  const text = GOOD.replace("pull_request:", `${on}:`).replace(
    "credentials: false",
    `credentials: false\n          ref: ${ref}`,
  );
  expect(checkWorkflow("any.yml", text).map(({ rule }) => rule)).toEqual(rules);
});

test("a secret in the env of a step, in an environment, is fine", () => {
  const text = GOOD.replace("github.event.pull_request.title", "secrets.KEY").replace(
    "    timeout-minutes: 5",
    "    timeout-minutes: 5\n    environment: production",
  );
  expect(checkWorkflow("good.yml", text)).toEqual([]);
});

test("what is no workflow is a finding, not a pass", () => {
  expect(checkWorkflow("bad.yml", "a: [").map(({ rule }) => rule)).toEqual(["syntax"]);
  expect(checkWorkflow("bad.yml", "- a").map(({ rule }) => rule)).toEqual(["syntax"]);
});

const workflows = allWorkflows();

test("this repository's workflows, those of the templates and those of the docs are looked at", () => {
  const files = workflows.map(({ file }) => file);
  expect(files).toContain(".github/workflows/ci.yml");
  expect(
    files.filter((file) => /^reeve init .*: \.github\/workflows\/(plan|apply|drift|comment)\.yml$/.test(file)),
  ).toHaveLength(8);
});

test.each(workflows)("$file keeps our rules", ({ file, text }) => {
  expect(checkWorkflow(file, text)).toEqual([]);
});

test("the docs list the pins that reeve init writes", () => {
  const page = readFileSync(join(packageRoot(), "docs/pull-requests.md"), "utf8");
  const written = workflows.filter(({ file }) => file.startsWith("reeve init")).map(({ text }) => text);
  const pins = new Set(written.flatMap((text) => text.match(/(?<=uses: )(?!example\/).+ # v.+$/gm) ?? []));
  const rows = [...pins].map((pin) => pin.replace(/^(.+)@(\w+) # v(.+)$/, "| `$1` | $3 | `$2` |"));
  expect(rows).toHaveLength(3);
  for (const row of rows) expect(page).toContain(row);
});

test.each(workflows)("$file passes actionlint", async ({ text }) => {
  expect(await runActionlint(text)).toEqual([]);
});

test("actionlint finds what is wrong", async () => {
  const text = GOOD.replace("runs-on: ubuntu-24.04", "runs-on: ubuntu-24.04\n    if: github.evnt_name == 'push'");
  expect(await runActionlint(text)).toEqual([expect.stringContaining('property "evnt_name" is not defined')]);
});
