import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { FieldChange } from "../../src/plan/change.ts";
import { diffFields } from "../../src/plan/diff-fields.ts";
import { describeField } from "../../src/render/words.ts";
import { canonicalJson, type Json } from "../../src/support/json.ts";

type Members = { readonly [key: string]: Json };

test.each([
  { name: "nothing differs", before: { a: 1 }, after: { a: 1 }, says: [] },
  { name: "a value", before: { a: 1 }, after: { a: 2 }, says: ["a: 1 -> 2"] },
  { name: "deep down", before: { a: { b: "x" } }, after: { a: { b: "y" } }, says: ["a.b: x -> y"] },
  { name: "a list as one value", before: { a: [1, 2] }, after: { a: [2, 1] }, says: ["a: another order"] },
  { name: "what goes and comes", before: { a: [1, 2] }, after: { a: [2, 3] }, says: ["a: -1 +3"] },
  { name: "gone and new", before: { a: 1 }, after: { b: 2 }, says: ["a: 1 -> (none)", "b: (none) -> 2"] },
  { name: "key order is nothing", before: { a: { x: 1, y: 2 } }, after: { a: { y: 2, x: 1 } }, says: [] },
  { name: "an odd key is quoted", before: {}, after: { "a.b": 1 }, says: ['["a.b"]: (none) -> 1'] },
])("$name", ({ before, after, says }) => {
  expect(diffFields(before as Members, after as Members).map(describeField)).toEqual(says);
});

describe("laws", () => {
  const leaf = fc.oneof(fc.integer(), fc.string(), fc.boolean(), fc.array(fc.integer(), { maxLength: 3 }));
  const members = fc.dictionary(
    fc.string({ maxLength: 4 }),
    fc.oneof(leaf, fc.dictionary(fc.string({ maxLength: 3 }), leaf)),
    {
      noNullPrototype: true,
    },
  );

  test("diff(a, a) is empty", () => {
    fc.assert(fc.property(members, (a) => diffFields(a, structuredClone(a)).length === 0));
  });

  test("applying diff(a, b) to a gives b", () => {
    fc.assert(
      fc.property(members, members, (a, b) => {
        const result = diffFields(a, b).reduce(applyField, a);
        expect(canonicalJson(prune(result))).toBe(canonicalJson(prune(b)));
      }),
    );
  });
});

function applyField(target: Members, field: FieldChange): Members {
  const [key, ...rest] = keysOf(field.path);
  return setAt(target, [key ?? "", ...rest], field.after);
}

function setAt(target: Members, [key = "", ...rest]: readonly string[], value: Json): Members {
  const inner = rest.length === 0 ? value : setAt((target[key] ?? {}) as Members, rest, value);
  const entries = Object.entries(target).filter(([name]) => name !== key);
  return Object.fromEntries(inner === null ? entries : [...entries, [key, inner]]);
}

function keysOf(path: string): readonly string[] {
  const parts = path.match(/\["(?:[^"\\]|\\.)*"\]|[A-Za-z0-9_-]+/g) ?? [];
  return parts.map((part) => (part.startsWith("[") ? (JSON.parse(part.slice(1, -1)) as string) : part));
}

/** An empty object and nothing are the same to a plan: neither has a field. */
function prune(value: Json): Json {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  const entries = Object.entries(value).map(([key, inner]) => [key, prune(inner)] as const);
  return Object.fromEntries(entries.filter(([, inner]) => !(isObject(inner) && Object.keys(inner).length === 0)));
}

function isObject(value: Json): value is Members {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
