import type { FailedWorkspaceChangeRequest, WorkspaceProperties, WorkspaceRequest } from "@aws-sdk/client-workspaces";
import type {
  CreateAnswer,
  DesktopOrder,
  FailedItem,
  LiveCreation,
  PropertyEdit,
  WorkspacesReader,
  WorkspacesWriter,
} from "../model.ts";
import { classifyItem } from "./classify.ts";
import type { Doors } from "./doors.ts";
import { toAwsTags } from "./parse.ts";
import { ask } from "./reader.ts";
import { DEVICES, SELF_SERVICE, toAwsWord } from "./words.ts";

/** Writes through the same doors. Every method is one call, but where its name says otherwise. */
export function createWriter(doors: Doors, reader: WorkspacesReader): WorkspacesWriter {
  return { ...reader, ...desktopWrites(doors), ...directoryWrites(doors) };
}

type DesktopWrites = Pick<
  WorkspacesWriter,
  "create" | "terminate" | "start" | "stop" | "modify" | "setMaintenance" | "migrate" | "tag" | "untag"
>;

function desktopWrites(doors: Doors): DesktopWrites {
  return {
    create: (region, orders) => sendOrders(doors, region, orders),
    terminate: async (region, ids) => {
      const TerminateWorkspaceRequests = ids.map((WorkspaceId) => ({ WorkspaceId }));
      const answer = await ask(doors, region, "TerminateWorkspaces", (client, sdk) =>
        client.send(new sdk.TerminateWorkspacesCommand({ TerminateWorkspaceRequests })),
      );
      return failedItems(answer.FailedRequests);
    },
    start: async (region, ids) => {
      const StartWorkspaceRequests = ids.map((WorkspaceId) => ({ WorkspaceId }));
      const answer = await ask(doors, region, "StartWorkspaces", (client, sdk) =>
        client.send(new sdk.StartWorkspacesCommand({ StartWorkspaceRequests })),
      );
      return failedItems(answer.FailedRequests);
    },
    stop: async (region, ids) => {
      const StopWorkspaceRequests = ids.map((WorkspaceId) => ({ WorkspaceId }));
      const answer = await ask(doors, region, "StopWorkspaces", (client, sdk) =>
        client.send(new sdk.StopWorkspacesCommand({ StopWorkspaceRequests })),
      );
      return failedItems(answer.FailedRequests);
    },
    modify: async (region, WorkspaceId, edit) => {
      const input = { WorkspaceId, WorkspaceProperties: editedProperties(edit) };
      await ask(doors, region, "ModifyWorkspaceProperties", (client, sdk) =>
        client.send(new sdk.ModifyWorkspacePropertiesCommand(input)),
      );
    },
    setMaintenance: async (region, WorkspaceId, isOn) => {
      const WorkspaceState = isOn ? "ADMIN_MAINTENANCE" : "AVAILABLE";
      await ask(doors, region, "ModifyWorkspaceState", (client, sdk) =>
        client.send(new sdk.ModifyWorkspaceStateCommand({ WorkspaceId, WorkspaceState })),
      );
    },
    migrate: async (region, SourceWorkspaceId, BundleId) => {
      const answer = await ask(doors, region, "MigrateWorkspace", (client, sdk) =>
        client.send(new sdk.MigrateWorkspaceCommand({ SourceWorkspaceId, BundleId })),
      );
      return answer.TargetWorkspaceId ?? "";
    },
    tag: async (region, ResourceId, tags) => {
      const Tags = toAwsTags(tags);
      await ask(doors, region, "CreateTags", (client, sdk) =>
        client.send(new sdk.CreateTagsCommand({ ResourceId, Tags })),
      );
    },
    untag: async (region, ResourceId, keys) => {
      await ask(doors, region, "DeleteTags", (client, sdk) =>
        client.send(new sdk.DeleteTagsCommand({ ResourceId, TagKeys: [...keys] })),
      );
    },
  };
}

async function sendOrders(doors: Doors, region: string, orders: readonly DesktopOrder[]): Promise<CreateAnswer> {
  const Workspaces = orders.map(toRequest);
  const answer = await ask(doors, region, "CreateWorkspaces", (client, sdk) =>
    client.send(new sdk.CreateWorkspacesCommand({ Workspaces })),
  );
  const pending = (answer.PendingRequests ?? []).flatMap(({ WorkspaceId, UserName }) =>
    WorkspaceId === undefined || UserName === undefined ? [] : [[UserName.toLowerCase(), WorkspaceId] as const],
  );
  const failed = (answer.FailedRequests ?? []).map(({ WorkspaceRequest: request, ErrorCode, ErrorMessage }) => ({
    key: (request?.UserName ?? "").toLowerCase(),
    verdict: classifyItem(ErrorCode ?? "Unknown", ErrorMessage ?? ""),
  }));
  return { pending: new Map(pending), failed };
}

/** What nobody asked for is not sent: AWS's and the bundle's own defaults differ, and a default sent is a change made. */
function toRequest(order: DesktopOrder): WorkspaceRequest {
  const isAutoStop = order.mode === "auto-stop";
  return {
    DirectoryId: order.directoryId,
    UserName: order.user,
    BundleId: order.bundleId,
    ...(order.key === null
      ? {}
      : { VolumeEncryptionKey: order.key, UserVolumeEncryptionEnabled: true, RootVolumeEncryptionEnabled: true }),
    WorkspaceProperties: {
      RunningMode: isAutoStop ? "AUTO_STOP" : "ALWAYS_ON",
      ...(isAutoStop ? { RunningModeAutoStopTimeoutInMinutes: order.afterIdleMinutes } : {}),
      ...(order.compute === null ? {} : computeOf(order.compute)),
      ...(order.volumes === null
        ? {}
        : { RootVolumeSizeGib: order.volumes.rootGib, UserVolumeSizeGib: order.volumes.userGib }),
      Protocols: ["WSP"],
    },
    Tags: toAwsTags(order.tags),
  };
}

