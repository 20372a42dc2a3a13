import { readFileSync } from "node:fs";
import { join } from "node:path";
import Handlebars from "handlebars";
import { escapeText } from "../../render/escape.ts";
import { packageRoot } from "../../support/package-root.ts";

const NAMES = ["layout", "overview", "plan", "resources", "applies", "expiring", "appliances", "login"] as const;
type TemplateName = (typeof NAMES)[number];

export interface Templates {
  render(name: Exclude<TemplateName, "layout">, view: object): string;
  readonly style: string;
}

/** Compiled once. Every value is escaped for HTML by the engine, and before that for people who read it. */
export function openTemplates(): Templates {
  const engine = Handlebars.create();
  const read = (file: string): string => readFileSync(join(packageRoot(), "templates/page", file), "utf8");
  engine.registerPartial("layout", read("layout.hbs"));
  const compiled = new Map(
    NAMES.map((name) => [name, engine.compile(read(`${name}.hbs`), { strict: true, assumeObjects: false })]),
  );
  return {
    style: read("page.css"),
    render: (name, view) => compiled.get(name)?.(legible(view)) ?? "",
  };
}

/** Control, invisible and bidirectional characters are shown as what they are. */
function legible(value: unknown): unknown {
  if (typeof value === "string") return escapeText(value);
  if (Array.isArray(value)) return value.map(legible);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, legible(inner)]));
}
