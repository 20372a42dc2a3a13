import { matchesLabels, type Selector } from "./labels.ts";
import { namespaceLabels } from "./namespaces.ts";
import { matchesAny } from "./seen.ts";
import type { World } from "./world.ts";

/** Namespaces that some policies cannot tell apart, and one that speaks for all of them. */
interface NamespaceClass {
  readonly name: string;
  readonly members: readonly string[];
}

/**
 * The classes of a world's namespaces under some selectors, those set `apart` alone in theirs: a thousand people's
 * namespaces are one class for each person's policies, so that the proof grows with people, not with pairs of them.
 */
export type Classify = (
  selectors: readonly Selector[],
  apart: readonly string[],
  patterns?: Patterns,
) => readonly NamespaceClass[];

/** What tells namespaces apart by their names alone. */
interface Patterns {
  /** Values with a wildcard. */
  readonly values: readonly string[];
  /** All that a namespace may be called where such a value is compared. */
  spellings(namespace: string): readonly string[];
}

const NO_PATTERNS: Patterns = { values: [], spellings: () => [] };

export function classifier(world: World): Classify {
  const partitions = new Map<string, readonly (readonly string[])[]>();
  return (selectors, apart, patterns = NO_PATTERNS) => {
    const key = JSON.stringify([selectors, patterns.values, patterns.spellings("")]);
    const classes = partitions.get(key) ?? partition(world, selectors, patterns);
    partitions.set(key, classes);
    const alone = new Set(apart);
    const rest = classes.flatMap((members) => {
      const name = members.find((member) => !alone.has(member));
      return name === undefined ? [] : [{ name, members }];
    });
    return [...[...alone].map((name) => ({ name, members: [name] })), ...rest];
  };
}

function partition(
  world: World,
  selectors: readonly Selector[],
  { values, spellings }: Patterns,
): readonly (readonly string[])[] {
  const signature = (name: string): string =>
    [
      ...selectors.map((selector) => matchesLabels(selector, namespaceLabels(world, name))),
      ...values.flatMap((value) => spellings(name).map((spelling) => matchesAny([value], [spelling]))),
    ].join();
  return [...Map.groupBy(world.namespaces.keys(), signature).values()];
}
