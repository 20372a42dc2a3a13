import fc from "fast-check";
import { expect, test } from "vitest";
import { matchesPath, matchesPathOrFolder, matchesText } from "../../../src/github/policy/glob.ts";

test.each([
  { pattern: "*", text: "", expect: true },
  { pattern: "swarm-*", text: "swarm-1", expect: true },
  { pattern: "swarm-*", text: "swarm-", expect: true },
  { pattern: "swarm-*", text: "my-swarm-1", expect: false },
  { pattern: "*-prod", text: "a-prod-prod", expect: true },
  { pattern: "*-prod", text: "a-prod-test", expect: false },
  { pattern: "a*b*c", text: "a-b-b-c", expect: true },
  { pattern: "a?c", text: "abc", expect: true },
  { pattern: "a?c", text: "ac", expect: false },
  { pattern: "", text: "", expect: true },
  { pattern: "", text: "a", expect: false },
  { pattern: "a.c", text: "abc", expect: false },
  { pattern: "A", text: "a", expect: false },
  { pattern: "[ab]", text: "a", expect: false },
  { pattern: "{a,b}", text: "a", expect: false },
  { pattern: "?", text: "😀", expect: true },
])("text: $pattern and $text: $expect", (row) => {
  expect(matchesText(row.pattern, row.text)).toBe(row.expect);
});

test.each([
  { pattern: "a/*.yaml", path: "a/b.yaml", whole: true, folder: true },
  { pattern: "a/*.yaml", path: "a/b/c.yaml", whole: false, folder: false },
  { pattern: "a/**", path: "a", whole: true, folder: true },
  { pattern: "a/**", path: "a/b/c", whole: true, folder: true },
  { pattern: "a/**", path: "ab/c", whole: false, folder: false },
  { pattern: "a/**/z", path: "a/z", whole: true, folder: true },
  { pattern: "a/**/z", path: "a/b/c/z", whole: true, folder: true },
  { pattern: "a/**/z", path: "a/b/zz", whole: false, folder: false },
  { pattern: "**/z", path: "z", whole: true, folder: true },
  { pattern: "**", path: "a/b", whole: true, folder: true },
  { pattern: "a", path: "a/b", whole: false, folder: true },
  { pattern: "a/", path: "a/b", whole: true, folder: true },
  { pattern: "/a/b", path: "a/b", whole: true, folder: true },
  { pattern: "./a/b", path: "a/b", whole: true, folder: true },
  { pattern: "a/b", path: "A/B", whole: true, folder: true },
  { pattern: "a/**", path: "a/../b", whole: true, folder: true },
  { pattern: "b", path: "a/../b", whole: false, folder: false },
  { pattern: "z", path: "a/z", whole: false, folder: false },
  { pattern: "/", path: "a", whole: true, folder: false },
  { pattern: "", path: "a", whole: false, folder: false },
])("path: $pattern and $path: $whole, or of its folder: $folder", (row) => {
  expect(matchesPath(row.pattern, row.path)).toBe(row.whole);
  expect(matchesPathOrFolder(row.pattern, row.path)).toBe(row.folder);
});

/** The same by a regular expression, which backtracks and is right. */
function byExpression(pattern: string, text: string): boolean {
  const source = pattern.replaceAll("*", "[^]*").replaceAll("?", "[^]");
  return new RegExp(`^${source}$`).test(text);
}

test("text patterns say what the regular expression of the same meaning says", () => {
  const pattern = fc.string({ unit: fc.constantFrom("a", "b", "*", "?"), maxLength: 8 });
  const text = fc.string({ unit: fc.constantFrom("a", "b"), maxLength: 12 });
  fc.assert(
    fc.property(pattern, text, (one, other) => matchesText(one, other) === byExpression(one, other)),
    { numRuns: 2000 },
  );
});

test("a pattern that a backtracking matcher would need longer than the universe for", () => {
  expect(matchesText("*a".repeat(500), `${"a".repeat(5000)}b`)).toBe(false);
});
