import { expect, test } from "vitest";
import type { ApplyReport } from "../../../src/apply/apply-plan.ts";
import { explain } from "../../../src/estate/explain.ts";
import { shippedSchemas } from "../../../src/estate/read-schemas.ts";
import { answer, failedAnswer } from "../../../src/github/chat/answer.ts";
import { appliedAnswer, refuseApply } from "../../../src/github/chat/apply-again.ts";
import { explainChange, explainField } from "../../../src/github/chat/explain-answer.ts";
import { helpAnswer } from "../../../src/github/chat/help-answer.ts";
import { choosePlanRun } from "../../../src/github/chat/plan-again.ts";
import { renderAnswer } from "../../../src/github/chat/render-answer.ts";
import type { PullRequest, WorkflowRun } from "../../../src/github/model.ts";
import type { RecordedVerdict } from "../../../src/github/reviewed.ts";
import { UserError } from "../../../src/support/user-error.ts";
import { change } from "../../support/literals.ts";
import { elementsOf, hrefsOf, proseOf, REFERENCE, toHtml } from "../comment/github-html.ts";
import { DESTRUCTIVE, HOSTILE, planOf } from "../comment/plans.ts";

const MERGED = new Date("2026-03-02T09:00:00Z");
const LATER = new Date("2026-03-02T10:00:00Z");

const PULL: PullRequest = {
  number: 7,
  title: "Grow",
  author: { login: "alice", id: 1, isBot: false },
  state: "open",
  isDraft: false,
  head: { sha: "1f6d2c9a0b3e4d5f60718293a4b5c6d7e8f90a1b", ref: "grow" },
  base: { sha: "aa04b1c2d3e4f5061728394a5b6c7d8e9f0a1b2c", ref: "main" },
  isFork: false,
  mergedAt: null,
  mergeCommit: null,
  labels: [],
};

const RUN: WorkflowRun = {
  id: 4711,
  path: ".github/workflows/plan.yml",
  event: "pull_request",
  headSha: PULL.head.sha,
  headBranch: "grow",
  headRepository: "robco/estate",
  conclusion: "failure",
  createdAt: MERGED,
};

test.each([
  { name: "the latest run, whatever came of it", pull: PULL, runs: [RUN, { ...RUN, id: 1 }], id: 4711 },
  { name: "none", pull: PULL, runs: [], headline: "There is no run" },
  { name: "one that is not over", pull: PULL, runs: [{ ...RUN, conclusion: null }], headline: "being planned already" },
  { name: "of a fork", pull: { ...PULL, isFork: true }, runs: [RUN], headline: "not planned with credentials" },
  { name: "of a closed one", pull: { ...PULL, state: "closed" as const }, runs: [RUN], headline: "is closed" },
])("a plan again: $name", ({ pull, runs, id, headline }) => {
  const chosen = choosePlanRun(pull, runs, RUN.path);
  if (id !== undefined) expect(chosen).toMatchObject({ id });
  else expect(chosen).toMatchObject({ mood: "refused", headline: expect.stringContaining(headline ?? "") });
});

const DONE: PullRequest = { ...PULL, state: "closed", mergedAt: MERGED, mergeCommit: "c" };

test.each([
  { name: "merged before the comment", pull: DONE, headline: null },
  { name: "open", pull: PULL, headline: "It is not merged" },
  { name: "closed unmerged", pull: { ...DONE, mergedAt: null }, headline: "closed without being merged" },
  { name: "of another branch", pull: { ...DONE, base: { ...DONE.base, ref: "next" } }, headline: "merged into next" },
  {
    name: "merged since",
    pull: { ...DONE, mergedAt: new Date(LATER.getTime() + 1000) },
    headline: "merged after this comment",
  },
])("an apply again: $name", ({ pull, headline }) => {
  const refusal = refuseApply({ pull, defaultBranch: "main", commentedAt: LATER });
  if (headline === null) expect(refusal).toBeNull();
  else expect(refusal).toMatchObject({ mood: "refused", headline: expect.stringContaining(headline) });
});

const REPORT: ApplyReport = {
  formatVersion: 1,
  estate: "robco",
  commit: null,
  plan: "sha256:0",
  blockers: [],
  outcomes: [{ address: "Workspace/ann", status: "done", message: "made", action: "create" }],
};

test("an apply is done where all of it is, and nothing was refused", () => {
  expect(appliedAnswer(REPORT, new Map())).toMatchObject({ mood: "done", next: "" });
  expect(appliedAnswer(REPORT, new Map([[7, "the policy denies it"]]))).toMatchObject({
    mood: "failed",
    points: [{ label: "Refused", text: "the policy denies it" }],
  });
});

const VERDICT: RecordedVerdict = {
  formatVersion: 1,
  isShownWhole: true,
  ours: ["Workspace/bob", "Workspace/dora"],
  answers: [
    { subject: "Workspace/bob", isAllowed: true, reasons: ["rule 1 (Workspace)"], needs: [] },
    {
      subject: "Workspace/dora",
      isAllowed: false,
      reasons: ["rule 2 (replace)"],
      needs: ["2 approvals of role:admin"],
    },
  ],
};

const reviewed = { pull: PULL, plan: DESTRUCTIVE, verdict: VERDICT };

