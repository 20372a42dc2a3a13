/** What is said of an estate's drift: one issue, and the summary of the job. */
import type { GitHubWriter } from "../client/github.ts";
import { type DriftFacts, readSighting, renderDriftIssue, renderDriftOver } from "../comment/drift-text.ts";
import { hiddenKey } from "../hidden-key.ts";
import { closeIssue, keepIssueOpen, type Matter } from "../keyed-issue.ts";
import type { Issue } from "../model.ts";

export function driftMatter(estate: string): Matter {
  return {
    key: `drift:${estate}`,
    label: "reeve-drift",
    title: `Drift of ${estate}: the world is not as it is declared`,
  };
}

/** True where all could be looked at, and nothing differs. */
function isClean({ changes, troubles }: Pick<DriftFacts, "changes" | "troubles">): boolean {
  return changes.length + troubles.length === 0;
}

/** Opens, edits, closes or opens again, or leaves alone what says it already. Gives the number of the issue that is open. */
export async function tellDrift(github: GitHubWriter, facts: DriftFacts, found: Issue | null): Promise<number | null> {
  const matter = driftMatter(facts.estate);
  const isOpen = found?.isOpen === true;
  if (isClean(facts)) {
    const { text } = renderDriftOver(facts);
    // What was put back before anybody had seen it has an issue too, for a moment.
    if (facts.corrected.length > 0 && !isOpen) await keepIssueOpen(github, matter, text);
    await closeIssue(github, matter, text);
    return null;
  }
  // What cannot be looked at is no drift yet.
  if (facts.changes.length === 0 && !isOpen) return null;
  if (found !== null && isOpen && saysTheSame(found.body, facts, matter)) return found.number;
  return keepIssueOpen(github, matter, renderDriftIssue(facts).text);
}

/** But for when it was seen and by which run. */
function saysTheSame(body: string, facts: DriftFacts, { key }: Matter): boolean {
  const sighting = readSighting(body);
  return sighting !== null && body === `${hiddenKey(key)}\n${renderDriftIssue({ ...facts, ...sighting }).text}`;
}

/** For the page of the workflow's run: what the issue says. */
export function renderDriftSummary(facts: DriftFacts): string {
  const { text } = isClean(facts) ? renderDriftOver(facts) : renderDriftIssue(facts);
  return text;
}
