import type { SelfservicePermissions, WorkspaceAccessProperties } from "@aws-sdk/client-workspaces";
import type { LiveCreation, TagMap, WorkspacesWriter } from "../model.ts";
import type { Doors } from "./doors.ts";
import { toAwsTags } from "./parse.ts";
import { ask } from "./reader.ts";
import { DEVICES, SELF_SERVICE } from "./words.ts";

type DirectoryWrites = Pick<
  WorkspacesWriter,
  "register" | "setCreation" | "setDevices" | "setSelfService" | "setTransport" | "setIpGroups"
>;

export function directoryWrites(doors: Doors): DirectoryWrites {
  return {
    register: async (region, { directoryId: DirectoryId, subnetIds, tags }) => {
      const SubnetIds = subnetIds === null ? {} : { SubnetIds: [...subnetIds] };
      const input = { DirectoryId, ...SubnetIds, EnableSelfService: false, Tags: toAwsTags(tags) };
      await ask({ doors, region }, "RegisterWorkspaceDirectory", (client, sdk) =>
        client.send(new sdk.RegisterWorkspaceDirectoryCommand(input)),
      );
    },
    setCreation: async (region, ResourceId, creation) => {
      const input = { ResourceId, WorkspaceCreationProperties: creationProperties(creation) };
      await ask({ doors, region }, "ModifyWorkspaceCreationProperties", (client, sdk) =>
        client.send(new sdk.ModifyWorkspaceCreationPropertiesCommand(input)),
      );
    },
    setDevices: async (region, ResourceId, devices) => {
      const input = { ResourceId, WorkspaceAccessProperties: accessProperties(devices) };
      await ask({ doors, region }, "ModifyWorkspaceAccessProperties", (client, sdk) =>
        client.send(new sdk.ModifyWorkspaceAccessPropertiesCommand(input)),
      );
    },
    setSelfService: async (region, ResourceId, allowed) => {
      const input = { ResourceId, SelfservicePermissions: selfServicePermissions(allowed) };
      await ask({ doors, region }, "ModifySelfservicePermissions", (client, sdk) =>
        client.send(new sdk.ModifySelfservicePermissionsCommand(input)),
      );
    },
    setTransport: async (region, ResourceId, transport) => {
      const StreamingExperiencePreferredProtocol = transport === "udp" ? "UDP" : "TCP";
      const input = { ResourceId, StreamingProperties: { StreamingExperiencePreferredProtocol } } as const;
      await ask({ doors, region }, "ModifyStreamingProperties", (client, sdk) =>
        client.send(new sdk.ModifyStreamingPropertiesCommand(input)),
      );
    },
    setIpGroups: async (region, DirectoryId, { add, remove }) => {
      if (add.length > 0)
        await ask({ doors, region }, "AssociateIpGroups", (client, sdk) =>
          client.send(new sdk.AssociateIpGroupsCommand({ DirectoryId, GroupIds: [...add] })),
        );
      if (remove.length > 0)
        await ask({ doors, region }, "DisassociateIpGroups", (client, sdk) =>
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

function accessProperties(devices: TagMap): WorkspaceAccessProperties {
  const pairs = Object.entries(DEVICES).flatMap(([name, field]) => {
    const access = devices[name];
    return access === undefined ? [] : [[field, access === "allow" ? "ALLOW" : "DENY"] as const];
  });
  return Object.fromEntries(pairs);
}

function selfServicePermissions(allowed: Readonly<Record<string, boolean>>): SelfservicePermissions {
  const pairs = Object.entries(SELF_SERVICE).map(
    ([name, field]) => [field, allowed[name] === true ? "ENABLED" : "DISABLED"] as const,
  );
  return Object.fromEntries(pairs);
}
