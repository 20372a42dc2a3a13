import { expect, test } from "vitest";
import type { DesktopOrder, PropertyEdit, WorkspacesWriter } from "../../../../src/providers/workspaces/model.ts";
import { type Asked, openWire } from "./wire.ts";

const REGION = "us-west-2";
const ID = "ws-000000001";
const DIRECTORY = "d-9067012345";

const ORDER: DesktopOrder = {
  directoryId: DIRECTORY,
  user: "JDoe",
  bundleId: "wsb-000000001",
  compute: null,
  volumes: null,
  mode: "auto-stop",
  afterIdleMinutes: 60,
  key: null,
  tags: {},
};

type Write = (writer: WorkspacesWriter) => Promise<unknown>;

const modify =
  (edit: PropertyEdit): Write =>
  (writer) =>
    writer.modify(REGION, ID, edit);

const creating =
  (over: Partial<DesktopOrder>): Write =>
  (writer) =>
    writer.create(REGION, [{ ...ORDER, ...over }]);

function created(over: object, properties: object): Asked {
  const Workspace = {
    DirectoryId: DIRECTORY,
    UserName: "JDoe",
    BundleId: "wsb-000000001",
    WorkspaceProperties: { Protocols: ["WSP"], ...properties },
    Tags: [],
    ...over,
  };
  return { operation: "CreateWorkspaces", input: { Workspaces: [Workspace] } };
}

function modified(WorkspaceProperties: object): Asked {
  return { operation: "ModifyWorkspaceProperties", input: { WorkspaceId: ID, WorkspaceProperties } };
}

const AUTO_STOP = { RunningMode: "AUTO_STOP", RunningModeAutoStopTimeoutInMinutes: 60 };
const CREATION = {
  ou: null,
  securityGroupId: null,
  internetAccess: false,
  localAdministrator: false,
  maintenance: true,
  instanceRoleArn: null,
};
const CREATED_WITH = {
  EnableInternetAccess: false,
  UserEnabledAsLocalAdministrator: false,
  EnableMaintenanceMode: true,
};

