/** One issue for one matter: opened when it begins, kept up to date, closed when it is over, opened again when it is back. */
import type { GitHubReader, GitHubWriter } from "./client/github.ts";
import { hasHiddenKey, hiddenKey } from "./hidden-key.ts";
import type { Issue } from "./model.ts";

export interface Matter {
  /** `drift:robco`. Found by it and by its author alone: an issue that somebody else marks like ours is not ours. */
  readonly key: string;
  readonly label: string;
  readonly title: string;
}

/** The matter stands: the issue says `body` and is open. Gives its number. */
export async function keepIssueOpen(github: GitHubWriter, matter: Matter, body: string): Promise<number> {
  const text = `${hiddenKey(matter.key)}\n${body}`;
  const found = await findIssue(github, matter);
  if (found === null) {
    const { title, label } = matter;
    return (await github.createIssue({ title, label, body: text })).number;
  }
  if (found.body !== text || !found.isOpen) await github.updateIssue(found.number, { body: text, isOpen: true });
  return found.number;
}

/** The matter is over: an open issue says why and is closed. Gives its number, or null where there was none to close. */
export async function closeIssue(github: GitHubWriter, matter: Matter, body: string): Promise<number | null> {
  const found = await findIssue(github, matter);
  if (found === null || !found.isOpen) return null;
  await github.updateIssue(found.number, { body: `${hiddenKey(matter.key)}\n${body}`, isOpen: false });
  return found.number;
}

/** Ours, open or closed; the oldest, should two runs ever have opened one each. */
export async function findIssue(
  github: GitHubReader,
  { key, label }: Pick<Matter, "key" | "label">,
): Promise<Issue | null> {
  const issues = (await github.issuesLabelled(label)).filter(({ body }) => hasHiddenKey(body, key));
  return issues.toSorted((a, b) => a.number - b.number)[0] ?? null;
}
