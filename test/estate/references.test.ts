import { expect, test } from "vitest";
import { resolveReferences } from "../../src/estate/references.ts";
import { addressOf, type Resource } from "../../src/estate/resource.ts";

const TABLE = [
  {
    kind: "Node",
    references: [
      { path: ["spec", "next"], kind: "Node" },
      { path: ["spec", "uses", "*", "node"], kind: "Node" },
    ],
  },
];

function node(name: string, spec: unknown, labels: Readonly<Record<string, string>> = {}): Resource {
  const source = { file: "x.yaml", line: 1, column: 1 };
  return {
    address: addressOf("Node", name),
    kind: "Node",
    name,
    labels,
    annotations: {},
    spec,
    source,
    documentIndex: 0,
  };
}

test.each([
  { name: "a name", resources: [node("a", { next: "b" }), node("b", {})], expect: ["a → b"] },
  {
    name: "a list, sorted and once",
    resources: [node("a", { next: ["c", "b", "c"] }), node("b", {}), node("c", {})],
    expect: ["a → b c"],
  },
  {
    name: "items of a list",
    resources: [node("a", { uses: [{ node: "b" }, {}, { node: "a2" }] }), node("b", {}), node("a2", {})],
    expect: ["a → a2 b"],
  },
  {
    name: "labels, all of them",
    resources: [
      node("a", { next: { matchLabels: { x: "1", y: "2" } } }),
      node("b", {}, { x: "1", y: "2" }),
      node("c", {}, { x: "1" }),
    ],
    expect: ["a → b"],
  },
  { name: "nothing", resources: [node("a", {}), node("b", null)], expect: [] },
  {
    name: "an unknown name",
    resources: [node("a", { next: ["b", "alpha"] }), node("b", {})],
    expect: ["a → b", "a spec.next.1 unknown-reference"],
  },
  {
    name: "labels of prototypes",
    resources: [node("a", { next: { matchLabels: { constructor: "x" } } })],
    expect: ["a spec.next.matchLabels empty-selection"],
  },
  { name: "itself", resources: [node("a", { next: "a" })], expect: ["a → a", "a  reference-cycle"] },
  {
    name: "a circle of three, and one that leads into it",
    resources: [node("z", { next: "b" }), node("c", { next: "a" }), node("b", { next: "c" }), node("a", { next: "b" })],
    expect: ["z → b", "c → a", "b → c", "a → b", "a  reference-cycle"],
  },
  {
    name: "a diamond is no circle",
    resources: [node("a", { next: ["b", "c"] }), node("b", { next: "d" }), node("c", { next: "d" }), node("d", {})],
    expect: ["a → b c", "b → d", "c → d"],
  },
])("$name", ({ resources, expect: expected }) => {
  const { references, findings } = resolveReferences(resources, new Set(), TABLE);
  const short = (address: string): string => address.replace("Node/", "");
  expect([
    ...[...references].map(([from, to]) => `${short(from)} → ${to.map(short).join(" ")}`),
    ...findings.map((finding) => `${finding.resource.name} ${finding.path.join(".")} ${finding.code}`),
  ]).toEqual(expected);
});

test("a chain of 20,000 is followed without recursion", () => {
  const chain = Array.from({ length: 20_000 }, (_, at) => node(`n${at}`, at === 19_999 ? {} : { next: `n${at + 1}` }));
  expect(resolveReferences(chain, new Set(), TABLE).findings).toEqual([]);
});

test("the message names the circle", () => {
  const { findings } = resolveReferences([node("a", { next: "b" }), node("b", { next: "a" })], new Set(), TABLE);
  expect(findings.map((one) => one.message)).toEqual([
    "resources refer to each other in a circle: Node/a → Node/b → Node/a",
  ]);
});
