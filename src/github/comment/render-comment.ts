/** The one comment of a pull request. Pure but for its templates: the same facts, the same text. */
import { plural } from "../../render/words.ts";
import { hiddenKey } from "../hidden-key.ts";
import { type Details, renderDetails } from "./details.ts";
import type { CommentFacts, LivePlan, PlanPlace, Rendered } from "./facts.ts";
import { HISTORY_MARK, type History, historyFacts, type PastPlan, readHistory } from "./history.ts";
import { LEVELS, type Level } from "./levels.ts";
import { nextAction } from "./next-action.ts";
import { offlineHeadline, offlineNext, offlineView } from "./offline-view.ts";
import { Shortener } from "./shortener.ts";
import { renderTemplate } from "./template.ts";
import { headlineOf, planView } from "./view.ts";

/** GitHub's limit of a comment, in characters. */
export const COMMENT_LIMIT = 65_536;

/** GitHub's limit of a check run's text. */
export const CHECK_TEXT_LIMIT = 65_535;

export interface RenderedComment extends Rendered {
  /**
   * False where a change is not shown with all of its fields, uncut, in this comment or in the check's text. Apply holds
   * such a plan until an acknowledgement names its digest. A stranger's difference is never applied, and always true.
   */
  readonly isShownWhole: boolean;
}

/** The key by which the comment of an estate is found again. */
export function planKey(estate: string): string {
  return `plan:${estate.replaceAll(/[^A-Za-z0-9._-]/g, "_").slice(0, 100)}`;
}

/** As much as fits: the first level of `LEVELS` whose text is within the budget, counted after escaping. */
export function renderComment(facts: CommentFacts, budget: number = COMMENT_LIMIT): RenderedComment {
  const { subject } = facts;
  const page = "live" in subject ? livePage(subject.live, facts.place) : offlinePage(facts, subject.offline);
  const history = readHistory(facts.previous, page.key, page.present);
  for (const level of LEVELS) {
    const rendered = renderLevel(page, { level, history, place: facts.place });
    if (rendered.text.length <= budget) return rendered;
  }
  throw new RangeError(`no comment fits ${budget} characters`);
}

/** What differs between a live plan's comment and an offline one. */
interface Page {
  readonly key: string;
  readonly present: PastPlan;
  /** The present plan without its end. */
  readonly body: (short: Shortener) => { readonly text: string; readonly isShownWhole: boolean };
  readonly next: (isShownWhole: boolean) => string;
}

function livePage(live: LivePlan, place: PlanPlace): Page {
  const { plan } = live;
  const inCheck = renderDetails(plan.changes, CHECK_TEXT_LIMIT).whole;
  const known = new Map<number, Details>();
  const detailsOf = (room: number): Details => {
    const details = known.get(room) ?? renderDetails(plan.changes, room);
    known.set(room, details);
    return details;
  };
  return {
    key: planKey(plan.estate),
    present: { head: place.head, digest: plan.digest, verdict: headlineOf(live) },
    next: (isShownWhole) => nextAction(live, isShownWhole),
    body: (short) => {
      const details = detailsOf(short.level.details);
      const missing = plan.changes.filter(({ address }) => !details.whole.has(address));
      const view = planView({ place, live, short });
      if (missing.length > 0) short.leaveOut(`the fields of ${plural(missing.length, "change")}`);
      return {
        text: renderTemplate("comment", {
          ...view,
          details: details.text,
          detailed: plural(details.whole.size, "change"),
          leftOut: leftOut(short, place),
        }),
        isShownWhole: missing.every(({ address }) => inCheck.has(address)),
      };
    },
  };
}

function offlinePage({ place }: CommentFacts, offline: Parameters<typeof offlineView>[0]): Page {
  return {
    key: planKey(offline.estate),
    present: { head: place.head, digest: "offline", verdict: offlineHeadline(offline) },
    next: () => offlineNext(offline),
    body: (short) => {
      const view = offlineView(offline, place, short);
      return { text: renderTemplate("offline", { ...view, leftOut: leftOut(short, place) }), isShownWhole: true };
    },
  };
}

function leftOut(short: Shortener, place: PlanPlace): object | null {
  const what = short.omitted();
  return what.length === 0 ? null : { what, ...linksOf(place) };
}

function linksOf({ runUrl, artifact }: PlanPlace): object {
  return {
    summary: { text: "the run's summary", url: runUrl },
    run: { text: "Run", url: runUrl },
    artifact: { text: `artifact ${artifact.name}`, url: artifact.url },
  };
}

function renderLevel(
  page: Page,
  { level, history, place }: { readonly level: Level; readonly history: History; readonly place: PlanPlace },
): RenderedComment {
  const short = new Shortener(level);
  const { text: body, isShownWhole } = page.body(short);
  const past = level.history === "none" ? [] : history.past;
  const present = `${body}\n`;
  const end = renderTemplate("comment-end", {
    past: past.map(({ head, digest, verdict }) => ({ head: head.slice(0, 8), digest: digest.slice(0, 19), verdict })),
    count: plural(past.length, "past plan"),
    lastHead: past[0]?.head.slice(0, 8) ?? "",
    lastText: level.history === "text" ? (history.lastText ?? "") : "",
    next: page.next(isShownWhole),
    head: place.head.slice(0, 8),
    base: place.base.slice(0, 8),
    digest: page.present.digest,
    ...linksOf(place),
  });
  const header = hiddenKey(page.key, { ...historyFacts(page.present, past, present.length), base: place.base });
  return { text: `${header}\n${present}${HISTORY_MARK}\n\n${end}`, omitted: short.omitted(), isShownWhole };
}
