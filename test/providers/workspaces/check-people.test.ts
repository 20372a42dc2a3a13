import { describe, expect, test } from "vitest";
import { checkChanged, type Row } from "./checked.ts";

const PEOPLE: readonly Row[] = [
  [
    "another's desktop in the same directory",
    "person-twice Alice has a desktop in ireland already: Workspace/alice (desktops.yaml:51:1); a person has one desktop a directory, in upper or lower case",
    "user: jdoe",
    "user: ⟦Alice",
    "{ near: { city: Seattle, country: US } }",
    "{ directory: ireland }",
    "blueprint: robotics\n  placement: { directory: ireland }\n  compute: power",
    "bundle: standard-windows\n  placement: { directory: ireland }\n  compute: power",
    "{ person: JDoe }",
    "{ person: Alice }",
  ],
  [
    "near, where only one directory fits",
    "person-twice ALICE has a desktop in oregon already: Workspace/alice (desktops.yaml:51:1); a person has one desktop a directory, in upper or lower case",
    "user: jdoe",
    "user: ⟦ALICE",
    "placement: { directory: ireland }\n  bundle: standard-windows",
    "placement: { directory: oregon }\n  bundle: standard-windows",
    "{ person: JDoe }",
    "{ person: Alice }",
  ],
  [
    "near, which may choose the same",
    "person-twice alice has another desktop, Workspace/alice (desktops.yaml:51:1), and near may choose ireland for both; a person has one desktop a directory",
    "blueprint: robotics\n  placement: { near",
    "bundle: standard-windows\n  placement: { near",
    "user: jdoe",
    "user: ⟦alice",
    "{ person: JDoe }",
    "{ person: Alice }",
  ],
  [
    "one of a reserve's, in another reserve",
    "person-twice NSmith has a desktop in oregon already: WorkspaceReserve/interns (desktops.yaml:66:1); a person has one desktop a directory, in upper or lower case",
    "# end",
    "---\napiVersion: reeve.dev/v1\nkind: WorkspaceReserve\nmetadata: { name: juniors }\nspec: { users: [xavier, ⟦NSmith], blueprint: robotics, placement: { directory: oregon }, ceiling: 5 }\n",
  ],
  [
    "one of a reserve's, twice",
    "person-twice NSMITH and nsmith are one user: directories do not tell upper from lower case",
    "nsmith, okelly",
    "nsmith, ⟦NSMITH",
  ],
  [
    "names that only look different",
    "reserve-name the desktop of m-miller would be Workspace/interns.m-miller, which is m_miller's in WorkspaceReserve/interns (desktops.yaml:66:1)",
    "mmiller, nsmith",
    "m_miller, ⟦m-miller",
  ],
  [
    "a name that a document has",
    "reserve-name the desktop of mmiller would be Workspace/interns.mmiller, which is alice's in Workspace/interns.mmiller (desktops.yaml:51:1)",
    "metadata: { name: alice }",
    "metadata: { name: interns.mmiller }",
    "[mmiller,",
    "[⟦mmiller,",
  ],
  [
    "too long for Linux",
    'user-too-long "jonathan.longname-doe" has 21 characters, and desktops with ubuntu (of WorkspaceBlueprint/robotics) take user names of 20 at most',
    "user: jdoe",
    "user: ⟦jonathan.longname-doe",
    "{ person: JDoe }",
    "{ person: Alice }",
  ],
  [
    "a reserve's, too long for Linux",
    'user-too-long "nathaniel-smith-jones" has 21 characters, and desktops with ubuntu (of WorkspaceBlueprint/robotics) take user names of 20 at most',
    "nsmith, okelly",
    "⟦nathaniel-smith-jones, okelly",
  ],
  ["none", 'bad-value spec.user: "" is not of the form that is needed', "user: jdoe", 'user: ⟦""'],
  ["a leading dash", 'bad-value spec.user: "-jdoe" is not of the form that is needed', "user: jdoe", "user: ⟦-jdoe"],
  [
    "a long one",
    'bad-value spec.user: "jjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjj…" is longer than 63 characters',
    "user: jdoe",
    `user: ⟦${"j".repeat(64)}`,
  ],
];

const RESERVES: readonly Row[] = [
  [
    "more than there are users",
    "reserve-count 4 desktops are asked for, and the reserve names 3 users",
    "count: 2",
    "count: ⟦4",
    "ceiling: 3",
    "ceiling: 5",
  ],
  [
    "more than its ceiling",
    "reserve-ceiling 3 desktops are asked for, and the reserve's ceiling is 2",
    "count: 2",
    "count: ⟦3",
    "ceiling: 3",
    "ceiling: 2",
  ],
  [
    "a list longer than its ceiling",
    "reserve-ceiling 3 desktops are asked for, and the reserve's ceiling is 2",
    "  count: 2\n  ceiling: 3",
    "  ceiling: 2",
    "[mmiller, nsmith, okelly]",
    "⟦[mmiller, nsmith, okelly]",
  ],
  [
    "always on",
    "reserve-always-on WorkspaceBlueprint/robotics is always-on, and a reserve keeps its desktops stopped, which only auto-stop allows",
    "mode: auto-stop, afterIdle: 2h",
    "mode: always-on",
    "  blueprint: robotics\n  placement: { directory: oregon }",
    "  blueprint: ⟦robotics\n  placement: { directory: oregon }",
  ],
];

describe.each(Object.entries({ PEOPLE, RESERVES }))("%s", (_group, rows) => {
  test.each(rows)("%s", (_name, says, ...edits) => {
    const { found, place, hints } = checkChanged(edits);
    expect(hints.every((hint) => hint !== "")).toBe(true);
    expect(found.map((text) => text.slice(0, place.length + 1 + says.length))).toEqual([`${place} ${says}`]);
  });
});
