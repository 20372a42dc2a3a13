/** Bad documents, as `reeve validate` answers to them: what, where, why, and what to do next. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { command as validate } from "../../../src/commands/validate.ts";
import { runHere } from "../../support/run-here.ts";
import { OWN_HOSTS } from "./checked.ts";
import { changeCluster } from "./declared.ts";
import { DURING } from "./small-cluster.ts";

const OTHER = (person: string): readonly string[] => [
  "# end of workshop\n",
  `---
apiVersion: reeve.dev/v1
kind: WorkstationGrant
metadata: { name: other }
spec:
  cluster: lab
  person: ${person}
  tier: tier-1
  policy: students
  startsAt: 2026-12-04T08:00:00Z
  session: { maxDuration: 2h, clipboard: disabled }
  duration: 3h
  reason: Again
  approvals: [{ by: dave, at: 2026-11-20T10:00:00Z }]
`,
];

function stateDirectory(edits: readonly string[]): string {
  const root = mkdtempSync(join(tmpdir(), "reeve-bad-input-"));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  const folder = join(root, "desired-state");
  mkdirSync(folder);
  for (const [file, text] of Object.entries(changeCluster([...OWN_HOSTS, ...edits])))
    writeFileSync(join(folder, file), text);
  return folder;
}

/** What is changed in the small cluster's documents, and each finding: its line and column in the grants, and its hint. */
test.each<readonly [name: string, edits: readonly string[], says: readonly string[]]>([
  [
    "a window reversed",
    ["expiresAt: 2026-12-14T18:00:00Z", "expiresAt: 2026-11-14T18:00:00Z"],
    [
      "10:14: error: access would end at 2026-11-14T18:00:00Z, and begins at 2026-12-01T08:00:00Z [window-reversed] | write an end that is later than the beginning; mind the zones",
    ],
  ],
  [
    "an instant without a zone",
    ["expiresAt: 2026-12-14T18:00:00Z", "expiresAt: 2026-12-14T18:00:00"],
    [
      '10:14: error: spec.expiresAt: "2026-12-14T18:00:00" is not a point in time as it is written here: RFC 3339 with its zone [bad-value] | for example 2026-12-14T18:00:00Z',
    ],
  ],
  [
    "an image without its digest",
    ["  challenges: [{", "  image: registry.example.com/ws/desktop:1.2\n  challenges: [{"],
    [
      "12:10: error: registry.example.com/ws/desktop:1.2 has no digest: its tag may name another image tomorrow [image-digest] | write registry/repository@sha256:…, as `crane digest` or `docker buildx imagetools inspect` print it",
    ],
  ],
  [
    "longer than the policy allows",
    ["expiresAt: 2026-12-14T18:00:00Z", "expiresAt: 2027-12-14T18:00:00Z"],
    [
      "10:14: error: access would last longer than the 14d that AccessPolicy/students allows [duration-exceeded] | from this start, 2026-12-15T08:00:00.000Z is the latest end",
    ],
  ],
  [
    "an image that the policy does not allow",
    [
      "  challenges: [{",
      "  image: evil.example.com/x@sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08\n  challenges: [{",
    ],
    [
      "12:10: error: evil.example.com/x@sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08 is none of the images of AccessPolicy/students: registry.example.com/ws/*@sha256:* [image-not-allowed] | choose another image, or have the policy changed",
    ],
  ],
  [
    "more processors than the policy allows",
    ["  challenges: [{", "  resources: { cpu: '8', memory: 4Gi }\n  challenges: [{"],
    [
      "12:21: error: cpu: 8 is more than the 4 of AccessPolicy/students [resources-exceeded] | ask for less, or have the policy changed",
    ],
  ],
  [
    "more memory",
    ["  challenges: [{", "  resources: { cpu: '2', memory: 64Gi }\n  challenges: [{"],
    [
      "12:34: error: memory: 64Gi is more than the 8Gi of AccessPolicy/students [resources-exceeded] | ask for less, or have the policy changed",
    ],
  ],
  [
    "a larger home",
    ["sizeGib: 20", "sizeGib: 200"],
    [
      "11:20: error: a home volume of 200 GiB is more than the 50 GiB of AccessPolicy/students [resources-exceeded] | ask for less, or have the policy changed",
    ],
  ],
  [
    "a home kept longer",
    ["retainFor: 7d", "retainFor: 90d"],
    [
      "11:35: error: keeping the home volume for 90d is more than the 30d of AccessPolicy/students [retention-exceeded] | ask for less, or have the policy changed",
    ],
  ],
  [
    "a network that the policy does not open",
    ["cidr: 198.51.100.0/25", "cidr: 203.0.113.0/24"],
    [
      "28:20: error: AccessPolicy/students opens 198.51.100.0/24, and 203.0.113.0/24 is not within [egress-not-allowed] | name a network within these, or have the policy changed",
    ],
  ],
  [
    "the internet",
    ["cidr: 198.51.100.0/25", "cidr: 0.0.0.0/0"],
    [
      "28:20: error: AccessPolicy/students opens 198.51.100.0/24, and 0.0.0.0/0 is not within [egress-not-allowed] | name a network within these, or have the policy changed",
    ],
  ],
  [
    "the machine's metadata",
    ["cidr: 198.51.100.0/25", "cidr: 169.254.169.254/32"],
    [
      "28:20: error: 169.254.169.254/32 touches 169.254.0.0/16, which no desktop may reach by address [egress-forbidden] | metadata services, loopback and the cluster's own networks stay closed: name a smaller network",
    ],
  ],
  [
    "a port beyond the last",
    ["ports: [443]", "ports: [70000]"],
    [
      "28:45: error: spec.egress[0].ports[0]: 70000 is more than 65535, the most that is allowed [bad-value] | for example 80",
    ],
  ],
  [
    "ports backwards",
    ["ports: [80, 1024-65535]", "ports: [80, 8100-8000]"],
    [
      "12:45: error: 8100-8000 is no port and no range of ports [invalid-port] | write 80, 8000-8100 (the lower one first), or 5353/udp; 65535 is the last",
    ],
  ],
  [
    "longer sessions",
    ["maxDuration: 2h, clipboard: in-only", "maxDuration: 9h, clipboard: in-only"],
    [
      "13:45: error: the policy wants session.maxDuration: at most 8h, and it is 9h [session-exceeded] | write it in the grant's session or in the tier's",
    ],
  ],
  [
    "a clipboard that there is not",
    ["clipboard: in-only }\n  reason: CTF", "clipboard: both }\n  reason: CTF"],
    [
      '13:60: error: spec.session.clipboard: "both" is not one of: disabled, in-only, out-only, enabled [bad-value] | known: disabled, enabled, in-only, out-only',
    ],
  ],
  [
    "another tier",
    ["person: alice\n  tier: tier-1", "person: alice\n  tier: tier-2"],
    [
      "7:9: error: AccessPolicy/students allows tier-1, not tier-2 [tier-not-allowed] | choose one of these, or have the policy changed",
    ],
  ],
  [
    "a slug that is no label",
    ["person: alice", "person: { id: alice, slug: Al_ice }"],
    [
      '6:11: error: "Al_ice" cannot be a label, part of a namespace and of an address [slug-invalid] | a slug is 1 to 30 lower-case letters, digits and dashes, no dash at either end',
    ],
  ],
  [
    "a name of which no slug can be made",
    ["person: alice", 'person: "___"'],
    [
      '6:11: error: AccessPolicy/students does not cover "___" [person-not-covered] | name another policy, or have this one\'s subjects changed; ids are compared to the letter',
      '6:11: error: no slug can be made of "___": 1 to 30 lower-case letters, digits and dashes would have to be left [slug-missing] | write one: { id: "___", slug: … }',
    ],
  ],
  [
    "two people with one slug",
    OTHER("alice@students.example.edu"),
    [
      '38:11: error: "alice@students.example.edu" and "alice" (WorkstationGrant/alice, desired-state/grants.yaml:2:1) would both be alice [slug-twice] | give one of them another: { id: "alice@students.example.edu", slug: … }',
    ],
  ],
  [
    "one person twice at one time",
    OTHER("alice"),
    [
      '38:11: error: "alice" has access to lab until 2026-12-14T18:00:00.000Z by WorkstationGrant/alice, desired-state/grants.yaml:2:1 already [grants-overlap] | let one begin when the other ends, or extend the other instead',
    ],
  ],
  [
    "an unknown cluster",
    ["cluster: lab\n  person: alice", "cluster: lap\n  person: alice"],
    ['5:12: error: there is no WorkstationCluster named "lap" [unknown-reference] | did you mean "lab"?'],
  ],
  [
    "an unknown tier",
    ["person: alice\n  tier: tier-1", "person: alice\n  tier: tier-9"],
    ['7:9: error: there is no WorkstationTier named "tier-9" [unknown-reference] | did you mean "tier-1"?'],
  ],
  [
    "an unknown policy",
    ["person: alice\n  tier: tier-1\n  policy: students", "person: alice\n  tier: tier-1\n  policy: studens"],
    ['8:11: error: there is no AccessPolicy named "studens" [unknown-reference] | did you mean "students"?'],
  ],
  [
    "no approvals",
    ["  approvals: [{ by: dave, at: 2026-11-20T10:00:00Z }]\n# end of alice", "# end of alice"],
    [
      "4:1: error: AccessPolicy/students asks for 1 approval, and 0 of those here count [approvals-missing] | approvals: [{ by: …, at: … }], given already, by dave",
    ],
  ],
  [
    "no reason",
    ["  reason: CTF course\n", ""],
    [
      '5:3: error: AccessPolicy/students asks for a reason [reason-missing] | say why in one line: reason: "CTF course, ticket 4711"',
    ],
  ],
  [
    "an approver who may not",
    [
      "by: dave, at: 2026-11-20T10:00:00Z }]\n# end of alice",
      "by: mallory, at: 2026-11-20T10:00:00Z }]\n# end of alice",
    ],
    [
      "15:14: error: AccessPolicy/students asks for 1 approval, and 0 of those here count; mallory is none of its approvers [approvals-missing] | approvals: [{ by: …, at: … }], given already, by dave",
    ],
  ],
  [
    "a policy whose only approver it is for",
    [
      "approvers: [dave]",
      "approvers: [alice]",
      "by: dave, at: 2026-11-20T10:00:00Z }]\n# end of workshop",
      "by: alice, at: 2026-11-20T10:00:00Z }]\n# end of workshop",
    ],
    [
      "15:14: error: AccessPolicy/students asks for 1 approval, and 0 of those here count; dave is none of its approvers [approvals-missing] | nobody is left to approve it beside those it is for: have more approvers named in AccessPolicy/students",
    ],
  ],
  [
    "approving oneself",
    [
      "approvers: [dave]",
      "approvers: [dave, alice]",
      "by: dave, at: 2026-11-20T10:00:00Z }]\n# end of alice",
      "by: alice, at: 2026-11-20T10:00:00Z }]\n# end of alice",
    ],
    [
      "15:14: error: AccessPolicy/students asks for 1 approval, and 0 of those here count; alice cannot approve their own access [approvals-missing] | approvals: [{ by: …, at: … }], given already, by dave",
    ],
  ],
  [
    "approving oneself in other letters",
    [
      "approvers: [dave]",
      "approvers: [dave, Alice]",
      "by: dave, at: 2026-11-20T10:00:00Z }]\n# end of alice",
      "by: Alice, at: 2026-11-20T10:00:00Z }]\n# end of alice",
    ],
    [
      "15:14: error: AccessPolicy/students asks for 1 approval, and 0 of those here count; Alice cannot approve their own access [approvals-missing] | approvals: [{ by: …, at: … }], given already, by dave",
    ],
  ],
  [
    "a person whom the policy does not cover",
    ["person: alice", "person: mallory"],
    [
      '6:11: error: AccessPolicy/students does not cover "mallory" [person-not-covered] | name another policy, or have this one\'s subjects changed; ids are compared to the letter',
    ],
  ],
  [
    "a wildcard for a person",
    ["person: alice", 'person: "al*"'],
    [
      '6:11: error: AccessPolicy/students does not cover "al*" [person-not-covered] | name another policy, or have this one\'s subjects changed; ids are compared to the letter',
      '6:11: error: "al*" has a * in it, which policies of the mesh read as "anything" [person-wildcard] | a grant is for people who are named; write a person\'s id',
    ],
  ],
  [
    "a field that there is not",
    ["  reason: CTF course\n", "  reason: CTF course\n  clipbord: both\n"],
    [
      '15:3: error: spec has no field "clipbord" [unknown-field] | known: approvals, challenges, cluster, duration, egress, expiresAt, home, image, people, person, policy, reason, …',
    ],
  ],
])("%s", async (_name, edits, says) => {
  const { code, out, err } = await runHere(validate, ["--state", stateDirectory(edits)], { now: DURING });
  const lines = out.trimEnd().split("\n");
  const found = lines
    .slice(0, -1)
    .join("\n")
    .split(/\n(?! )/);
  expect(found).toEqual(says.map((one) => `desired-state/grants.yaml:${one.replace(" | ", "\n    ")}`));
  expect([code, err, lines.at(-1)]).toEqual([1, "", expect.stringMatching(/not valid \(\d+ errors?\)$/)]);
});