test.each([
  {
    address: "Workspace/bob",
    next: "",
    points: [
      ["Why", "the document asks for another size"],
      ["Who is hit", "bob is signed out for about 5 minutes"],
      ["Policy", "allowed when it was planned; rule 1 (Workspace)"],
      ["Declared", "desired-state/robotics.yaml:14"],
      ["Plan", "of 1f6d2c9a0b3e, as it was recorded"],
    ],
  },
  {
    address: "Workspace/dora",
    next: "2 approvals of role:admin",
    points: [
      ["Why", "a directory cannot be changed in place"],
      ["Who is hit", "dora loses what is on the root volume"],
      ["Policy", "2 approvals of role:admin; rule 2 (replace)"],
      ["Declared", "desired-state/robotics.yaml:31"],
      ["Plan", "of 1f6d2c9a0b3e, as it was recorded"],
    ],
  },
  {
    address: "Workspace/hal",
    next: "raise it, or ask for less",
    points: [
      ["Why", "declared, and not there"],
      ["Held", "the budget robotics has $12.00 left"],
      ["Drift", "it would be there without this pull request"],
      ["Declared", "desired-state/robotics.yaml:52"],
      ["Plan", "of 1f6d2c9a0b3e, as it was recorded"],
    ],
  },
  {
    address: "Workspace/ann",
    next: "",
    points: [
      ["Why", "declared, and not there"],
      ["Waits for", "AVAILABLE, up to 40 minutes"],
      ["Drift", "it would be there without this pull request"],
      ["Declared", "desired-state/robotics.yaml:3"],
      ["Plan", "of 1f6d2c9a0b3e, as it was recorded"],
    ],
  },
])("explains $address", ({ address, points, next }) => {
  const told = explainChange(address, reviewed);
  expect(told.mood).toBe("told");
  expect(told.points.map(({ label, text }) => [label, text])).toEqual(points);
  expect(told.next).toBe(next);
  expect(told.block).toContain(`${address} (`);
});

test("a change with more fields than a comment has room for says where they are", () => {
  const fields = Array.from({ length: 2000 }, (_, index) => ({
    path: `f${index}`,
    before: null,
    after: "x".repeat(30),
  }));
  const told = explainChange("Workspace/big", { ...reviewed, plan: planOf([change("Workspace/big", { fields })]) });
  expect(told.block).toBe("");
  expect(told.points.map(({ text }) => text).join("\n")).toContain("the run's artifact reeve-plan has them");
});

test("what has no recorded plan is not explained", () => {
  const told = explainChange("Workspace/ann", { pull: PULL, refusal: "no plan was made for its last commit" });
  expect(told).toMatchObject({ mood: "refused", headline: expect.stringContaining("no plan was made") });
});

const REPLYING = {
  comment: 99,
  author: "alice",
  line: "/reeve help",
  runUrl: "https://github.com/robco/estate/actions/runs/1",
};

test("every kind's page fits a comment", () => {
  for (const kind of ["Workspace", "Estate", "WireGuardHub", "Workspace.spec.running"]) {
    const text = renderAnswer(explainField(explain(shippedSchemas(), kind)), REPLYING);
    expect(text.length).toBeLessThan(65_536);
    expect(elementsOf(toHtml(text))).toContain("pre");
  }
});

test("help names every command, and its reply has the comment's key", () => {
  expect(renderAnswer(helpAnswer(), REPLYING)).toMatch(
    /^<!-- reeve:answer:99 \{\} -->\n\*\*📖 [^]*- \/reeve plan: [^]*- \/reeve apply DIGEST: [^]*- \/reeve unlock REASON: /,
  );
});

test("several findings of one error are all told", () => {
  const at = null;
  const error = new UserError([
    { severity: "error", code: "a", message: "one is wrong", hint: "mend it", at },
    { severity: "error", code: "b", message: "two is wrong", at },
  ]);
  expect(failedAnswer(error)).toMatchObject({
    mood: "failed",
    headline: "one is wrong",
    next: "mend it",
    points: [{ text: "two is wrong" }],
  });
});

const ELEMENTS: ReadonlySet<string> = new Set(["a", "code", "li", "p", "pre", "strong", "sub", "ul"]);

test.each(HOSTILE.map((text) => [text.slice(0, 40), text] as const))("nothing in %j becomes markup", (_, text) => {
  const plan = planOf([
    change(`Workspace/${text}`, { reason: text, impact: [text], fields: [{ path: text, before: null, after: text }] }),
  ]);
  const hostile = [
    answer("failed", text, { points: [{ label: "Refused", text }], next: text }),
    explainChange(`Workspace/${text}`, { ...reviewed, plan }),
    explainChange(`Peer/${text}`, reviewed),
    explainField({ found: false, message: text, hint: text }),
  ];
  for (const one of hostile) {
    const html = toHtml(renderAnswer(one, { ...REPLYING, author: text, line: text }));
    expect(elementsOf(html).filter((name) => !ELEMENTS.has(name))).toEqual([]);
    expect(hrefsOf(html)).toEqual([REPLYING.runUrl]);
    expect(html.match(/<!--/g)).toHaveLength(1);
    for (const prose of proseOf(html)) expect(prose).not.toMatch(REFERENCE);
  }
});

test("a reply fits a comment, whatever it is about", () => {
  const text = "\u202e@`|<".repeat(20_000);
  const points = Array.from({ length: 500 }, () => ({ label: "Also", text }));
  const reply = renderAnswer(answer("failed", text, { points, next: text, block: "x".repeat(30_000) }), {
    ...REPLYING,
    author: text,
    line: text,
  });
  expect(reply.length).toBeLessThanOrEqual(65_536);
  expect(reply).toContain("and 490 more");
});
