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

/** GitHub's limit of a comment. */
const LIMIT = 65_536;

/** Characters of one value, and how many points. The short one fits, whatever escaping makes of it. */
interface Level {
  readonly text: number;
  readonly points: number;
}

const WHOLE: Level = { text: 1000, points: 20 };
const SHORT: Level = { text: 200, points: 10 };

/** One reply a command. */
export function answerKey(comment: number): string {
  return `answer:${comment}`;
}

export function renderAnswer(answer: Answer, replying: Replying): string {
  const whole = renderLevel(answer, replying, WHOLE);
  return whole.length <= LIMIT ? whole : renderLevel(answer, replying, SHORT);
}

function renderLevel(answer: Answer, { comment, author, line, runUrl }: Replying, level: Level): string {
  const { mood, headline, points, block, next } = answer;
  const text = renderTemplate("answer", {
    icon: ICONS[mood],
    headline: cutText(headline, level.text),
    points: points
      .slice(0, level.points)
      .map((point) => ({ label: point.label, text: cutText(point.text, level.text) })),
    more: Math.max(0, points.length - level.points),
    block,
    next: cutText(next, level.text),
    line: cutText(line, 200),
    author: cutText(author, 100),
    run: { text: "the run", url: runUrl },
  });
  return `${hiddenKey(answerKey(comment))}\n${text}`;
}
