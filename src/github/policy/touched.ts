/** What of an estate a pull request touches: its documents at the base against those at the head. Pure. */
import type { Estate } from "../../estate/estate.ts";
import type { Resource } from "../../estate/resource.ts";
import type { Change } from "../../plan/change.ts";
import type { Plan } from "../../plan/plan.ts";
import { canonicalJson, type Json } from "../../support/json.ts";
import type { Position } from "../../support/position.ts";
import type { ChangedFile } from "../model.ts";

/** A document on one side of a pull request. */
export interface DocumentSide {
  readonly labels: Readonly<Record<string, string>>;
  /** Null for an acknowledgement, of which an estate keeps what it acknowledges and nothing else. */
  readonly source: Position | null;
  /** All that is compared: `labels`, `annotations`, `spec`. */
  readonly body: { readonly [field: string]: Json };
}

/** A document that differs between the sides, or that has moved to another file. */
export interface TouchedDocument {
  readonly address: string;
  readonly kind: string;
  readonly name: string;
  /** Null for an added one. */
  readonly before: DocumentSide | null;
  /** Null for a removed one. */
  readonly after: DocumentSide | null;
}

export interface Touched {
  /** Sorted by address. */
  readonly documents: readonly TouchedDocument[];
  /** True where the estate's name or its providers' settings change: then every change of a plan is this pull request's. */
  readonly isEverything: boolean;
  /** Addresses of the documents, of what reads a changed file, and of all that refers to these, at either side. */
  readonly reach: ReadonlySet<string>;
}

/** The two sides of a pull request. */
export interface Sides {
  readonly base: Estate;
  readonly head: Estate;
}

export function touchedByPull({ base, head }: Sides, files: readonly ChangedFile[]): Touched {
  const documents = touchedDocuments({ base, head });
  const names = namesOfFiles(files);
  const readers = [...base.resources, ...head.resources].filter((resource) => readsAny(resource.spec, names));
  const start = [...documents, ...readers].map((one) => one.address);
  return { documents, isEverything: hasOtherGround(base, head), reach: withReferrers(start, [base, head]) };
}

/** A plan's changes, in its order: those of the pull request, and those that would be there without it. */
export interface SplitPlan {
  readonly ours: readonly Change[];
  readonly drift: readonly Change[];
}

export function splitPlan(plan: Plan, { isEverything, reach }: Touched): SplitPlan {
  const isOurs = (change: Change): boolean => isEverything || reach.has(change.address);
  return {
    ours: plan.changes.filter(isOurs),
    drift: plan.changes.filter((change) => !isOurs(change)),
  };
}

export function touchedDocuments({ base, head }: Sides): readonly TouchedDocument[] {
  const [before, after] = [documentsOf(base), documentsOf(head)];
  const addresses = [...new Set([...before.keys(), ...after.keys()])].toSorted();
  return addresses.flatMap((address) => {
    const sides = { before: before.get(address) ?? null, after: after.get(address) ?? null };
    return isSame(sides.before, sides.after) ? [] : [{ address, ...nameIn(address), ...sides }];
  });
}

function nameIn(address: string): { readonly kind: string; readonly name: string } {
  const slash = address.indexOf("/");
  return { kind: address.slice(0, slash), name: address.slice(slash + 1) };
}

/** A file that a document moves to may be another team's. */
function isSame(a: DocumentSide | null, b: DocumentSide | null): boolean {
  if (a === null || b === null) return a === b;
  return a.source?.file === b.source?.file && canonicalJson(a.body) === canonicalJson(b.body);
}

/** The resources, the estate's own document, and what is acknowledged: that lets an apply pass, and so it is judged too. */
function documentsOf(estate: Estate): ReadonlyMap<string, DocumentSide> {
  const declared = [...estate.resources, ...(estate.document === undefined ? [] : [estate.document])];
  const acknowledged = [...estate.acknowledged].map(
    (plan) => [`Acknowledgement/${plan}`, { labels: {}, source: null, body: { spec: { plan } } }] as const,
  );
  return new Map([...declared.map((one) => [one.address, sideOf(one)] as const), ...acknowledged]);
}

export function sideOf({ labels, annotations, spec, source }: Resource): DocumentSide {
  return {
    labels,
    source,
    body: { ...unlessEmpty({ labels }), ...unlessEmpty({ annotations }), spec: plainJson(spec) },
  };
}

function unlessEmpty<T extends Readonly<Record<string, Readonly<Record<string, string>>>>>(member: T): Partial<T> {
  return Object.values(member).every((fields) => Object.keys(fields).length === 0) ? {} : member;
}

/** A validated spec is JSON; its type does not say so. */
function plainJson(spec: unknown): Json {
  return JSON.parse(canonicalJson(spec ?? {})) as Json;
}

function hasOtherGround(base: Estate, head: Estate): boolean {
  const ground = (estate: Estate): string => canonicalJson([estate.name, estate.settings.providers ?? null]);
  return ground(base) !== ground(head);
}

/** Every way to name the files from a folder that they are below: `a/b.admx` and `b.admx`. */
function namesOfFiles(files: readonly ChangedFile[]): ReadonlySet<string> {
  const paths = files.flatMap((file) => [file.path, file.previousPath ?? file.path]);
  const parts = paths.map((path) => path.split("/"));
  return new Set(parts.flatMap((all) => all.map((_part, index) => all.slice(index).join("/"))));
}

/** True where a text of the spec names one of the files. */
function readsAny(value: unknown, names: ReadonlySet<string>): boolean {
  if (typeof value === "string") return names.has(value.replace(/^(\.\/)+/, ""));
  return typeof value === "object" && value !== null && Object.values(value).some((inner) => readsAny(inner, names));
}

interface Edge {
  readonly from: string;
  readonly target: string;
}

function withReferrers(start: readonly string[], estates: readonly Estate[]): ReadonlySet<string> {
  const edges = estates
    .flatMap((estate) => [...estate.references])
    .flatMap(([from, targets]) => targets.map((target): Edge => ({ from, target })));
  const referrers = Map.groupBy(edges, (edge) => edge.target);
  const reach = new Set(start);
  // A set takes what is added while it is walked: the walk ends when nothing new refers to what is reached.
  for (const address of reach) for (const { from } of referrers.get(address) ?? []) reach.add(from);
  return reach;
}
