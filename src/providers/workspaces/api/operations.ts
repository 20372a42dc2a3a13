/** Every operation of the WorkSpaces API that Reeve sends; the policies of its two roles are made of these. */
export const READS = [
  "DescribeTags",
  "DescribeWorkspaceBundles",
  "DescribeWorkspaceDirectories",
  "DescribeWorkspaces",
  "DescribeWorkspacesConnectionStatus",
] as const;

export const WRITES = [
  "AssociateIpGroups",
  "CreateTags",
  "CreateWorkspaces",
  "DeleteTags",
  "DisassociateIpGroups",
  "MigrateWorkspace",
  "ModifySelfservicePermissions",
  "ModifyStreamingProperties",
  "ModifyWorkspaceAccessProperties",
  "ModifyWorkspaceCreationProperties",
  "ModifyWorkspaceProperties",
  "ModifyWorkspaceState",
  "RegisterWorkspaceDirectory",
  "StartWorkspaces",
  "StopWorkspaces",
  "TerminateWorkspaces",
] as const;

export type Operation = (typeof READS)[number] | (typeof WRITES)[number];
