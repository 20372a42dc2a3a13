import { KIND_TABLE } from "../generated/kind-table.ts";
import { nearest } from "../support/did-you-mean.ts";
import { canonicalJson } from "../support/json.ts";
import { showText } from "./hostile-text.ts";
import { type Address, addressOf, type Finding, type Path, type Resource } from "./resource.ts";

/** What a kind's schema says of its references; `*` in a path stands for every item of a list. */
export interface ReferenceRow {
  readonly kind: string;
  readonly references: readonly { readonly path: readonly string[]; readonly kind: string }[];
}

export interface ResolvedReferences {
  /** Sorted and unique, by the address of the resource that refers. */
  readonly references: ReadonlyMap<Address, readonly Address[]>;
  readonly findings: readonly Finding[];
}

/** Answers what names and labels stand for. */
interface Directory {
  has(address: Address): boolean;
  names(kind: string): readonly string[];
  select(kind: string, labels: Readonly<Record<string, unknown>>): readonly Address[];
}

/**
 * Resolves the reference fields of `resources` among themselves and `alsoKnown`: addresses that are declared by documents
 * with errors of their own, which need no second error here.
 */
export function resolveReferences(
  resources: readonly Resource[],
  alsoKnown: ReadonlySet<Address> = new Set(),
  table: readonly ReferenceRow[] = KIND_TABLE,
): ResolvedReferences {
  const rows = new Map(table.map((row) => [row.kind, row.references]));
  const directory = createDirectory(resources, alsoKnown);
  const references = new Map<Address, readonly Address[]>();
  const findings: Finding[] = [];
  for (const resource of resources) {
    const resolution = resolveFields(resource, rows.get(resource.kind) ?? [], directory);
    const found = new Set(resolution.addresses);
    if (found.size > 0) references.set(resource.address, [...found].toSorted());
    findings.push(...resolution.findings);
  }
  return { references, findings: [...findings, ...findCycles(resources, references)] };
}

function createDirectory(resources: readonly Resource[], alsoKnown: ReadonlySet<Address>): Directory {
  const byKind = Map.groupBy(resources, (resource) => resource.kind);
  const addresses = new Set<string>([...resources.map((resource) => resource.address), ...alsoKnown]);
  const selections = new Map<string, readonly Address[]>();
  return {
    has: (address) => addresses.has(address),
    names: (kind) => (byKind.get(kind) ?? []).map((resource) => resource.name),
    select(kind, labels) {
      const key = canonicalJson([kind, labels]);
      const known = selections.get(key);
      if (known !== undefined) return known;
      const chosen = (byKind.get(kind) ?? [])
        .filter((resource) => carries(resource, labels))
        .map((resource) => resource.address);
      selections.set(key, chosen);
      return chosen;
    },
  };
}

function carries(resource: Resource, labels: Readonly<Record<string, unknown>>): boolean {
  return Object.entries(labels).every(
    ([name, value]) => Object.hasOwn(resource.labels, name) && resource.labels[name] === value,
  );
}

/** The values at a schema path of a document, with their own paths. */
function valuesAt(
  root: unknown,
  parts: readonly string[],
): readonly { readonly path: Path; readonly value: unknown }[] {
  let places: { path: Path; value: unknown }[] = [{ path: [], value: root }];
  for (const part of parts)
    places = places.flatMap(({ path, value }) =>
      stepInto(value, part).map((step) => ({ path: [...path, step.part], value: step.value })),
    );
  return places;
}

function stepInto(
  value: unknown,
  part: string,
): readonly { readonly part: string | number; readonly value: unknown }[] {
  if (part === "*")
    return Array.isArray(value) ? value.map((item: unknown, index) => ({ part: index, value: item })) : [];
  if (typeof value !== "object" || value === null || !Object.hasOwn(value, part)) return [];
  return [{ part, value: (value as Readonly<Record<string, unknown>>)[part] }];
}

interface Question {
  readonly kind: string;
  readonly path: Path;
  readonly resource: Resource;
  readonly directory: Directory;
}

interface Resolution {
  readonly addresses: readonly Address[];
  readonly findings: readonly Finding[];
}

