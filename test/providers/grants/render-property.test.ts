import fc from "fast-check";
import { expect, test } from "vitest";
import { fill, type Values } from "../../../src/providers/grants/render/fill.ts";
import { renderDesktop, renderShared } from "../../../src/providers/grants/render/render.ts";
import { desktopValues } from "../../../src/providers/grants/render/values.ts";
import { type Desktop, desktopsAt, type GrantFacts } from "../../../src/providers/grants/topology.ts";
import { UserError } from "../../../src/support/user-error.ts";
import { changeCluster, declare, TEMPLATES } from "./declared.ts";
import { DURING } from "./small-cluster.ts";

const EVERYTHING = [
  "sizeGib: 20,",
  "sizeGib: 20, storageClass: fast,",
  "# end of cluster",
  `  rateLimit: { requests: 100 }
  sessionCheck: { provider: check, namespace: project-x-infra, pods: { app: check }, port: 9000 }
  responseHeaders: [{ name: X-Frame-Options, value: SAMEORIGIN }]
  labelGuard: { writers: ["system:serviceaccount:reeve:reeve"] }`,
];

const { topology } = declare(changeCluster(EVERYTHING));
const [ALICE] = desktopsAt(topology, DURING);

function alice(): Desktop {
  if (ALICE === undefined) throw new Error("alice has no desktop");
  return ALICE;
}

/** What YAML, Handlebars, Istio, CEL, paths and JavaScript read more into than letters. */
const HOSTILE = [
  "alice\nspec: {evil}",
  'a"',
  "a'",
  "*",
  "alice*",
  "*/alice",
  "{{token.issuer}}",
  "{{#if x}}",
  "\\{{x}}",
  "1e3",
  "0x10",
  "1.10",
  "true",
  "null",
  "~",
  "",
  "- a",
  "a: b",
  "# a",
  "&a",
  "!!binary aGk=",
  "<<",
  "constructor",
  "__proto__",
  "../bob",
  "a/../b",
  "$&$1",
  "\u0000",
  "\u2028",
  "\ud800",
  "é",
] as const;

const anyText = fc.oneof(fc.constantFrom(...HOSTILE), fc.string({ unit: "binary" }), fc.string());

/** The same value with every text in it made one text: what is left is the structure. */
function shapeOf(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value, (_key, member: unknown) => (typeof member === "string" ? "text" : member)));
}

/** Null where it is refused in the way that people can mend. */
function orRefused<Made>(make: () => Made): Made | null {
  try {
    return make();
  } catch (error) {
    expect(error).toBeInstanceOf(UserError);
    return null;
  }
}

/** Every text of a tree of values by what `next` gives. */
function withTexts<Tree>(tree: Tree, next: () => string): Tree {
  if (typeof tree === "string") return next() as Tree;
  if (Array.isArray(tree)) return tree.map((item: unknown) => withTexts(item, next)) as Tree;
  if (typeof tree !== "object" || tree === null) return tree;
  return Object.fromEntries(Object.entries(tree).map(([key, member]) => [key, withTexts(member, next)])) as Tree;
}

const VALUES: Values = desktopValues(alice(), "robco");

test.each([...TEMPLATES.keys()])("no value changes the structure of %s", (name) => {
  const template = TEMPLATES.get(name);
  if (template === undefined) throw new Error(name);
  const expected = shapeOf(fill(template, VALUES));
  fc.assert(
    fc.property(fc.infiniteStream(anyText), (texts) => {
      const hostile = withTexts(VALUES, () => texts.next().value);
      const filled = orRefused(() => fill(template, hostile));
      if (filled !== null) expect(shapeOf(filled)).toEqual(expected);
    }),
    { numRuns: 60 },
  );
});

/** Where documents hold texts that become values; what a schema parses (durations, sizes, labels' names) is not among them. */
const PLACES = [
  ["person"],
  ["image"],
  ["home", "storageClass"],
  ["challenges", "0", "name"],
  ["cluster", "spec", "gateway", "namespace"],
  ["cluster", "spec", "gateway", "name"],
  ["cluster", "spec", "gateway", "listener"],
  ["cluster", "spec", "gateway", "serviceAccount"],
  ["cluster", "spec", "gateway", "pods", "app"],
  ["cluster", "spec", "address", "path", "host"],
  ["cluster", "spec", "address", "path", "prefix"],
  ["cluster", "spec", "token", "issuer"],
  ["cluster", "spec", "token", "audiences", "0"],
  ["cluster", "spec", "token", "jwksUri"],
  ["cluster", "spec", "token", "cookie"],
  ["cluster", "spec", "token", "scopes", "0"],
  ["cluster", "spec", "dns", "namespace"],
  ["cluster", "spec", "mesh", "trustDomain"],
  ["cluster", "spec", "mesh", "namespace"],
  ["cluster", "spec", "challenges", "namespaces", "0"],
  ["cluster", "spec", "sessionCheck", "provider"],
  ["cluster", "spec", "sessionCheck", "namespace"],
  ["cluster", "spec", "responseHeaders", "0", "value"],
  ["cluster", "spec", "labelGuard", "writers", "0"],
] as const;

/** A copy with one text of it replaced. */
function withText<Tree>(tree: Tree, path: readonly string[], text: string): Tree {
  const [key, ...rest] = path;
  if (key === undefined) return text as Tree;
  if (Array.isArray(tree)) return tree.with(Number(key), withText(tree[Number(key)] as unknown, rest, text)) as Tree;
  return { ...tree, [key]: withText((tree as Record<string, unknown>)[key], rest, text) };
}

function renderAll(facts: GrantFacts): unknown {
  const scene = { topology, templates: TEMPLATES, now: DURING };
  const desktop = { ...alice(), facts, home: facts };
  return [...renderShared(facts.cluster, scene), ...renderDesktop(desktop, scene)].map(({ object }) => object);
}

test("no text of a document changes the structure of what is rendered", () => {
  const expected = shapeOf(renderAll(alice().facts));
  fc.assert(
    fc.property(fc.constantFrom(...PLACES), anyText, (path, text) => {
      const rendered = orRefused(() => renderAll(withText(alice().facts, path, text)));
      if (rendered !== null) expect(shapeOf(rendered)).toEqual(expected);
    }),
    { numRuns: 500 },
  );
});

test.each(["*", "alice*", "*alice", "a*b"])("a person called %s is refused, whoever asked", (person) => {
  expect(() => renderAll({ ...alice().facts, person })).toThrow("stands for anything");
});
