/** Comments on the stand-in GitHub, and the jobs that answer them. */
import type { AnswerOptions, JobRun, Loop, Proposed } from "./github-loop.ts";
import { keptComment } from "./github-sight.ts";
import { peerFile } from "./state-files.ts";

export interface Said extends JobRun {
  readonly reply: string;
  readonly reactions: readonly string[];
}

/** Somebody comments, and the job that the workflow starts for it answers. */
export async function say(loop: Loop, number: number, by: string, body: string): Promise<Said> {
  return answerTo(loop, await loop.github.comment(number, by, body));
}

/** The job of a comment that is there already. */
export async function answerTo(loop: Loop, id: number, options: AnswerOptions = {}): Promise<Said> {
  const comments = loop.github.repo.comments;
  const number = comments.get(id)?.issue ?? 0;
  const job = await loop.answer(id, options);
  if (job === null) throw new Error("no job was started");
  const reactions = comments.get(id)?.reactions.map(({ content }) => content) ?? [];
  return { ...job, reply: await keptComment(loop, number, `answer:${id}`), reactions };
}

export function digestOf({ files }: Proposed): string {
  return (JSON.parse(files["plan.json"] ?? "") as { readonly digest: string }).digest;
}

/** A merged pull request of which one change was held, because the live world was another; it is put back by now. */
export async function holdOne(
  loop: Loop,
  method: "merge" | "squash" | "rebase" = "squash",
): Promise<Proposed & { readonly merged: string }> {
  const { github } = loop;
  const before = await github.headOf("main");
  const opened = await github.openPull({ branch: "move", author: "bob", files: peerFile("alice", 20) });
  const head = await github.pushTo("move", peerFile("carol", 12), { by: "bob" });
  const planned = await loop.plan(opened.number);
  await loop.changeWorld(peerFile("alice", 99));
  const merged = await github.merge(opened.number, method, "ada");
  const applied = await loop.apply(before);
  if (applied.code !== 1) throw new Error(`nothing was held: ${applied.out}`);
  await loop.changeWorld({ ...peerFile("alice", 10), ...peerFile("carol", 12) });
  return { ...planned, number: opened.number, head, merged };
}
