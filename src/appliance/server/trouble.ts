/** Why the server did not do what it was asked. */
import { PROBLEMS, type ProblemType, readProblemType } from "../../protocol/problems.ts";
import type { Received } from "./send.ts";

/** A refusal; `problem` is null for what is no word of a site server's. */
export class Refused extends Error {
  override readonly name = "Refused";
  readonly problem: ProblemType | null;
  readonly status: number;
  readonly detail: string | null;
  /** Seconds. */
  readonly retryAfter: number | null;

  constructor(received: Received) {
    const said = parse(received.text);
    const problem = readProblemType(said);
    super(problem === null ? `the server answered ${received.status}` : PROBLEMS[problem].title);
    this.problem = problem;
    this.status = received.status;
    this.detail = typeof said?.["detail"] === "string" ? said["detail"].slice(0, 300) : null;
    this.retryAfter = readRetryAfter(received.headers.get("retry-after"));
  }

  /** It may go differently later, with nothing changed. */
  get isPassing(): boolean {
    return this.status === 429 || this.status >= 500 || this.problem === null;
  }
}

/** An answer that no key of the server's signed: whoever is in between said it. */
export class Unsigned extends Error {
  override readonly name = "Unsigned";

  constructor() {
    super("an answer is not signed by the site server: it is not believed");
  }
}

function parse(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}

const MOST_WAIT_S = 3600;

/** Seconds, or a date; an hour at most, whatever it says. */
export function readRetryAfter(text: string | null, now = Date.now()): number | null {
  if (text === null) return null;
  const seconds = /^\d{1,9}$/.test(text) ? Number(text) : Math.ceil((Date.parse(text) - now) / 1000);
  return Number.isFinite(seconds) && seconds > 0 ? Math.min(seconds, MOST_WAIT_S) : null;
}
