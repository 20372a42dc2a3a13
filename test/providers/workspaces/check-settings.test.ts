import { describe, expect, test } from "vitest";
import { checkChanged, list, type Row } from "./checked.ts";

const SETTINGS: readonly Row[] = [
  [
    "no provider named",
    "settings-missing spec.providers.workspaces is missing: it names the AWS account of Workspace/alice and 4 more",
    '  providers:\n    workspaces:\n      accountId: "123456789012"\n      regions: [us-west-2, eu-west-1]\n      role: { plan: "arn:aws:iam::123456789012:role/reeve-plan" }\n      quota: { us-west-2: 200 }\n      hoursPerMonth: { low: 0, expected: 80, high: 200 }\n',
    "",
    "kind: Estate",
    "⟦kind: Estate",
  ],
  [
    "an account that is a number",
    "wrong-type spec.providers.workspaces.accountId: 123456789012 is the wrong kind of value; text is needed",
    'accountId: "123456789012"',
    "accountId: ⟦123456789012",
  ],
  [
    "an account that is none",
    'bad-value spec.providers.workspaces.accountId: "1234-5678-9012" is not of the form that is needed',
    'accountId: "123456789012"',
    'accountId: ⟦"1234-5678-9012"',
  ],
  [
    "a region that is none",
    'unknown-region AWS has no region "eu-wset-1"',
    "regions: [us-west-2, eu-west-1]",
    "regions: [us-west-2, eu-west-1, ⟦eu-wset-1]",
  ],
  [
    "a quota of a region that is none",
    'unknown-region AWS has no region "eu-vest-1"',
    "us-west-2: 200",
    "us-west-2: 200, ⟦eu-vest-1: 1",
  ],
  [
    "a role of another account",
    "role-account the role is in the account 210987654321, and accountId is 123456789012: Reeve would stop before its first call",
    '"arn:aws:iam::123456789012:role/reeve-plan"',
    '⟦"arn:aws:iam::210987654321:role/reeve-plan"',
  ],
  [
    "hours out of order",
    "hours-order low 0, expected 80 and high 60 are not in order",
    "{ low: 0, expected: 80, high: 200 }",
    "⟦{ low: 0, expected: 80, high: 60 }",
  ],
  [
    "a budget of a label that nobody has",
    "warning budget-of-nobody no desktop carries the label team: robotic, so this budget caps nothing",
    "{ team: robotics } }, monthlyUsd",
    "{ team: robotic } }, monthlyUsd",
    "scope: { label",
    "scope: ⟦{ label",
  ],
  [
    "a budget of a label that none has",
    "warning budget-of-nobody no desktop carries the label squad: robotics, so this budget caps nothing",
    "{ team: robotics } }, monthlyUsd",
    "{ squad: robotics } }, monthlyUsd",
    "scope: { label",
    "scope: ⟦{ label",
  ],
  [
    "a budget of nobody",
    "warning budget-of-nobody no desktop is JDo's, so this budget caps nothing",
    "{ person: JDoe }",
    "⟦{ person: JDo }",
  ],
];

const DIRECTORIES: readonly Row[] = [
  ["a region that is none", 'unknown-region AWS has no region "us-wset-2"', "region: us-west-2", "region: ⟦us-wset-2"],
  [
    "a region that is like none",
    'unknown-region AWS has no region "xx-nowhere-7"',
    "region: us-west-2",
    "region: ⟦xx-nowhere-7",
  ],
  [
    "a region that the estate does not use",
    "region-not-listed the estate uses us-west-2, eu-west-1, and not us-east-1",
    "region: us-west-2",
    "region: ⟦us-east-1",
  ],
  [
    "declared twice",
    "directory-twice d-9367012345 is already declared by WorkspaceDirectory/ireland (desktops.yaml:15:1)",
    "directoryId: d-9067012345",
    "directoryId: ⟦d-9367012345",
  ],
  [
    "a bad id",
    'bad-value spec.directoryId: "d-90670" is not of the form that is needed',
    "directoryId: d-9067012345",
    "directoryId: ⟦d-90670",
  ],
  [
    "a unit without its domain",
    'ou-form "OU=WorkSpaces" is no organizational unit as a full distinguished name',
    '"OU=WorkSpaces,OU=Computers,DC=robco,DC=local"',
    '⟦"OU=WorkSpaces"',
  ],
  [
    "a unit as a path",
    'ou-form "robco.local/Computers" is no organizational unit as a full distinguished name',
    '"OU=WorkSpaces,OU=Computers,DC=robco,DC=local"',
    '⟦"robco.local/Computers"',
  ],
  [
    "a container",
    'ou-form "CN=Computers,DC=robco,DC=local" is no organizational unit as a full distinguished name: CN= is a container, and desktops cannot be put there',
    '"OU=WorkSpaces,OU=Computers,DC=robco,DC=local"',
    '⟦"CN=Computers,DC=robco,DC=local"',
  ],
  [
    "a unit from the domain down",
    'ou-form "DC=local,DC=robco,OU=WorkSpaces" is no organizational unit as a full distinguished name',
    '"OU=WorkSpaces,OU=Computers,DC=robco,DC=local"',
    '⟦"DC=local,DC=robco,OU=WorkSpaces"',
  ],
  [
    "a unit of another domain",
    'ou-domain "OU=WorkSpaces,DC=robco,DC=com" is in the domain robco.com, and the directory\'s is robco.local',
    '"OU=WorkSpaces,OU=Computers,DC=robco,DC=local"',
    '⟦"OU=WorkSpaces,DC=robco,DC=com"',
  ],
  [
    "a bad security group",
    'bad-value spec.creation.securityGroupId: "sg-0a1b2c3" is not of the form that is needed',
    "sg-0a1b2c3d",
    "⟦sg-0a1b2c3",
  ],
  [
    "a bad IP group",
    'bad-value spec.ipGroups[0]: "ipg-0a1b2c3d4" is not of the form that is needed',
    "wsipg-0a1b2c3d4",
    "⟦ipg-0a1b2c3d4",
  ],
  [
    "26 IP groups",
    "bad-value spec.ipGroups holds more than 25 items",
    "ipGroups: [wsipg-0a1b2c3d4]",
    `ipGroups: ⟦[${list(26, (index) => `wsipg-0a1b2c${10 + index}`)}]`,
  ],
  [
    "a bad bundle id",
    'bad-value spec.bundles.standard-windows: "wsb-3c4d5e6" is not of the form that is needed',
    "wsb-3c4d5e6f7",
    "⟦wsb-3c4d5e6",
  ],
];

