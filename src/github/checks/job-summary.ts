/** The whole plan, for the page of the workflow's run. Pure but for its templates. */

import { escapeMarkdown } from "../../render/escape.ts";
import type { CommentFacts, Rendered } from "../comment/facts.ts";
import { SUMMARY_LEVELS } from "../comment/levels.ts";
import { artifactLink, pageOf } from "../comment/page.ts";
import { Shortener } from "../comment/shortener.ts";

/** GitHub's limit of a step's summary, in bytes. */
const SUMMARY_LIMIT = 1_048_576;

/** Every change with every field, unless that is more than GitHub takes. */
export function renderJobSummary(facts: CommentFacts, budget: number = SUMMARY_LIMIT): Rendered {
  const whole = [artifactLink(facts.place)];
  const page = pageOf(facts, { room: "a job's summary has room for 1 MiB", whole, hasDetails: true });
  for (const level of SUMMARY_LEVELS.filter((one) => page.atLeast(one) <= budget)) {
    const short = new Shortener(level);
    const { text, isShownWhole } = page.body(short);
    const end = `\n**Next:** ${escapeMarkdown(page.next(isShownWhole))}\n`;
    if (bytesOf(text) + bytesOf(end) <= budget) return { text: `${text}${end}`, omitted: short.omitted() };
  }
  throw new RangeError(`no summary fits ${budget} bytes`);
}

function bytesOf(text: string): number {
  return new TextEncoder().encode(text).length;
}
