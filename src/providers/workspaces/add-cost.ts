/** Puts money to the changes, and holds back what a budget does not allow. Pure. */
import type { Estate } from "../../estate/estate.ts";
import type { Address, Finding, Resource } from "../../estate/resource.ts";
import type { ChangeDraft } from "../../plan/change.ts";
import { type ChangeCost, type CostLedger, changeCost, type MonthlyCost } from "../../plan/cost.ts";
import { changedBasis, isSameBasis, liveBasis, newBasis, type PriceBasis, priceOf } from "./desktop-prices.ts";
import type { DesktopView, WorldView } from "./desktop-view.ts";
import { isReadable, type Placed } from "./live-index.ts";
import { ownershipOf } from "./markers.ts";
import { type BudgetReport, budgetBlock, budgetFindings } from "./pricing/budget-words.ts";
import {
  type BudgetAnswer,
  type CostChange,
  checkBudgets,
  type Payer,
  type RunningCost,
} from "./pricing/check-budgets.ts";
import { runningModeHint } from "./pricing/describe-price.ts";
import type { DesktopPrice } from "./pricing/price-desktop.ts";
import { priceFileFindings } from "./pricing/price-file-findings.ts";
import { staleWarning } from "./pricing/stale-prices.ts";
import { isLeaving } from "./states.ts";

export interface Costed {
  readonly changes: readonly ChangeDraft[];
  /** Null where there is no desktop and none is to be made. */
  readonly cost: CostLedger | null;
  readonly findings: readonly Finding[];
}

export function addCost(
  drafts: readonly ChangeDraft[],
  world: WorldView,
  estate: Pick<Estate, "settings" | "document">,
): Costed {
  const ledger = openLedger(drafts, world);
  const changes = drafts.flatMap((draft) => costChange(draft, ledger) ?? []);
  const ready = new Set(drafts.filter(({ blocked }) => blocked === undefined).map(({ address }) => address as string));
  const budgets = estate.settings.budgets ?? [];
  const current = [...ledger.running.values()];
  const answer = checkBudgets({ budgets, current, changes: changes.filter(({ address }) => ready.has(address)) });
  const byAddress = new Map(changes.map((change) => [change.address, change]));
  const costed = drafts.map((draft) => {
    const change = byAddress.get(draft.address);
    return change === undefined ? draft : withCost(draft, change, { answer, budgets });
  });
  const prices = [...current.map(({ price }) => price), ...changes.flatMap(({ after }) => after ?? [])];
  const beside = { stale: staleOf(prices, world.now), unread: unreadRegions(world) };
  const cost = { now: current.map(({ price }) => monthlyOf(price)), notes: notesOf(prices, beside) };
  const report = { budgets, standings: answer.standings, ...beside };
  return {
    changes: costed,
    cost: prices.length === 0 ? null : cost,
    findings: estate.document === undefined ? [] : findingsOf(world, report, estate.document),
  };
}

function findingsOf({ observation }: WorldView, report: BudgetReport, document: Resource): readonly Finding[] {
  const ofFiles = observation.prices === undefined ? [] : priceFileFindings(observation.prices, document);
  return [...ofFiles, ...budgetFindings(report, document)];
}

/** What is there costs money, read or not. */
function unreadRegions({ topology, observation }: WorldView): readonly string[] {
  return topology.regions.filter((region) => !isReadable(observation.regions.get(region)));
}

interface Ledger {
  readonly world: WorldView;
  /** By address of the desktop they declare. */
  readonly views: ReadonlyMap<string, DesktopView>;
  /** By id: what is live and ours, or becomes ours with this plan. */
  readonly running: ReadonlyMap<string, RunningCost & { readonly basis: PriceBasis }>;
}

function openLedger(drafts: readonly ChangeDraft[], world: WorldView): Ledger {
  const views = new Map(world.desktops.map((view) => [view.facts.address as string, view]));
  const byId = new Map(
    world.desktops.flatMap((view) =>
      [view.elsewhere?.desktop, view.live].flatMap((live) => (live == null ? [] : [[live.id, view] as const])),
    ),
  );
  const adopted = new Set(
    drafts
      .filter(({ action, blocked }) => action === "adopt" && blocked === undefined)
      .map(({ address }) => views.get(address)?.live?.id),
  );
  const isOurs = ({ desktop }: Placed): boolean =>
    ownershipOf(desktop.tags, world.topology.estate) === "ours" || adopted.has(desktop.id);
  const ours = world.index.all.filter((placed) => isOurs(placed) && !isLeaving(placed.desktop));
  const running = ours.map(
    (placed) => [placed.desktop.id, runningCost(placed, byId.get(placed.desktop.id), world)] as const,
  );
  return { world, views, running: new Map(running) };
}

