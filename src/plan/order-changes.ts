import type { Address } from "../estate/resource.ts";
import type { ChangeDraft } from "./change.ts";

/** What each change has to wait for among the changes of the same plan, by address; sorted. */
export type Dependencies = ReadonlyMap<Address, readonly Address[]>;

/**
 * Dependencies from references and nothing else: what a resource refers to comes first. A resource that nobody declares
 * any more names its own (`draft.dependsOn`), since its document and so its references are gone. What ends access waits
 * for nothing that it refers to (`draft.waitsForNothing`).
 */
export function dependenciesOf(
  drafts: readonly ChangeDraft[],
  references: ReadonlyMap<Address, readonly Address[]>,
): Dependencies {
  const changing = new Set(drafts.map((draft) => draft.address));
  return new Map(
    drafts.map((draft) => {
      const referred = draft.waitsForNothing === true ? [] : (references.get(draft.address) ?? []);
      const named = [...referred, ...(draft.dependsOn ?? [])];
      const waits = named.filter((address) => changing.has(address) && address !== draft.address);
      return [draft.address, [...new Set(waits)].toSorted()];
    }),
  );
}

/**
 * Addresses in an order in which every change comes after what it waits for; changes that could come in any order are
 * sorted by address. A cycle is a bug (the estate refuses cycles of references) and throws.
 */
export function orderAddresses(dependencies: Dependencies): readonly Address[] {
  const depths = new Map<Address, number>();
  const visit = (address: Address, path: ReadonlySet<Address>): number => {
    const known = depths.get(address);
    if (known !== undefined) return known;
    if (path.has(address)) throw new Error(`changes wait for each other: ${[...path, address].join(" -> ")}`);
    const before = dependencies.get(address) ?? [];
    const inner = before.length === 0 ? path : new Set([...path, address]);
    const depth = before.reduce((most, one) => Math.max(most, visit(one, inner) + 1), 0);
    depths.set(address, depth);
    return depth;
  };
  for (const address of dependencies.keys()) visit(address, new Set());
  return [...dependencies.keys()].toSorted((a, b) => (depths.get(a) ?? 0) - (depths.get(b) ?? 0) || (a < b ? -1 : 1));
}
