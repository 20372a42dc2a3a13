/** From the SDK's optional everything to Reeve's model: the one place where a missing or odd field is decided about. */
import type {
  Tag,
  Workspace,
  WorkspaceBundle,
  WorkspaceConnectionStatus,
  WorkspaceDirectory,
} from "@aws-sdk/client-workspaces";
import type { LastUse, LiveBundle, LiveDesktop, LiveDirectory, TagMap } from "../model.ts";
import { DEVICES, fromAwsWord, SELF_SERVICE } from "./words.ts";

/** An entry without an id is nothing that could be kept. */
export function parseDesktop(raw: Workspace): readonly LiveDesktop[] {
  const { WorkspaceId: id, DirectoryId: directoryId, UserName: user } = raw;
  if (id === undefined || directoryId === undefined) return [];
  const properties = raw.WorkspaceProperties ?? {};
  return [
    {
      id,
      directoryId,
      user: user ?? "",
      bundleId: raw.BundleId ?? "",
      state: raw.State ?? "UNKNOWN",
      error: describeError(raw),
      compute: wordOrNull(properties.ComputeTypeName, fromAwsWord),
      rootGib: properties.RootVolumeSizeGib ?? null,
      userGib: properties.UserVolumeSizeGib ?? null,
      mode: wordOrNull(properties.RunningMode, fromAwsWord),
      afterIdleMinutes: properties.RunningModeAutoStopTimeoutInMinutes ?? null,
      protocols: properties.Protocols ?? [],
      isRootEncrypted: raw.RootVolumeEncryptionEnabled ?? false,
      isUserEncrypted: raw.UserVolumeEncryptionEnabled ?? false,
      key: raw.VolumeEncryptionKey ?? null,
      modifications: (raw.ModificationStates ?? []).map(({ Resource, State }) => ({
        resource: Resource ?? "UNKNOWN",
        state: State ?? "UNKNOWN",
      })),
      operatingSystem: wordOrNull(properties.OperatingSystemName, (word) => word.split("_")[0]?.toLowerCase() ?? word),
      isStandby: (raw.RelatedWorkspaces ?? []).some(({ Type }) => Type === "PRIMARY"),
      tags: {},
    },
  ];
}

function describeError({ ErrorCode, ErrorMessage }: Workspace): string | null {
  const parts = [ErrorCode, ErrorMessage].filter((part) => part !== undefined && part !== "");
  return parts.length === 0 ? null : parts.join(": ");
}

function wordOrNull(word: string | undefined, translate: (word: string) => string): string | null {
  return word === undefined ? null : translate(word);
}

export function parseDirectory(raw: WorkspaceDirectory): readonly LiveDirectory[] {
  const { DirectoryId: id } = raw;
  if (id === undefined) return [];
  const creation = raw.WorkspaceCreationProperties ?? {};
  const access = raw.WorkspaceAccessProperties ?? {};
  const selfService = raw.SelfservicePermissions ?? {};
  return [
    {
      id,
      name: raw.DirectoryName ?? null,
      state: raw.State ?? "UNKNOWN",
      creation: {
        ou: emptyToNull(creation.DefaultOu),
        securityGroupId: emptyToNull(creation.CustomSecurityGroupId),
        internetAccess: creation.EnableInternetAccess ?? false,
        // AWS makes users administrators where nothing is said.
        localAdministrator: creation.UserEnabledAsLocalAdministrator ?? true,
        maintenance: creation.EnableMaintenanceMode ?? true,
        instanceRoleArn: emptyToNull(creation.InstanceIamRoleArn),
      },
      devices: Object.fromEntries(
        Object.entries(DEVICES).map(([name, field]) => [name, (access[field] ?? "UNKNOWN").toLowerCase()]),
      ),
      selfService: Object.fromEntries(
        Object.entries(SELF_SERVICE).map(([name, field]) => [name, selfService[field] === "ENABLED"]),
      ),
      transport: raw.StreamingProperties?.StreamingExperiencePreferredProtocol?.toLowerCase() ?? null,
      ipGroups: (raw.ipGroupIds ?? []).toSorted(),
      tags: {},
    },
  ];
}

export function parseBundle(raw: WorkspaceBundle): readonly LiveBundle[] {
  if (raw.BundleId === undefined) return [];
  return [
    {
      id: raw.BundleId,
      name: raw.Name ?? "",
      description: raw.Description ?? "",
      compute: wordOrNull(raw.ComputeType?.Name, fromAwsWord),
      rootGib: gib(raw.RootStorage?.Capacity),
      userGib: gib(raw.UserStorage?.Capacity),
    },
  ];
}

/** Never connected only where AWS knows the state and has no instant; what it does not know counts as used. */
export function parseLastUse(raw: WorkspaceConnectionStatus): LastUse {
  if (raw.ConnectionState === "CONNECTED") return "unknown";
  if (raw.LastKnownUserConnectionTimestamp !== undefined) return raw.LastKnownUserConnectionTimestamp;
  return raw.ConnectionState === "DISCONNECTED" ? "never" : "unknown";
}

/** Tags that AWS keeps for itself are none of ours to see. */
export function parseTags(
  tags: readonly { readonly Key?: string | undefined; readonly Value?: string | undefined }[],
): TagMap {
  const pairs = tags.flatMap(({ Key, Value }) =>
    Key === undefined || Key.startsWith("aws:") ? [] : [[Key, Value ?? ""] as const],
  );
  return Object.fromEntries(pairs.toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

export function toAwsTags(tags: TagMap): Tag[] {
  return Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
}

function emptyToNull(text: string | undefined): string | null {
  return text === undefined || text === "" ? null : text;
}

function gib(capacity: string | undefined): number | null {
  const size = Number(capacity);
  return capacity === undefined || capacity === "" || !Number.isInteger(size) ? null : size;
}