const TAGS: readonly Row[] = [
  [
    "AWS's own",
    'tag-reserved the tag key "AWS:cost" begins with aws:, which AWS keeps for itself',
    'CostCenter: "4711"',
    '⟦"AWS:cost": "4711"',
  ],
  [
    "Reeve's own",
    'tag-reserved the tag key "reeve.dev/estate" begins with reeve.dev/, with which Reeve marks what is its own',
    'CostCenter: "4711"',
    "⟦reeve.dev/estate: other",
  ],
  [
    "a key with a letter that is refused",
    'tag-key the tag key "Cost#" holds a character that AWS refuses',
    'CostCenter: "4711"',
    '⟦"Cost#": "4711"',
  ],
  [
    "an empty key",
    "tag-key a tag key has 1 to 127 characters, and this one has 0",
    'CostCenter: "4711"',
    '⟦"": "4711"',
  ],
  [
    "a long key",
    "tag-key a tag key has 1 to 127 characters, and this one has 128",
    'CostCenter: "4711"',
    `⟦${"k".repeat(128)}: "4711"`,
  ],
  [
    "a value with a letter that is refused",
    'tag-value the tag value "47;11" holds a character that AWS refuses',
    '"4711"',
    '⟦"47;11"',
  ],
  [
    "a long value",
    'bad-value spec.tags.CostCenter: "vvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvv…" is longer than 255 characters',
    '"4711"',
    `⟦${"v".repeat(256)}`,
  ],
  ["a number", "wrong-type spec.tags.CostCenter: 4711 is the wrong kind of value; text is needed", '"4711"', "⟦4711"],
  [
    "of a directory",
    'tag-reserved the tag key "aws:directory" begins with aws:, which AWS keeps for itself',
    "Directory: yes",
    "⟦aws:directory: yes",
  ],
  [
    "of a reserve",
    'tag-reserved the tag key "reeve.dev/name" begins with reeve.dev/, with which Reeve marks what is its own',
    'Course: "2027"',
    '⟦reeve.dev/name: "2027"',
  ],
  [
    "of a blueprint",
    'tag-key the tag key "Project!" holds a character that AWS refuses',
    "Project: RoboticsAI",
    '⟦"Project!": RoboticsAI',
  ],
  [
    "more than a document takes",
    "bad-value spec.tags holds more than 40 entries",
    '{ CostCenter: "4711" }',
    `⟦{ ${list(41, (index) => `t${index}: x`)} }`,
  ],
  [
    "more than a desktop takes with its blueprint's",
    "too-many-tags with those of WorkspaceBlueprint/robotics these are 41 tags, and a desktop takes 40 beside Reeve's own",
    "compute: power\n",
    `tags: ⟦{ ${list(40, (index) => `t${index}: x`)} }\n`,
  ],
];

describe.each(Object.entries({ SETTINGS, DIRECTORIES, TAGS }))("%s", (_group, rows) => {
  test.each(rows)("%s", (_name, says, ...edits) => {
    const { found, place, hints } = checkChanged(edits);
    expect(hints.every((hint) => hint !== "")).toBe(true);
    expect(found.map((text) => text.slice(0, place.length + 1 + says.length))).toEqual([`${place} ${says}`]);
  });
});