test.each<{ name: string; write: Write; sent: readonly Asked[] }>([
  { name: "a desktop of which nothing more is asked", write: creating({}), sent: [created({}, AUTO_STOP)] },
  {
    name: "always on: no time-out",
    write: creating({ mode: "always-on" }),
    sent: [created({}, { RunningMode: "ALWAYS_ON" })],
  },
  {
    name: "compute and volumes",
    write: creating({ compute: "graphics-g4dn", volumes: { rootGib: 175, userGib: 100 } }),
    sent: [
      created({}, { ...AUTO_STOP, ComputeTypeName: "GRAPHICS_G4DN", RootVolumeSizeGib: 175, UserVolumeSizeGib: 100 }),
    ],
  },
  {
    name: "encrypted and tagged",
    write: creating({ key: "alias/workspaces", tags: { Team: "robotics" } }),
    sent: [
      created(
        {
          VolumeEncryptionKey: "alias/workspaces",
          UserVolumeEncryptionEnabled: true,
          RootVolumeEncryptionEnabled: true,
          Tags: [{ Key: "Team", Value: "robotics" }],
        },
        AUTO_STOP,
      ),
    ],
  },
  {
    name: "a root volume",
    write: modify({ property: "rootGib", value: 175 }),
    sent: [modified({ RootVolumeSizeGib: 175 })],
  },
  {
    name: "a user volume",
    write: modify({ property: "userGib", value: 100 }),
    sent: [modified({ UserVolumeSizeGib: 100 })],
  },
  {
    name: "a compute type",
    write: modify({ property: "compute", value: "power" }),
    sent: [modified({ ComputeTypeName: "POWER" })],
  },
  { name: "the protocol", write: modify({ property: "protocol" }), sent: [modified({ Protocols: ["WSP"] })] },
  {
    name: "auto-stop",
    write: modify({ property: "running", mode: "auto-stop", afterIdleMinutes: 120 }),
    sent: [modified({ RunningMode: "AUTO_STOP", RunningModeAutoStopTimeoutInMinutes: 120 })],
  },
  {
    name: "always on, whatever the time-out",
    write: modify({ property: "running", mode: "always-on", afterIdleMinutes: 120 }),
    sent: [modified({ RunningMode: "ALWAYS_ON" })],
  },
  {
    name: "a stop of several",
    write: (writer) => writer.stop(REGION, ["ws-1", "ws-2"]),
    sent: [
      {
        operation: "StopWorkspaces",
        input: { StopWorkspaceRequests: [{ WorkspaceId: "ws-1" }, { WorkspaceId: "ws-2" }] },
      },
    ],
  },
  {
    name: "maintenance",
    write: (writer) => writer.setMaintenance(REGION, ID, true),
    sent: [{ operation: "ModifyWorkspaceState", input: { WorkspaceId: ID, WorkspaceState: "ADMIN_MAINTENANCE" } }],
  },
  {
    name: "a registration: no self-service, subnets only where they are said",
    write: (writer) => writer.register(REGION, { directoryId: DIRECTORY, subnetIds: null, tags: {} }),
    sent: [
      {
        operation: "RegisterWorkspaceDirectory",
        input: { DirectoryId: DIRECTORY, EnableSelfService: false, Tags: [] },
      },
    ],
  },
  {
    name: "creation properties: the whole set, without what was never said",
    write: (writer) => writer.setCreation(REGION, DIRECTORY, CREATION),
    sent: [
      {
        operation: "ModifyWorkspaceCreationProperties",
        input: { ResourceId: DIRECTORY, WorkspaceCreationProperties: CREATED_WITH },
      },
    ],
  },
  {
    name: "creation properties with texts",
    write: (writer) =>
      writer.setCreation(REGION, DIRECTORY, { ...CREATION, ou: "OU=Desks,DC=robco", securityGroupId: "sg-1" }),
    sent: [
      {
        operation: "ModifyWorkspaceCreationProperties",
        input: {
          ResourceId: DIRECTORY,
          WorkspaceCreationProperties: {
            ...CREATED_WITH,
            DefaultOu: "OU=Desks,DC=robco",
            CustomSecurityGroupId: "sg-1",
          },
        },
      },
    ],
  },
  {
    name: "devices: those that are said",
    write: (writer) => writer.setDevices(REGION, DIRECTORY, { macos: "allow", web: "deny" }),
    sent: [
      {
        operation: "ModifyWorkspaceAccessProperties",
        input: {
          ResourceId: DIRECTORY,
          WorkspaceAccessProperties: { DeviceTypeOsx: "ALLOW", DeviceTypeWeb: "DENY" },
        },
      },
    ],
  },
  {
    name: "self-service: what is not allowed is disabled",
    write: (writer) => writer.setSelfService(REGION, DIRECTORY, { restart: true }),
    sent: [
      {
        operation: "ModifySelfservicePermissions",
        input: {
          ResourceId: DIRECTORY,
          SelfservicePermissions: {
            RestartWorkspace: "ENABLED",
            IncreaseVolumeSize: "DISABLED",
            ChangeComputeType: "DISABLED",
            SwitchRunningMode: "DISABLED",
            RebuildWorkspace: "DISABLED",
          },
        },
      },
    ],
  },
  {
    name: "IP groups that change places: one in before one goes",
    write: (writer) => writer.setIpGroups(REGION, DIRECTORY, { add: ["wsipg-1"], remove: ["wsipg-2"] }),
    sent: [
      { operation: "AssociateIpGroups", input: { DirectoryId: DIRECTORY, GroupIds: ["wsipg-1"] } },
      { operation: "DisassociateIpGroups", input: { DirectoryId: DIRECTORY, GroupIds: ["wsipg-2"] } },
    ],
  },
  {
    name: "IP groups that stay",
    write: (writer) => writer.setIpGroups(REGION, DIRECTORY, { add: [], remove: [] }),
    sent: [],
  },
])("$name", async ({ write, sent }) => {
  const wire = await openWire();
  await write(wire.writer);
  expect(wire.asked).toEqual(sent);
});

test("a creation's answer: ids and refusals by user, folded, in whatever order they come", async () => {
  const refused = { ErrorCode: "ResourceExists.WorkSpace", ErrorMessage: "taken" };
  const wire = await openWire(() => ({
    FailedRequests: [{ WorkspaceRequest: { UserName: "Bob" }, ...refused }, { ErrorCode: "Odd" }],
    PendingRequests: [{ UserName: "JDoe", WorkspaceId: "ws-1" }, { UserName: "nobody" }],
  }));
  const answer = await wire.writer.create(REGION, [ORDER]);
  expect([...answer.pending]).toEqual([["jdoe", "ws-1"]]);
  expect(answer.failed.map(({ key, verdict }) => [key, verdict.failure])).toEqual([
    ["bob", "conflict"],
    ["", "invalid"],
  ]);
});

test("each refused item of a batch by its id and class", async () => {
  const wire = await openWire(() => ({
    FailedRequests: [{ WorkspaceId: "ws-2", ErrorCode: "InvalidResourceState.WorkSpace", ErrorMessage: "busy" }, {}],
  }));
  const failed = await wire.writer.terminate(REGION, ["ws-1", "ws-2"]);
  expect(failed.map(({ key, verdict }) => [key, verdict.failure, verdict.code])).toEqual([
    ["ws-2", "retryable", "InvalidResourceState.WorkSpace"],
    ["", "invalid", "Unknown"],
  ]);
});
