import { expect, test } from "vitest";
import { type ApplyTraces, judgeApply } from "../../../src/github/drift/settled.ts";

const SUCCESS = { isComplete: true, conclusion: "success" };
const FAILURE = { isComplete: true, conclusion: "action_required" };
const NEUTRAL = { isComplete: true, conclusion: "neutral" };
const BEGUN = { isComplete: false, conclusion: null };
const NO_TRACE: ApplyTraces = { checks: [], runs: [], isYoung: false };

test.each<{ readonly name: string; readonly traces: Partial<ApplyTraces>; readonly expected: string }>([
  { name: "nothing known of an old commit", traces: {}, expected: "not applied" },
  { name: "nothing known of a young one", traces: { isYoung: true }, expected: "the apply is still to come" },
  { name: "a run that waits or goes on", traces: { runs: [{ conclusion: null }] }, expected: "the apply is under way" },
  {
    name: "a run that is repeated",
    traces: { runs: [{ conclusion: null }], checks: [FAILURE] },
    expected: "the apply is under way",
  },
  { name: "a check that was begun", traces: { checks: [BEGUN] }, expected: "the apply is under way" },
  {
    name: "done",
    traces: { runs: [{ conclusion: "success" }], checks: [SUCCESS], isYoung: true },
    expected: "applied",
  },
  { name: "held", traces: { runs: [{ conclusion: "failure" }], checks: [FAILURE] }, expected: "not applied" },
  {
    name: "held, and done by a repeated run",
    traces: { runs: [{ conclusion: "success" }, { conclusion: "failure" }], checks: [FAILURE, SUCCESS] },
    expected: "applied",
  },
  { name: "a run that said nothing", traces: { runs: [{ conclusion: "cancelled" }] }, expected: "not applied" },
  {
    name: "left to a newer commit",
    traces: { runs: [{ conclusion: "success" }], checks: [NEUTRAL] },
    expected: "not applied",
  },
  { name: "a check that nobody's run has made", traces: { checks: [SUCCESS] }, expected: "not applied" },
  {
    name: "a check of somebody else's, beside a run that failed",
    traces: { runs: [{ conclusion: "failure" }], checks: [SUCCESS] },
    expected: "not applied",
  },
])("$name", ({ traces, expected }) => {
  const judged = judgeApply({ ...NO_TRACE, ...traces }, "the apply");
  const words = judged.status === "unsettled" ? judged.why : judged.isApplied ? "applied" : "not applied";
  expect(words).toBe(expected);
});
