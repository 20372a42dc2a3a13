/** A JSON object of which nothing is known yet. */
export type Tree = Readonly<Record<string, unknown>>;

export function isTree(value: unknown): value is Tree {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Reads a request's body or query. The contract has checked the types; what is absent is undefined. */
export interface Fields {
  readonly tree: Tree;
  has(name: string): boolean;
  text(name: string): string | undefined;
  number(name: string): number | undefined;
  flag(name: string): boolean | undefined;
  fields(name: string): Fields | undefined;
  list(name: string): readonly unknown[] | undefined;
}

export function createFields(tree: Tree): Fields {
  const get = (name: string): unknown => (Object.hasOwn(tree, name) ? tree[name] : undefined);
  return {
    tree,
    has: (name) => get(name) !== undefined,
    text: (name) => {
      const value = get(name);
      return typeof value === "string" ? value : undefined;
    },
    number: (name) => {
      const value = get(name);
      return typeof value === "number" ? value : undefined;
    },
    flag: (name) => {
      const value = get(name);
      return typeof value === "boolean" ? value : undefined;
    },
    fields: (name) => {
      const value = get(name);
      return isTree(value) ? createFields(value) : undefined;
    },
    list: (name) => {
      const value = get(name);
      return Array.isArray(value) ? value : undefined;
    },
  };
}
