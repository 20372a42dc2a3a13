/** Puts money to the changes, and holds back what a budget does not allow. Pure. */

import type { Finding } from "../../estate/resource.ts";
import type { Budget } from "../../generated/documents.ts";
import type { ChangeDraft } from "../../plan/change.ts";
import type { ChangeCost, CostSum, PlanCost } from "../../plan/cost.ts";
import { hoursOf, priceLive, priceWanted } from "./desktop-prices.ts";
import type { DesktopView, WorldView } from "./desktop-view.ts";
import { ownershipOf } from "./markers.ts";
import { type CostChange, checkBudgets, type RunningCost } from "./pricing/check-budgets.ts";
import {
  type CostTotal,
  costDelta,
  describeDelta,
  describePrice,
  describeTotal,
  totalOfDeltas,
  totalOfPrices,
} from "./pricing/cost-delta.ts";
import { formatUsd } from "./pricing/money.ts";
import type { DesktopPrice } from "./pricing/price-desktop.ts";
import { staleWarning } from "./pricing/stale-prices.ts";
import { isLeaving } from "./states.ts";

export interface Costed {
  readonly changes: readonly ChangeDraft[];
  readonly cost: PlanCost | null;
  readonly findings: readonly Finding[];
}

/** Changes that leave what a desktop costs as it is. */
const COST_FIELDS = /^(id|user|compute|running|bundle|volumes\.)/;

export function addCost(drafts: readonly ChangeDraft[], world: WorldView, budgets: readonly Budget[]): Costed {
  const running = runningCosts(world);
  const views = new Map(world.desktops.map((view) => [view.facts.address as string, view]));
  const changes = drafts.flatMap((draft) => costChange(draft, { world, views, running }) ?? []);
  const byAddress = new Map(changes.map((change) => [change.address, change]));
  const standings = checkBudgets({ budgets, current: running, changes });
  const priced = drafts.map((draft) => withCost(draft, byAddress.get(draft.address), standings));
  const prices = new Map(running.map((one) => [one.address, one.price]));
  for (const { address, after } of changes.filter((one) => !isHeld(priced, one.address))) {
    if (after === null) prices.delete(address);
    else prices.set(address, after);
  }
  const isEmpty = running.length === 0 && changes.length === 0;
  const deltas = changes.filter((one) => !isHeld(priced, one.address)).map((one) => costDelta(one.before, one.after));
  const notes = notesOf([...prices.values()], world.now);
  const after = afterSum(totalOfPrices([...prices.values()]));
  const cost: PlanCost = { currency: "USD", change: sumOf(totalOfDeltas(deltas)), after, notes };
  return { changes: priced, cost: isEmpty ? null : cost, findings: [] };
}

function isHeld(drafts: readonly ChangeDraft[], address: string): boolean {
  return drafts.some((draft) => draft.address === address && draft.blocked !== undefined);
}

/** What a desktop costs by itself, for `reeve list`. */
export function priceWords(view: DesktopView, world: WorldView): string | null {
  const region = view.directory?.region;
  if (view.live === null || region === undefined) return null;
  return describePrice(priceLive(view.live, view.facts, { region, hours: hoursOf(world.topology) }));
}

function runningCosts(world: WorldView): readonly RunningCost[] {
  const { estate } = world.topology;
  const hours = hoursOf(world.topology);
  const views = new Map(world.desktops.flatMap((view) => (view.live === null ? [] : [[view.live.id, view] as const])));
  return world.index.all
    .filter(({ desktop }) => ownershipOf(desktop.tags, estate) === "ours" && !isLeaving(desktop))
    .map(({ region, desktop }) => {
      const view = views.get(desktop.id);
      const address = view?.facts.address ?? desktop.id;
      const labels = view?.facts.resource.labels ?? {};
      return {
        address,
        labels,
        person: desktop.user,
        price: priceLive(desktop, view?.facts ?? null, { region, hours }),
      };
    });
}

interface Ledger {
  readonly world: WorldView;
  readonly views: ReadonlyMap<string, DesktopView>;
  readonly running: readonly RunningCost[];
}

function costChange(draft: ChangeDraft, { world, views, running }: Ledger): CostChange | null {
  if (draft.kind !== "Workspace" || !draft.fields.some(({ path }) => COST_FIELDS.test(path))) return null;
  const view = views.get(draft.address);
  const before = running.find(({ address }) => address === (view === undefined ? idOf(draft) : draft.address));
  const region = view?.directory?.region;
  const isGone = draft.action === "delete" || view === undefined || region === undefined;
  const after = isGone ? null : priceWanted(view, { region, hours: hoursOf(world.topology) });
  const labels = view?.facts.resource.labels ?? before?.labels ?? {};
  const address = before?.address ?? draft.address;
  return {
    address: view === undefined ? address : draft.address,
    labels,
    person: view?.facts.user ?? before?.person ?? "",
    before: before?.price ?? null,
    after,
  };
}

function idOf({ fields }: ChangeDraft): string {
  return String(fields.find(({ path }) => path === "id")?.before ?? "");
}

function withCost(
  draft: ChangeDraft,
  change: CostChange | undefined,
  standings: ReturnType<typeof checkBudgets>,
): ChangeDraft {
  const found = change;
  if (found === undefined) return draft;
  const delta = costDelta(found.before, found.after);
  const words = describeDelta(delta);
  const cost: ChangeCost =
    delta.status === "priced" ? { monthly: delta.delta, words } : { notPriced: delta.because, words };
  const exceeded = standings.find(({ blocked }) => blocked.includes(draft.address));
  if (exceeded === undefined || draft.blocked !== undefined) return { ...draft, cost };
  const message = exceeded.message ?? `the budget of ${exceeded.scope} does not allow it`;
  const next = "raise spec.budgets in a reviewed change, or ask for less; stopping and deleting is never held back";
  return { ...draft, cost, blocked: { code: "budget", message, next } };
}

function sumOf(total: CostTotal): CostSum {
  const { monthly, yearly, notPriced } = total;
  return { monthly, yearly, notPriced, words: describeTotal(total) };
}

function afterSum(total: CostTotal): CostSum {
  const { monthly, yearly, notPriced } = total;
  const ends = monthly.low === monthly.high ? "" : ` (${formatUsd(monthly.low)} to ${formatUsd(monthly.high)})`;
  const unknown = notPriced === 0 ? "" : `; ${notPriced} not priced`;
  const words = `${formatUsd(monthly.expected)} a month${ends}, ${formatUsd(yearly.expected)} a year${unknown}`;
  return { monthly, yearly, notPriced, words };
}

function notesOf(prices: readonly DesktopPrice[], now: Date): readonly string[] {
  const known = prices.filter((price) => price.status === "priced");
  const stale = staleWarning(
    known.map(({ priceDate }) => priceDate),
    now,
  );
  return [...new Set([...known.flatMap(({ notes }) => notes), ...(stale === null ? [] : [stale])])].toSorted();
}
