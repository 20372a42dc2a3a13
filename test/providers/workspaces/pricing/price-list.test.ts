import { describe, expect, test } from "vitest";
import { describePrice } from "../../../../src/providers/workspaces/pricing/describe-price.ts";
import {
  PRICE_BOOK,
  type PriceFile,
  type PriceRow,
  parsePriceFile,
  withOwnPrices,
} from "../../../../src/providers/workspaces/pricing/price-book.ts";
import { priceDesktop } from "../../../../src/providers/workspaces/pricing/price-desktop.ts";
import { readPriceList } from "../../../../src/providers/workspaces/pricing/price-list.ts";
import { answerPriceList } from "../../../../src/sandbox/workspaces/price-list.ts";
import { priceList, type Sold, windows } from "../../../support/price-list-server.ts";

const ALWAYS: Sold = {
  sku: "A1",
  usd: "40.0000000000",
  unit: "Month",
  attributes: windows("Standard", "AlwaysOn", ""),
};
const FEE: Sold = { ...ALWAYS, sku: "A2", usd: "12", attributes: windows("Standard", "AutoStop", "-AutoStop-User") };
const RATE: Sold = {
  sku: "A3",
  usd: "0.35",
  unit: "Hour",
  attributes: windows("Standard", "AutoStop", "-AutoStop-Usage"),
};

function reading(...sold: readonly Sold[]) {
  return readPriceList(priceList(sold), "us-west-2", "aws");
}

function of(one: Sold, attributes: Sold["attributes"], over: Partial<Sold> = {}): Sold {
  return { ...one, ...over, attributes: { ...one.attributes, ...attributes } };
}

/** `compute system licence meter volumes microUsd` */
function words({ compute, operatingSystem, license, meter, volumes, microUsd }: PriceRow): string {
  const pair = typeof volumes === "string" ? volumes : `${volumes.rootGib}/${volumes.userGib}`;
  return `${compute} ${operatingSystem} ${license} ${meter} ${pair} ${microUsd}`;
}

test.each<{ name: string; sold: readonly Sold[]; rows?: readonly string[]; leftOut?: readonly string[] }>([
  {
    name: "the three meters of a desktop",
    sold: [ALWAYS, FEE, RATE],
    rows: [
      "standard windows included always-on-month 80/50 40000000",
      "standard windows included auto-stop-hour 80/50 350000",
      "standard windows included auto-stop-month 80/50 12000000",
    ],
  },
  {
    name: "volumes in two attributes, and another pair of the family",
    sold: [of(ALWAYS, { bundle: "Power-1", storage: "", rootvolume: "80 GB", uservolume: "50 GB" })],
    rows: ["power windows included always-on-month 80/50 40000000"],
  },
  {
    name: "a rate an hour without volumes holds for all of them; a month's price without is none",
    sold: [of(RATE, { storage: "" }), of(ALWAYS, { storage: "" })],
    rows: ["standard windows included auto-stop-hour any 350000"],
    leftOut: ["Standard, Windows, licence Included"],
  },
  {
    name: "free ones, and those without a term",
    sold: [
      { ...ALWAYS, usd: "0.0000000000" },
      { ...FEE, hasTerm: false },
    ],
  },
  {
    name: "software, and WorkSpaces Core",
    sold: [of(ALWAYS, { resourceType: "Software" }), { ...FEE, family: "WorkSpaces Core" }],
  },
  {
    name: "what Reeve has no word for",
    sold: [of(ALWAYS, { bundle: "Standard Plus" }), of(FEE, { operatingSystem: "Plan 9" })],
    leftOut: ["Standard Plus, Windows, licence Included", "Standard, Plan 9, licence Included"],
  },
  {
    name: "two prices for one thing: neither",
    sold: [ALWAYS, of(ALWAYS, {}, { sku: "A9", usd: "41" }), FEE],
    rows: ["standard windows included auto-stop-month 80/50 12000000"],
    leftOut: ["standard, windows, licence included, always-on-month, 80/50: two prices"],
  },
  {
    name: "the same price twice: once",
    sold: [ALWAYS, of(ALWAYS, {}, { sku: "A9" })],
    rows: ["standard windows included always-on-month 80/50 40000000"],
  },
])("of AWS's list: $name", ({ sold, rows = [], leftOut = [] }) => {
  const read = reading(...sold);
  expect(read.rows.map(words)).toEqual(rows);
  expect(read.leftOut).toEqual(leftOut);
});

