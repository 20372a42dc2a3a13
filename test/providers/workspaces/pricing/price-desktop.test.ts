import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { describePrice, runningModeHint } from "../../../../src/providers/workspaces/pricing/describe-price.ts";
import { type Meter, PRICE_BOOK, type PriceBook } from "../../../../src/providers/workspaces/pricing/price-book.ts";
import {
  ASSUMED_HOURS,
  breakEven,
  type DesktopSpec,
  priceDesktop,
} from "../../../../src/providers/workspaces/pricing/price-desktop.ts";
import { staleAt, staleWarning } from "../../../../src/providers/workspaces/pricing/stale-prices.ts";
import { formatUsd, microUsd } from "../../../../src/support/money.ts";

function desktop(change: Partial<DesktopSpec> = {}): DesktopSpec {
  const volumes = { rootGib: 80, userGib: 50 };
  return {
    compute: "standard",
    operatingSystem: "windows",
    license: "included",
    mode: "auto-stop",
    volumes,
    ...change,
  };
}

const BIG = { rootGib: 175, userGib: 100 };

test.each([
  ["us-east-1", desktop(), "$33.75 a month ($9.75 at 0 h, $228.75 at 730 h; 80 h assumed)"],
  ["us-east-1", desktop({ mode: "always-on" }), "$35.00 a month"],
  [
    "us-east-1",
    desktop({ compute: "power", volumes: BIG }),
    "$73.40 a month ($19.00 at 0 h, $515.40 at 730 h; 80 h assumed)",
  ],
  ["eu-west-1", desktop(), "$36.60 a month ($11.00 at 0 h, $244.60 at 730 h; 80 h assumed)"],
  ["eu-west-1", desktop({ compute: "powerpro", volumes: BIG, mode: "always-on" }), "$157.00 a month"],
  ["eu-west-1", desktop({ compute: "power", volumes: BIG }), "not priced: no auto-stop price of power in eu-west-1"],
  ["us-west-2", desktop(), "not priced: no prices of us-west-2"],
  [
    "us-east-1",
    desktop({ compute: "generalpurpose-4xlarge" }),
    "not priced: no price of generalpurpose-4xlarge in us-east-1",
  ],
  [
    "us-east-1",
    desktop({ operatingSystem: "ubuntu" }),
    "not priced: no price of standard with ubuntu, licence included in us-east-1",
  ],
  [
    "us-east-1",
    desktop({ license: "byol" }),
    "not priced: no price of standard with windows, licence byol in us-east-1",
  ],
  ["us-east-1", desktop({ volumes: BIG }), "not priced: no price of standard with volumes 175/100 GiB in us-east-1"],
  [
    "us-east-1",
    desktop({ compute: "graphics-g4dn", volumes: { rootGib: 100, userGib: 100 } }),
    "not priced: no auto-stop price of graphics-g4dn in us-east-1",
  ],
])("%s %#: $2", (region, spec, expected) => {
  expect(describePrice(priceDesktop(spec, region))).toBe(expected);
});

test("the hours of the estate, or of history, take the place of the assumption", () => {
  const hours = { low: 20, expected: 160, high: 200, basis: "of the last 30 days" };
  expect(describePrice(priceDesktop(desktop(), "us-east-1", { hours }))).toBe(
    "$57.75 a month ($15.75 at 20 h, $69.75 at 200 h; 160 h of the last 30 days)",
  );
});

test("the other mode is named where it is cheaper", () => {
  const busy = priceDesktop(desktop(), "us-east-1", { hours: { ...ASSUMED_HOURS, expected: 160 } });
  expect(runningModeHint(busy)).toBe("always-on saves $22.75 a month at 160 h: it is cheaper from 85 h");
  expect(runningModeHint(priceDesktop(desktop(), "us-east-1"))).toBeNull();
  expect(runningModeHint(priceDesktop(desktop(), "us-west-2"))).toBeNull();
});

/** AWS's own tool (Cost Optimizer for WorkSpaces 2.8.7) switches at about these hours; the small differences are its own rounding. */
test.each([
  ["value", 81],
  ["standard", 85],
  ["performance", 80],
  ["powerpro", 78],
])("the break-even of %s is within two hours of AWS's own %i", (compute, theirs) => {
  const row = (meter: Meter) =>
    microUsd(
      PRICE_BOOK.prices.find((one) => one.region === "us-east-1" && one.compute === compute && one.meter === meter)
        ?.microUsd ?? 0,
    );
  const ours = breakEven(row("always-on-month"), row("auto-stop-month"), row("auto-stop-hour"));
  expect(Math.abs(ours - theirs)).toBeLessThanOrEqual(2);
});

