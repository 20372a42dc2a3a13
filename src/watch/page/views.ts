/** What each page shows, as plain values. Pure. */
import type { Change } from "../../plan/change.ts";
import { costLines } from "../../render/cost-words.ts";
import { describeField, isDestructive, plural, SIGIL, verdict } from "../../render/words.ts";
import { describePosition } from "../../support/position.ts";
import type { Rows, Search } from "../listener/rows.ts";
import { searchRows } from "../listener/rows.ts";
import type { ApplianceLine, AppliedRun, WatchView } from "../listener/view.ts";
import { describePause } from "../pause.ts";
import type { Difference, Sight, Status } from "../status.ts";

const MOST_ROWS = 50;

const PAGES = [
  { href: "/", label: "Overview" },
  { href: "/plan", label: "Plan" },
  { href: "/resources", label: "Resources" },
  { href: "/applies", label: "Applies" },
  { href: "/expiring", label: "Expiring" },
  { href: "/appliances", label: "Appliances" },
] as const;

/** What every page has: where it is, who looks, what is paused, what is wrong. */
export function frame(view: Pick<WatchView, "status" | "isSandbox" | "now">, here: string, visitor: Visitor): object {
  const { estate, source, tree, pause, troubles, round } = view.status();
  return {
    pages: PAGES.map((page) => ({ ...page, isHere: page.href === here })),
    sandbox: view.isSandbox ? minuteOf(view.now().toISOString()) : "",
    estate: estate ?? "no estate yet",
    where: tree?.commit == null ? source : `${tree.commit.slice(0, 12)} of ${source}`,
    paused: pause === null ? "" : describePause(pause),
    troubles: troubles.map((one) => ({ ...one, since: minuteOf(one.since) })),
    round: round === null ? "no round has ended yet" : `last round ${minuteOf(round.endedAt)}: ${round.result}`,
    ...visitor,
  };
}

export interface Visitor {
  readonly canOperate: boolean;
  readonly isLoggedIn: boolean;
}

/** One word for the whole estate, and why. */
function healthOf({ troubles, pause, round, differences }: Status): {
  readonly word: string;
  readonly tone: string;
} {
  if (round === null) return { word: "Starting", tone: "calm" };
  if (troubles.length > 0 || round.result === "failed") return { word: "Needs attention", tone: "bad" };
  if (pause !== null) return { word: "Paused", tone: "warn" };
  if (differences.length > 0) return { word: `${plural(differences.length, "difference")}`, tone: "warn" };
  return { word: "As declared", tone: "good" };
}

export function overviewView(view: WatchView, rows: Rows): object {
  const status = view.status();
  const sight = view.sight();
  const now = view.now().toISOString();
  const endings = rows.endings.filter(({ at }) => at > now);
  const differences = differenceRows(status.differences, sight);
  return {
    health: healthOf(status),
    verdict: sight === null ? "" : verdict(sight.plan),
    applied: status.isApplied ? "all that the documents changed is done" : "not all that the documents changed is done",
    apply: APPLY_WORDS[status.apply],
    lease: status.lease,
    next: status.nextChangeAt === null ? "" : minuteOf(status.nextChangeAt),
    differences: differences.slice(0, MOST_ROWS),
    more: Math.max(0, differences.length - MOST_ROWS),
    stands: standRows(rows),
    endings: endings.slice(0, 10).map(endingRow),
    moreEndings: Math.max(0, endings.length - 10),
    pools: rows.pools.slice(0, MOST_ROWS),
    cost: sight?.plan.cost === undefined ? [] : costLines(sight.plan.cost, sight.plan.changes.length > 0),
    applies: view.applies().slice(0, 5).map(applyRow),
    appliances: phaseRows(view),
    waiting: view.appliances().filter(({ waits }) => waits !== null).length,
  };
}

const APPLY_WORDS = {
  "on-commit": "what a commit changes is applied here",
  "drift-only": "commits are applied elsewhere, drift is looked for here",
} as const satisfies Record<Status["apply"], string>;

/** One row a kind, with how many stand how. */
function standRows({ all }: Rows): readonly object[] {
  const kinds = [...Map.groupBy(all, ({ kind }) => kind)].toSorted(([a], [b]) => (a < b ? -1 : 1));
  return kinds.map(([kind, ofKind]) => {
    const groups = [...Map.groupBy(ofKind, ({ state }) => state)].toSorted(([a], [b]) => (a < b ? -1 : 1));
    const states = groups.map(([state, { length }]) => (length > 1 ? `${state} ×${length}` : state));
    return { kind, count: ofKind.length, states: states.join(", ") };
  });
}

function phaseRows(view: WatchView): readonly object[] {
  const groups = [...Map.groupBy(view.appliances(), ({ phase }) => phase)].toSorted(([a], [b]) => (a < b ? -1 : 1));
  return groups.map(([phase, group]) => ({ phase, count: group.length }));
}

