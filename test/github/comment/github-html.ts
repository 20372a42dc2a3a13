/** What GitHub makes of a Markdown text: GFM by the reader of the specification, then what GitHub looks for in the words. */
import { micromark } from "micromark";
import { gfm, gfmHtml } from "micromark-extension-gfm";

/** HTML as before GitHub's sanitizer: what is an element here was written as one, or made by Markdown. */
export function toHtml(markdown: string): string {
  return micromark(markdown, { allowDangerousHtml: true, extensions: [gfm()], htmlExtensions: [gfmHtml()] });
}

/** Names of all elements, each once, sorted. */
export function elementsOf(html: string): readonly string[] {
  const names = [...html.matchAll(/<([a-z][a-z0-9]*)\b/gi)].map(([, name = ""]) => name.toLowerCase());
  return [...new Set(names)].toSorted();
}

export function hrefsOf(html: string): readonly string[] {
  return [...html.matchAll(/<a\b[^>]*\bhref="([^"]*)"/g)].map(([, href = ""]) => href);
}

/** The words in which GitHub looks for mentions and references: those outside of code, links and preformatted text. */
export function proseOf(html: string): readonly string[] {
  return html
    .replaceAll(/<(pre|code|a)\b[^>]*>.*?<\/\1>/gs, "\u0001")
    .replaceAll(/<!--.*?-->/gs, "\u0001")
    .split(/<[^>]*>|\u0001/)
    .map(decode);
}

function decode(text: string): string {
  return text
    .replaceAll(/&#(\d+);/g, (_all, code: string) => String.fromCodePoint(Number(code)))
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&quot;", '"')
    .replaceAll("&amp;", "&");
}

/** Mentions, issues, commits, shortcodes, addresses: as GitHub's own filters find them. */
export const REFERENCE =
  /(?<![\w`])@[a-z0-9]|(?:^|\W)#\d|\bGH-\d|\b[0-9a-f]{7,40}\b|:[a-z0-9_+-]+:|https?:\/\/|\bwww\./i;

/** How many cells each row of each table has. */
export function tablesOf(html: string): readonly (readonly number[])[] {
  return [...html.matchAll(/<table>.*?<\/table>/gs)].map(([table]) =>
    [...table.matchAll(/<tr>.*?<\/tr>/gs)].map(([row]) => row.match(/<t[dh]\b/g)?.length ?? 0),
  );
}
