import type { NotPriced, Priced } from "../../../../src/providers/workspaces/pricing/price-desktop.ts";
import { parseUsd } from "../../../../src/support/money.ts";

/** A price of so many dollars a month at the fewest, the expected and the most hours. */
export function price(low: number, expected: number, high: number): Priced {
  const monthly = { low: parseUsd(low), expected: parseUsd(expected), high: parseUsd(high) };
  return {
    status: "priced",
    monthly,
    hours: null,
    breakEvenHours: null,
    alwaysOn: null,
    priceDate: "2026-01-01",
    notes: [],
  };
}

export function flat(usd: number): Priced {
  return price(usd, usd, usd);
}

export const unknown: NotPriced = { status: "not-priced", because: "no prices of mars-1" };
