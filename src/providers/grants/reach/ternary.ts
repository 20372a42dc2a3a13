/**
 * What can be said of a claim about a cluster. `maybe`: implementation-defined, chosen by the caller, or not known here.
 * Kleene's logic keeps it sound in both directions: `no` means under every reading no, `yes` under every reading yes.
 */
export type Ternary = "yes" | "no" | "maybe";

export function when(condition: boolean): Ternary {
  return condition ? "yes" : "no";
}

export function not(value: Ternary): Ternary {
  if (value === "maybe") return "maybe";
  return value === "yes" ? "no" : "yes";
}

export function and(...values: readonly Ternary[]): Ternary {
  if (values.includes("no")) return "no";
  return values.includes("maybe") ? "maybe" : "yes";
}

export function or(...values: readonly Ternary[]): Ternary {
  if (values.includes("yes")) return "yes";
  return values.includes("maybe") ? "maybe" : "no";
}

/** The same claim under two readings. */
export function both(one: Ternary, other: Ternary): Ternary {
  return one === other ? one : "maybe";
}
