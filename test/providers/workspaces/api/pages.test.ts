import { expect, test } from "vitest";
import { classifyError } from "../../../../src/providers/workspaces/api/classify.ts";
import { allPages, chunksOf, type Page } from "../../../../src/providers/workspaces/api/pages.ts";
import { ApiTrouble } from "../../../../src/providers/workspaces/api/trouble.ts";

/** One answer: items and the next token, or the name of an error. */
type Answer = readonly [items: string, next?: string] | string;

function trouble(name: string): ApiTrouble {
  const error = Object.assign(new Error("no"), { name });
  const verdict = classifyError(Object.assign(error, { $metadata: { httpStatusCode: 400 } }));
  if (verdict === null) throw error;
  return new ApiTrouble("DescribeWorkspaces", verdict);
}

/** All items of a listing that answers so, one call after another, and the tokens that were sent. */
async function list(...answers: readonly Answer[]): Promise<{ items: string; sent: string }> {
  const sent: string[] = [];
  const read = (token: string | undefined): Promise<Page<string>> => {
    const answer = answers[sent.length];
    sent.push(token ?? "-");
    if (answer === undefined) throw new Error("asked once too often");
    if (typeof answer === "string") return Promise.reject(trouble(answer));
    return Promise.resolve({ items: answer[0].split(""), next: answer[1] });
  };
  try {
    return { items: (await allPages("DescribeWorkspaces", read, (item) => item)).join(""), sent: sent.join(" ") };
  } catch (error) {
    return { items: error instanceof ApiTrouble ? error.verdict.code : String(error), sent: sent.join(" ") };
  }
}

const INVALID = "InvalidParameterValuesException";

test.each<{ name: string; answers: readonly Answer[]; items: string; sent: string }>([
  { name: "nothing", answers: [[""]], items: "", sent: "-" },
  { name: "one page", answers: [["ab"]], items: "ab", sent: "-" },
  { name: "pages", answers: [["ab", "1"], ["cd", "2"], ["e"]], items: "abcde", sent: "- 1 2" },
  { name: "an empty token is the end", answers: [["ab", ""]], items: "ab", sent: "-" },
  { name: "an empty page with a token is not", answers: [["", "1"], ["", "2"], ["a"]], items: "a", sent: "- 1 2" },
  { name: "items that moved are kept once", answers: [["ab", "1"], ["bc"]], items: "abc", sent: "- 1" },
  {
    name: "a repeated token: begun anew",
    answers: [["ab", "1"], ["c", "1"], ["ab", "1"], ["cd"]],
    items: "abcd",
    sent: "- 1 - 1",
  },
  {
    name: "tokens in a circle: begun anew",
    answers: [["a", "1"], ["b", "2"], ["c", "1"], ["abc"]],
    items: "abc",
    sent: "- 1 2 -",
  },
  {
    name: "a token repeated for ever is no listing at all",
    answers: [
      ["a", "1"],
      ["b", "1"],
      ["a", "1"],
      ["b", "1"],
      ["a", "1"],
      ["b", "1"],
    ],
    items: "IncompleteListing",
    sent: "- 1 - 1 - 1",
  },
  {
    name: "an expired token of WorkSpaces: begun anew, without what is gone meanwhile",
    answers: [["ab", "1"], INVALID, ["b", "2"], ["c"]],
    items: "bc",
    sent: "- 1 - 2",
  },
  {
    name: "an expired token of the tagging API: begun anew",
    answers: [["a", "1"], "PaginationTokenExpiredException", ["ab"]],
    items: "ab",
    sent: "- 1 -",
  },
  {
    name: "tokens that expire each time",
    answers: [["a", "1"], INVALID, ["a", "1"], INVALID, ["a", "1"], INVALID],
    items: "InvalidParameterValues",
    sent: "- 1 - 1 - 1",
  },
  { name: "a first page that is refused", answers: [INVALID], items: "InvalidParameterValues", sent: "-" },
  {
    name: "a later page that is denied",
    answers: [["a", "1"], "AccessDeniedException"],
    items: "AccessDenied",
    sent: "- 1",
  },
])("$name", async ({ answers, items, sent }) => {
  expect(await list(...answers)).toEqual({ items, sent });
});

test.each([
  { count: 0, sizes: [] },
  { count: 1, sizes: [1] },
  { count: 25, sizes: [25] },
  { count: 26, sizes: [25, 1] },
])("$count items in chunks of 25: $sizes", ({ count, sizes }) => {
  const items = Array.from({ length: count }, (_, index) => index);
  const chunks = chunksOf(items, 25);
  expect(chunks.map((chunk) => chunk.length)).toEqual(sizes);
  expect(chunks.flat()).toEqual(items);
});