describe("the book", () => {
  test("has a source, a day and a whole number for every figure, and no figure twice", () => {
    const keys = PRICE_BOOK.prices.map(({ microUsd: _amount, sku: _sku, ...key }) => JSON.stringify(key));
    expect(new Set(keys).size).toBe(keys.length);
    for (const row of PRICE_BOOK.prices) {
      expect(PRICE_BOOK.sources[row.source]?.date).toMatch(/^\d{4}-\d\d-\d\d$/);
      expect(Number.isSafeInteger(row.microUsd) && row.microUsd > 0).toBe(true);
      expect(PRICE_BOOK.defaultVolumes.pairs[row.compute]).toBeDefined();
    }
  });

  test("a price says what it takes for granted", () => {
    const price = priceDesktop(desktop(), "eu-west-1");
    expect(price).toMatchObject({
      priceDate: "2026-05-01",
      notes: ["standard in eu-west-1: medium confidence", "the source names no volumes: taken for the bundle's own"],
    });
  });

  test("warns on the first instant after 180 days, and names the oldest day", () => {
    const dates = ["2026-06-27", "2026-05-01"];
    expect(staleWarning(dates, staleAt("2026-05-01"))).toBeNull();
    const later = new Date(staleAt("2026-05-01").getTime() + 1);
    expect(staleWarning(dates, later)).toBe(
      "prices are of 2026-05-01, more than 180 days ago: costs are a guide, not a bill",
    );
    expect(staleWarning([], later)).toBeNull();
  });
});

const anyBook = fc
  .record({
    always: fc.integer({ min: 1, max: 2e9 }),
    fee: fc.integer({ min: 1, max: 2e9 }),
    hourly: fc.integer({ min: 1, max: 2e7 }),
  })
  .map(({ always, fee, hourly }) => {
    const row = (meter: Meter, amount: number) => ({
      region: "r",
      compute: "standard",
      operatingSystem: "windows",
      license: "included",
      volumes: { rootGib: 80, userGib: 50 },
      meter,
      microUsd: amount,
      sku: null,
      source: "s",
      confidence: "high",
    });
    const prices = [row("always-on-month", always), row("auto-stop-month", fee), row("auto-stop-hour", hourly)];
    const sources = { s: { what: "made up", date: "2026-01-01", collected: "2026-01-01" } };
    return { hoursPerMonth: 730, sources, defaultVolumes: { source: "", pairs: {} }, prices } satisfies PriceBook;
  });

describe("laws", () => {
  test("more hours never cost less, and every amount is whole", () => {
    fc.assert(
      fc.property(anyBook, fc.integer({ min: 0, max: 730 }), (book, expected) => {
        const price = priceDesktop(desktop(), "r", { book, hours: { ...ASSUMED_HOURS, expected } });
        if (price.status !== "priced") throw new Error("priced");
        const { low, expected: middle, high } = price.monthly;
        expect(low <= middle && middle <= high).toBe(true);
        for (const amount of [low, middle, high]) expect(Number.isSafeInteger(amount)).toBe(true);
      }),
    );
  });

  test("from the break-even on always-on costs no more; an hour before it costs more", () => {
    fc.assert(
      fc.property(anyBook, (book) => {
        const at = (expected: number) => priceDesktop(desktop(), "r", { book, hours: { ...ASSUMED_HOURS, expected } });
        const always = priceDesktop(desktop({ mode: "always-on" }), "r", { book });
        if (always.status !== "priced" || always.breakEvenHours === null) throw new Error("priced");
        const hours = always.breakEvenHours;
        const from = at(hours);
        const before = at(Math.max(0, hours - 1));
        if (from.status !== "priced" || before.status !== "priced") throw new Error("priced");
        if (hours <= 730) expect(from.monthly.expected).toBeGreaterThanOrEqual(always.monthly.expected);
        if (hours > 0 && hours <= 731) expect(before.monthly.expected).toBeLessThan(always.monthly.expected);
      }),
    );
  });

  test("dollars print with cents, and with more only where there is more", () => {
    expect(
      [0, 5000, 220_000, 1_234_500_000, -12_000_000, 1_000_000_000_001, 1].map((n) => formatUsd(microUsd(n))),
    ).toEqual(["$0.00", "$0.005", "$0.22", "$1,234.50", "-$12.00", "$1,000,000.000001", "$0.000001"]);
  });
});
