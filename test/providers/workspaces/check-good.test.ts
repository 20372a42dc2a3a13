import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { volumesRefusal } from "../../../src/providers/workspaces/check-volumes.ts";
import { changeEstate, checkFiles, describeFinding } from "./checked.ts";
import { SMALL_ESTATE } from "./small-estate.ts";

const ALICE = "placement: { directory: ireland }\n  bundle: standard-windows";
const OU = '"OU=WorkSpaces,OU=Computers,DC=robco,DC=local"';

test("nothing is wrong with the small estate", () => {
  expect(checkFiles(SMALL_ESTATE)).toEqual([]);
});

test.each([
  ["volumes within what the blueprint allows", "compute: power\n", "volumes: { rootGib: 500, userGib: 200 }\n"],
  ["smaller volumes than the blueprint's", "compute: power\n", "volumes: { rootGib: 175, userGib: 100 }\n"],
  ["the blueprint's own words again", "compute: power\n", "running: { mode: auto-stop, afterIdle: 2h }\n"],
  [
    "lifecycle and tags, which always may differ",
    "compute: power\n",
    "lifecycle: { maxLifetime: 30d }\n  tags: { A: b }\n",
  ],
  ["an hour in seconds", "afterIdle: 1h", "afterIdle: 3600s"],
  ["made ahead, and always on from the first day", "{ mode: auto-stop, afterIdle: 1h }", "{ mode: always-on }"],
  ["kept stopped under auto-stop", "desiredState: any", "desiredState: stopped"],
  ["maintenance of one that runs", "desiredState: any", "desiredState: any\n  maintenance: true"],
  ["a bundle by its id", "bundle: standard-windows\n", "bundle: wsb-3c4d5e6f7\n"],
  ["placed by an IP address", ALICE, ALICE.replace("directory: ireland", "near: { ip: 1.1.1.1 }")],
  ["a key of the directory's region", "alias/workspaces", '"arn:aws:kms:us-west-2:123456789012:key/1234abcd"'],
  ["a unit in lower case", OU, '"ou=WorkSpaces,dc=ROBCO,dc=local"'],
  ["a unit with a comma in its name", OU, String.raw`"OU=Sales\\, Europe,DC=robco,DC=local"`],
  ["letters of other alphabets in tags", 'CostCenter: "4711"', 'Größe: "mittel + groß"'],
  ["one person in two directories", "user: jdoe", "user: alice", "{ person: JDoe }", "estate"],
  ["a reserve's user with a desktop of their own", "user: jdoe", "user: MMiller", "{ person: JDoe }", "estate"],
  ["a reserve's user beyond its count, twice", "nsmith, okelly", "nsmith, jdoe"],
  [
    "two reserves in different directories",
    "# end",
    "---\napiVersion: reeve.dev/v1\nkind: WorkspaceReserve\nmetadata: { name: dublin }\nspec: { users: [jdoe], blueprint: office, placement: { directory: ireland }, ceiling: 1 }\n---\napiVersion: reeve.dev/v1\nkind: WorkspaceBlueprint\nmetadata: { name: office }\nspec: { bundle: standard-windows }\n",
  ],
])("good: %s", (_name, ...edits) => {
  expect(checkFiles(changeEstate(edits)).map(describeFinding)).toEqual([]);
});

describe("volumes", () => {
  const OTHER = "80/100 200/200 2000/2000";
  test.each([
    [null, `80/10 80/50 175/100 ${OTHER}`, "80/20 100/100 175/50 100/10 170/2000"],
    ["performance", `80/10 80/50 175/100 ${OTHER}`, "80/20 100/100 175/50"],
    ["graphics-g4dn", "100/100 175/100 2000/2000", "80/10 80/50 80/100 100/50"],
    ["graphicspro-g4dn", "100/100 175/100 2000/2000", "80/10 80/50 80/100 100/50"],
    ["generalpurpose-4xlarge", "175/100 2000/2000", "80/10 80/100 100/100"],
  ])("%s: %s, and not %s", (compute, good, bad) => {
    const isGood = (text: string): boolean => volumesRefusal(pairIn(text), compute) === null;
    expect(good.split(" ").filter((text) => !isGood(text))).toEqual([]);
    expect(bad.split(" ").filter(isGood)).toEqual([]);
  });

  test("the pair that is proposed is allowed, and no smaller", () => {
    const size = (least: number) => fc.integer({ min: least, max: 2000 });
    const compute = fc.constantFrom(null, "value", "graphics-g4dn", "generalpurpose-8xlarge");
    fc.assert(
      fc.property(size(80), size(10), compute, (rootGib, userGib, hardware) => {
        const refusal = volumesRefusal({ rootGib, userGib }, hardware);
        if (refusal === null) return;
        const [root = 0, user = 0] = (refusal.hint.match(/\d+/g) ?? []).map(Number);
        expect(volumesRefusal({ rootGib: root, userGib: user }, hardware)).toBeNull();
        expect([root >= rootGib, user >= userGib]).toEqual([true, true]);
      }),
    );
  });
});

function pairIn(text: string): { readonly rootGib: number; readonly userGib: number } {
  const [rootGib = 0, userGib = 0] = text.split("/").map(Number);
  return { rootGib, userGib };
}
