import type { Operation } from "./call.ts";
import { describeBundles } from "./operations/bundles.ts";
import * as power from "./operations/change-power.ts";
import { createWorkspaces } from "./operations/create-workspaces.ts";
import { describeConnectionStatus, describeSnapshots } from "./operations/describe-desktops.ts";
import { describeWorkspaces } from "./operations/describe-workspaces.ts";
import * as directories from "./operations/directories.ts";
import * as ipGroups from "./operations/ip-groups.ts";
import { migrateWorkspace } from "./operations/migrate.ts";
import * as directory from "./operations/modify-directory.ts";
import { modifyWorkspaceProperties } from "./operations/modify-properties.ts";
import { modifyWorkspaceState } from "./operations/modify-state.ts";
import * as tags from "./operations/tags.ts";

function refusePools(): object {
  throw directories.closedToNewCustomers();
}

/** Every operation of WorkspacesService that the stand-in knows. */
export const OPERATIONS: Readonly<Record<string, Operation>> = {
  CreateWorkspaces: createWorkspaces,
  DescribeWorkspaces: describeWorkspaces,
  StartWorkspaces: power.startWorkspaces,
  StopWorkspaces: power.stopWorkspaces,
  RebootWorkspaces: power.rebootWorkspaces,
  RebuildWorkspaces: power.rebuildWorkspaces,
  RestoreWorkspace: power.restoreWorkspace,
  TerminateWorkspaces: power.terminateWorkspaces,
  ModifyWorkspaceProperties: modifyWorkspaceProperties,
  ModifyWorkspaceState: modifyWorkspaceState,
  MigrateWorkspace: migrateWorkspace,
  DescribeWorkspacesConnectionStatus: describeConnectionStatus,
  DescribeWorkspaceSnapshots: describeSnapshots,
  CreateTags: tags.createTags,
  DeleteTags: tags.deleteTags,
  DescribeTags: tags.describeTags,
  DescribeWorkspaceBundles: describeBundles,
  DescribeWorkspaceDirectories: directories.describeDirectories,
  RegisterWorkspaceDirectory: directories.registerDirectory,
  DeregisterWorkspaceDirectory: directories.deregisterDirectory,
  ModifyWorkspaceCreationProperties: directory.modifyCreationProperties,
  ModifyWorkspaceAccessProperties: directory.modifyAccessProperties,
  ModifySelfservicePermissions: directory.modifySelfservicePermissions,
  ModifySamlProperties: directory.modifySamlProperties,
  ModifyCertificateBasedAuthProperties: directory.modifyCertificateBasedAuth,
  ModifyStreamingProperties: directory.modifyStreamingProperties,
  ModifyEndpointEncryptionMode: directory.modifyEndpointEncryption,
  ModifyClientProperties: directory.modifyClientProperties,
  DescribeClientProperties: directory.describeClientProperties,
  CreateIpGroup: ipGroups.createIpGroup,
  DescribeIpGroups: ipGroups.describeIpGroups,
  DeleteIpGroup: ipGroups.deleteIpGroup,
  AuthorizeIpRules: ipGroups.authorizeIpRules,
  RevokeIpRules: ipGroups.revokeIpRules,
  UpdateRulesOfIpGroup: ipGroups.updateIpRules,
  AssociateIpGroups: ipGroups.associateIpGroups,
  DisassociateIpGroups: ipGroups.disassociateIpGroups,
  CreateWorkspacesPool: refusePools,
  DescribeWorkspacesPools: refusePools,
  DescribeWorkspacesPoolSessions: refusePools,
  StartWorkspacesPool: refusePools,
  StopWorkspacesPool: refusePools,
  TerminateWorkspacesPool: refusePools,
  UpdateWorkspacesPool: refusePools,
};

/** Whether an operation changes anything: what counts as a write in the request log. */
export function isWrite(operation: string): boolean {
  return !/^(Describe|List|Get|Assume)/.test(operation);
}
