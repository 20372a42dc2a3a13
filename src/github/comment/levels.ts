/** How much of a plan a comment shows. Each level is shorter than the one before; the last one fits whatever comes. */

export interface Level {
  /** Past plans: with the last one's text, a line each, or not at all. */
  readonly history: "text" | "lines" | "none";
  /** Characters for the fields of all changes. */
  readonly details: number;
  /** What does not destroy: a line each, names alone, or counts. */
  readonly others: "lines" | "names" | "counts";
  /** Rows of the table of what is destroyed; the rest are named below it. */
  readonly rows: number;
  /** Names in one place. */
  readonly names: number;
  /** Entries of every other list. */
  readonly list: number;
  /** Characters of one value. */
  readonly text: number;
}

const WHOLE: Level = {
  history: "text",
  details: Number.POSITIVE_INFINITY,
  others: "lines",
  rows: Number.POSITIVE_INFINITY,
  names: Number.POSITIVE_INFINITY,
  list: Number.POSITIVE_INFINITY,
  text: 1000,
};

/** True where every change is in the details, so that its line elsewhere tells nothing more. */
export function hasEveryField({ details }: Level): boolean {
  return details === Number.POSITIVE_INFINITY;
}

export const LEVELS: readonly Level[] = [
  WHOLE,
  { ...WHOLE, history: "lines" },
  { ...WHOLE, history: "lines", details: 24_000 },
  { ...WHOLE, history: "lines", details: 0 },
  { ...WHOLE, history: "lines", details: 0, list: 50, text: 300 },
  { ...WHOLE, history: "lines", details: 0, list: 20, text: 200, others: "names", names: 1000 },
  { ...WHOLE, history: "lines", details: 0, list: 20, text: 200, others: "counts", names: 1000 },
  { history: "lines", details: 0, list: 20, text: 160, others: "counts", rows: 100, names: 1000 },
  { history: "lines", details: 0, list: 10, text: 100, others: "counts", rows: 25, names: 500 },
  { history: "lines", details: 0, list: 5, text: 80, others: "counts", rows: 10, names: 200 },
  { history: "none", details: 0, list: 3, text: 40, others: "counts", rows: 5, names: 40 },
  { history: "none", details: 0, list: 1, text: 30, others: "counts", rows: 1, names: 5 },
];

/** For the check's summary: the fields are in its text, past plans in the comment. */
export const CHECK_LEVELS: readonly Level[] = LEVELS.filter(({ details }) => details === 0).map((level) => ({
  ...level,
  history: "none",
}));

/** For the job's summary, which has room for sixteen comments: every field before a line for each change. */
export const SUMMARY_LEVELS: readonly Level[] = [
  { ...WHOLE, history: "none" },
  { ...WHOLE, history: "none", others: "counts", list: 500 },
  { ...WHOLE, history: "none", others: "counts", list: 200, rows: 500, details: 600_000 },
  { ...WHOLE, history: "none", others: "counts", list: 50, rows: 100, details: 400_000, text: 200 },
  ...CHECK_LEVELS,
];
