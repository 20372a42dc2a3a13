import fc from "fast-check";
import { expect, test } from "vitest";
import { parseAllDocuments } from "yaml";
import { locator } from "../../src/estate/locate.ts";
import { openParseCache } from "../../src/estate/parse-cache.ts";
import { parseChunk } from "../../src/estate/parse-chunk.ts";
import type { Path } from "../../src/estate/resource.ts";
import { splitDocuments } from "../../src/estate/split-documents.ts";
import { folderWith } from "./state-dir.ts";

/** What parsing says of a text: its value, or `line:column code` of its problems. */
function outcome(text: string): unknown {
  const documents = parseChunk(text);
  const problems = documents.flatMap((one) => one.problems.map(({ at, code }) => `${at.line}:${at.column} ${code}`));
  return problems.length > 0 ? problems : documents.map((one) => one.value);
}

test.each(
  [
    { text: "", expect: [] },
    { text: "# a comment\n", expect: [] },
    { text: "---\n", expect: [null] },
    { text: "a: &x [1, 2]\nb: *x", expect: [{ a: [1, 2], b: [1, 2] }] },
    {
      text: "a: yes\nb: 0x10\nc: 010\nd: 2027-01-01\ne: ~",
      expect: [{ a: "yes", b: 16, c: 10, d: "2027-01-01", e: null }],
    },
    { text: "a: >-\n  folded\n  text", expect: [{ a: "folded text" }] },
    { text: "a: 1\nb: 2\na: 3", expect: ["3:1 duplicate-key"] },
    { text: "1: x", expect: ["1:1 key-not-text"] },
    { text: "? [a]\n: x", expect: ["1:3 key-not-text"] },
    { text: "true: x\n~: y", expect: ["1:1 key-not-text", "2:1 key-not-text"] },
    { text: "a: !foo x", expect: ["1:4 yaml-tag"] },
    { text: "a: !!binary aGk=", expect: ["1:4 yaml-tag"] },
    { text: "a: !!js/function 'x'", expect: ["1:4 yaml-tag"] },
    { text: "a: !<tag:x> b", expect: ["1:4 yaml-tag"] },
    { text: "a: '!x'", expect: [{ a: "!x" }] },
    { text: "%YAML 1.1\n---\na: 1", expect: ["1:1 yaml-directive"] },
    { text: "%TAG ! tag:x\n---\na: 1", expect: ["1:1 yaml-directive"] },
    { text: "a: &x { b: 1 }\nc: { <<: *x }", expect: ["2:6 merge-key"] },
    { text: "a: *none", expect: ["1:4 unknown-alias"] },
    { text: "a: &a [*a]", expect: ["1:8 endless-alias"] },
    { text: "__proto__: { x: 1 }", expect: ["1:1 bad-key"] },
    { text: "a: .nan\nb: -.inf", expect: ["1:4 not-finite", "2:4 not-finite"] },
    { text: "a: 'x", expect: ["1:6 yaml-syntax"] },
    { text: "a: b: c", expect: ["1:4 yaml-syntax"] },
    { text: "a:\n\t- b", expect: ["2:1 yaml-syntax"] },
    { text: "a: [b", expect: ["1:6 yaml-syntax"] },
    { text: "a: @b", expect: ["1:4 yaml-syntax"] },
    { text: 'a: "\\q"', expect: ["1:5 yaml-syntax"] },
    { text: "privateKey: abc", expect: ["1:1 secret-in-yaml"] },
    { text: "a: { preshared_key: abc, password: 12 }", expect: ["1:6 secret-in-yaml", "1:26 secret-in-yaml"] },
    { text: 'a: "-----BEGIN PRIVATE KEY-----"', expect: ["1:4 secret-in-yaml"] },
    { text: "a: |\n  two\n  lines", expect: ["1:4 hostile-character"] },
    { text: 'a: "tab\\there"', expect: ["1:4 hostile-character"] },
    { text: 'a: "\\ud800"', expect: ["1:4 hostile-character"] },
    { text: '"k\\u202e": 1', expect: ["1:1 hostile-character"] },
    { text: "a: x\u2028y", expect: ["1:4 hostile-character"] },
    { text: "a: 1 # \u202e sneaky", expect: ["1:8 hostile-character"] },
    { text: "a: 1 # \u0007", expect: ["1:8 hostile-character"] },
    { text: "a: 1 # می\u200cخواهم", expect: [{ a: 1 }] },
    { text: "a: 1\0", expect: ["1:4 hostile-character"] },
  ].map((row) => ({ ...row, name: JSON.stringify(row.text) })),
)("$name", (row) => {
  expect(outcome(row.text)).toEqual(row.expect);
});

const MIB = 1024 * 1024;
const bomb = [
  "a: &a [x, x, x, x, x, x, x, x, x]",
  ..."bcdefghij".split("").map((name, at) => `${name}: &${name} [${`*${"abcdefghi"[at]}, `.repeat(9)}]`),
];

