/** A reply, with the key by which a repeated run finds it again. Pure but for its template. */
import { cutText } from "../comment/markup.ts";
import { renderTemplate } from "../comment/template.ts";
import { hiddenKey } from "../hidden-key.ts";
import type { Answer } from "./answer.ts";

export interface Replying {
  /** The comment that is answered. */
  readonly comment: number;
  readonly author: string;
  /** Its command, as it was written. */
  readonly line: string;
  readonly runUrl: string;
}

const ICONS = {
  done: "🚀",
  told: "📖",
  refused: "✋",
  failed: "⛔",
  unclear: "❓",
} as const satisfies Record<Answer["mood"], string>;

/** Of one value, and of their number. */
const TEXT = 1000;
const POINTS = 20;

/** One reply a command. */
export function answerKey(comment: number): string {
  return `answer:${comment}`;
}

export function renderAnswer(answer: Answer, { comment, author, line, runUrl }: Replying): string {
  const { mood, headline, points, block, next } = answer;
  const text = renderTemplate("answer", {
    icon: ICONS[mood],
    headline: cutText(headline, TEXT),
    points: points.slice(0, POINTS).map((point) => ({ label: point.label, text: cutText(point.text, TEXT) })),
    more: Math.max(0, points.length - POINTS),
    block,
    next: cutText(next, TEXT),
    line: cutText(line, 200),
    author: cutText(author, 100),
    run: { text: "the run", url: runUrl },
  });
  return `${hiddenKey(answerKey(comment))}\n${text}`;
}
