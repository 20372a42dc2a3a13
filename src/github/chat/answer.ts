/** What a command is answered with. Values alone, in plain words: what renders them escapes them. */
import type { UserError } from "../../support/user-error.ts";

export interface Answer {
  /** `done` changed or started something, `told` did not have to; `refused` would not, `failed` could not do all of it. */
  readonly mood: "done" | "told" | "refused" | "failed" | "unclear";
  readonly headline: string;
  readonly points: readonly Point[];
  /** A block of Markdown whose values are escaped already; empty where there is none. */
  readonly block: string;
  /** The one thing to do next; empty where there is none. */
  readonly next: string;
}

export interface Point {
  readonly label: string;
  readonly text: string;
}

/** The reaction that goes with it. */
export const REACTIONS = {
  done: "rocket",
  told: "+1",
  refused: "-1",
  failed: "-1",
  unclear: "confused",
} as const satisfies Record<Answer["mood"], string>;

export function answer(mood: Answer["mood"], headline: string, rest: Partial<Answer> = {}): Answer {
  return { mood, headline, points: [], block: "", next: "", ...rest };
}

/** What Reeve itself refuses in the middle of it. */
export function failedAnswer(error: UserError): Answer {
  const [first, ...others] = error.diagnostics;
  return answer("failed", first?.message ?? error.message, {
    points: others.map(({ message, hint }) => ({
      label: "Also",
      text: hint === undefined ? message : `${message}; ${hint}`,
    })),
    next: first?.hint ?? "",
  });
}
