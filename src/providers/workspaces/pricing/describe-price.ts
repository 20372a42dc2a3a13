import { formatUsd, subtract } from "../../../support/money.ts";
import type { DesktopPrice } from "./price-desktop.ts";

/** `$50.60 a month ($13.00 at 0 h, $356.10 at 730 h; 80 h assumed)`, `$50.00 a month`, `not priced: …`. */
export function describePrice(price: DesktopPrice): string {
  if (price.status === "not-priced") return `not priced: ${price.because}`;
  const { monthly, hours } = price;
  if (hours === null) return `${formatUsd(monthly.expected)} a month`;
  const ends = `${formatUsd(monthly.low)} at ${hours.low} h, ${formatUsd(monthly.high)} at ${hours.high} h`;
  return `${formatUsd(monthly.expected)} a month (${ends}; ${hours.expected} h ${hours.basis})`;
}

/** Where the other running mode would be cheaper at the expected hours, says so; null where it would not. */
export function runningModeHint(price: DesktopPrice): string | null {
  if (price.status === "not-priced") return null;
  const { hours, breakEvenHours, alwaysOn, monthly } = price;
  if (hours === null || breakEvenHours === null || alwaysOn === null || monthly.expected <= alwaysOn) return null;
  const saved = formatUsd(subtract(monthly.expected, alwaysOn));
  return `always-on saves ${saved} a month at ${hours.expected} h: it is cheaper from ${breakEvenHours} h`;
}
