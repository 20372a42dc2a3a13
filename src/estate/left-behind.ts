/**
 * What a removal would leave where nobody looks any more: a hub or a cluster is known from its document alone, so a peer or a
 * grant that goes together with it stays in the world, and no later plan lists it. Pure.
 */
import { KIND_TABLE } from "../generated/kind-table.ts";
import { type Diagnostic, sortDiagnostics } from "../support/diagnostic.ts";
import type { Estate } from "./estate.ts";
import type { Address, Resource } from "./resource.ts";

const PLACES: ReadonlySet<string> = new Set(KIND_TABLE.filter(({ isPlace }) => isPlace).map(({ kind }) => kind));
const MOST_NAMED = 5;

/** The two states of the documents that a commit or a pull request is between. */
interface Step {
  readonly before: Estate;
  readonly after: Estate;
  /** What `before` has changed and no apply has carried out yet, as far as that is known: it may be a removal. */
  readonly unfinished?: readonly string[];
}

/** One error for each place that goes while the documents before still have something there. */
export function leftBehind({ before, after, unfinished = [] }: Step): readonly Diagnostic[] {
  if (after.isPartial) return [];
  const gone = before.resources.filter(
    (resource) => PLACES.has(resource.kind) && !after.byAddress.has(resource.address) && !isRetired(resource),
  );
  if (gone.length === 0) return [];
  const inside = dependents(before);
  return sortDiagnostics(
    gone.flatMap((place) => {
      const left = inside.get(place.address) ?? [];
      if (left.length > 0) return [errorAt(place, `goes together with what is in it (${someOf(left)})`)];
      return unfinished.length > 0 ? [errorAt(place, `goes before all is done (${someOf(unfinished)})`)] : [];
    }),
  );
}

function errorAt({ address, source }: Resource, what: string): Diagnostic {
  return {
    severity: "error",
    code: "left-behind",
    message: `${address} ${what}: no document would say any more where that is, so it would stay there`,
    hint: `keep ${address}, take out or move what is in it, apply that, and remove ${address} in a commit of its own`,
    address,
    at: source,
  };
}

function someOf(addresses: readonly string[]): string {
  const more = addresses.length - MOST_NAMED;
  return addresses.slice(0, MOST_NAMED).join(", ") + (more > 0 ? ` and ${more} more` : "");
}

function dependents({ references }: Estate): ReadonlyMap<Address, readonly Address[]> {
  const inside = new Map<Address, Address[]>();
  for (const [address, places] of references)
    for (const place of places) inside.set(place, [...(inside.get(place) ?? []), address]);
  return inside;
}

/** A hub that is retired is down, and no peer names it. */
function isRetired({ spec }: Resource): boolean {
  return typeof spec === "object" && spec !== null && "retired" in spec && spec.retired === true;
}
