import type { CostRange } from "../../../plan/cost.ts";
import { add, type MicroUsd, microUsd, times } from "../../../support/money.ts";
import { type Meter, PRICE_BOOK, type PriceBook, type PriceRow, type VolumePair } from "./price-book.ts";

/** What decides the price of a desktop, in the words of documents. */
export interface DesktopSpec {
  readonly compute: string;
  readonly operatingSystem: string;
  readonly license: string;
  readonly mode: "auto-stop" | "always-on";
  readonly volumes: VolumePair;
}

/** Hours a month that an auto-stop desktop runs, whole and from 0 to 730. */
export interface MonthlyHours {
  readonly low: number;
  readonly expected: number;
  readonly high: number;
  /** Where `expected` is from, for the reader of the plan: `assumed`, `last 30 days`. */
  readonly basis: string;
}

/** Twenty days of four connected hours: what is taken where neither the estate nor history says. Low and high are the ends. */
export const ASSUMED_HOURS: MonthlyHours = { low: 0, expected: 80, high: 730, basis: "assumed" };

export interface Priced {
  readonly status: "priced";
  readonly monthly: CostRange;
  /** Null for always-on, which does not ask. */
  readonly hours: MonthlyHours | null;
  /** The hours a month from which always-on is cheaper; null where either mode has no price. */
  readonly breakEvenHours: number | null;
  /** The always-on price of the same desktop, where the book has it. */
  readonly alwaysOn: MicroUsd | null;
  /** The oldest day of the figures used, for `staleWarning`. */
  readonly priceDate: string;
  /** What the figures take for granted, in plain words; sorted. */
  readonly notes: readonly string[];
}

/** Not free: unknown. It is counted, shown, and never summed as 0. */
export interface NotPriced {
  readonly status: "not-priced";
  readonly because: string;
}

export type DesktopPrice = Priced | NotPriced;

/** A desktop's price a month in `region`. What the book does not have exactly is not priced: no multiplier, no adder, no 0. */
export function priceDesktop(
  spec: DesktopSpec,
  region: string,
  { hours = ASSUMED_HOURS, book = PRICE_BOOK }: { readonly hours?: MonthlyHours; readonly book?: PriceBook } = {},
): DesktopPrice {
  const rows = book.prices.filter((row) => row.region === region && isFor(row, spec, book));
  const of = (meter: Meter) => {
    const fitting = rows.filter((row) => row.meter === meter);
    return fitting.find(({ volumes }) => volumes !== "any") ?? fitting[0];
  };
  const meters = { always: of("always-on-month"), fee: of("auto-stop-month"), hourly: of("auto-stop-hour") };
  return (
    (spec.mode === "always-on" ? alwaysOnPrice(meters, book) : autoStopPrice(meters, hours, book)) ??
    notPriced(spec, region, book)
  );
}

function alwaysOnPrice(meters: Meters, book: PriceBook): Priced | null {
  const { always } = meters;
  if (always === undefined) return null;
  const month = microUsd(always.microUsd);
  const monthly = { low: month, expected: month, high: month };
  return { status: "priced", monthly, hours: null, ...comparison(meters), ...provenance([always], book) };
}

function autoStopPrice(meters: Meters, hours: MonthlyHours, book: PriceBook): Priced | null {
  const { fee, hourly } = meters;
  if (fee === undefined || hourly === undefined) return null;
  const at = (count: number) => add(microUsd(fee.microUsd), times(microUsd(hourly.microUsd), wholeHours(count, book)));
  const monthly = { low: at(hours.low), expected: at(hours.expected), high: at(hours.high) };
  return { status: "priced", monthly, hours, ...comparison(meters), ...provenance([fee, hourly], book) };
}

/** The hours a month from which always-on costs no more than auto-stop: (always-on - fee) / rate, rounded up. */
export function breakEven(alwaysOn: MicroUsd, fee: MicroUsd, hourly: MicroUsd): number {
  return Math.max(0, Math.ceil((alwaysOn - fee) / hourly));
}

interface Meters {
  readonly always: PriceRow | undefined;
  readonly fee: PriceRow | undefined;
  readonly hourly: PriceRow | undefined;
}

function comparison({ always, fee, hourly }: Meters): Pick<Priced, "breakEvenHours" | "alwaysOn"> {
  const alwaysOn = always === undefined ? null : microUsd(always.microUsd);
  if (alwaysOn === null || fee === undefined || hourly === undefined) return { breakEvenHours: null, alwaysOn };
  return { breakEvenHours: breakEven(alwaysOn, microUsd(fee.microUsd), microUsd(hourly.microUsd)), alwaysOn };
}

function provenance(used: readonly PriceRow[], book: PriceBook): Pick<Priced, "priceDate" | "notes"> {
  const dates = used.map((row) => book.sources[row.source]?.date ?? "").toSorted();
  return { priceDate: dates[0] ?? "", notes: notesOf(used) };
}

function notesOf(used: readonly PriceRow[]): readonly string[] {
  const notes = used.flatMap((row) => [
    ...(row.volumes === "bundle-default" ? ["the source names no volumes: taken for the bundle's own"] : []),
    ...(row.confidence === "high" ? [] : [`${row.compute} in ${row.region}: ${row.confidence} confidence`]),
  ]);
  return [...new Set(notes)].toSorted();
}

function isFor(row: PriceRow, spec: DesktopSpec, book: PriceBook): boolean {
  const isSame =
    row.compute === spec.compute && row.operatingSystem === spec.operatingSystem && row.license === spec.license;
  if (row.volumes === "any") return isSame;
  const pair = row.volumes === "bundle-default" ? book.defaultVolumes.pairs[row.compute] : row.volumes;
  return isSame && pair?.rootGib === spec.volumes.rootGib && pair.userGib === spec.volumes.userGib;
}

/** Says which part of the question the book has no answer to, so that a reader knows what would be priced. */
function notPriced(spec: DesktopSpec, region: string, book: PriceBook): NotPriced {
  const inRegion = book.prices.filter((row) => row.region === region);
  const ofCompute = inRegion.filter((row) => row.compute === spec.compute);
  const ofSystem = ofCompute.filter(
    ({ operatingSystem, license }) => operatingSystem === spec.operatingSystem && license === spec.license,
  );
  const ofMode = ofSystem.filter((row) => row.meter.startsWith(spec.mode));
  const { rootGib, userGib } = spec.volumes;
  if (inRegion.length === 0) return { status: "not-priced", because: `no prices of ${region}` };
  if (ofCompute.length === 0) return { status: "not-priced", because: `no price of ${spec.compute} in ${region}` };
  const system = `${spec.operatingSystem}, licence ${spec.license}`;
  if (ofSystem.length === 0) {
    return { status: "not-priced", because: `no price of ${spec.compute} with ${system} in ${region}` };
  }
  if (ofMode.length === 0)
    return { status: "not-priced", because: `no ${spec.mode} price of ${spec.compute} in ${region}` };
  return {
    status: "not-priced",
    because: `no price of ${spec.compute} with volumes ${rootGib}/${userGib} GiB in ${region}`,
  };
}

function wholeHours(count: number, book: PriceBook): number {
  if (!Number.isSafeInteger(count) || count < 0) throw new TypeError(`not a number of hours: ${count}`);
  return Math.min(count, book.hoursPerMonth);
}