function runningCost({ region, desktop }: Placed, view: DesktopView | undefined, world: WorldView) {
  const basis = liveBasis(desktop, view?.facts ?? null, region);
  const labels = view?.facts.resource.labels ?? {};
  return { id: desktop.id, labels, person: desktop.user, basis, price: priceOf(basis, world) };
}

/** Null for a change that leaves the bill as it is. */
function costChange(draft: ChangeDraft, { world, views, running }: Ledger): CostChange | null {
  if (draft.kind !== "Workspace") return null;
  const view = views.get(draft.address);
  const was = running.get(idBefore(draft, view) ?? "");
  const becomes = basisAfter(draft, view);
  if (was !== undefined && becomes !== null && isSameBasis(was.basis, becomes)) return null;
  // What is not ours is on nobody's bill here: it comes onto ours with its adoption.
  if (was === undefined && (becomes === null || draft.action === "adopt")) return null;
  const before = was?.price ?? null;
  const after = becomes === null ? null : priceOf(becomes, world);
  const payer = view === undefined ? was : { labels: view.facts.resource.labels, person: view.facts.user };
  return {
    address: draft.address,
    id: was?.id ?? null,
    before,
    after,
    ...payerOf(payer),
    payerBefore: payerOf(was ?? payer),
  };
}

function payerOf(one: Payer | undefined): Payer {
  return { labels: one?.labels ?? {}, person: one?.person ?? "" };
}

/** The live desktop that a change touches. */
function idBefore({ action, fields }: ChangeDraft, view: DesktopView | undefined): string | undefined {
  const named = fields.find(({ path }) => path === "id")?.before;
  if (typeof named === "string") return named;
  return action === "create" ? undefined : view?.live?.id;
}

function basisAfter({ action, fields }: ChangeDraft, view: DesktopView | undefined): PriceBasis | null {
  const region = view?.directory?.region;
  if (view === undefined || region === undefined || action === "delete") return null;
  if (action === "create" || action === "replace" || view.live === null) return newBasis(view, region);
  return changedBasis(view, view.live, { paths: new Set(fields.map(({ path }) => path)), region });
}

function withCost(
  draft: ChangeDraft,
  change: CostChange,
  { answer, budgets }: { readonly answer: BudgetAnswer; readonly budgets: Parameters<typeof budgetBlock>[1] },
): ChangeDraft {
  const savers = (answer.paidBy.get(draft.address) ?? []) as readonly Address[];
  const short = answer.shortages.get(draft.address);
  return {
    ...draft,
    cost: costOf(draft, change, savers),
    ...(savers.length === 0 ? {} : { dependsOn: [...(draft.dependsOn ?? []), ...savers] }),
    ...(short === undefined ? {} : { blocked: budgetBlock(short, budgets) }),
  };
}

function costOf({ fields }: ChangeDraft, { before, after }: CostChange, savers: readonly string[]): ChangeCost {
  const isMigration = fields.some((field) => field.path === "bundle" && field.before !== null);
  const hint = after === null ? null : runningModeHint(after);
  return changeCost({ before: monthlyOf(before), after: monthlyOf(after) }, unknownWords(before, after), [
    ...(savers.length === 0
      ? []
      : [`it waits for the saving of ${savers.join(" and ")}: its budget has no room before`]),
    ...(isMigration ? ["this month AWS bills the desktop before and after its migration, each in part"] : []),
    ...(hint === null ? [] : [hint]),
  ]);
}

function unknownWords(before: DesktopPrice | null, after: DesktopPrice | null): string | null {
  if (after?.status === "not-priced") return after.because;
  return before?.status === "not-priced" ? `as it is now: ${before.because}` : null;
}

function monthlyOf(price: DesktopPrice): Exclude<MonthlyCost, null>;
function monthlyOf(price: DesktopPrice | null): MonthlyCost;
function monthlyOf(price: DesktopPrice | null): MonthlyCost {
  if (price === null) return null;
  return price.status === "priced" ? price.monthly : "not-priced";
}

function staleOf(prices: readonly DesktopPrice[], now: Date): string | null {
  const dates = prices.flatMap((price) => (price.status === "priced" ? [price.priceDate] : []));
  return staleWarning(dates, now);
}

function notesOf(
  prices: readonly DesktopPrice[],
  { stale, unread }: Pick<BudgetReport, "stale" | "unread">,
): readonly string[] {
  const assumed = prices.flatMap((price) => (price.status === "priced" ? price.notes : []));
  const missing = unread.map((region) => `what is in ${region}, which cannot be read, is in no figure`);
  return [...new Set([...assumed, ...missing, ...(stale === null ? [] : [stale])])].toSorted();
}