test.each([null, 7, "x", [], { products: [] }, { products: { A: null }, terms: { OnDemand: 1 } }])(
  "of what is no list, nothing: %j",
  (list) => expect(readPriceList(list, "us-west-2", "aws")).toEqual({ rows: [], leftOut: [] }),
);

test.each(["us-east-1", "eu-west-1"])(
  "the stand-in's list of %s, which others wrote, gives the figures of the book",
  (region) => {
    const list = answerPriceList(`/offers/v1.0/aws/AmazonWorkSpaces/current/${region}/index.json`);
    const { rows, leftOut } = readPriceList(list, region, "aws");
    const known = PRICE_BOOK.prices.filter((row) => row.region === region);
    const amount = ({ compute, meter, microUsd }: PriceRow) => `${compute} ${meter} ${microUsd}`;
    expect(known.map(amount)).toEqual(expect.arrayContaining(rows.map(amount)));
    expect(rows.map(({ volumes, compute }) => [compute, volumes])).toEqual(
      rows.map(({ compute }) => [compute, PRICE_BOOK.defaultVolumes.pairs[compute]]),
    );
    expect([rows.length > 5, leftOut]).toEqual([true, []]);
  },
);

const SOURCE = { what: "a list", date: "2026-11-24", collected: "2026-11-24" };
const FILE: PriceFile = { formatVersion: 1, sources: { aws: SOURCE }, prices: reading(ALWAYS, FEE, RATE).rows };
const [ROW] = FILE.prices;

describe("a price file", () => {
  test("reads back as it was written", () => expect(parsePriceFile(JSON.stringify(FILE))).toEqual(FILE));

  const unsound = "prices[0] is not a price of a known meter, in whole micro-dollars above 0, with a source";
  test.each([
    ["no JSON", "{", "it is not JSON"],
    ["another format", { ...FILE, formatVersion: 2 }, "it is no price file of format version 1"],
    [
      "a source without a day",
      { ...FILE, sources: { aws: { what: "x" } } },
      "its source aws lacks what, date or collected",
    ],
    ["a price of 0", { ...FILE, prices: [{ ...ROW, microUsd: 0 }] }, unsound],
    ["a fraction", { ...FILE, prices: [{ ...ROW, microUsd: 0.5 }] }, unsound],
    ["an unknown meter", { ...FILE, prices: [{ ...ROW, meter: "a-year" }] }, unsound],
    ["a month for any volumes", { ...FILE, prices: [{ ...ROW, volumes: "any" }] }, unsound],
    ["a source that is not there", { ...FILE, prices: [{ ...ROW, source: "toString" }] }, unsound],
  ])("with %s is refused", (_name, value, says) => {
    expect(parsePriceFile(typeof value === "string" ? value : JSON.stringify(value))).toBe(says);
  });

  const STANDARD = {
    compute: "standard",
    operatingSystem: "windows",
    license: "included",
    mode: "auto-stop",
    volumes: { rootGib: 80, userGib: 50 },
  } as const;

  test("speaks for its regions alone; the others keep the book's", () => {
    const book = withOwnPrices(PRICE_BOOK, [FILE]);
    const price = (region: string) => describePrice(priceDesktop(STANDARD, region, { book }));
    expect(price("us-west-2")).toBe("$40.00 a month ($12.00 at 0 h, $267.50 at 730 h; 80 h assumed)");
    expect(price("us-east-1")).toBe(describePrice(priceDesktop(STANDARD, "us-east-1")));
    const mine = { ...FILE, prices: FILE.prices.map((row) => ({ ...row, region: "us-east-1" })) };
    const large = { ...STANDARD, compute: "value", volumes: { rootGib: 80, userGib: 10 } };
    expect(describePrice(priceDesktop(large, "us-east-1", { book: withOwnPrices(PRICE_BOOK, [mine]) }))).toBe(
      "not priced: no price of value in us-east-1",
    );
  });

  test("dates its prices", () => {
    const price = priceDesktop(STANDARD, "us-west-2", { book: withOwnPrices(PRICE_BOOK, [FILE]) });
    expect(price).toMatchObject({ priceDate: "2026-11-24", notes: [] });
  });

  test("a rate for any volumes stands behind one for the very pair", () => {
    const any = { ...FILE, prices: [...FILE.prices, ...reading(of(RATE, { storage: "" }, { usd: "9" })).rows] };
    const book = withOwnPrices(PRICE_BOOK, [any]);
    expect(describePrice(priceDesktop(STANDARD, "us-west-2", { book }))).toMatch(/^\$40\.00 /);
  });
});
