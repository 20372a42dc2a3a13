/**
 * Text that came from outside (documents, live hubs) may hold what a terminal or a Markdown renderer would obey.
 * Everything that is shown goes through one of these.
 */

const UNSAFE =
  /[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060\u2066-\u2069\ufeff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]|(?<=##)\[/g;

/**
 * For terminals and logs: control, bidi and invisible characters become `\u…`, and so does the bracket of `##[`, which GitHub's
 * runners obey anywhere in a line; nothing else changes.
 */
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
  $: "&#36;",
};

/** Seen by nobody, and no part of any word that GitHub looks for. */
const GAP = "&#8203;";

/**
 * What becomes a link, a mention or a picture after the entities are read, so that an entity alone does not stop it:
 * addresses, `@name`, `#1`, `GH-1`, `:100:`.
 */
const REFERENCES = [
  /:(?=\/\/)/g,
  /\bwww(?=\.)/gi,
  /@(?=[a-z0-9])/gi,
  /#(?=\d)/g,
  /\bGH-(?=\d)/gi,
  /:(?=[a-z0-9_+-]+:)/gi,
] as const satisfies readonly RegExp[];

/** GitHub takes it for a commit. A digest is longer, and stays as it is: people copy it. */
const COMMIT = /\b[0-9a-f]{7,40}\b/gi;

/** Of these, what the reader of Markdown makes of itself; GitHub looks for the others outside of code only. */
const ADDRESSES = REFERENCES.slice(0, 3);

/** For the running text and the table cells of Markdown: nothing in it is markup, a mention or a link any more. */
export function escapeMarkdown(text: string): string {
  return escapeMarkup(partReferences(escapeText(text).replace(COMMIT, partCommit), REFERENCES));
}

/** The same as inline code, which can be copied. `<code>` and not backticks: a table would cut those at a bar. */
export function escapeCode(text: string): string {
  return `<code>${escapeMarkup(partReferences(escapeText(text), ADDRESSES))}</code>`;
}

/** U+0000 cannot be in an escaped text, so it marks the gaps until the entities are made. */
function partReferences(text: string, references: readonly RegExp[]): string {
  return references.reduce((rest, one) => rest.replace(one, "$&\0"), text);
}

function partCommit(id: string): string {
  return id.replace(/.{6}(?=.)/g, "$&\0");
}

function escapeMarkup(parted: string): string {
  return parted.replace(/[&<>|`*_[\]@#~\\$\0]/g, (character) => MARKDOWN[character] ?? GAP);
}
