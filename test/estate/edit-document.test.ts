import fc from "fast-check";
import { expect, test } from "vitest";
import { parseAllDocuments } from "yaml";
import { type FieldEdit, removeField, setField } from "../../src/estate/edit-document.ts";

const ADDRESSES: FieldEdit = { documentIndex: 0, path: ["spec", "addresses"], value: ["10.8.0.23"] };

test.each([
  [
    "a missing field, below its last neighbour",
    "spec:\n  hubs: [a] # here\n# end\n",
    "spec:\n  hubs: [a] # here\n  addresses: [10.8.0.23]\n# end\n",
  ],
  [
    "deep neighbours",
    "spec:\n    a:\n        b:\n            - c # x\n\n# end\n",
    "spec:\n    a:\n        b:\n            - c # x\n    addresses: [10.8.0.23]\n\n# end\n",
  ],
  ["no newline at the end", "spec:\n  hubs: [a]", "spec:\n  hubs: [a]\n  addresses: [10.8.0.23]"],
  ["CRLF", "spec:\r\n  hubs: [a]\r\nx: 1\r\n", "spec:\r\n  hubs: [a]\r\n  addresses: [10.8.0.23]\r\nx: 1\r\n"],
  ["a flow mapping", "spec: { hubs: [a] } # x\n", "spec: { hubs: [a], addresses: [10.8.0.23] } # x\n"],
  [
    "a flow mapping over lines",
    "spec: {\n  hubs: [a], # x\n  b: 1\n}\n",
    "spec: {\n  hubs: [a], # x\n  b: 1, addresses: [10.8.0.23]\n}\n",
  ],
  ["a flow mapping with a comma too many", "spec: { a: 1, }\n", "spec: { a: 1, addresses: [10.8.0.23], }\n"],
  ["an empty mapping", "spec: {}\n", "spec: { addresses: [10.8.0.23] }\n"],
  ["an empty list", "spec:\n  addresses: [] # none\n", "spec:\n  addresses: [10.8.0.23] # none\n"],
  [
    "nothing behind the colon",
    "spec:\n  addresses: # none\n  a: 1\n",
    "spec:\n  addresses: [10.8.0.23] # none\n  a: 1\n",
  ],
  [
    "behind a block scalar",
    "spec:\n  note: |\n    x\n    y\n# end\n",
    "spec:\n  note: |\n    x\n    y\n  addresses: [10.8.0.23]\n# end\n",
  ],
  ["another list", "spec:\n  addresses: [10.9.0.1]\n", "spec:\n  addresses: [10.8.0.23]\n"],
  [
    "another block list",
    "spec:\n  addresses:\n    - 10.9.0.1\n    - 10.9.0.2\n  a: 1\n",
    "spec:\n  addresses:\n    [10.8.0.23]\n  a: 1\n",
  ],
  [
    "an anchored value elsewhere",
    "spec:\n  a: &x 1\n  b: *x\n",
    "spec:\n  a: &x 1\n  b: *x\n  addresses: [10.8.0.23]\n",
  ],
  [
    "an alias in its place",
    "a: &x [1.2.3.4]\nspec:\n  addresses: *x\n",
    "a: &x [1.2.3.4]\nspec:\n  addresses: [10.8.0.23]\n",
  ],
])("%s", (_name, before, after) => {
  expect(setField(before, ADDRESSES)).toBe(after);
});

test.each([
  [
    "a block list",
    "spec:\n  addresses:\n    - fd00::1 # mine\n\n  a: 1\n",
    "spec:\n  addresses:\n    - fd00::1 # mine\n    - 10.8.0.23\n\n  a: 1\n",
  ],
  [
    "a block list without indentation",
    "spec:\n  addresses:\n  - fd00::1\n  a: 1\n",
    "spec:\n  addresses:\n  - fd00::1\n  - 10.8.0.23\n  a: 1\n",
  ],
  ["a flow list", "spec:\n  addresses: [ fd00::1 ] # x\n", "spec:\n  addresses: [ fd00::1, 10.8.0.23 ] # x\n"],
])("a list that grows keeps its items: %s", (_name, before, after) => {
  expect(setField(before, { ...ADDRESSES, value: ["fd00::1", "10.8.0.23"] })).toBe(after);
});

