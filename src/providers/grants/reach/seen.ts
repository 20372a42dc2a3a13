import { and, or, type Ternary, when } from "./ternary.ts";

/** What a proxy sees of one attribute: its values (none: absent), or that it is the caller's to choose. */
export type Seen = readonly string[] | { readonly startsWith: string; readonly surely?: boolean };

/** Whether one of a policy's values matches: exact, `x*`, `*x`, `*` (present), and for paths the templates of Istio. */
export function matchesAny(values: readonly string[], seen: Seen): Ternary {
  return or(...values.map((value) => matchesOne(value, seen)));
}

function matchesOne(value: string, seen: Seen): Ternary {
  if (isList(seen)) return when(seen.some((actual) => matchesText(value, actual)));
  const present: Ternary = seen.surely === true ? "yes" : "maybe";
  return and(present, couldMatch(value, seen.startsWith));
}

function couldMatch(value: string, start: string): Ternary {
  if (value === "*") return "yes";
  if (value.startsWith("*") || value.includes("{")) return "maybe";
  const prefix = value.endsWith("*") ? value.slice(0, -1) : undefined;
  if (prefix !== undefined && start.startsWith(prefix)) return "yes";
  return (prefix ?? value).startsWith(start) ? "maybe" : "no";
}

function matchesText(value: string, actual: string): boolean {
  if (value === "*") return actual !== "";
  if (value.includes("{*}") || value.includes("{**}")) return template(value).test(actual);
  if (value.endsWith("*")) return actual.startsWith(value.slice(0, -1));
  return value.startsWith("*") ? actual.endsWith(value.slice(1)) : actual === value;
}

/** `{*}` is one path segment, `{**}` any number of them. */
function template(value: string): RegExp {
  const parts = value.split(/(\{\*\*\}|\{\*\})/).map((part) => {
    if (part === "{**}") return ".*";
    return part === "{*}" ? "[^/]+" : part.replaceAll(/[\\^$.*+?()[\]{}|]/g, "\\$&");
  });
  return new RegExp(`^${parts.join("")}$`);
}

function isList(seen: Seen): seen is readonly string[] {
  return Array.isArray(seen);
}
