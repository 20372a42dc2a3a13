/** Reeve's own lint rules, loaded by `.oxlintrc.json`: the layers of the house, and what a pure file may not do. */
import { posix } from "node:path";

/** What each folder of `src/` may import, itself and `generated` apart. Providers' folders have a row of their own. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  generated: [],
  support: [],
  protocol: ["support"],
  estate: ["support"],
  plan: ["estate", "support"],
  providers: ["plan", "estate", "support"],
  "providers/*": ["providers", "protocol", "plan", "estate", "support"],
  render: ["plan", "support"],
  apply: ["providers", "plan", "estate", "support"],
  commands: [
    "appliance",
    "github",
    "watch",
    "apply",
    "render",
    "providers/*",
    "providers",
    "protocol",
    "plan",
    "estate",
    "sandbox",
    "support",
  ],
  github: ["apply", "render", "providers", "plan", "estate", "support"],
  watch: ["github", "apply", "render", "providers", "protocol", "plan", "estate", "support"],
  appliance: ["protocol", "support"],
  sandbox: ["support"],
  cli: ["commands"],
  action: ["cli"],
};

/** The one file that knows which providers there are. */
const REGISTRY = "providers/registry.ts";

/** Packages and parts of Node that only turn values into values. */
const PURE_MODULES: ReadonlySet<string> = new Set(["node:path", "node:util", "yaml", "handlebars", "diff", "ajv"]);
const IMPURE_SUPPORT = /(^|\/)support\/(system-clock|package-root|replace-file)\.ts$/;
const WORLD: ReadonlySet<string> = new Set([
  "process",
  "performance",
  "crypto",
  "console",
  "fetch",
  "setTimeout",
  "setInterval",
]);
const AMBIENT: ReadonlySet<string> = new Set(["Date.now", "Math.random"]);

interface Node {
  readonly type: string;
  readonly [field: string]: unknown;
}

interface Context {
  readonly filename: string;
  report(finding: { readonly node: Node; readonly message: string }): void;
}

type Visitor = Readonly<Record<string, (node: Node) => void>>;

/** `src/a/b.ts` of a file anywhere below a `src` folder; null for one that is not. */
function placeInSource(filename: string): string | null {
  const path = filename.replaceAll("\\", "/");
  const at = path.lastIndexOf("/src/");
  return at < 0 ? null : path.slice(at + "/src/".length);
}

function layerOf(place: string): string {
  const [first = "", second = "", third] = place.split("/");
  if (first === "cli.ts" || first === "action.ts") return first.slice(0, -".ts".length);
  return first === "providers" && third !== undefined ? `providers/${second}` : first;
}

function mayImport(from: string, to: string, place: string): boolean {
  if (from === to || to === "generated") return true;
  const isToProvider = to.startsWith("providers/");
  if (place === REGISTRY && isToProvider) return true;
  const row = MAY_IMPORT[from.startsWith("providers/") ? "providers/*" : from] ?? [];
  return row.includes(isToProvider ? "providers/*" : to);
}

/** Calls `check` with what each import, export … from and import() names. */
function eachImport(check: (node: Node, specifier: string) => void): Visitor {
  const visit = (node: Node): void => {
    const source = node["source"] as Node | null | undefined;
    if (typeof source?.["value"] === "string") check(node, source["value"]);
  };
  return {
    ImportDeclaration: visit,
    ExportNamedDeclaration: visit,
    ExportAllDeclaration: visit,
    ImportExpression: visit,
  };
}

const layers = {
  create(context: Context): Visitor {
    const place = placeInSource(context.filename);
    if (place === null) return {};
    const from = layerOf(place);
    return eachImport((node, specifier) => {
      if (!specifier.startsWith(".")) return;
      const target = posix.join(posix.dirname(place), specifier);
      const to = layerOf(target);
      if (mayImport(from, to, place)) return;
      const message = target.startsWith("../") ? `src/ must not import ${specifier}` : `${from} must not import ${to}`;
      context.report({ node, message: `${message}: see the layers in CONTRIBUTING.md` });
    });
  },
};

const pure = {
  create(context: Context): Visitor {
    const refuse = (node: Node, what: string): void =>
      context.report({ node, message: `a pure file must not use ${what}: take it as an argument (CONTRIBUTING.md)` });
    const named = (node: Node): void => {
      const name = nameOf(node);
      if (WORLD.has(name.split(".")[0] ?? "") || AMBIENT.has(name)) refuse(node, name);
    };
    return {
      ...eachImport((node, specifier) => {
        if (node["importKind"] === "type") return;
        const isOwn = specifier.startsWith(".");
        if (isOwn ? IMPURE_SUPPORT.test(specifier) : !PURE_MODULES.has(specifier)) refuse(node, specifier);
      }),
      MemberExpression: named,
      CallExpression: (node) => {
        const callee = node["callee"] as Node;
        if (callee.type === "Identifier") named(callee);
      },
      NewExpression: (node) => {
        const isNow = (node["arguments"] as readonly unknown[]).length === 0;
        if (isNow && nameOf(node["callee"] as Node) === "Date") refuse(node, "new Date()");
      },
    };
  },
};

/** `a` or `a.b`; empty for anything longer or computed. */
function nameOf(node: Node): string {
  if (node.type === "Identifier") return String(node["name"]);
  if (node.type !== "MemberExpression" || node["computed"] === true) return "";
  const object = node["object"] as Node;
  return object.type === "Identifier" ? `${nameOf(object)}.${nameOf(node["property"] as Node)}` : "";
}

/** oxlint loads a plugin as a module's default export. */
export default { meta: { name: "reeve" }, rules: { layers, pure } };
