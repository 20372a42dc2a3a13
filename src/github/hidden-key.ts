/** Marks by which Reeve finds its own comments and issues again. Pure. */

const OPEN = "<!-- reeve:";
const CLOSE = " -->";

/** A line that nobody sees. `facts` are for folding history; nothing is ever decided by them. */
export function hiddenKey(key: string, facts: Readonly<Record<string, string>> = {}): string {
  return `${OPEN}${key} ${encode(JSON.stringify(facts))}${CLOSE}`;
}

/** True for a text whose first line is this key: one further down may have been put there by a value. */
export function hasHiddenKey(text: string, key: string): boolean {
  const [first = ""] = text.split(/\r?\n/, 1);
  return first.startsWith(`${OPEN}${key} `) && first.endsWith(CLOSE);
}

/** The facts of a text that has the key; empty where they cannot be read. */
export function hiddenFacts(text: string, key: string): Readonly<Record<string, string>> {
  if (!hasHiddenKey(text, key)) return {};
  const [first = ""] = text.split(/\r?\n/, 1);
  try {
    const value: unknown = JSON.parse(first.slice(`${OPEN}${key} `.length, -CLOSE.length));
    if (typeof value !== "object" || value === null) return {};
    return Object.fromEntries(
      Object.entries(value).filter((entry): entry is [string, string] => typeof entry[1] === "string"),
    );
  } catch {
    return {};
  }
}

/** JSON in which nothing can end the comment. */
function encode(json: string): string {
  return json.replaceAll("-", "\\u002d").replaceAll("<", "\\u003c").replaceAll(">", "\\u003e");
}
