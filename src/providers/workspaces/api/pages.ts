import { ApiTrouble, type Verdict } from "./trouble.ts";

/** One page of a list. */
export interface Page<Item> {
  readonly items: readonly Item[];
  readonly next: string | undefined;
}

type Read<Item> = (token: string | undefined) => Promise<Page<Item>>;

/** A listing that cannot be ended is begun anew, so many times in all. */
const STARTS = 3;

const INCOMPLETE: Verdict = {
  failure: "retryable",
  code: "IncompleteListing",
  message: `AWS gave the same page again and again, ${STARTS} times over`,
  next: "run again in some minutes; what a listing leaves out would be taken for gone",
  isTransient: false,
  feedsBreaker: false,
  isThrottling: false,
};

/**
 * Every page, one after another. An empty page with a token is not the end. A token that was seen before would lead in a
 * circle, and one that has expired leads nowhere: then the listing starts anew, for half of one must never pass for the
 * whole. Items that moved between pages are kept once.
 */
export async function allPages<Item>(
  operation: string,
  read: Read<Item>,
  keyOf: (item: Item) => string,
): Promise<readonly Item[]> {
  for (let start = 1; start <= STARTS; start += 1) {
    const found = await readThrough(read, keyOf, start < STARTS);
    if (found !== null) return found;
  }
  throw new ApiTrouble(operation, INCOMPLETE);
}

/** Null where the tokens do not lead to the end. */
async function readThrough<Item>(
  read: Read<Item>,
  keyOf: (item: Item) => string,
  mayExpire: boolean,
): Promise<readonly Item[] | null> {
  const found = new Map<string, Item>();
  const seen = new Set<string>();
  let token: string | undefined;
  do {
    const page = await readPage(read, token, mayExpire);
    if (page === null) return null;
    for (const item of page.items) found.set(keyOf(item), item);
    token = page.next === "" ? undefined : page.next;
    if (token !== undefined && seen.has(token)) return null;
    if (token !== undefined) seen.add(token);
  } while (token !== undefined);
  return [...found.values()];
}

/** What the first page took and a later one finds invalid can only be the token. */
async function readPage<Item>(
  read: Read<Item>,
  token: string | undefined,
  mayExpire: boolean,
): Promise<Page<Item> | null> {
  try {
    return await read(token);
  } catch (error) {
    const isExpired = error instanceof ApiTrouble && error.verdict.failure === "invalid";
    if (mayExpire && isExpired && token !== undefined) return null;
    throw error;
  }
}

/** Lists of at most `size`, in order. */
export function chunksOf<Item>(items: readonly Item[], size: number): readonly (readonly Item[])[] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) =>
    items.slice(index * size, (index + 1) * size),
  );
}
