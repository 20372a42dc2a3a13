import book from "./price-book.json" with { type: "json" };

/** What one price is asked for. `always-on-month`; or a month's fee and an hour's rate of auto-stop. */
export type Meter = "always-on-month" | "auto-stop-month" | "auto-stop-hour";

export interface VolumePair {
  readonly rootGib: number;
  readonly userGib: number;
}

/** One figure of the book, with where it is from. Rows never stand in for each other: what is not here is not priced. */
export interface PriceRow {
  readonly region: string;
  /** As documents write it, for example `performance`. */
  readonly compute: string;
  readonly operatingSystem: string;
  readonly license: string;
  /** The pair that the figure covers; `bundle-default` where its source does not say and the bundle's own pair is taken. */
  readonly volumes: VolumePair | "bundle-default";
  readonly meter: Meter;
  readonly microUsd: number;
  readonly sku: string | null;
  /** A key of `sources`. */
  readonly source: string;
  readonly confidence: string;
}

export interface PriceSource {
  readonly what: string;
  /** The day for which the source states its prices. */
  readonly date: string;
  /** The day on which Reeve's authors took them over. */
  readonly collected: string;
}

export interface PriceBook {
  readonly hoursPerMonth: number;
  readonly sources: Readonly<Record<string, PriceSource>>;
  readonly defaultVolumes: { readonly source: string; readonly pairs: Readonly<Record<string, VolumePair>> };
  readonly prices: readonly PriceRow[];
}

const METERS: ReadonlySet<string> = new Set<Meter>(["always-on-month", "auto-stop-month", "auto-stop-hour"]);

/** Takes a book's JSON in; a book that breaks its own rules is a bug and throws. */
function parsePriceBook(data: typeof book): PriceBook {
  for (const row of data.prices) {
    const isSound = METERS.has(row.meter) && Number.isSafeInteger(row.microUsd) && row.microUsd > 0;
    if (!isSound || !(row.source in data.sources)) throw new TypeError(`unsound price: ${JSON.stringify(row)}`);
  }
  return data as PriceBook;
}

/** The book that travels with the package. */
export const PRICE_BOOK: PriceBook = parsePriceBook(book);