test.each([
  ["no such parent", "metadata: {}\n"],
  ["the parent is no mapping", "spec: [a]\n"],
  ["the parent is an alias", "a: &x { b: 1 }\nspec: *x\n"],
  ["the parent is anchored", "spec: &x\n  a: 1\nb: *x\n"],
  ["the value is anchored", "spec:\n  addresses: &x []\nb: *x\n"],
  ["the value is a block scalar", "spec:\n  addresses: |\n    x\n"],
  ["no such document", ""],
])("no local change will do: %s", (_name, text) => {
  expect(setField(text, ADDRESSES)).toBeNull();
});

const ITEM = { documentIndex: 0, path: ["spec", "boxes", "1", "key"] };

test.each([
  [
    "an item of a block list",
    "spec:\n  boxes:\n    - name: a\n    - name: b # second\n      x: 1\n    - name: c\n",
    "spec:\n  boxes:\n    - name: a\n    - name: b # second\n      x: 1\n      key: k\n    - name: c\n",
  ],
  [
    "an item of a flow list",
    "spec: { boxes: [{ name: a }, { name: b, key: old }] }\n",
    "spec: { boxes: [{ name: a }, { name: b, key: k }] }\n",
  ],
  ["an item that is not there", "spec:\n  boxes: [{ name: a }]\n", null],
  ["an item that is no mapping", "spec:\n  boxes: [a, b]\n", null],
  ["a list that is shared", "a: &x [{ name: a }, { name: b }]\nspec:\n  boxes: *x\n", null],
  ["a list behind an anchor", "spec:\n  boxes: &x [{ name: a }, { name: b }]\na: *x\n", null],
])("%s", (_name, before, after) => {
  expect(setField(before, { ...ITEM, value: "k" })).toBe(after);
  if (after !== null && !before.includes("old")) expect(removeField(after, ITEM)).toBe(before);
});

test("one document of several, counted as the loader counts", () => {
  const text = "# a file\n---\nspec: { a: 1 }\n---\n# second\nspec:\n  a: 2\n---\nspec:\n  a: 3\n";
  expect(setField(text, { ...ADDRESSES, documentIndex: 1 })).toBe(
    "# a file\n---\nspec: { a: 1 }\n---\n# second\nspec:\n  a: 2\n  addresses: [10.8.0.23]\n---\nspec:\n  a: 3\n",
  );
  expect(setField(text, { ...ADDRESSES, documentIndex: 3 })).toBeNull();
});

test.each([
  [true, "true"],
  [5, "5"],
  ["yes", '"yes"'],
  ["10.8", '"10.8"'],
  ["fd00::1", '"fd00::1"'],
  ["2027-01-01T00:00:00Z", '"2027-01-01T00:00:00Z"'],
  ["a # b", '"a # b"'],
  ["plain-word", "plain-word"],
])("the value %j is written so that it reads back", (value, shown) => {
  expect(setField("spec: {a: 1}\n", { documentIndex: 0, path: ["spec", "v"], value })).toBe(
    `spec: {a: 1, v: ${shown}}\n`,
  );
});

const key = fc.stringMatching(/^[a-z]{1,6}$/);
const scalar = fc.oneof(fc.string({ maxLength: 12 }), fc.integer(), fc.boolean(), fc.constant(null));
const value = fc.oneof(scalar, fc.array(scalar, { maxLength: 3 }), fc.dictionary(key, scalar, { maxKeys: 3 }));
const spec = fc.dictionary(key, value, { minKeys: 1, maxKeys: 5 });
const style = fc.record({
  indent: fc.integer({ min: 1, max: 6 }),
  flow: fc.boolean(),
  crlf: fc.boolean(),
  comment: fc.boolean(),
});

test.each([
  ["into a mapping", "spec:\n  tags: { a: b }\n", 'spec:\n  tags: { a: b, "x: y": z }\n'],
  ["with its mapping", "spec:\n  user: u\n", 'spec:\n  user: u\n  tags: { "x: y": z }\n'],
  ["in a block mapping", "spec:\n  tags:\n    a: b # c\n", 'spec:\n  tags:\n    a: b # c\n    "x: y": z\n'],
])("a field in a field: %s", (_name, before, after) => {
  expect(setField(before, { documentIndex: 0, path: ["spec", "tags", "x: y"], value: "z" })).toBe(after);
});

test.each([
  ["a flow mapping", "running: { mode: always-on } # x\n", "running: { mode: auto-stop, afterIdle: 2h } # x\n"],
  ["a block mapping", "running:\n  mode: always-on\n# x\n", "running:\n  { mode: auto-stop, afterIdle: 2h }\n# x\n"],
])("a mapping takes the place of %s", (_name, before, after) => {
  const value = { mode: "auto-stop", afterIdle: "2h" };
  expect(setField(before, { documentIndex: 0, path: ["running"], value })).toBe(after);
});

