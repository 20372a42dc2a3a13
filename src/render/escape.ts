/**
 * Text that came from outside (documents, live hubs) may hold what a terminal or a Markdown renderer would obey.
 * Everything that is shown goes through one of these.
 */

const UNSAFE =
  /[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060\u2066-\u2069\ufeff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

/** For terminals and logs: control, bidi and invisible characters become `\u…`; nothing else changes. */
export function escapeText(text: string): string {
  return text.replace(UNSAFE, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

const MARKDOWN: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  "|": "&#124;",
  "`": "&#96;",
  "*": "&#42;",
  _: "&#95;",
  "[": "&#91;",
  "]": "&#93;",
  "@": "&#64;",
  "#": "&#35;",
  "~": "&#126;",
  "\\": "&#92;",
};

/** For the running text and the table cells of Markdown: nothing in it is markup, a mention or a link any more. */
export function escapeMarkdown(text: string): string {
  return escapeText(text).replace(/[&<>|`*_[\]@#~\\]/g, (character) => MARKDOWN[character] ?? character);
}
