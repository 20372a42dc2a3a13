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
  /**
   * The pair that the figure covers; `bundle-default` where its source does not say and the bundle's own pair is taken; `any`
   * of a rate an hour that AWS lists without volumes.
   */
  readonly volumes: VolumePair | "bundle-default" | "any";
  readonly meter: Meter;
  readonly microUsd: number;
  readonly sku: string | null;
  /** A key of `sources`. */
  readonly source: string;
  readonly confidence: string;
}

interface PriceSource {
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

const METERS: ReadonlySet<unknown> = new Set<Meter>(["always-on-month", "auto-stop-month", "auto-stop-hour"]);

/** Takes a book's JSON in; a book that breaks its own rules is a bug and throws. */
function parsePriceBook(data: typeof book): PriceBook {
  for (const row of data.prices) {
    if (!isSoundRow(row, data.sources)) throw new TypeError(`unsound price: ${JSON.stringify(row)}`);
  }
  return data as PriceBook;
}

/** Prices of an estate's own, as `reeve prices` writes them. */
export interface PriceFile extends Pick<PriceBook, "sources" | "prices"> {
  readonly formatVersion: 1;
}

/** The book with an estate's own files, and which of these cannot be used. */
export interface OwnPrices {
  readonly book: PriceBook;
  /** `place` is the file's in `spec.providers.workspaces.prices`. */
  readonly troubles: readonly { readonly place: number; readonly message: string }[];
}

/** A price file's text, or in words why it is none. */
export function parsePriceFile(text: string): PriceFile | string {
  const value = parseJson(text);
  if (!isRecord(value)) return "it is not JSON";
  const { formatVersion, sources, prices } = value;
  if (formatVersion !== 1 || !isRecord(sources) || !Array.isArray(prices))
    return "it is no price file of format version 1";
  const badSource = Object.entries(sources).find(([, source]) => !isSoundSource(source));
  if (badSource !== undefined) return `its source ${badSource[0]} lacks what, date or collected`;
  const bad = prices.findIndex((row) => !isSoundRow(row, sources));
  if (bad >= 0) return `prices[${bad}] is not a price of a known meter, in whole micro-dollars above 0, with a source`;
  return value as unknown as PriceFile;
}

/** The book with files of the estate's own: where one has a price of a region, it alone speaks for that region. */
export function withOwnPrices(base: PriceBook, files: readonly PriceFile[]): PriceBook {
  if (files.length === 0) return base;
  const own = files.flatMap((file, place) => file.prices.map((row) => ({ ...row, source: `${place} ${row.source}` })));
  const sources = files.flatMap((file, place) =>
    Object.entries(file.sources).map(([key, source]) => [`${place} ${key}`, source] as const),
  );
  const regions = new Set(own.map(({ region }) => region));
  const prices = [...base.prices.filter(({ region }) => !regions.has(region)), ...own];
  return { ...base, sources: { ...base.sources, ...Object.fromEntries(sources) }, prices };
}

function isSoundSource(source: unknown): boolean {
  if (!isRecord(source) || typeof source["what"] !== "string") return false;
  return [source["date"], source["collected"]].every((day) => typeof day === "string" && /^\d{4}-\d\d-\d\d$/.test(day));
}

function isSoundRow(row: unknown, sources: object): boolean {
  if (!isRecord(row)) return false;
  const { region, compute, operatingSystem, license, source, confidence, volumes, meter, microUsd } = row;
  const texts = [region, compute, operatingSystem, license, source, confidence];
  const isPriced = METERS.has(meter) && Number.isSafeInteger(microUsd) && Number(microUsd) > 0;
  const isFor = volumes === "bundle-default" || (volumes === "any" && meter === "auto-stop-hour") || isPair(volumes);
  return isPriced && isFor && texts.every((one) => typeof one === "string") && Object.hasOwn(sources, String(source));
}

function isPair(volumes: unknown): boolean {
  return isRecord(volumes) && Number.isSafeInteger(volumes["rootGib"]) && Number.isSafeInteger(volumes["userGib"]);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The book that travels with the package. */
export const PRICE_BOOK: PriceBook = parsePriceBook(book);