test.each([
  ["a line of a block", "spec:\n  a: 1\n  b: 2 # x\n  c: 3\n", "spec:\n  a: 1\n  c: 3\n"],
  ["a value of several lines", "spec:\n  a: 1\n  b:\n    - x\n    - y # z\n\n# end\n", "spec:\n  a: 1\n\n# end\n"],
  ["the last line", "spec:\n  a: 1\n  b: 2", "spec:\n  a: 1\n"],
  ["a block scalar", "spec:\n  b: |\n    x\n  c: 3\n", "spec:\n  c: 3\n"],
  ["the only one of a block", "spec:\n  b: 2 # x\nc: 3\n", "spec:\n  {} # x\nc: 3\n"],
  ["the first of a flow", "spec: { b: 2, c: 3 }\n", "spec: { c: 3 }\n"],
  ["one within a flow", "spec: { a: 1, b: 2, c: 3 }\n", "spec: { a: 1, c: 3 }\n"],
  ["the last of a flow", "spec: { a: 1, b: [2] } # x\n", "spec: { a: 1 } # x\n"],
  ["the only one of a flow", "spec: { b: 2 }\n", "spec: {}\n"],
  ["what is not there", "spec: { a: 1 }\n", "spec: { a: 1 }\n"],
  ["in CRLF", "spec:\r\n  a: 1\r\n  b: 2\r\nc: 3\r\n", "spec:\r\n  a: 1\r\nc: 3\r\n"],
])("taken out: %s", (_name, before, after) => {
  expect(removeField(before, { documentIndex: 0, path: ["spec", "b"] })).toBe(after);
});

test.each([
  ["behind an anchor", "spec: &x\n  a: 1\n  b: 2\nc: *x\n"],
  ["an anchor that is used elsewhere", "spec:\n  a: 1\n  b: &x 2\nc: *x\n"],
  ["no mapping", "spec: [b]\n"],
])("not taken out by one local change: %s", (_name, text) => {
  expect(removeField(text, { documentIndex: 0, path: ["spec", "b"] })).toBeNull();
});

test("whatever the document: what is taken out is gone, and all else stays", () => {
  fc.assert(
    fc.property(spec, style, (before, how) => {
      const text = write(before, how);
      const [name = ""] = Object.keys(before);
      const after = removeField(text, { documentIndex: 0, path: ["spec", name] });
      if (after === null) return;
      const { [name]: _gone, ...rest } = before;
      expect(read(after)).toEqual({ spec: rest });
    }),
  );
});

test("whatever the document: all else stays as it is, and the value reads back", () => {
  fc.assert(
    fc.property(spec, style, fc.string({ maxLength: 10 }), (before, how, wanted) => {
      const text = write(before, how);
      const after = setField(text, { documentIndex: 0, path: ["spec", "wanted"], value: [wanted] });
      // A control character is refused when the result is read back.
      if (after === null) return;
      expect(read(after)).toEqual({ spec: { ...before, wanted: [wanted] } });
      expect(isInsertion(text, after)).toBe(true);
    }),
  );
});

function write(
  before: Readonly<Record<string, unknown>>,
  how: { indent: number; flow: boolean; crlf: boolean; comment: boolean },
) {
  const [document] = parseAllDocuments(how.flow ? `spec: ${JSON.stringify(before)}\n` : "");
  const block = how.flow ? String(document) : toBlock(before, how.indent);
  const text = how.comment ? block.replace(/\n/, " # note\n") : block;
  return how.crlf ? text.replaceAll("\n", "\r\n") : text;
}

function toBlock(before: Readonly<Record<string, unknown>>, indent: number): string {
  const lines = Object.entries(before).map(
    ([name, member]) => `${" ".repeat(indent)}${name}: ${JSON.stringify(member)}\n`,
  );
  return `spec:\n${lines.join("")}`;
}

function read(text: string): unknown {
  return parseAllDocuments(text, { version: "1.2", schema: "core" })[0]?.toJS();
}

/** True where `after` is `before` with one run of characters put in. */
function isInsertion(before: string, after: string): boolean {
  let head = 0;
  while (head < before.length && before[head] === after[head]) head += 1;
  let tail = 0;
  while (tail < before.length - head && before.at(-1 - tail) === after.at(-1 - tail)) tail += 1;
  return head + tail === before.length;
}
