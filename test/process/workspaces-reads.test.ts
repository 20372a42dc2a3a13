import { describe, expect, test } from "vitest";
import { actionsOf, desktop, directory, findingsOf, openEstate, type Bench } from "../support/workspaces-estate.ts";

/** Pages as they should be, so that calls can be counted. */
const EVEN = { emptyPages: 0, repeatedItems: 0 };

function names(count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => `user-${String(index).padStart(3, "0")}`);
}

/** So many desktops, made by Reeve and in sync. */
async function openInSync(count: number, more = ""): Promise<Bench> {
  const bench = await openEstate({ rules: EVEN });
  bench.write(directory(), ...names(count).map((name) => desktop(name, { more })));
  await bench.apply();
  bench.pass(600);
  expect(actionsOf(await bench.plan())).toEqual([]);
  bench.forget();
  return bench;
}

const CONSTANT = { DescribeWorkspaceDirectories: 1, GetCallerIdentity: 1 };

describe("the calls of a plan of desktops in sync", () => {
  test.each([
    { count: 0, describes: 1, tagPages: 1, bundles: {} },
    { count: 1, describes: 1, tagPages: 1, bundles: { DescribeWorkspaceBundles: 1 } },
    { count: 25, describes: 1, tagPages: 1, bundles: { DescribeWorkspaceBundles: 1 } },
    { count: 26, describes: 2, tagPages: 1, bundles: { DescribeWorkspaceBundles: 1 } },
    { count: 260, describes: 11, tagPages: 3, bundles: { DescribeWorkspaceBundles: 1 } },
  ])("$count: $describes describes, $tagPages pages of tags", async ({ count, describes, tagPages, bundles }) => {
    const bench = await openInSync(count);
    await bench.plan();
    expect(bench.sandbox.log.counts()).toEqual({
      ...CONSTANT,
      ...bundles,
      DescribeWorkspaces: describes,
      GetResources: tagPages,
    });
  });
});
