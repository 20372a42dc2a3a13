/** What the documents of a new tree touch. */
import { checkWorkspace, type Workspace } from "../apply/workspace.ts";
import type { Estate } from "../estate/estate.ts";
import { touchedByPull } from "../github/policy/touched.ts";
import type { ApplySetting } from "./decide.ts";
import type { Memory } from "./memory.ts";
import type { Follower, Tree } from "./tree.ts";

export interface Touching {
  readonly workspace: Workspace;
  readonly follower: Follower;
  readonly apply: ApplySetting;
  readonly memory: Memory;
}

/** Addresses whose changes are those of documents, and not of the world. */
export interface Reach {
  has(address: string): boolean;
  /** Those that are known by name. */
  readonly addresses: ReadonlySet<string>;
}

/**
 * Of this tree against the one that was applied last, and of that one what is not done. With nothing applied yet all is new, unless
 * commits are applied elsewhere: then all is taken for applied.
 */
export async function touchedBy(
  { workspace, follower, apply, memory }: Touching,
  tree: Tree,
  head: Estate,
): Promise<Reach> {
  if (memory.applied === tree.id) return reachOf(memory.pending);
  const before = memory.applied === null ? null : await follower.treeOf(memory.applied);
  const base = before === null ? null : (await checkWorkspace({ ...workspace, stateDir: before.documents })).estate;
  if (before === null || base === null) return apply === "on-commit" ? everythingOf(head) : reachOf(memory.pending);
  const { reach, isEverything } = touchedByPull({ base, head }, await follower.changedFiles(before, tree));
  return isEverything ? everythingOf(head) : reachOf([...reach, ...memory.pending]);
}

function reachOf(list: readonly string[]): Reach {
  const addresses = new Set(list);
  return { has: (address) => addresses.has(address), addresses };
}

function everythingOf({ resources }: Estate): Reach {
  return { has: () => true, addresses: new Set(resources.map(({ address }) => address)) };
}

/** What of it cannot be said to be done, since it, or what it is at, could not be read. */
export function unreadOf(
  { addresses }: Reach,
  { byAddress, references }: Estate,
  unread: ReadonlySet<string>,
): string[] {
  if (unread.size === 0) return [];
  return [...addresses].filter((address) => {
    const declared = address as `${string}/${string}`;
    return (
      !byAddress.has(declared) || unread.has(address) || (references.get(declared) ?? []).some((at) => unread.has(at))
    );
  });
}
