/** One plan as a page, shorter or longer: what the comment, the check's summary and the job's summary share. */
import { isDestructive, plural } from "../../render/words.ts";
import { checkDetails, type Details, renderDetails } from "./details.ts";
import type { CommentFacts, LivePlan, OfflinePlan, PlanPlace } from "./facts.ts";
import type { PastPlan } from "./history.ts";
import type { Level } from "./levels.ts";
import type { Link } from "./markup.ts";
import { nextAction } from "./next-action.ts";
import { offlineHeadline, offlineNext, offlineView } from "./offline-view.ts";
import type { Shortener } from "./shortener.ts";
import { renderTemplate } from "./template.ts";
import { headlineOf, planView } from "./view.ts";

/** Where a page is to be read. */
export interface Medium {
  /** Why something is left out: `a comment has room for 65,536 characters`. */
  readonly room: string;
  /** Where all of it is. */
  readonly whole: readonly Link[];
  /** False where the fields stand beside the page. */
  readonly hasDetails: boolean;
}

/** The present plan without header, history and footer. */
interface Body {
  readonly text: string;
  /** False where a change is not shown with all of its fields, uncut, here or in the check's text. */
  readonly isShownWhole: boolean;
}

export interface Page {
  /** By which the comment is found again. */
  readonly key: string;
  readonly present: PastPlan;
  readonly body: (short: Shortener) => Body;
  /** No body of this level is shorter: what cannot fit need not be rendered. */
  readonly atLeast: (level: Level) => number;
  readonly next: (isShownWhole: boolean) => string;
}

/** In the place of a digest, where there is no plan. */
export const OFFLINE = "offline";

/** The key by which the comment of an estate is found again. */
export function planKey(estate: string): string {
  return `plan:${estate.replaceAll(/[^A-Za-z0-9._-]/g, "_").slice(0, 100)}`;
}

export function pageOf({ subject, place }: CommentFacts, medium: Medium): Page {
  return "live" in subject ? livePage(subject.live, place, medium) : offlinePage(subject.offline, place, medium);
}

export function summaryLink({ runUrl }: PlanPlace): Link {
  return { text: "the run's summary", url: runUrl };
}

export function artifactLink({ artifact }: PlanPlace): Link {
  return { text: `the artifact ${artifact.name}`, url: artifact.url };
}

function livePage(live: LivePlan, place: PlanPlace, medium: Medium): Page {
  const { plan } = live;
  const inCheck = checkDetails(plan.changes).whole;
  const detailsOf = rememberDetails(plan.changes, medium);
  return {
    key: planKey(plan.estate),
    present: { head: place.head, digest: plan.digest, verdict: headlineOf(live) },
    next: (isShownWhole) => nextAction(live, isShownWhole),
    atLeast: (level) => shortestLines(live, level) + detailsOf(level.details).text.length,
    body: (short) => {
      const details = detailsOf(short.level.details);
      const missing = plan.changes.filter(({ address }) => !details.whole.has(address));
      const view = planView({ place, live, short });
      if (missing.length > 0 && medium.hasDetails) short.leaveOut(`the fields of ${plural(missing.length, "change")}`);
      return {
        text: renderTemplate("comment", {
          ...view,
          details: details.text,
          detailed: plural(details.whole.size, "change"),
          leftOut: leftOut(short, medium),
        }),
        isShownWhole: missing.every(({ address }) => inCheck.has(address)),
      };
    },
  };
}

/** Escaping makes nothing shorter, cutting to the level's length does. */
function shortestLines({ plan, ours }: LivePlan, { others, rows, text }: Level): number {
  const destroyed = plan.changes.filter((change) => change.blocked === undefined && isDestructive(change));
  const lines = ours.filter((change) => change.blocked === undefined && !isDestructive(change));
  return [...destroyed.slice(0, rows), ...(others === "lines" ? lines : [])].reduce(
    (sum, { reason, name }) => sum + Math.min(reason.length, text) + Math.min(name.length, text),
    0,
  );
}

/** Levels of the same room share their details. */
function rememberDetails(changes: LivePlan["plan"]["changes"], { hasDetails }: Medium): (room: number) => Details {
  const known = new Map<number, Details>();
  return (room) => {
    const details = known.get(room) ?? renderDetails(changes, hasDetails ? room : 0);
    known.set(room, details);
    return details;
  };
}

function offlinePage(offline: OfflinePlan, place: PlanPlace, medium: Medium): Page {
  return {
    key: planKey(offline.estate),
    present: { head: place.head, digest: OFFLINE, verdict: offlineHeadline(offline) },
    next: () => offlineNext(offline),
    atLeast: () => 0,
    body: (short) => {
      const view = offlineView(offline, place, short);
      return { text: renderTemplate("offline", { ...view, leftOut: leftOut(short, medium) }), isShownWhole: true };
    },
  };
}

function leftOut(short: Shortener, { room, whole }: Medium): object | null {
  const what = short.omitted();
  return what.length === 0 ? null : { what, room, whole };
}