test.each([
  { name: "brackets", text: "[".repeat(MIB), code: "too-deep" },
  { name: "braces", text: "{".repeat(MIB), code: "too-deep" },
  { name: "dashes", text: "- ".repeat(MIB / 2), code: "too-deep" },
  { name: "question marks", text: "? ".repeat(MIB / 2), code: "too-deep" },
  {
    name: "indentation",
    text: Array.from({ length: 1400 }, (_, depth) => `${" ".repeat(depth)}a:`).join("\n"),
    code: "too-deep",
  },
  {
    name: "chained aliases",
    text: `a0: &a0 [1]\n${Array.from({ length: 99 }, (_, at) => `a${at + 1}: &a${at + 1} [*a${at}]`).join("\n")}`,
    code: "too-deep",
  },
  { name: "a YAML bomb", text: bomb.join("\n"), code: "too-many-values" },
  {
    name: "many keys",
    text: Array.from({ length: 90_000 }, (_, at) => `k${at}: 1`).join("\n"),
    code: "too-many-values",
  },
  { name: "many aliases", text: `a: &a 1\nb: [${"*a,".repeat(300_000)}]`, code: "too-many-values" },
  { name: "many anchors", text: "&a ".repeat(MIB / 3), code: "too-many-values" },
  { name: "many empty lines", text: "\n".repeat(MIB), code: "too-many-values" },
  { name: "many quotes", text: '"'.repeat(MIB), code: "too-many-values" },
  { name: "closing brackets", text: "]".repeat(MIB), code: "yaml-syntax" },
  { name: "more than a document may hold", text: "#".repeat(MIB + 1), code: "document-too-large" },
])("hostile: $name", (row) => {
  expect(parseChunk(row.text).flatMap((one) => one.problems.map((problem) => problem.code))).toEqual([row.code]);
});

test("no message prints hostile text raw, or long", () => {
  const [document] = parseChunk(`a: "\u202e\\u0007${"x".repeat(1000)}"`);
  const [problem] = document?.problems ?? [];
  expect(problem?.message).toBe(
    `\\u{202e}\\u{7}${"x".repeat(38)}… holds U+202E (a bidirectional control), which no value may hold`,
  );
});

/** Text that is often YAML, and often not. */
const piece = fc.constantFrom(
  "a: 1",
  "b: [x, y]",
  "- c",
  "---",
  "--- d: 2",
  "...",
  "# e",
  "",
  "  f: g",
  "h: |",
  "  text",
  "i: 'j",
  "k'",
  "\tl",
  "m: &n {o: p}",
  "q: *n",
  "---x",
  "%r",
  "--- # s",
  't: "u',
  "---\r",
  '"',
);
const yamlish = fc.array(piece, { maxLength: 12 }).map((lines) => lines.join("\n"));

test("a file cut at its --- lines holds the documents that the whole file holds", () => {
  fc.assert(
    fc.property(yamlish, (text) => {
      const whole = parseAllDocuments(text, { version: "1.2", uniqueKeys: false, logLevel: "silent" });
      if (!Array.isArray(whole) || whole.some((document) => document.errors.length > 0)) return;
      const pieces = splitDocuments(text).flatMap((chunk) => parseChunk(chunk.text));
      if (pieces.some((one) => one.problems.length > 0)) return;
      expect(pieces.map((one) => one.value)).toEqual(whole.map((document) => document.toJS() as unknown));
    }),
    { numRuns: 500 },
  );
});

test("a text that YAML refuses as a whole is refused in pieces too", () => {
  fc.assert(
    fc.property(yamlish, (text) => {
      const whole = parseAllDocuments(text, { version: "1.2", uniqueKeys: false, logLevel: "silent" });
      if (!Array.isArray(whole) || whole.every((document) => document.errors.length === 0)) return;
      const pieces = splitDocuments(text).flatMap((chunk) => parseChunk(chunk.text));
      expect(pieces.some((one) => one.problems.length > 0)).toBe(true);
    }),
    { numRuns: 500 },
  );
});

test("no text makes the parser throw", () => {
  fc.assert(
    fc.property(fc.oneof(fc.string({ unit: "binary" }), fc.string(), yamlish), (text) => void parseChunk(text)),
    { numRuns: 500 },
  );
});

const key = fc.stringMatching(/^[a-z]{1,4}$/);
const scalar = fc.oneof(fc.integer(), fc.boolean(), fc.constant(null), fc.stringMatching(/^[ -~]{0,12}$/));
const { tree } = fc.letrec((tie) => ({
  tree: fc.oneof(
    { maxDepth: 4 },
    scalar,
    fc.array(tie("tree"), { maxLength: 4 }),
    fc.dictionary(key, tie("tree"), { maxKeys: 4 }),
  ),
}));

test("every value of a document is found where it is written", () => {
  fc.assert(
    fc.property(fc.dictionary(key, tree, { minKeys: 1, maxKeys: 4 }), (value) => {
      const text = JSON.stringify(value, null, 1);
      const lines = text.split("\n");
      const find = locator(text);
      for (const { path, leaf } of leavesOf(value, [])) {
        const spot = find.spotOf(0, path, false);
        const rest = lines[(spot?.line ?? 0) - 1]?.slice((spot?.column ?? 0) - 1);
        expect(rest?.startsWith(JSON.stringify(leaf))).toBe(true);
      }
    }),
    { numRuns: 300 },
  );
});

function leavesOf(value: unknown, path: Path): readonly { readonly path: Path; readonly leaf: unknown }[] {
  if (Array.isArray(value) && value.length > 0) return value.flatMap((item, index) => leavesOf(item, [...path, index]));
  if (typeof value !== "object" || value === null || Array.isArray(value))
    return [{ path, leaf: Array.isArray(value) ? [] : value }];
  return Object.entries(value).flatMap(([name, member]) => leavesOf(member, [...path, name]));
}

test("a cached parse is the parse", () => {
  const folder = `${folderWith({})}/.reeve/cache`;
  fc.assert(
    fc.property(
      fc.array(
        fc.oneof(
          yamlish,
          tree.map((value) => JSON.stringify({ value })),
        ),
      ),
      (texts) => {
        const runs = [null, folder, folder].map((place) => {
          const cache = openParseCache(place, "1.0.0");
          const parsed = texts.map((text) => cache.parse(text));
          cache.save();
          return parsed;
        });
        expect(runs[1]).toEqual(runs[0]);
        expect(runs[2]).toEqual(runs[0]);
      },
    ),
    { numRuns: 100 },
  );
});