function editedProperties(edit: PropertyEdit): WorkspaceProperties {
  switch (edit.property) {
    case "rootGib":
      return { RootVolumeSizeGib: edit.value };
    case "userGib":
      return { UserVolumeSizeGib: edit.value };
    case "compute":
      return computeOf(edit.value);
    case "protocol":
      return { Protocols: ["WSP"] };
    default:
      return edit.mode === "auto-stop"
        ? { RunningMode: "AUTO_STOP", RunningModeAutoStopTimeoutInMinutes: edit.afterIdleMinutes }
        : { RunningMode: "ALWAYS_ON" };
  }
}

/** The schema has checked the word; the SDK's type is its list of them. */
function computeOf(compute: string): Pick<WorkspaceProperties, "ComputeTypeName"> {
  return { ComputeTypeName: toAwsWord(compute) as NonNullable<WorkspaceProperties["ComputeTypeName"]> };
}

function failedItems(failed: readonly FailedWorkspaceChangeRequest[] | undefined): readonly FailedItem[] {
  return (failed ?? []).map(({ WorkspaceId, ErrorCode, ErrorMessage }) => ({
    key: WorkspaceId ?? "",
    verdict: classifyItem(ErrorCode ?? "Unknown", ErrorMessage ?? ""),
  }));
}

type DirectoryWrites = Pick<
  WorkspacesWriter,
  "register" | "setCreation" | "setDevices" | "setSelfService" | "setTransport" | "setIpGroups"
>;

function directoryWrites(doors: Doors): DirectoryWrites {
  return {
    register: async (region, DirectoryId, subnetIds, tags) => {
      const SubnetIds = subnetIds === null ? {} : { SubnetIds: [...subnetIds] };
      const input = { DirectoryId, ...SubnetIds, EnableSelfService: false, Tags: toAwsTags(tags) };
      await ask(doors, region, "RegisterWorkspaceDirectory", (client, sdk) =>
        client.send(new sdk.RegisterWorkspaceDirectoryCommand(input)),
      );
    },
    setCreation: async (region, ResourceId, creation) => {
      const input = { ResourceId, WorkspaceCreationProperties: creationProperties(creation) };
      await ask(doors, region, "ModifyWorkspaceCreationProperties", (client, sdk) =>
        client.send(new sdk.ModifyWorkspaceCreationPropertiesCommand(input)),
      );
    },
    setDevices: async (region, ResourceId, devices) => {
      const pairs = Object.entries(DEVICES).flatMap(([name, field]) => {
        const access = devices[name];
        return access === undefined ? [] : [[field, access === "allow" ? "ALLOW" : "DENY"] as const];
      });
      const input = { ResourceId, WorkspaceAccessProperties: Object.fromEntries(pairs) };
      await ask(doors, region, "ModifyWorkspaceAccessProperties", (client, sdk) =>
        client.send(new sdk.ModifyWorkspaceAccessPropertiesCommand(input)),
      );
    },
    setSelfService: async (region, ResourceId, allowed) => {
      const pairs = Object.entries(SELF_SERVICE).map(
        ([name, field]) => [field, allowed[name] === true ? "ENABLED" : "DISABLED"] as const,
      );
      const input = { ResourceId, SelfservicePermissions: Object.fromEntries(pairs) };
      await ask(doors, region, "ModifySelfservicePermissions", (client, sdk) =>
        client.send(new sdk.ModifySelfservicePermissionsCommand(input)),
      );
    },
    setTransport: async (region, ResourceId, transport) => {
      const StreamingExperiencePreferredProtocol = transport === "udp" ? "UDP" : "TCP";
      const input = { ResourceId, StreamingProperties: { StreamingExperiencePreferredProtocol } } as const;
      await ask(doors, region, "ModifyStreamingProperties", (client, sdk) =>
        client.send(new sdk.ModifyStreamingPropertiesCommand(input)),
      );
    },
    setIpGroups: async (region, DirectoryId, { add, remove }) => {
      if (add.length > 0)
        await ask(doors, region, "AssociateIpGroups", (client, sdk) =>
          client.send(new sdk.AssociateIpGroupsCommand({ DirectoryId, GroupIds: [...add] })),
        );
      if (remove.length > 0)
        await ask(doors, region, "DisassociateIpGroups", (client, sdk) =>
          client.send(new sdk.DisassociateIpGroupsCommand({ DirectoryId, GroupIds: [...remove] })),
        );
    },
  };
}

/** The whole set each time: whether AWS merges or replaces is not documented. */
function creationProperties(creation: LiveCreation) {
  return {
    EnableInternetAccess: creation.internetAccess,
    UserEnabledAsLocalAdministrator: creation.localAdministrator,
    EnableMaintenanceMode: creation.maintenance,
    ...(creation.ou === null ? {} : { DefaultOu: creation.ou }),
    ...(creation.securityGroupId === null ? {} : { CustomSecurityGroupId: creation.securityGroupId }),
    ...(creation.instanceRoleArn === null ? {} : { InstanceIamRoleArn: creation.instanceRoleArn }),
  };
}
