/** One page of a list. */
export interface Page<Item> {
  readonly items: readonly Item[];
  readonly next: string | undefined;
}

/**
 * Every page, one after another. An empty page with a token is not the end; a token that comes back as it was sent is, since
 * the service would give the same page for ever. Items that moved between pages are kept once.
 */
export async function allPages<Item>(
  read: (token: string | undefined) => Promise<Page<Item>>,
  keyOf: (item: Item) => string,
): Promise<readonly Item[]> {
  const found = new Map<string, Item>();
  const seen = new Set<string>();
  let token: string | undefined;
  do {
    const page = await read(token);
    for (const item of page.items) found.set(keyOf(item), item);
    const isRepeated = page.next !== undefined && seen.has(page.next);
    token = isRepeated ? undefined : page.next;
    if (token !== undefined) seen.add(token);
  } while (token !== undefined && token !== "");
  return [...found.values()];
}

/** Lists of at most `size`, in order. */
export function chunksOf<Item>(items: readonly Item[], size: number): readonly (readonly Item[])[] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) =>
    items.slice(index * size, (index + 1) * size),
  );
}
