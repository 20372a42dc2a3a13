import type { FailedWorkspaceChangeRequest, WorkspaceProperties, WorkspaceRequest } from "@aws-sdk/client-workspaces";
import { unreachable } from "../../../support/unreachable.ts";
import type {
  CreateAnswer,
  DesktopOrder,
  FailedItem,
  PropertyEdit,
  WorkspacesReader,
  WorkspacesWriter,
} from "../model.ts";
import { classifyItem } from "./classify.ts";
import type { Doors } from "./doors.ts";
import { toAwsTags } from "./parse.ts";
import { ask, type Place } from "./reader.ts";
import { toAwsWord } from "./words.ts";
import { directoryWrites } from "./write-directories.ts";

/** Writes through the same doors. Every method is one call, but where its name says otherwise. */
export function createWriter(doors: Doors, reader: WorkspacesReader): WorkspacesWriter {
  return { ...reader, ...desktopWrites(doors), ...powerWrites(doors), ...directoryWrites(doors) };
}

type PowerWrites = Pick<WorkspacesWriter, "terminate" | "start" | "stop">;

function powerWrites(doors: Doors): PowerWrites {
  return {
    terminate: async (region, ids) => {
      const TerminateWorkspaceRequests = ids.map((WorkspaceId) => ({ WorkspaceId }));
      const answer = await ask({ doors, region }, "TerminateWorkspaces", (client, sdk) =>
        client.send(new sdk.TerminateWorkspacesCommand({ TerminateWorkspaceRequests })),
      );
      return failedItems(answer.FailedRequests);
    },
    start: async (region, ids) => {
      const StartWorkspaceRequests = ids.map((WorkspaceId) => ({ WorkspaceId }));
      const answer = await ask({ doors, region }, "StartWorkspaces", (client, sdk) =>
        client.send(new sdk.StartWorkspacesCommand({ StartWorkspaceRequests })),
      );
      return failedItems(answer.FailedRequests);
    },
    stop: async (region, ids) => {
      const StopWorkspaceRequests = ids.map((WorkspaceId) => ({ WorkspaceId }));
      const answer = await ask({ doors, region }, "StopWorkspaces", (client, sdk) =>
        client.send(new sdk.StopWorkspacesCommand({ StopWorkspaceRequests })),
      );
      return failedItems(answer.FailedRequests);
    },
  };
}

type DesktopWrites = Pick<WorkspacesWriter, "create" | "modify" | "setMaintenance" | "migrate" | "tag" | "untag">;

function desktopWrites(doors: Doors): DesktopWrites {
  return {
    create: (region, orders) => sendOrders({ doors, region }, orders),
    modify: async (region, WorkspaceId, edit) => {
      const input = { WorkspaceId, WorkspaceProperties: editedProperties(edit) };
      await ask({ doors, region }, "ModifyWorkspaceProperties", (client, sdk) =>
        client.send(new sdk.ModifyWorkspacePropertiesCommand(input)),
      );
    },
    setMaintenance: async (region, WorkspaceId, isOn) => {
      const WorkspaceState = isOn ? "ADMIN_MAINTENANCE" : "AVAILABLE";
      await ask({ doors, region }, "ModifyWorkspaceState", (client, sdk) =>
        client.send(new sdk.ModifyWorkspaceStateCommand({ WorkspaceId, WorkspaceState })),
      );
    },
    migrate: async (region, SourceWorkspaceId, BundleId) => {
      const answer = await ask({ doors, region }, "MigrateWorkspace", (client, sdk) =>
        client.send(new sdk.MigrateWorkspaceCommand({ SourceWorkspaceId, BundleId })),
      );
      return answer.TargetWorkspaceId ?? "";
    },
    tag: async (region, ResourceId, tags) => {
      const Tags = toAwsTags(tags);
      await ask({ doors, region }, "CreateTags", (client, sdk) =>
        client.send(new sdk.CreateTagsCommand({ ResourceId, Tags })),
      );
    },
    untag: async (region, ResourceId, keys) => {
      await ask({ doors, region }, "DeleteTags", (client, sdk) =>
        client.send(new sdk.DeleteTagsCommand({ ResourceId, TagKeys: [...keys] })),
      );
    },
  };
}

async function sendOrders(place: Place, orders: readonly DesktopOrder[]): Promise<CreateAnswer> {
  const Workspaces = orders.map(toRequest);
  const answer = await ask(place, "CreateWorkspaces", (client, sdk) =>
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
    case "running":
      return edit.mode === "auto-stop"
        ? { RunningMode: "AUTO_STOP", RunningModeAutoStopTimeoutInMinutes: edit.afterIdleMinutes }
        : { RunningMode: "ALWAYS_ON" };
    default:
      return unreachable(edit);
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