const MOST_APPLIANCES = 500;

/** Those that wait for somebody first, however many there are. */
export function appliancesView(all: readonly ApplianceLine[]): object {
  const [waiting, calm] = [all.filter(({ waits }) => waits !== null), all.filter(({ waits }) => waits === null)];
  return {
    rows: [...waiting, ...calm].slice(0, MOST_APPLIANCES).map(applianceRow),
    more: Math.max(0, all.length - MOST_APPLIANCES),
  };
}

function applianceRow({ site, appliance, phase, domain, waits, seenAt, version }: ApplianceLine): object {
  const decision = waits?.decision;
  return {
    site,
    appliance,
    phase,
    domain,
    seenAt: seenAt === null ? "never" : minuteOf(seenAt),
    version: version ?? "",
    waits: waits === null ? "" : `${waits.words}, since ${minuteOf(waits.since)}`,
    signKey: decision?.is === "approve-rebind" ? decision.signKey : "",
  };
}

const CAUSES = { commit: "the documents changed", time: "an instant came", drift: "the world moved" } as const;

function differenceRows(differences: readonly Difference[], sight: Sight | null): readonly object[] {
  const changes = new Map(sight?.plan.changes.map((change) => [change.address, change]));
  return differences.map(({ address, cause, left, since }) => {
    const change = changes.get(address);
    return {
      address,
      since: minuteOf(since),
      cause: CAUSES[cause],
      left: left ?? "being carried out",
      sigil: change === undefined ? "" : SIGIL[change.action],
      reason: change === undefined ? "" : [change.reason, ...change.impact.slice(0, MOST_LINES)].join("; "),
    };
  });
}

/** Of whom it hits, and of who did it. */
const MOST_LINES = 5;

export function planView(sight: Sight | null): object {
  if (sight === null) return { verdict: "no plan yet", changes: [], more: 0, blockers: [], findings: [], digest: "" };
  const { plan } = sight;
  return {
    verdict: verdict(plan),
    digest: plan.digest,
    blockers: plan.blockers,
    changes: plan.changes.slice(0, 4 * MOST_ROWS).map(changeRow),
    more: Math.max(0, plan.changes.length - 4 * MOST_ROWS),
    findings: plan.diagnostics.slice(0, 4 * MOST_ROWS).map(({ severity, message, hint, at }) => {
      return { severity, message, hint: hint ?? "", place: at === null ? "" : describePosition(at) };
    }),
  };
}

function changeRow(change: Change): object {
  const { address, action, reason, impact, waitsFor, blocked, fields } = change;
  return {
    sigil: SIGIL[action],
    tone: isDestructive(change) ? "bad" : "",
    address,
    reason,
    impact: impact.join("; "),
    waits: waitsFor.join("; "),
    held: blocked === undefined ? "" : `${blocked.message}; ${blocked.next}`,
    fields: fields.slice(0, 20).map(describeField),
  };
}

export function resourcesView(rows: Rows, search: Search): object {
  const found = searchRows(rows, search);
  const at = (page: number): string => {
    return `/resources?${new URLSearchParams({ kind: search.kind, q: search.text, page: String(page) }).toString()}`;
  };
  return {
    text: search.text,
    kinds: rows.kinds.map((one) => ({ ...one, isChosen: one.kind === search.kind })),
    total: found.total,
    page: found.page,
    pages: found.pages,
    before: found.page > 1 ? at(found.page - 1) : "",
    after: found.page < found.pages ? at(found.page + 1) : "",
    rows: found.rows.map(({ address, state, pending, source }) => {
      return { address, state, pending: pending ?? "", place: describePosition(source) };
    }),
  };
}

export function expiringView(rows: Rows, now: string): object {
  const endings = rows.endings.filter(({ at }) => at > now);
  return { rows: endings.slice(0, 500).map(endingRow), more: Math.max(0, endings.length - 500) };
}

function endingRow({ address, at }: { readonly address: string; readonly at: string }): object {
  return { address, at: minuteOf(at) };
}

export function applyRow({ at, commit, done, undone, addresses }: AppliedRun): object {
  return {
    at: minuteOf(at),
    commit: commit?.slice(0, 12) ?? "none: a folder",
    done,
    undone,
    names: [...addresses, ...(done > addresses.length ? [`and ${done - addresses.length} more`] : [])].join(", "),
    tone: undone.length > 0 ? "bad" : "",
  };
}

/** `2026-11-24 22:17 UTC`; what is no instant stays as it is. */
function minuteOf(instant: string): string {
  return /^\d{4}-\d\d-\d\dT\d\d:\d\d/.test(instant) ? `${instant.slice(0, 16).replace("T", " ")} UTC` : instant;
}
