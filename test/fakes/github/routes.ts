import { OPERATIONS, type OperationName } from "./operations.ts";

export interface Route {
  readonly name: OperationName;
  readonly params: Readonly<Record<string, string>>;
}

/** Those that may hold slashes as they stand: names of references, paths. */
const LONG: ReadonlySet<string> = new Set(["{ref}", "{path}", "{basehead}"]);

interface Pattern {
  readonly name: OperationName;
  readonly method: string;
  readonly path: RegExp;
}

/** Fixed words before placeholders: `issues/comments/{id}` is not the comments of an issue. */
const PATTERNS: readonly Pattern[] = operationNames()
  .toSorted((a, b) => shape(a).localeCompare(shape(b)))
  .map(patternOf);

function operationNames(): readonly OperationName[] {
  return Object.keys(OPERATIONS).filter((name): name is OperationName => name in OPERATIONS);
}

function shape(name: string): string {
  return name.replace(/\{[^}]+\}/g, "~");
}

function patternOf(name: OperationName): Pattern {
  const [method = "", path = ""] = name.split(" ");
  const source = path.replace(/\{(\w+)\}/g, (placeholder, param: string, at: number) => {
    const isLast = at + placeholder.length === path.length;
    const isLong = LONG.has(placeholder) && isLast && !path.endsWith("/commits/{ref}");
    return `(?<${param}>${isLong ? ".*" : "[^/]+"})`;
  });
  // The root folder is asked for without a slash too.
  return { name, method, path: new RegExp(`^${source.replace("/(?<path>.*)", "(?:/(?<path>.*))?")}$`) };
}

/** The operation that a request means, or null for one that the stand-in does not have. */
export function route(method: string, path: string): Route | null {
  for (const pattern of PATTERNS) {
    const match = pattern.method === method ? pattern.path.exec(path) : null;
    if (match === null) continue;
    const entries = Object.entries(match.groups ?? {}).map(([key, value]) => [key, decodeURIComponent(value ?? "")]);
    return { name: pattern.name, params: Object.fromEntries(entries) };
  }
  return null;
}
