import { describe, expect, test } from "vitest";
import { check, checkChanged, describeFinding, OWN_HOSTS, type Row } from "./checked.ts";
import { changeCluster } from "./declared.ts";
import { SMALL_CLUSTER } from "./small-cluster.ts";

const OTHER_ALICE = `---
apiVersion: reeve.dev/v1
kind: WorkstationGrant
metadata: { name: again, labels: { course: ctf } }
spec:
  cluster: lab
  person: PERSON
  tier: tier-1
  policy: students
  startsAt: STARTS
  duration: 1h
  session: { maxDuration: 1h, clipboard: disabled }
  reason: Again
  approvals: [{ by: dave, at: 2026-11-20T10:00:00Z }]
`;

function another(person: string, starts: string): readonly string[] {
  return ["# end of workshop\n", OTHER_ALICE.replace("PERSON", person).replace("STARTS", starts)];
}

const WINDOWS: readonly Row[] = [
  [
    "reversed",
    "window-reversed access would end at 2026-11-30T18:00:00Z, and begins at 2026-12-01T08:00:00Z",
    "expiresAt: 2026-12-14T18:00:00Z",
    "expiresAt: ⟦2026-11-30T18:00:00Z",
  ],
  ["no time at all", "window-reversed", "expiresAt: 2026-12-14T18:00:00Z", "expiresAt: ⟦2026-12-01T08:00:00Z"],
  ["reversed by zones", "window-reversed", "expiresAt: 2026-12-14T18:00:00Z", "expiresAt: ⟦2026-12-01T09:00:00+02:00"],
  ["a duration of nothing", "window-reversed a duration of 0s is no time at all", "duration: 3h", "duration: ⟦0s"],
  ["without a zone", "bad-value spec.startsAt", "startsAt: 2026-12-01T08:00:00Z", 'startsAt: ⟦"2026-12-01T08:00:00"'],
  [
    "two ends",
    "window-both expiresAt 2026-12-14T18:00:00Z and duration 3h both",
    "expiresAt: 2026-12-14T18:00:00Z",
    "expiresAt: ⟦2026-12-14T18:00:00Z\n  duration: 3h",
  ],
  [
    "no end",
    "window-open nothing says when access ends",
    "spec:\n  cluster: lab\n  people",
    "spec:\n  ⟦cluster: lab\n  people",
    "  duration: 3h\n",
    "",
  ],
  [
    "longer than the policy's",
    "duration-exceeded access would last longer than the 14d that AccessPolicy/students allows",
    "expiresAt: 2026-12-14T18:00:00Z",
    "expiresAt: ⟦2026-12-15T08:00:01Z",
  ],
  ["a duration longer than the policy's", "duration-exceeded", "duration: 3h", "duration: ⟦15d"],
  [
    "over, with a home",
    "warning expired access ended at 2026-12-02T08:00:00.000Z: the home volume is kept until 2026-12-09T08:00:00.000Z",
    "expiresAt: 2026-12-14T18:00:00Z",
    "expiresAt: ⟦2026-12-02T08:00:00Z",
  ],
  [
    "over, without one",
    "warning expired access ended at 2026-12-03T08:00:00.000Z: nothing is kept",
    "startsAt: 2026-12-03T08:00:00+01:00\n  duration: 3h",
    "startsAt: 2026-12-03T08:00:00+01:00\n  duration: ⟦1h",
  ],
];

