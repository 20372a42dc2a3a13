/** The one comment of a pull request. Pure but for its templates: the same facts, the same text. */
import { plural } from "../../render/words.ts";
import { hiddenKey } from "../hidden-key.ts";
import type { CommentFacts, PlanPlace, Rendered } from "./facts.ts";
import { HISTORY_MARK, type History, historyFacts, readHistory } from "./history.ts";
import { LEVELS, type Level } from "./levels.ts";
import { artifactLink, OFFLINE, type Page, pageOf, summaryLink } from "./page.ts";
import { Shortener } from "./shortener.ts";
import { renderTemplate } from "./template.ts";

/** GitHub's limit of a comment, in characters. */
export const COMMENT_LIMIT = 65_536;

export interface RenderedComment extends Rendered {
  /**
   * False where a change is not shown with all of its fields, uncut, in this comment or in the check's text. Apply holds
   * such a plan until an acknowledgement names its digest. A stranger's difference is never applied, and always true.
   */
  readonly isShownWhole: boolean;
}

/** As much as fits: the first level of `LEVELS` whose text is within the budget, counted after escaping. */
export function renderComment(facts: CommentFacts, budget: number = COMMENT_LIMIT): RenderedComment {
  const { place } = facts;
  const whole = [summaryLink(place), artifactLink(place)];
  const page = pageOf(facts, { room: "a comment has room for 65,536 characters", whole, hasDetails: true });
  const history = readHistory(facts.previous, page.key, page.present);
  for (const level of LEVELS.filter((one) => page.atLeast(one) <= budget)) {
    const rendered = renderLevel(page, place, { level, history });
    if (rendered.text.length <= budget) return rendered;
  }
  throw new RangeError(`no comment fits ${budget} characters`);
}

interface Fold {
  readonly level: Level;
  readonly history: History;
}

function renderLevel(page: Page, place: PlanPlace, { level, history }: Fold): RenderedComment {
  const short = new Shortener(level);
  const { text, isShownWhole } = page.body(short);
  const past = level.history === "none" ? [] : history.past;
  const present = `${text}\n`;
  const end = renderTemplate("comment-end", {
    past: past.map(({ head, digest, verdict }) => ({ head: head.slice(0, 8), digest: digest.slice(0, 19), verdict })),
    count: plural(past.length, "past plan"),
    lastHead: past[0]?.head.slice(0, 8) ?? "",
    lastText: level.history === "text" ? (history.lastText ?? "") : "",
    next: page.next(isShownWhole),
    head: place.head.slice(0, 8),
    base: place.base.slice(0, 8),
    digest: page.present.digest === OFFLINE ? "" : page.present.digest,
    summary: summaryLink(place),
    artifact: artifactLink(place),
  });
  const header = hiddenKey(page.key, { ...historyFacts(page.present, past, present.length), base: place.base });
  return { text: `${header}\n${present}${HISTORY_MARK}\n\n${end}`, omitted: short.omitted(), isShownWhole };
}
