/** Past plans of a pull request, folded. They come from our own comment and are shown, never decided by. Pure. */
import { hiddenFacts } from "../hidden-key.ts";
import { cutText } from "./markup.ts";

/** One plan as a later one remembers it. */
export interface PastPlan {
  readonly head: string;
  readonly digest: string;
  readonly verdict: string;
}

/** What a comment remembers. */
export interface History {
  /** The latest first, five at most; the present one is not among them. */
  readonly past: readonly PastPlan[];
  /** The text of the latest of them; null where it is not there any more. */
  readonly lastText: string | null;
}

/** Where the present plan of a comment ends. */
export const HISTORY_MARK = "<!-- reeve:history -->";

const KEPT = 5;

/** What to remember beside `present`, of the comment as it is. A plan that is made again is no past plan. */
export function readHistory(previous: string | null, key: string, present: PastPlan): History {
  if (previous === null) return { past: [], lastText: null };
  const facts = hiddenFacts(previous, key);
  const last = pastPlan(facts);
  const older = parsePast(facts["past"]);
  if (last === null) return { past: older, lastText: null };
  if (last.head === present.head && last.digest === present.digest) return { past: older, lastText: null };
  return { past: [last, ...older].slice(0, KEPT), lastText: presentText(previous, facts["shown"]) };
}

/** The facts that `readHistory` reads again. `shown` is how many characters after the first line are the present plan. */
export function historyFacts(
  present: PastPlan,
  past: readonly PastPlan[],
  shown: number,
): Readonly<Record<string, string>> {
  return { ...present, past: JSON.stringify(past), shown: String(shown) };
}

function presentText(previous: string, shown: string | undefined): string | null {
  const body = previous.replaceAll("\r\n", "\n");
  const text = body.slice(body.indexOf("\n") + 1);
  const length = Number(shown);
  const isSound = Number.isSafeInteger(length) && text.startsWith(HISTORY_MARK, length);
  return isSound ? text.slice(0, length).trim() : null;
}

function parsePast(text: string | undefined): readonly PastPlan[] {
  try {
    const value: unknown = JSON.parse(text ?? "[]");
    return Array.isArray(value) ? value.slice(0, KEPT).flatMap((one: unknown) => pastPlan(one) ?? []) : [];
  } catch {
    return [];
  }
}

function pastPlan(value: unknown): PastPlan | null {
  if (typeof value !== "object" || value === null) return null;
  const { head, digest, verdict } = value as Readonly<Record<string, unknown>>;
  if (typeof head !== "string" || typeof digest !== "string" || typeof verdict !== "string") return null;
  return { head: cutText(head, 64), digest: cutText(digest, 80), verdict: cutText(verdict, 200) };
}
