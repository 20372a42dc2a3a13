import { checkReport } from "../src/github/checks/check-report.ts";
import { renderJobSummary } from "../src/github/checks/job-summary.ts";
import type { CommentFacts } from "../src/github/comment/facts.ts";
import { renderComment } from "../src/github/comment/render-comment.ts";
import { at, facts, live, planOf } from "../test/github/comment/plans.ts";
import { change } from "../test/support/literals.ts";
import { ms, table } from "./measure.ts";

/** What a pull request is told of a plan of 5,000 changes: the first rendering of a process, and a later one. */
export function benchComment(count = 5000): string {
  const given = facts(live(planOf(Array.from({ length: count }, (_one, index) => plannedDesktop(index)))));
  const rows = ["first", "again"].map((run) => [run, ...measureOnce(given)]);
  return `## Plan of ${count} changes, rendered\n\n${table(["", "comment", "check", "job summary", "characters"], rows)}`;
}

function measureOnce(given: CommentFacts): readonly string[] {
  const lengths: number[] = [];
  const timed = (render: () => string): string => {
    const began = performance.now();
    lengths.push(render().length);
    return ms(performance.now() - began);
  };
  const times = [
    timed(() => renderComment(given).text),
    timed(() => checkReport(given).summary),
    timed(() => renderJobSummary(given).text),
  ];
  return [...times, lengths.join(", ")];
}

function plannedDesktop(index: number): ReturnType<typeof change> {
  const isGone = index % 50 === 0;
  return change(`Workspace/desk-${index}`, {
    action: isGone ? "delete" : "update",
    disruption: isGone ? "destroys" : "none",
    impact: isGone ? [`person-${index} loses the desktop and its user volume, for good`] : [],
    fields: [
      { path: "compute", before: "standard", after: "power" },
      { path: "tags.team", before: "ops", after: "design" },
    ],
    source: at("desktops.yaml", index + 1),
  });
}
