/**
 * Characters that no value may hold: controls (a newline can smuggle a line into a configuration file), bidirectional
 * and zero-width marks and line separators (a reviewer reads another text than the machine), lone surrogates.
 */
const HOSTILE = /[\p{Cc}\p{Cs}\u061c\u200b-\u200f\u2028-\u202e\u2060\u2066-\u2069\ufeff]/u;
const ALL_HOSTILE = new RegExp(HOSTILE.source, "gu");

/** What YAML may hold between its values too: white space, and joiners in comments of scripts that need them. */
const HOSTILE_IN_SOURCE = /[^\P{Cc}\t\n\r]|[\p{Cs}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/u;

const SHOWN = 40;

/** The first hostile character of `text`, or null. */
export function firstHostile(text: string): string | null {
  return HOSTILE.exec(text)?.[0] ?? null;
}

/** Where in a file's text the first character stands that may not even be in a comment; -1 for nowhere. */
export function firstHostileInSource(text: string): number {
  return text.search(HOSTILE_IN_SOURCE);
}

/** `U+202E (a bidirectional control)` */
export function describeCharacter(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  return `U+${code.toString(16).toUpperCase().padStart(4, "0")} (${characterClass(code)})`;
}

function characterClass(code: number): string {
  if (code === 0x0a || code === 0x0d) return "a line break";
  if (code === 0x09) return "a tab";
  if (code < 0xa0) return "a control character";
  if (code >= 0xd800 && code <= 0xdfff) return "half of a surrogate pair";
  if (code === 0x2028 || code === 0x2029) return "a line separator";
  if ((code >= 0x200b && code <= 0x200d) || code === 0x2060 || code === 0xfeff) return "an invisible character";
  return "a bidirectional control";
}

/** Text of a document for a message: hostile characters escaped, cut to a length that fits a line. */
export function showText(text: string): string {
  const characters = Array.from(text.slice(0, 4 * SHOWN));
  const cut = characters.length > SHOWN ? `${characters.slice(0, SHOWN).join("")}…` : characters.join("");
  return escapeHostile(cut);
}

/** The same text with every hostile character as `\u{…}`. */
export function escapeHostile(text: string): string {
  return text.replaceAll(ALL_HOSTILE, (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`);
}
