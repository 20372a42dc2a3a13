/** One comment for one matter on a pull request: found by its hidden key and its author, edited in place. */
import type { GitHubWriter } from "./client/github.ts";
import { hasHiddenKey } from "./hidden-key.ts";
import type { Comment } from "./model.ts";

/** Ours, or null: a comment of somebody else that carries the key is not. */
export async function findComment(github: GitHubWriter, number: number, key: string): Promise<Comment | null> {
  const [{ login }, comments] = await Promise.all([github.viewer(), github.comments(number)]);
  return comments.find(({ author, body }) => author.login === login && hasHiddenKey(body, key)) ?? null;
}

/** Writes `render(the text that is there, or null)` in its place; a text that is there already is not sent again. */
export async function keepComment(
  github: GitHubWriter,
  { number, key }: { readonly number: number; readonly key: string },
  render: (before: string | null) => string,
): Promise<void> {
  const found = await findComment(github, number, key);
  const text = render(found?.body ?? null);
  if (found === null) await github.createComment(number, text);
  else if (found.body !== text) await github.updateComment(found.id, text);
}
