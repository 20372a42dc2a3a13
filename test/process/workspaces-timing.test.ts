import { expect, test } from "vitest";
import { TAGS } from "../../src/providers/workspaces/markers.ts";
import { changeOf, desktop, directory, findingsOf, openEstate } from "../support/workspaces-estate.ts";

test("how long each desktop took is a tag, a column, and quantiles of its directory", async () => {
  const bench = await openEstate();
  const names = ["ann", "ben", "cat", "dan"];
  bench.write(directory(), ...names.map((name) => desktop(name)));
  await bench.apply();
  for (const [index, name] of names.entries()) bench.edit(name, `Tags.${TAGS.readyAfter}`, String(600 * (index + 1)));
  bench.pass(60);
  const standings = await bench.standings();
  const detailsOf = (address: string) => standings.find((one) => one.address === address)?.details;
  expect(detailsOf("Workspace/ben")).toMatchObject({ provisioning: "20 min" });
  expect(detailsOf("WorkspaceDirectory/oregon")).toMatchObject({
    desktops: 4,
    provisioning: "p50 20 min, p95 40 min of 4",
  });
});

test("a desktop over the objective is a warning; the plan says what to expect of the next", async () => {
  const bench = await openEstate({ settings: "provisioningObjective: 25m" });
  bench.write(directory(), desktop("ann"), desktop("ben"));
  await bench.apply();
  bench.edit("ann", `Tags.${TAGS.readyAfter}`, "1560");
  bench.edit("ben", `Tags.${TAGS.readyAfter}`, "1080");
  bench.pass(60);
  bench.write(directory(), desktop("ann"), desktop("ben"), desktop("new"));
  const plan = await bench.plan();
  expect(findingsOf(plan)).toEqual(["warning slow-provisioning: it took 26 min to become ready; the objective is 25m"]);
  expect(changeOf(plan, "new")).toMatchObject({
    reason: "declared for new, and not there yet; desktops in oregon took p50 18 min, p95 26 min of 2 to become ready",
    waitsFor: ["its provisioning: about 20 minutes"],
  });
});