/** All that one resource refers to, by the reference fields of its kind. */
function resolveFields(resource: Resource, fields: ReferenceRow["references"], directory: Directory): Resolution {
  const each = fields.flatMap((field) =>
    valuesAt({ spec: resource.spec }, field.path).map(({ path, value }) =>
      resolveValue(value, { kind: field.kind, path, resource, directory }),
    ),
  );
  return joined(each);
}

function joined(each: readonly Resolution[]): Resolution {
  return { addresses: each.flatMap((one) => one.addresses), findings: each.flatMap((one) => one.findings) };
}

function resolveValue(value: unknown, question: Question): Resolution {
  if (typeof value === "string") return resolveName(value, question);
  if (Array.isArray(value)) {
    const each = value.map((item: unknown, index) =>
      resolveValue(item, { ...question, path: [...question.path, index] }),
    );
    return joined(each);
  }
  if (typeof value === "object" && value !== null && "matchLabels" in value)
    return resolveLabels(value.matchLabels as object, question);
  return { addresses: [], findings: [] };
}

function resolveName(name: string, { kind, path, resource, directory }: Question): Resolution {
  const address = addressOf(kind, name);
  if (directory.has(address)) return { addresses: [address], findings: [] };
  const near = nearest(name, directory.names(kind));
  const hint =
    near === null ? `declare ${withArticle(kind)} of this name, or correct the name` : `did you mean "${near}"?`;
  const message = `there is no ${kind} named "${showText(name)}"`;
  return { addresses: [], findings: [{ severity: "error", code: "unknown-reference", message, hint, resource, path }] };
}

function withArticle(kind: string): string {
  return `${/^[AEIOU]/u.test(kind) ? "an" : "a"} ${kind}`;
}

function resolveLabels(labels: object, { kind, path, resource, directory }: Question): Resolution {
  const addresses = directory.select(kind, { ...labels });
  if (addresses.length > 0) return { addresses, findings: [] };
  const shown = Object.entries(labels).map(([name, value]) => `${showText(name)}: ${showText(String(value))}`);
  const message = `no ${kind} carries the labels ${shown.join(", ")}`;
  const hint = `label ${withArticle(kind)} so, or correct matchLabels`;
  return {
    addresses: [],
    findings: [{ severity: "error", code: "empty-selection", message, hint, resource, path: [...path, "matchLabels"] }],
  };
}

/** One finding a cycle: at the resource of the cycle that comes first by address. Iterative, since chains may be long. */
function findCycles(
  resources: readonly Resource[],
  references: ReadonlyMap<Address, readonly Address[]>,
): readonly Finding[] {
  const byAddress = new Map<string, Resource>(resources.map((resource) => [resource.address, resource]));
  const finished = new Set<Address>();
  const findings: Finding[] = [];
  for (const start of [...references.keys()].toSorted()) {
    const cycle = finished.has(start) ? null : cycleFrom(start, references, finished);
    const resource = cycle === null ? undefined : byAddress.get(cycle.toSorted()[0] ?? "");
    if (cycle === null || resource === undefined) continue;
    const message = `resources refer to each other in a circle: ${[...cycle, cycle[0]].join(" → ")}`;
    findings.push({
      severity: "error",
      code: "reference-cycle",
      message,
      hint: "remove one of these references",
      resource,
      path: [],
    });
  }
  return findings;
}

/** The first cycle that is met from `start`, or null. Marks what was searched as finished. */
function cycleFrom(
  start: Address,
  references: ReadonlyMap<Address, readonly Address[]>,
  finished: Set<Address>,
): readonly Address[] | null {
  const trail: { readonly address: Address; readonly rest: Address[] }[] = [];
  const onTrail = new Set<Address>();
  let cycle: readonly Address[] | null = null;
  const enter = (address: Address): void => {
    trail.push({ address, rest: [...(references.get(address) ?? [])] });
    onTrail.add(address);
  };
  enter(start);
  for (let top = trail.at(-1); top !== undefined; top = trail.at(-1)) {
    const next = top.rest.pop();
    if (next === undefined) {
      trail.pop();
      onTrail.delete(top.address);
      finished.add(top.address);
    } else if (onTrail.has(next)) {
      cycle ??= trail.slice(trail.findIndex((step) => step.address === next)).map((step) => step.address);
    } else if (!finished.has(next)) enter(next);
  }
  return cycle;
}
