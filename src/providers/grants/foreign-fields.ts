/** Fields that others have put where only Reeve's may be. Pure. */
import type { Json } from "../../support/json.ts";
import { indexOf, isOurs, ownersOf, readStep, type Step, stepsBelow } from "./field-owners.ts";
import type { KubeObject } from "./kube-object.ts";
import { isRecord, type JsonRecord, recordAt } from "./render/json-walk.ts";
import { isWatched, leadsToWatched } from "./security-paths.ts";

/** A field that another manager has and Reeve has not. */
export interface ForeignField {
  /** As JSON patches name it, at the version that was looked at: `/spec/egress`, `/spec/template/spec/containers/0`. */
  readonly pointer: string;
  /** Who has it; names joined where it is several. */
  readonly manager: string;
}

/**
 * What others own alone of the fields that decide who gets in and what runs. Apply leaves these where they are, by force or
 * without. Where Reeve owns nothing of the whole branch, the branch is named: an emptied selector selects everything. Sorted
 * so that a patch may remove one after another: what comes later in a list comes first.
 */
export function foreignFields(object: KubeObject, fieldManager: string): readonly ForeignField[] {
  const owners = ownersOf(object);
  const own = owners.filter((one) => isOurs(one, fieldManager)).map(({ fields }) => fields);
  const found = owners
    .filter((one) => !isOurs(one, fieldManager))
    .flatMap(({ manager, fields }) => {
      const branches = branchesBelow({ fields, own, path: [], value: object, object });
      return branches.map((path) => ({ path, manager }));
    });
  const groups = Map.groupBy(found, ({ path }) => pointerOf(path));
  return [...groups]
    .map(([pointer, all]) => ({
      pointer,
      path: all[0]?.path ?? [],
      managers: new Set(all.map(({ manager }) => manager)),
    }))
    .toSorted((a, b) => comparePaths(a.path, b.path))
    .map(({ pointer, managers }) => ({ pointer, manager: [...managers].toSorted().join(", ") }));
}

type Path = readonly (string | number)[];

interface Node {
  /** What the other owns here. */
  readonly fields: JsonRecord;
  /** What is ours here, as far as anything is. */
  readonly own: readonly JsonRecord[];
  readonly path: Path;
  /** What is here. */
  readonly value: Json | undefined;
  readonly object: KubeObject;
}

function branchesBelow({ fields, own, path, value, object }: Node): readonly Path[] {
  return stepsBelow(fields).flatMap(([key, below]) => {
    const part = memberAt(value, readStep(key));
    // What is owned and not there: the server would have said so by its next answer.
    if (part === null) return [];
    const at = [...path, part.name];
    const ours = own.flatMap((one) => (Object.hasOwn(one, key) ? [recordAt(one, key)] : []));
    const isLeaf = stepsBelow(below).length === 0;
    if (ours.length === 0 && isWatched(object, namesOf(at))) return [at];
    if (isLeaf || !(isWatched(object, namesOf(at)) || leadsToWatched(object, namesOf(at)))) return [];
    return branchesBelow({ fields: below, own: ours, path: at, value: part.value, object });
  });
}

interface Member {
  readonly name: string | number;
  readonly value: Json | undefined;
}

function memberAt(value: Json | undefined, step: Step | null): Member | null {
  if (step === null) return null;
  if (step.by === "name") {
    return isRecord(value) && Object.hasOwn(value, step.name) ? { name: step.name, value: value[step.name] } : null;
  }
  const index = indexOf(value, step);
  return index < 0 || !Array.isArray(value) ? null : { name: index, value: value[index] as Json };
}

/** Tables know members by name: all items of a list are alike to them. */
function namesOf(path: Path): readonly string[] {
  return path.map((part) => (typeof part === "number" ? "[]" : part));
}

/** As JSON patches write it (RFC 6901). */
function pointerOf(path: Path): string {
  return path.map((part) => `/${String(part).replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");
}

function comparePaths(a: Path, b: Path): number {
  for (const [index, one] of a.entries()) {
    const other = b[index];
    if (other === undefined) return 1;
    if (one === other) continue;
    if (typeof one === "number" && typeof other === "number") return other - one;
    return String(one) < String(other) ? -1 : 1;
  }
  return a.length - b.length;
}
