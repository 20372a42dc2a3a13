/** What people see on the stand-in GitHub after a job. */
import type { Loop } from "./github-loop.ts";

interface SeenComment {
  readonly id: number;
  readonly author: string;
  readonly body: string;
  readonly issue: number;
}

/** Of a pull request or an issue, oldest first. */
export async function commentsOf({ github }: Loop, number: number): Promise<readonly SeenComment[]> {
  const { comments } = await github.state();
  return (comments as readonly SeenComment[]).filter(({ issue }) => issue === number);
}

/** The text of the bot's comment with this key; empty where there is none. Throws where there are two. */
export async function keptComment(loop: Loop, number: number, key: string): Promise<string> {
  const found = (await commentsOf(loop, number)).filter(
    ({ author, body }) => author === "github-actions[bot]" && body.startsWith(`<!-- reeve:${key} `),
  );
  if (found.length > 1) throw new Error(`${found.length} comments ${key}`);
  return found[0]?.body ?? "";
}

interface SeenCheck {
  readonly name: string;
  readonly headSha: string;
  readonly conclusion: string;
  readonly title: string;
  readonly summary: string;
  readonly annotations: readonly object[];
}

export async function checksOf({ github }: Loop, sha: string, name: string): Promise<readonly SeenCheck[]> {
  const { checks } = await github.state();
  return (checks as readonly SeenCheck[]).filter((check) => check.headSha === sha && check.name === name);
}

export async function lastCheck(loop: Loop, sha: string, name: string): Promise<SeenCheck | undefined> {
  return (await checksOf(loop, sha, name)).at(-1);
}

interface SeenIssue {
  readonly number: number;
  readonly title: string;
  readonly body: string;
  readonly state: string;
  readonly pull: object | null;
  readonly closedBy: string | null;
}

/** The issues of the repository that are no pull requests. */
export async function trackingIssues({ github }: Loop): Promise<readonly SeenIssue[]> {
  const { issues } = await github.state();
  return (issues as readonly SeenIssue[]).filter(({ pull }) => pull === null);
}
