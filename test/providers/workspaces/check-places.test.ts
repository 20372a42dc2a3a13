import { describe, expect, test } from "vitest";
import { checkChanged, type Row } from "./checked.ts";

const PLACES: readonly Row[] = [
  [
    "a bundle that the directory lacks",
    'unknown-bundle WorkspaceDirectory/ireland has no bundle named "standard-window", and Workspace/alice is placed there',
    "bundle: standard-windows\n",
    "bundle: ⟦standard-window\n",
  ],
  [
    "a blueprint's bundle that the directory lacks",
    'unknown-bundle WorkspaceDirectory/oregon has no bundle named "performance-ubunto", and a desktop of WorkspaceBlueprint/robotics is placed there',
    "bundle: performance-ubuntu\n",
    "bundle: ⟦performance-ubunto\n",
    "{ near: { city: Seattle, country: US } }",
    "{ directory: oregon }",
  ],
  [
    "a bundle that no directory has",
    'no-directory no region can be chosen: no directory (ireland, oregon) has a bundle named "windows-standard"',
    "bundle: standard-windows\n",
    "bundle: windows-standard\n",
    "{ directory: ireland }",
    "{ near: ⟦{ city: Dublin, country: IE } }",
  ],
  [
    "no directory with the bundle carries the policy",
    'no-directory no region can be chosen: no directory that has the bundle (oregon) carries the security policy "locked-down"',
    "  securityPolicy: locked-down\n  bundles",
    "  bundles",
    "{ near: { city: Seattle",
    "{ near: ⟦{ city: Seattle",
    "count: 2",
    "count: 0",
  ],
  [
    "the directory carries no policy",
    'policy-missing WorkspaceBlueprint/robotics asks for the security policy "locked-down", and WorkspaceDirectory/ireland carries none',
    "{ near: { city: Seattle, country: US } }",
    "{ directory: ⟦ireland }",
    "{ standard-windows: wsb-3c4d5e6f7 }",
    "{ standard-windows: wsb-3c4d5e6f7, performance-ubuntu: wsb-4d5e6f7a8 }",
  ],
  [
    "neither blueprint nor bundle",
    "no-bundle nothing says what the desktop is made from: spec has neither blueprint nor bundle",
    "  bundle: standard-windows\n  license",
    "  license",
    "spec:\n  user: alice",
    "⟦spec:\n  user: alice",
  ],
  [
    "a bundle id of another region",
    "bundle-region wsb-1a2b3c4d5 is a bundle of us-west-2, by WorkspaceDirectory/oregon; WorkspaceDirectory/ireland is in eu-west-1, where bundles have other ids",
    "bundle: standard-windows\n",
    "bundle: ⟦wsb-1a2b3c4d5\n",
  ],
  [
    "one bundle id in two regions",
    "bundle-region wsb-3c4d5e6f7 is a bundle of eu-west-1, by WorkspaceDirectory/ireland; WorkspaceDirectory/oregon is in us-west-2, where bundles have other ids",
    "wsb-1a2b3c4d5",
    "wsb-3c4d5e6f7",
    "{ standard-windows: wsb-3c4d5e6f7, performance",
    "{ standard-windows: ⟦wsb-3c4d5e6f7, performance",
  ],
  [
    "a key of another region",
    "key-region the key is in us-west-2, and WorkspaceDirectory/ireland is in eu-west-1: volumes take keys of their own region",
    "rootGib: 80, userGib: 50 }",
    'rootGib: 80, userGib: 50, encryption: { keyFrom: ⟦"arn:aws:kms:us-west-2:123456789012:key/1234abcd" } }',
  ],
  [
    "a blueprint's key of another region",
    "key-region the key is in eu-west-1, and WorkspaceDirectory/oregon is in us-west-2: volumes take keys of their own region",
    "keyFrom: alias/workspaces",
    'keyFrom: ⟦"arn:aws:kms:eu-west-1:123456789012:key/1234abcd"',
  ],
  [
    "an address of a private network",
    "ip-not-public 10.8.0.23 is not an address of the public Internet (a private network), so it has no place",
    "{ city: Seattle, country: US }",
    "{ ip: ⟦10.8.0.23 }",
  ],
  [
    "no address",
    'ip-invalid "10.8.0.256" is no IPv4 or IPv6 address',
    "{ city: Seattle, country: US }",
    "{ ip: ⟦10.8.0.256 }",
  ],
  [
    "an unknown directory",
    'unknown-reference there is no WorkspaceDirectory named "irland"',
    "{ directory: ireland }",
    "{ directory: ⟦irland }",
  ],
  [
    "an unknown blueprint",
    'unknown-reference there is no WorkspaceBlueprint named "robotic"',
    "blueprint: robotics\n  placement: { near",
    "blueprint: ⟦robotic\n  placement: { near",
  ],
  [
    "an unknown policy",
    'unknown-reference there is no WorkspaceSecurityPolicy named "locked-dow"',
    "  securityPolicy: locked-down\n  overrides",
    "  securityPolicy: ⟦locked-dow\n  overrides",
  ],
  [
    "encryption without a key",
    "missing-field spec.volumes.encryption.keyFrom is missing",
    "rootGib: 80, userGib: 50 }",
    "rootGib: 80, userGib: 50, ⟦encryption: {} }",
  ],
  [
    "a key that is none",
    "bad-value spec.volumes.encryption.keyFrom: the value is not of the form that is needed",
    "keyFrom: alias/workspaces",
    "keyFrom: ⟦workspaces",
  ],
];

describe.each(Object.entries({ PLACES }))("%s", (_group, rows) => {
  test.each(rows)("%s", (_name, says, ...edits) => {
    const { found, place, hints } = checkChanged(edits);
    expect(hints.every((hint) => hint !== "")).toBe(true);
    expect(found.map((text) => text.slice(0, place.length + 1 + says.length))).toEqual([`${place} ${says}`]);
  });
});
