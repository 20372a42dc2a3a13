import type { Estate } from "../estate/estate.ts";
import type { Address } from "../estate/resource.ts";
import type { Diagnostic } from "../support/diagnostic.ts";
import { hasErrors, sortDiagnostics } from "../support/diagnostic.ts";
import { digestOf } from "../support/digest.ts";
import type { Action, Change, ChangeDraft, Foreign, Ignored } from "./change.ts";
import { type CostLedger, type PlanCost, planCost } from "./cost.ts";
import { countDestroyed, type Destruction, massChangeBlockers } from "./mass-change.ts";
import { dependenciesOf, orderAddresses } from "./order-changes.ts";
import type { Blocker, Plan, Summary } from "./plan.ts";
import { sealChange } from "./seal-change.ts";

/** What one provider's `compare` contributes. */
export interface ProviderPart {
  readonly provider: string;
  readonly changes: readonly ChangeDraft[];
  readonly foreign: readonly Foreign[];
  readonly ignored: readonly Ignored[];
  readonly nextChangeAt: Date | null;
  readonly managed: Readonly<Record<string, number>>;
  readonly cost?: CostLedger | null;
}

export interface PlanIngredients {
  readonly estate: Estate;
  readonly commit: string | null;
  readonly parts: readonly ProviderPart[];
  /** Everything found on the way, placed. */
  readonly diagnostics: readonly Diagnostic[];
  /** Another instant than now, where that was asked for. */
  readonly asOf?: Date;
  /** What `--only` selects; left out: everything. */
  readonly selects?: (address: Address) => boolean;
}

/** Puts the parts together: order, digests, counts, the valve. Pure; the same ingredients, the same plan. */
export function assemblePlan({ estate, commit, parts, diagnostics, asOf, selects }: PlanIngredients): Plan {
  const changes = selectChanges(sealAll(estate, parts), selects);
  const digest = digestOf({ estate: estate.name, changes: changes.map((change) => change.digest).toSorted() });
  const foreign = parts.flatMap((part) => part.foreign).toSorted(by((one) => `${one.kind} ${one.where} ${one.what}`));
  const sorted = sortDiagnostics(diagnostics);
  return {
    formatVersion: 1,
    estate: estate.name,
    commit,
    digest,
    summary: summarize(estate, changes, foreign.length),
    changes,
    foreign,
    ignored: parts.flatMap((part) => part.ignored).toSorted(by((one) => `${one.address} ${one.path}`)),
    diagnostics: sorted,
    ...(asOf === undefined ? {} : { asOf: asOf.toISOString() }),
    blockers: [
      ...asOfBlockers(asOf),
      ...invalidBlockers(sorted),
      ...massChangeBlockers(destructionOf(changes, parts), estate.settings.safety.maxDeletes, {
        digest,
        acknowledged: estate.acknowledged,
      }),
    ],
    nextChangeAt: earliest(parts.map((part) => part.nextChangeAt)),
    ...costOf(parts, changes),
  };
}

function sealAll(estate: Estate, parts: readonly ProviderPart[]): readonly Change[] {
  const drafts = parts.flatMap((part) => part.changes.map((draft) => ({ draft, provider: part.provider })));
  const dependencies = dependenciesOf(
    drafts.map(({ draft }) => draft),
    estate.references,
  );
  const sealed = new Map(
    drafts.map(({ draft, provider }) => [
      draft.address,
      sealChange(draft, provider, dependencies.get(draft.address) ?? []),
    ]),
  );
  return orderAddresses(dependencies).flatMap((address) => sealed.get(address) ?? []);
}

/** Leaves out what is not selected; what waits for something left out is blocked rather than let loose. */
function selectChanges(changes: readonly Change[], selects: PlanIngredients["selects"]): readonly Change[] {
  if (selects === undefined) return changes;
  return changes
    .filter((change) => selects(change.address))
    .map((change) => {
      const missing = change.dependsOn.find((address) => !selects(address));
      if (missing === undefined || change.blocked !== undefined) return change;
      const message = `it depends on ${missing}, which --only leaves out`;
      return { ...change, blocked: { code: "left-out", message, next: `select ${missing} too` } };
    });
}

const COUNTED_AS = {
  create: "create",
  update: "update",
  replace: "replace",
  delete: "delete",
  adopt: "adopt",
  start: "other",
  stop: "other",
  prune: "delete",
} as const satisfies Record<Action, keyof Summary>;

function summarize(estate: Estate, changes: readonly Change[], foreign: number): Summary {
  const counts = { create: 0, update: 0, replace: 0, delete: 0, adopt: 0, other: 0 };
  for (const change of changes) counts[COUNTED_AS[change.action]] += 1;
  const declared = changes.filter((change) => estate.byAddress.has(change.address)).length;
  return { ...counts, unchanged: estate.resources.length - declared, foreign };
}

function destructionOf(changes: readonly Change[], parts: readonly ProviderPart[]): readonly Destruction[] {
  return countDestroyed(changes)
    .map((one) => ({ ...one, of: sum(parts.map((part) => part.managed[one.kind] ?? 0)) }))
    .toSorted(by((one) => one.kind));
}

/** What is due then is not due now. */
function asOfBlockers(asOf: Date | undefined): readonly Blocker[] {
  if (asOf === undefined) return [];
  const message = `this is the plan as of ${asOf.toISOString()}, not of now`;
  return [{ code: "as-of", message, next: "to apply what is due now, plan without --now" }];
}

function invalidBlockers(diagnostics: readonly Diagnostic[]): readonly Blocker[] {
  if (!hasErrors(diagnostics)) return [];
  const count = diagnostics.filter((diagnostic) => diagnostic.severity === "error").length;
  const message = `${count} error${count === 1 ? "" : "s"} must be mended first`;
  return [{ code: "invalid", message, next: "see the findings below" }];
}

function earliest(instants: readonly (Date | null)[]): string | null {
  const times = instants.flatMap((instant) => (instant === null ? [] : [instant.getTime()]));
  return times.length === 0 ? null : new Date(Math.min(...times)).toISOString();
}

/** Nothing where no provider has anything that costs; what is held or left out costs nothing yet. */
function costOf(parts: readonly ProviderPart[], changes: readonly Change[]): { readonly cost?: PlanCost } {
  const ledgers = parts.flatMap(({ cost }) => cost ?? []);
  if (ledgers.length === 0) return {};
  const ready = changes.filter(({ blocked }) => blocked === undefined);
  return {
    cost: planCost(
      ledgers,
      ready.map(({ cost }) => cost),
    ),
  };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

function by<T>(key: (value: T) => string): (a: T, b: T) => number {
  return (a, b) => {
    const [left, right] = [key(a), key(b)];
    return left < right ? -1 : Number(left > right);
  };
}
