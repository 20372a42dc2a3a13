import { describe, expect, test } from "vitest";
import { checkChanged, type Row } from "./checked.ts";

const DIGEST = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";
const BOUNDS: readonly Row[] = [
  [
    "a tier that is not allowed",
    "tier-not-allowed AccessPolicy/students allows tier-1, not tier-2",
    "person: alice\n  tier: tier-1",
    "person: alice\n  tier: ⟦tier-2",
  ],
  [
    "more processors",
    "resources-exceeded cpu: 4500m is more than the 4 of AccessPolicy/students",
    "  home: {",
    "  resources: { cpu: ⟦4500m, memory: 4Gi }\n  home: {",
  ],
  [
    "more memory",
    "resources-exceeded memory: 8193Mi is more than the 8Gi of AccessPolicy/students",
    "  home: {",
    "  resources: { cpu: 500m, memory: ⟦8193Mi }\n  home: {",
  ],
  [
    "a larger home",
    "resources-exceeded a home volume of 51 GiB is more than the 50 GiB",
    "sizeGib: 20",
    "sizeGib: ⟦51",
  ],
  [
    "a home kept longer",
    "retention-exceeded keeping the home volume for 31d is more than the 30d",
    "retainFor: 7d",
    "retainFor: ⟦31d",
  ],
  [
    "an image by its tag",
    "image-digest registry.example.com/ws/desktop:1.2 has no digest",
    "  home: {",
    "  image: ⟦registry.example.com/ws/desktop:1.2\n  home: {",
  ],
  [
    "half a digest",
    "image-digest the digest of registry.example.com/ws/desktop@sha256:9f86 is not sha256 and 64 digits",
    "  home: {",
    "  image: ⟦registry.example.com/ws/desktop@sha256:9f86\n  home: {",
  ],
  [
    "a tier's image by its tag",
    "image-digest registry.example.com/ws/desktop:latest has no digest",
    `image: registry.example.com/ws/desktop@sha256:${DIGEST}\n  resources: { cpu: "1"`,
    'image: ⟦registry.example.com/ws/desktop:latest\n  resources: { cpu: "1"',
  ],
  [
    "an image from elsewhere",
    `image-not-allowed evil.example.com/ws/desktop@sha256:${DIGEST} is none of the images`,
    "  home: {",
    `  image: ⟦evil.example.com/ws/desktop@sha256:${DIGEST}\n  home: {`,
  ],
  [
    "an image deeper than the pattern",
    "image-not-allowed",
    "  home: {",
    `  image: ⟦registry.example.com/ws/other/desktop@sha256:${DIGEST}\n  home: {`,
  ],
  [
    "no image",
    "image-missing neither the grant nor WorkstationTier/tier-2 names an image",
    "allowedTiers: [tier-1]",
    "allowedTiers: [tier-1, tier-2]",
    `  image: registry.example.com/ws/desktop@sha256:${DIGEST}\n  resources: { cpu: "1"`,
    '  resources: { cpu: "1"',
    "person: alice\n  tier: tier-1",
    "person: alice\n  tier: ⟦tier-2",
  ],
  [
    "a quota that leaves nothing",
    "quota-too-small a quota of 1 leaves the proxy nothing",
    'resources: { cpu: "1", memory: 1Gi }',
    'resources: { cpu: "1", memory: 1Gi }\n  quota: { cpu: ⟦"1", memory: 4Gi }',
  ],
  [
    "no reason",
    "reason-missing AccessPolicy/students asks for a reason",
    "spec:\n  cluster: lab\n  people",
    "spec:\n  ⟦cluster: lab\n  people",
    "  reason: Workshop\n",
    "",
  ],
  [
    "no approval",
    "approvals-missing AccessPolicy/students asks for 1 approval, and 0 of those here count",
    "approvals: [{ by: dave, at: 2026-11-20T10:00:00Z }]\n# end of workshop",
    "approvals: ⟦[]\n# end of workshop",
  ],
  [
    "an approval by somebody else",
    "approvals-missing",
    "approvals: [{ by: dave, at: 2026-11-20T10:00:00Z }]\n# end of workshop",
    "approvals: ⟦[{ by: bob, at: 2026-11-20T10:00:00Z }]\n# end of workshop",
  ],
  [
    "an approval by the person",
    "approvals-missing",
    "approvers: [dave]",
    "approvers: [dave, alice]",
    "approvals: [{ by: dave, at: 2026-11-20T10:00:00Z }]\n# end of alice",
    "approvals: ⟦[{ by: alice, at: 2026-11-20T10:00:00Z }]\n# end of alice",
  ],
  [
    "an approval to come",
    "approvals-missing",
    "at: 2026-11-20T10:00:00Z }]\n# end of alice",
    "at: 2027-11-20T10:00:00Z }]\n# end of alice",
    "approvals: [{ by: dave, at: 2027",
    "approvals: ⟦[{ by: dave, at: 2027",
  ],
  [
    "one approver twice",
    "approvals-missing AccessPolicy/students asks for 2 approvals, and 1 of those here counts",
    "requires: { approvals: 1, approvers: [dave] }",
    "requires: { approvals: 2 }",
    "at: 2026-11-20T10:00:00Z }]\n# end of alice",
    "at: 2026-11-20T10:00:00Z }, { by: dave, at: 2026-11-21T10:00:00Z }]\n# end of alice",
    "approvals: [{ by: dave, at: 2026-11-20T10:00:00Z }, {",
    "approvals: ⟦[{ by: dave, at: 2026-11-20T10:00:00Z }, {",
    "approvals: [{ by: dave, at: 2026-11-20T10:00:00Z }]\n# end of workshop",
    "approvals: [{ by: dave, at: 2026-11-20T10:00:00Z }, { by: carol, at: 2026-11-20T10:00:00Z }]\n# end of workshop",
  ],
  [
    "fewer approvers than approvals",
    "approvers-few 2 approvals are needed, and 1 people may give one",
    "approvals: 1, approvers: [dave]",
    "approvals: 2, approvers: ⟦[dave]",
  ],
  [
    "a policy for anybody",
    'person-wildcard "*@example.edu" covers nobody: ids are compared to the letter, and no person\'s has a * in it',
    "people: [alice, bob, carol]",
    'people: [alice, bob, carol, ⟦"*@example.edu"]',
  ],
  [
    "a policy's images by their tag",
    "image-digest registry.example.com/ws/*:1.2 fits no image: desktops run images by their digest, and * stands for no @",
    '["registry.example.com/ws/*@sha256:*"]',
    '["registry.example.com/ws/*@sha256:*", ⟦"registry.example.com/ws/*:1.2"]',
  ],
  ["a policy of no time", "no-time 0d allows no grant at all", "maxDuration: 14d", "maxDuration: ⟦0d"],
];

describe.each(Object.entries({ BOUNDS }))("%s", (_group, rows) => {
  test.each(rows)("%s", (_name, says, ...edits) => {
    const { found, hints, place } = checkChanged(edits);
    expect(found.map((text) => text.slice(0, place.length + 1 + says.length))).toEqual([`${place} ${says}`]);
    expect(hints).not.toContain("");
  });
});