const PEOPLE: readonly Row[] = [
  [
    "a wildcard",
    'person-wildcard "alice*@students.example.edu" has a * in it',
    "person: alice",
    'person: ⟦"alice*@students.example.edu"',
  ],
  [
    "a slug that is no label",
    'slug-invalid "Alice_" cannot be a label',
    "person: alice",
    "person: ⟦{ id: alice, slug: Alice_ }",
  ],
  [
    "a slug of 31",
    `slug-invalid "${"a".repeat(31)}"`,
    "person: alice",
    `person: ⟦{ id: alice, slug: ${"a".repeat(31)} }`,
  ],
  [
    "an id of which none can be made",
    'slug-missing no slug can be made of "___"',
    "person: alice",
    'person: ⟦"___"',
    "people: [alice,",
    'people: ["___",',
  ],
  ["a space in an id", "bad-value spec.person", "person: alice", 'person: ⟦"alice smith"'],
  [
    "two people with one slug",
    'slug-twice "ALICE@students.example.edu" and "alice" (WorkstationGrant/alice, grants.yaml:2:1) would both be alice',
    "[bob, ",
    "[⟦ALICE@students.example.edu, ",
  ],
  [
    "one slug given to two",
    'slug-twice "bob" and "alice" (WorkstationGrant/alice, grants.yaml:2:1) would both be alice',
    "[bob, ",
    "[⟦{ id: bob, slug: alice }, ",
  ],
  [
    "one person with two slugs",
    'person-two-slugs "alice" is alice here and al in WorkstationGrant/again',
    ...another("{ id: alice, slug: al }", "2026-12-20T08:00:00Z"),
    "person: alice",
    "person: ⟦alice",
  ],
  [
    "two grants at one time",
    'grants-overlap "alice" has access to lab until 2026-12-14T18:00:00.000Z by WorkstationGrant/alice, grants.yaml:2:1 already',
    ...another("⟦alice", "2026-12-14T17:59:59Z"),
  ],
  ["two grants at one time, by a workshop", "grants-overlap", "[bob, ", "[⟦alice, "],
  ["not covered", 'person-not-covered AccessPolicy/students does not cover "mallory"', "[bob, ", "[⟦mallory, "],
  [
    "of another domain",
    "person-not-covered",
    'Eve.Adams@students.example.edu"]',
    'Eve.Adams@evil-students.example.edu"]',
    '"Eve.Adams',
    '⟦"Eve.Adams',
  ],
  ["nobody", "grant-people nobody is named", "  cluster: lab\n  person: alice", "  ⟦cluster: lab"],
  [
    "both",
    "grant-people person and people are both named",
    "  cluster: lab\n  people:",
    "  ⟦cluster: lab\n  person: carol\n  people:",
  ],
  ["twice", 'person-twice "bob" is listed twice', "[bob, ", "[bob, ⟦{ id: bob, slug: bob }, "],
];

describe.each(Object.entries({ WINDOWS, PEOPLE }))("%s", (_group, rows) => {
  test.each(rows)("%s", (_name, says, ...edits) => {
    const { found, hints, place } = checkChanged(edits);
    expect(found.map((text) => text.slice(0, place.length + 1 + says.length))).toEqual([`${place} ${says}`]);
    expect(hints).not.toContain("");
  });
});

test.each<[name: string, edits: readonly string[]]>([
  ["as it stands", []],
  ["one that begins when the other ends", another("alice", "2026-12-14T18:00:00Z")],
  ["one person's slug, given", ["person: alice", "person: { id: alice, slug: alice }"]],
  [
    "a person by the labels of the grant",
    ["subjects: { people", "subjects: { matchLabels: { course: ctf }, people", "[bob, ", "[mallory, "],
  ],
  [
    "the internet, where it is open",
    [
      "egress: { challenges: own,",
      "egress: { challenges: own, internet: allow,",
      "cidr: 198.51.100.0/25",
      "cidr: 0.0.0.0/0",
    ],
  ],
  [
    "a public network, where the internet is open",
    [
      "egress: { challenges: own,",
      "egress: { challenges: own, internet: allow,",
      "cidr: 198.51.100.0/25",
      "cidr: 203.0.113.0/24",
    ],
  ],
  ["the longest window", ["expiresAt: 2026-12-14T18:00:00Z", "expiresAt: 2026-12-15T08:00:00Z"]],
])("nothing is wrong with %s", (_name, edits) => {
  expect(check(changeCluster([...OWN_HOSTS, ...edits])).map(describeFinding)).toEqual([]);
});

test("desktops that share an origin are warned of", () => {
  expect(check(SMALL_CLUSTER).map(describeFinding)).toEqual([
    expect.stringContaining(
      "cluster.yaml:12:20 warning shared-origin all desktops share the origin https://project-x.example.com",
    ),
  ]);
});
