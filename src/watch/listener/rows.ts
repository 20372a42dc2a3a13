/** Rows out of what the last round saw, worked out once a round. */
import type { Resource } from "../../estate/resource.ts";
import { type ListRow, listRows } from "../../render/list-rows.ts";
import { durationSeconds } from "../../support/duration.ts";
import type { Json } from "../../support/json.ts";
import type { Sight } from "../status.ts";
import type { ExpiringRow } from "./view.ts";

export interface Rows {
  readonly all: readonly ListRow[];
  /** Kinds with their counts, sorted. */
  readonly kinds: readonly { readonly kind: string; readonly count: number }[];
  /** Everything with an end, the soonest first; what has ended is left out. */
  readonly endings: readonly ExpiringRow[];
  readonly pools: readonly PoolRow[];
}

interface PoolRow {
  readonly address: string;
  readonly network: string;
  readonly size: string;
  readonly used: string;
  readonly free: string;
}

const NONE: Rows = { all: [], kinds: [], endings: [], pools: [] };
const known = new WeakMap<Sight, Rows>();

export function rowsOf(sight: Sight | null): Rows {
  if (sight === null) return NONE;
  const rows = known.get(sight) ?? makeRows(sight);
  known.set(sight, rows);
  return rows;
}

function makeRows({ plan, resources, standings }: Sight): Rows {
  const all = listRows(plan, { resources, standings }, undefined);
  const details = new Map(all.map((row) => [row.address, row.details]));
  const endings = resources.flatMap((resource) => {
    const at = endOf(resource, details.get(resource.address) ?? {});
    return at === null ? [] : [{ address: resource.address, at }];
  });
  return {
    all,
    kinds: [...Map.groupBy(all, ({ kind }) => kind)]
      .map(([kind, group]) => ({ kind, count: group.length }))
      .toSorted((a, b) => (a.kind < b.kind ? -1 : 1)),
    endings: endings.toSorted((a, b) => (a.at === b.at ? compare(a.address, b.address) : compare(a.at, b.at))),
    pools: all.flatMap(({ address, details: { pools } }) => poolRows(address, pools)),
  };
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

/** From what the provider says, or from the document: an instant, or a beginning and a length. */
function endOf({ spec }: Resource, details: ListRow["details"]): string | null {
  const words = spec as { readonly [key: string]: unknown } | null;
  const lifecycle = words?.["lifecycle"] as { readonly expiresAt?: unknown } | undefined;
  const said = [details["expiresAt"], words?.["expiresAt"], lifecycle?.expiresAt].find(
    (one) => typeof one === "string",
  );
  const end = typeof said === "string" ? Date.parse(said) : endOfLength(words?.["startsAt"], words?.["duration"]);
  return Number.isFinite(end) ? new Date(end).toISOString() : null;
}

function endOfLength(start: unknown, length: unknown): number {
  const isGiven = typeof start === "string" && typeof length === "string" && /^\d+[smhdw]$/.test(length);
  return isGiven ? Date.parse(start) + durationSeconds(length) * 1000 : Number.NaN;
}

function poolRows(address: string, pools: Json | undefined): readonly PoolRow[] {
  if (!Array.isArray(pools)) return [];
  return pools.flatMap((pool: Json) => {
    if (typeof pool !== "object" || pool === null || Array.isArray(pool)) return [];
    const members = new Map<string, Json>(Object.entries(pool));
    const word = (key: string): string => wordOf(members.get(key));
    return [{ address, network: word("network"), size: word("size"), used: word("used"), free: word("free") }];
  });
}

function wordOf(value: Json | undefined): string {
  return typeof value === "string" || typeof value === "number" ? String(value) : "";
}

export interface Search {
  readonly kind: string;
  readonly text: string;
  /** From 1. */
  readonly page: number;
  readonly perPage: number;
}

export interface Found {
  readonly rows: readonly ListRow[];
  readonly total: number;
  readonly page: number;
  readonly pages: number;
}

/** A page beyond the last is the last. */
export function searchRows({ all }: Rows, { kind, text, page, perPage }: Search): Found {
  const wanted = text.trim().toLowerCase();
  const fitting = all.filter(
    (row) =>
      (kind === "" || row.kind === kind) &&
      (wanted === "" || `${row.address} ${row.state} ${row.pending ?? ""}`.toLowerCase().includes(wanted)),
  );
  const pages = Math.max(1, Math.ceil(fitting.length / perPage));
  const at = Math.min(Math.max(1, page), pages);
  return { rows: fitting.slice((at - 1) * perPage, at * perPage), total: fitting.length, page: at, pages };
}
