import { describe, expect, test } from "vitest";
import { checkReport } from "../../../src/github/checks/check-report.ts";
import { renderJobSummary } from "../../../src/github/checks/job-summary.ts";
import type { CommentFacts } from "../../../src/github/comment/facts.ts";
import type { Annotation, PolicyVerdict } from "../../../src/github/model.ts";
import type { Diagnostic, Severity } from "../../../src/support/diagnostic.ts";
import { change } from "../../support/literals.ts";
import { at, DESTRUCTIVE, facts, HOSTILE, live, PLACE, planOf, SMALL } from "../comment/plans.ts";

function finding(severity: Severity, line: number): Diagnostic {
  return { severity, code: "odd", message: "something is odd", hint: "mend it", at: at("a.yaml", line) };
}

const ALLOWED: PolicyVerdict = { isAllowed: true, answers: [], brokenGlass: null, findings: [] };
const DENIED: PolicyVerdict = { ...ALLOWED, isAllowed: false };
const STOPPED = planOf(SMALL.changes, { blockers: [{ code: "marker", message: "another estate's", next: "look" }] });
const WRONG = planOf([], { diagnostics: [finding("error", 1)] });

function offline(diagnostics: readonly Diagnostic[]): CommentFacts {
  return { place: PLACE, previous: null, subject: { offline: { estate: "robco", documents: [], diagnostics } } };
}

test.each([
  { name: "no policy", given: facts(live(SMALL)), conclusion: "success" },
  { name: "allowed", given: facts(live(SMALL, { policy: ALLOWED })), conclusion: "success" },
  { name: "to be approved", given: facts(live(SMALL, { policy: DENIED })), conclusion: "action_required" },
  { name: "blocked, whatever the policy", given: facts(live(STOPPED, { policy: DENIED })), conclusion: "failure" },
  { name: "errors", given: facts(live(WRONG)), conclusion: "failure" },
  { name: "a stranger's", given: offline([finding("warning", 1)]), conclusion: "neutral" },
  { name: "a stranger's with errors", given: offline([finding("error", 1)]), conclusion: "failure" },
])("$name: $conclusion", ({ given, conclusion }) => {
  expect(checkReport(given).conclusion).toBe(conclusion);
});

test("the whole of a small one", () => {
  const { summary, text, annotations, ...rest } = checkReport(facts(live(SMALL)));
  expect(rest).toEqual({
    name: "reeve plan",
    conclusion: "success",
    title: "Plan for robco: 1 to create, 1 to update, 1 to start or stop, 12 unchanged",
    externalId: `reeve:${SMALL.digest}`,
    detailsUrl: PLACE.runUrl,
  });
  expect(summary).not.toContain("```");
  expect(text).toContain("! Workspace/bob (update) the document asks for another size");
  expect(annotations).toContainEqual({
    path: "desired-state/robotics.yaml",
    line: 14,
    level: "notice",
    title: "~ update Workspace/bob",
    message: [
      "the document asks for another size",
      "bob is signed out for about 5 minutes",
      "compute: standard -> power",
      "rootGiB: 80 -> 175",
    ].join("\n"),
  });
});

describe("annotations", () => {
  test("errors, warnings, destructions, changes, notices; what has no line has none", () => {
    const diagnostics = (["notice", "held", "error", "warning"] as const).map((one, index) => finding(one, index + 1));
    const plan = { ...DESTRUCTIVE, diagnostics: [...diagnostics, { ...finding("error", 9), at: null }] };
    const line = ({ level, title }: Annotation): string => `${level} ${title}`;
    expect(checkReport(facts(live(plan))).annotations.map(line)).toEqual([
      "failure odd",
      "warning odd",
      "warning odd",
      "warning held: + create Workspace/hal",
      "notice ± replace Workspace/dora",
      "notice + create Workspace/ann",
      "notice ~ update Workspace/bob",
      "notice ■ stop WireGuardPeer/laptop-eve",
      "notice ~ update Workspace/gil",
      "notice odd",
    ]);
  });

  test("150 at most, and the summary says how many more", () => {
    const changes = Array.from({ length: 5000 }, (_one, index) =>
      change(`Workspace/desk-${index}`, { source: at("all.yaml", index + 1) }),
    );
    const report = checkReport(facts(live(planOf(changes))));
    expect(report.annotations).toHaveLength(150);
    expect(report.summary).toContain("4850 more findings and changes have no annotation");
    expect(report.summary.length).toBeLessThanOrEqual(65_535);
    expect(report.text?.length).toBeLessThanOrEqual(65_535);
    expect(report.text).toMatch(/The fields of \d+ changes are not here/);
    const summary = renderJobSummary(facts(live(planOf(changes))));
    expect(Buffer.byteLength(summary.text)).toBeLessThanOrEqual(1_048_576);
    expect(summary.omitted).toEqual([]);
    expect(changes.filter(({ address }) => !summary.text.includes(`${address} (update)`))).toEqual([]);
  });

  test.each(HOSTILE)("%# hostile text is plain and short", (text) => {
    const odd = change("Workspace/x", { reason: text, impact: [text], source: at("a.yaml", 0) });
    const plan = planOf([odd], { diagnostics: [{ ...finding("error", 1), code: text, message: text }] });
    const { annotations, title } = checkReport(facts(live(plan)));
    for (const one of annotations) {
      expect(one.title.length).toBeLessThanOrEqual(255);
      expect(one.message.length).toBeLessThanOrEqual(4000);
      expect(one.line).toBeGreaterThanOrEqual(1);
      expect(`${one.title}${one.message}`).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202a-\u202e\u2066-\u2069]/);
    }
    expect(title.length).toBeLessThanOrEqual(255);
  });
});
