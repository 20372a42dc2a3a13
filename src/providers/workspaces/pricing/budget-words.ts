/** What there is to say of budgets: at the change that is held, and at the budget's line. Pure. */
import type { Finding, Resource } from "../../../estate/resource.ts";
import type { Budget } from "../../../generated/documents.ts";
import type { Blocked } from "../../../plan/change.ts";
import { formatUsd, NOTHING, parseUsd, subtract } from "../../../support/money.ts";
import type { BudgetStanding, Shortage } from "./check-budgets.ts";

const NEVER_HELD = "stopping and deleting are never held";

export function budgetBlock(shortages: readonly Shortage[], budgets: readonly Budget[]): Blocked {
  const told = shortages.flatMap((shortage) => {
    const budget = budgets[shortage.budget];
    return budget === undefined ? [] : [{ shortage, budget }];
  });
  const raises = told.map(({ shortage }) => raise(shortage));
  return {
    code: "budget",
    message: told.map(({ shortage, budget }) => shortageWords(shortage, budget)).join("; "),
    next: `${raises.join(" and ")} in a reviewed change, or ask for less, or remove something first: ${NEVER_HELD}`,
  };
}

function shortageWords({ adds, left }: Shortage, budget: Budget): string {
  const which = `the budget of ${scopeWords(budget)} (${formatUsd(parseUsd(budget.monthlyUsd))} a month)`;
  const over = formatUsd(subtract(NOTHING, left));
  const has = left < 0 ? `is over by ${over} already` : `has ${formatUsd(left)} left`;
  if (adds === null) return `nobody knows what it adds, and ${which} ${has}`;
  const short = formatUsd(subtract(adds, left));
  return `at the most hours it adds ${formatUsd(adds)} a month, and ${which} ${has}: ${short} too much`;
}

function raise({ budget, adds, left }: Shortage): string {
  const by = adds === null ? "" : ` by ${formatUsd(subtract(adds, left))}`;
  return `raise spec.budgets[${budget}].monthlyUsd${by}`;
}

export interface BudgetReport {
  readonly budgets: readonly Budget[];
  readonly standings: readonly BudgetStanding[];
  /** Of prices too old to trust; null where they are not. */
  readonly stale: string | null;
  /** Regions that could not be read. */
  readonly unread: readonly string[];
}

/** Each at its budget's line in reeve.yaml; what is the same for all of them is said once. */
export function budgetFindings(report: BudgetReport, document: Resource): readonly Finding[] {
  const { budgets, standings, unread } = report;
  const ofEach = standings.flatMap((standing, place) => {
    const budget = budgets[place];
    if (budget === undefined) return [];
    const about = { resource: document, path: ["spec", "budgets", place, "monthlyUsd"] };
    const words = [exceeded(standing, budget), uncounted(standing, budget), unseen(budget, unread)];
    return words.flatMap((one) => (one === null ? [] : [{ ...one, ...about }]));
  });
  const old = outdated(report);
  return old === null ? ofEach : [...ofEach, { ...old, resource: document, path: ["spec", "budgets"] }];
}

type Words = Pick<Finding, "severity" | "code" | "message"> & { readonly hint: string };

function exceeded({ held, now, after, limit }: BudgetStanding, budget: Budget): Words | null {
  if (held.length === 0 && now <= limit && after <= limit) return null;
  const sums = `${formatUsd(now)} of ${formatUsd(limit)} a month now, at the most hours; ${formatUsd(after)} after this plan`;
  const name = `the budget of ${scopeWords(budget)}`;
  if (held.length === 0) {
    const hint = `whatever costs more is held from now on; ${NEVER_HELD}`;
    return { severity: "warning", code: "budget-exceeded", message: `${name} is exceeded: ${sums}`, hint };
  }
  const changes = held.length === 1 ? "1 change that costs more" : `${held.length} changes that cost more`;
  const hint = `raise it in a reviewed change, or ask for less; ${NEVER_HELD}`;
  return { severity: "held", code: "budget-exceeded", message: `${name} holds back ${changes}: ${sums}`, hint };
}

function uncounted({ notPriced }: BudgetStanding, budget: Budget): Words | null {
  if (notPriced === 0) return null;
  const which = notPriced === 1 ? "1 desktop that is not priced" : `${notPriced} desktops that are not priced`;
  return {
    severity: "warning",
    code: "budget-not-priced",
    message: `the budget of ${scopeWords(budget)} cannot count ${which}`,
    hint: "what they cost comes on top; the plan says of each why nobody knows",
  };
}

function unseen(budget: Budget, unread: readonly string[]): Words | null {
  if (unread.length === 0) return null;
  return {
    severity: "warning",
    code: "budget-unread",
    message: `the budget of ${scopeWords(budget)} cannot count what is in ${unread.join(", ")}`,
    hint: "see the finding about the region that cannot be read",
  };
}

/** Judged all the same: holding by an old price is safer than letting through by none. */
function outdated({ standings, stale }: BudgetReport): Words | null {
  if (stale === null || standings.every(({ now, after }) => now === 0 && after === 0)) return null;
  return {
    severity: "warning",
    code: "budget-stale-prices",
    message: `budgets are judged by old prices: ${stale}`,
    hint: "take AWS's own of today with reeve prices, and name the file in spec.providers.workspaces.prices",
  };
}

function scopeWords({ scope }: Budget): string {
  if (scope === "estate") return "the estate";
  if ("person" in scope) return scope.person;
  return Object.entries(scope.label)
    .map(([key, value]) => `${key}=${value}`)
    .toSorted()
    .join(", ");
}
