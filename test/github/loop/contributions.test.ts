import { expect, test } from "vitest";
import { groupSteps } from "../../../src/github/contributions.ts";
import type { PullRequest } from "../../../src/github/model.ts";
import { pull } from "./case.ts";

const [one, two] = [pull(1), pull(2)];

test.each<{
  readonly name: string;
  readonly steps: readonly [string, PullRequest | null][];
  readonly groups: string[];
}>([
  { name: "nothing", steps: [], groups: [] },
  { name: "a merge", steps: [["a", one]], groups: ["#1 0..a"] },
  {
    name: "a rebase of three",
    steps: [
      ["a", one],
      ["b", one],
      ["c", one],
    ],
    groups: ["#1 0..c"],
  },
  {
    name: "two rebases in a row",
    steps: [
      ["a", one],
      ["b", two],
      ["c", two],
    ],
    groups: ["#1 0..a", "#2 a..c"],
  },
  {
    name: "pushes stand alone",
    steps: [
      ["a", null],
      ["b", null],
    ],
    groups: ["- 0..a", "- a..b"],
  },
  {
    name: "a push between commits of one pull request parts them",
    steps: [
      ["a", one],
      ["b", null],
      ["c", one],
    ],
    groups: ["#1 0..a", "- a..b", "#1 b..c"],
  },
])("$name", ({ steps, groups }) => {
  const line = steps.map(([sha, by], index) => ({ sha, parent: steps[index - 1]?.[0] ?? "0", pull: by }));
  const shown = groupSteps(line).map(
    ({ pull: by, base, head }) => `${by === null ? "-" : `#${by.number}`} ${base}..${head}`,
  );
  expect(shown).toEqual(groups);
});

test("the branch's first commit has no base", () => {
  expect(groupSteps([{ sha: "a", parent: null, pull: null }])).toEqual([{ pull: null, base: null, head: "a" }]);
});
