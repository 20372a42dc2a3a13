import type { Workspace } from "@aws-sdk/client-workspaces";
import { expect, test } from "vitest";
import {
  parseBundle,
  parseDesktop,
  parseDirectory,
  parseLastUse,
  parseTags,
} from "../../../../src/providers/workspaces/api/parse.ts";
import { fromAwsWord, toAwsWord } from "../../../../src/providers/workspaces/api/words.ts";

const BARE = { WorkspaceId: "ws-1", DirectoryId: "d-1" } satisfies Workspace;

/** As it comes over the wire: words that this SDK's types do not know are there all the same. */
function fromWire(raw: object): ReturnType<typeof parseDesktop>[number] | undefined {
  return parseDesktop({ ...BARE, ...raw })[0];
}

test("a desktop of which AWS says next to nothing: null for what is not known, never a default", () => {
  expect(parseDesktop(BARE)).toEqual([
    {
      id: "ws-1",
      directoryId: "d-1",
      user: "",
      bundleId: "",
      state: "UNKNOWN",
      error: null,
      compute: null,
      rootGib: null,
      userGib: null,
      mode: null,
      afterIdleMinutes: null,
      protocols: [],
      isRootEncrypted: false,
      isUserEncrypted: false,
      key: null,
      modifications: [],
      operatingSystem: null,
      isStandby: false,
      tags: {},
    },
  ]);
});

test.each([{}, { WorkspaceId: "ws-1" }, { DirectoryId: "d-1" }])("%j is no desktop", (raw) => {
  expect(parseDesktop(raw)).toEqual([]);
});

test.each([
  { name: "a state nobody knows", raw: { State: "HIBERNATING" }, expected: { state: "HIBERNATING" } },
  {
    name: "words nobody knows",
    raw: {
      WorkspaceProperties: {
        ComputeTypeName: "QUANTUM_X9",
        RunningMode: "SOMETIMES",
        Protocols: ["DCV3"],
        OperatingSystemName: "PLAN_9",
      },
    },
    expected: { compute: "quantum-x9", mode: "sometimes", protocols: ["DCV3"], operatingSystem: "plan" },
  },
  {
    name: "words that everybody knows",
    raw: {
      WorkspaceProperties: {
        ComputeTypeName: "GRAPHICS_G4DN",
        RunningMode: "AUTO_STOP",
        RunningModeAutoStopTimeoutInMinutes: 60,
        RootVolumeSizeGib: 175,
        UserVolumeSizeGib: 100,
        OperatingSystemName: "WINDOWS_SERVER_2022",
      },
    },
    expected: {
      compute: "graphics-g4dn",
      mode: "auto-stop",
      afterIdleMinutes: 60,
      rootGib: 175,
      userGib: 100,
      operatingSystem: "windows",
    },
  },
  { name: "an error", raw: { ErrorCode: "DomainJoin", ErrorMessage: "no" }, expected: { error: "DomainJoin: no" } },
  {
    name: "an error without words",
    raw: { ErrorCode: "DomainJoin", ErrorMessage: "" },
    expected: { error: "DomainJoin" },
  },
  {
    name: "a change that says half of what it is",
    raw: { ModificationStates: [{ Resource: "ROOT_VOLUME" }, {}] },
    expected: {
      modifications: [
        { resource: "ROOT_VOLUME", state: "UNKNOWN" },
        { resource: "UNKNOWN", state: "UNKNOWN" },
      ],
    },
  },
  { name: "a standby", raw: { RelatedWorkspaces: [{ Type: "PRIMARY" }] }, expected: { isStandby: true } },
  { name: "a primary", raw: { RelatedWorkspaces: [{ Type: "STANDBY" }] }, expected: { isStandby: false } },
])("$name", ({ raw, expected }) => {
  expect(fromWire(raw)).toMatchObject(expected);
});

test("a directory of which AWS says next to nothing: what it does by itself, and unknown for devices", () => {
  const [directory] = parseDirectory({ DirectoryId: "d-1" });
  expect(directory).toMatchObject({
    name: null,
    state: "UNKNOWN",
    creation: { ou: null, securityGroupId: null, internetAccess: false, localAdministrator: true, maintenance: true },
    transport: null,
    ipGroups: [],
  });
  expect(new Set(Object.values(directory?.devices ?? {}))).toEqual(new Set(["unknown"]));
  expect(new Set(Object.values(directory?.selfService ?? {}))).toEqual(new Set([false]));
});

test("a directory: empty texts are none, groups are sorted, words are Reeve's", () => {
  const [directory] = parseDirectory({
    DirectoryId: "d-1",
    DirectoryName: "robco.local",
    State: "REGISTERED",
    WorkspaceCreationProperties: { DefaultOu: "", UserEnabledAsLocalAdministrator: false },
    WorkspaceAccessProperties: { DeviceTypeOsx: "ALLOW", DeviceTypeWeb: "DENY" },
    SelfservicePermissions: { RebuildWorkspace: "ENABLED" },
    StreamingProperties: { StreamingExperiencePreferredProtocol: "UDP" },
    ipGroupIds: ["wsipg-2", "wsipg-1"],
  });
  expect(directory).toMatchObject({
    name: "robco.local",
    creation: { ou: null, localAdministrator: false },
    devices: { macos: "allow", web: "deny" },
    selfService: { rebuild: true, restart: false },
    transport: "udp",
    ipGroups: ["wsipg-1", "wsipg-2"],
  });
});

test.each([
  { capacity: "80", gib: 80 },
  { capacity: "much", gib: null },
  { capacity: "", gib: null },
  { capacity: undefined, gib: null },
])("a bundle's capacity of $capacity is $gib GiB", ({ capacity, gib }) => {
  expect(parseBundle({ BundleId: "wsb-1", RootStorage: { Capacity: capacity } })[0]?.rootGib).toBe(gib);
});

const LAST = new Date("2026-03-01T08:00:00Z");

test.each([
  { raw: { ConnectionState: "CONNECTED", LastKnownUserConnectionTimestamp: LAST }, expected: "unknown" },
  { raw: { ConnectionState: "DISCONNECTED", LastKnownUserConnectionTimestamp: LAST }, expected: LAST },
  { raw: { ConnectionState: "UNKNOWN", LastKnownUserConnectionTimestamp: LAST }, expected: LAST },
  { raw: { ConnectionState: "DISCONNECTED" }, expected: "never" },
  { raw: { ConnectionState: "UNKNOWN" }, expected: "unknown" },
  { raw: {}, expected: "unknown" },
] as const)("last use by $raw: $expected", ({ raw, expected }) => {
  expect(parseLastUse(raw)).toEqual(expected);
});

test("tags: AWS's own are left out, a value that is missing is empty, sorted by key", () => {
  const tags = [
    { Key: "b", Value: "2" },
    { Key: "aws:cloudformation:stack-id", Value: "x" },
    { Key: "a" },
    { Value: "lost" },
  ];
  expect(JSON.stringify(parseTags(tags))).toBe('{"a":"","b":"2"}');
});

test.each(["POWERPRO", "GRAPHICS_G4DN", "GENERALPURPOSE_4XLARGE"])(
  "%s survives the way to Reeve's words and back",
  (word) => {
    expect(toAwsWord(fromAwsWord(word))).toBe(word);
  },
);
