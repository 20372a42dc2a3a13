/** Patterns of a policy. Pure, and linear in the pattern's length times the text's, whatever the pattern. */

/** `*` is any run of characters, `?` one; everything else is itself, case included. */
export function matchesText(pattern: string, text: string): boolean {
  return matchesSequence(Array.from(pattern), Array.from(text), {
    isRun: (part) => part === "*",
    matches: (part, character) => part === "?" || part === character,
  });
}

/** A path from the repository's root: `*` and `?` stay within a name, `**` is any folders, none too; `a/` is `a/**`. */
export function matchesPath(pattern: string, path: string): boolean {
  const parts = pathParts(pattern.endsWith("/") ? `${pattern}**` : pattern);
  return parts.length > 0 && matchesParts(parts, pathParts(path));
}

/** The same, or of a folder that the path is in: whoever protects a folder means what it holds. */
export function matchesPathOrFolder(pattern: string, path: string): boolean {
  const parts = pathParts(pattern);
  const of = pathParts(path);
  return parts.length > 0 && of.some((_part, index) => matchesParts(parts, of.slice(0, index + 1)));
}

function matchesParts(pattern: readonly string[], path: readonly string[]): boolean {
  return matchesSequence(pattern, path, { isRun: (part) => part === "**", matches: matchesText });
}

/**
 * Names of a path as file systems compare them: some take two spellings for one file, and none of them may lead around a
 * rule. Case, compatibility forms and invisible characters do not count. Git knows no `..`, so that none is resolved:
 * it could only lead out of a folder that is protected.
 */
function pathParts(path: string): readonly string[] {
  return path
    .split("/")
    .filter((part) => part !== "" && part !== ".")
    .map((part) =>
      part
        .normalize("NFKC")
        .replaceAll(/\p{Default_Ignorable_Code_Point}/gu, "")
        .toLowerCase(),
    );
}

interface Wildcard {
  /** True for what stands for any run. */
  isRun(part: string): boolean;
  matches(part: string, item: string): boolean;
}

/** Goes back to the last run alone: enough, since an earlier one could only have taken less. */
function matchesSequence(pattern: readonly string[], items: readonly string[], wildcard: Wildcard): boolean {
  let at = 0;
  let run: { readonly pattern: number; readonly item: number } | null = null;
  for (let item = 0; item < items.length; ) {
    const part = pattern[at];
    if (part !== undefined && wildcard.isRun(part)) {
      run = { pattern: at, item };
      at += 1;
    } else if (part !== undefined && wildcard.matches(part, items[item] ?? "")) {
      at += 1;
      item += 1;
    } else if (run !== null) {
      run = { pattern: run.pattern, item: run.item + 1 };
      at = run.pattern + 1;
      item = run.item;
    } else return false;
  }
  return pattern.slice(at).every((part) => wildcard.isRun(part));
}
