import { expect, test } from "vitest";
import { holdAlone } from "../../src/appliance/keep/sole.ts";
import { freshFolder } from "../support/appliance-site.ts";

test("one program at a time has a folder", async () => {
  const folder = freshFolder();
  await holdAlone(folder, async () => {
    await expect(holdAlone(folder, async () => undefined)).rejects.toThrow("another program works in");
  });
  expect(await holdAlone(folder, async () => "free again")).toBe("free again");
});
