/** `gPCMachineExtensionNames`: which extensions of the client an object has settings for (MS-GPOL 2.2.4). Pure. */

const REGISTRY = "{35378EAC-683F-11D2-A89A-00C04FBBCFA2}";
/** The editor of a machine's administrative templates. */
const EDITOR = "{D02B1F72-3407-48AE-BA88-E8213C6761F1}";

/** The same with the registry's extension in it; groups are sorted, as Windows wants them. Null for what is no such list. */
export function withRegistryExtension(names: string | null): string | null {
  const groups = readGroups(names ?? "");
  if (groups === null) return null;
  const found = groups.find(([extension]) => isSame(extension, REGISTRY));
  if (found === undefined) groups.push([REGISTRY, EDITOR]);
  else if (!found.slice(1).some((tool) => isSame(tool, EDITOR))) found.push(EDITOR);
  else return names;
  return groups
    .map(([extension = "", ...tools]) => [extension, ...tools.toSorted(byName)])
    .toSorted(([a = ""], [b = ""]) => byName(a, b))
    .map((group) => `[${group.join("")}]`)
    .join("");
}

function readGroups(names: string): string[][] | null {
  const text = names.trim();
  if (!/^(\[(\{[0-9A-Fa-f-]{36}\})+\])*$/.test(text)) return null;
  return [...text.matchAll(/\[([^\]]+)\]/g)].map(([, group = ""]) => group.match(/\{[^}]+\}/g) ?? []);
}

function isSame(a: string | undefined, b: string): boolean {
  return a?.toUpperCase() === b;
}

function byName(a: string, b: string): number {
  const [left, right] = [a.toUpperCase(), b.toUpperCase()];
  return left < right ? -1 : Number(left > right);
}
