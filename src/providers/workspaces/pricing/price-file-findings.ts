import type { Finding, Resource } from "../../../estate/resource.ts";
import type { OwnPrices } from "./price-book.ts";

/** Errors: a plan that forgot its prices would call them unknown, and its budgets would let through what they should hold. */
export function priceFileFindings({ troubles }: OwnPrices, document: Resource): readonly Finding[] {
  return troubles.map(({ place, message }) => ({
    severity: "error",
    code: "price-file",
    message,
    hint: "write it with reeve prices, or take it out of the list",
    resource: document,
    path: ["spec", "providers", "workspaces", "prices", place],
  }));
}
