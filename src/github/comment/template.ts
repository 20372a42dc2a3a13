/** Templates of `templates/plan/`: what people may want to re-word. Values are escaped by helpers, never by hand. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import Handlebars from "handlebars";
import { escapeCode, escapeMarkdown } from "../../render/escape.ts";
import { packageRoot } from "../../support/package-root.ts";
import type { Link } from "./markup.ts";

export type TemplateName =
  | "comment"
  | "comment-end"
  | "offline"
  | "apply-reply"
  | "tracking-issue"
  | "drift-issue"
  | "drift-over"
  | "drift-proposal"
  | "answer";

const engine = Handlebars.create();
const templates = new Map<TemplateName, Handlebars.TemplateDelegate>();

engine.registerHelper("md", (value: string) => escapeMarkdown(value));
engine.registerHelper("code", (value: string) => escapeCode(value));
// `+` and `-` at the beginning of an item would begin a list of their own.
engine.registerHelper("sign", (sign: string) => `&#${sign.codePointAt(0) ?? 0};`);
engine.registerHelper("link", ({ text, url }: Link) =>
  url === null ? escapeMarkdown(text) : `[${escapeMarkdown(text)}](${url})`,
);

/** Runs of empty lines become one, so that a template may leave sections out. */
export function renderTemplate(name: TemplateName, view: object): string {
  return `${templateOf(name)(view)
    .replace(/\n{3,}/g, "\n\n")
    .trim()}\n`;
}

function templateOf(name: TemplateName): Handlebars.TemplateDelegate {
  const known = templates.get(name);
  if (known !== undefined) return known;
  const source = readFileSync(join(packageRoot(), `templates/plan/${name}.md.hbs`), "utf8");
  const made = engine.compile(source, { strict: true, noEscape: true });
  templates.set(name, made);
  return made;
}
