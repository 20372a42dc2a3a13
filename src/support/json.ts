/** What JSON can hold. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/**
 * Canonical JSON: keys sorted by code unit, no white space, `undefined` members left out, so that equal values are
 * equal bytes. Throws on what JSON cannot hold (NaN, functions): that is a bug of the caller.
 */
export function canonicalJson(value: unknown): string {
  if (value === null || typeof value === "boolean" || typeof value === "string") return JSON.stringify(value);
  if (typeof value === "number" && Number.isFinite(value)) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(",")}]`;
  if (typeof value === "object") {
    const record = value as Readonly<Record<string, unknown>>;
    let members = "";
    // Half of planning a large estate is spent here: no lists of pairs are made.
    for (const key of Object.keys(record).toSorted()) {
      const member = record[key];
      if (member !== undefined)
        members += `${members === "" ? "" : ","}${JSON.stringify(key)}:${canonicalJson(member)}`;
    }
    return `{${members}}`;
  }
  throw new TypeError(`canonical JSON cannot hold ${typeof value === "number" ? String(value) : typeof value}`);
}

/** The same value with keys sorted at every level, for printing with indentation. */
export function sortKeys(value: unknown): unknown {
  return JSON.parse(canonicalJson(value));
}
