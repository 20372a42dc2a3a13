import fc from "fast-check";
import { expect, test } from "vitest";
import { hasHiddenKey, hiddenFacts, hiddenKey } from "../../../src/github/hidden-key.ts";

test("whatever the facts hold, they come back, and nothing of them ends the comment", () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.string({ unit: "binary" })), (facts) => {
      const line = hiddenKey("plan:robco", facts);
      expect(line.slice(4, -3)).not.toMatch(/--|>|[\r\n]/);
      expect(hiddenFacts(`${line}\nbody`, "plan:robco")).toEqual({ ...facts });
    }),
  );
});

const KEY = hiddenKey("plan:robco", { digest: "x" });

test.each([
  { name: "ours", text: `${KEY}\nbody`, is: true },
  { name: "as GitHub may give it back", text: `${KEY}\r\nbody`, is: true },
  { name: "alone", text: KEY, is: true },
  { name: "further down", text: `body\n${KEY}`, is: false },
  { name: "after a space", text: ` ${KEY}`, is: false },
  { name: "of another estate", text: hiddenKey("plan:robco2"), is: false },
  { name: "of an estate that begins alike", text: hiddenKey("plan:rob"), is: false },
  { name: "that does not end", text: "<!-- reeve:plan:robco {}\n-->", is: false },
  { name: "nothing", text: "", is: false },
])("a key: $name", ({ text, is }) => {
  expect(hasHiddenKey(text, "plan:robco")).toBe(is);
});

test.each([
  "<!-- reeve:k nonsense -->",
  "<!-- reeve:k 7 -->",
  "<!-- reeve:k null -->",
  '<!-- reeve:k {"a":1} -->',
  "no key",
])("what cannot be read is no fact: %s", (text) => {
  expect(hiddenFacts(text, "k")).toEqual({});
});
