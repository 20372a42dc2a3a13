/** The shapes of the service's answers (its API reference), as far as the stand-in keeps them. */
export interface WireProperties {
  RunningMode: string;
  RunningModeAutoStopTimeoutInMinutes?: number;
  RootVolumeSizeGib: number;
  UserVolumeSizeGib: number;
  ComputeTypeName: string;
  Protocols: string[];
  OperatingSystemName: string;
  GlobalAccelerator?: unknown;
}

interface WireModification {
  Resource: string;
  State: string;
}

export interface WireWorkspace {
  WorkspaceId: string;
  DirectoryId: string;
  UserName: string;
  IpAddress?: string;
  Ipv6Address?: string;
  State: string;
  BundleId: string;
  SubnetId?: string;
  ErrorMessage?: string;
  ErrorCode?: string;
  ComputerName?: string;
  VolumeEncryptionKey?: string;
  UserVolumeEncryptionEnabled?: boolean;
  RootVolumeEncryptionEnabled?: boolean;
  WorkspaceName?: string;
  WorkspaceProperties: WireProperties;
  ModificationStates: WireModification[];
}

/** `Capacity` is a string on the wire. */
export interface WireBundle {
  BundleId: string;
  Name: string;
  Owner: string;
  Description: string;
  ImageId: string;
  RootStorage: { Capacity: string };
  UserStorage: { Capacity: string };
  ComputeType: { Name: string };
  LastUpdatedTime: number;
  CreationTime: number;
  State: string;
  BundleType: string;
}

/** A group of a directory's settings: whatever a Modify call sent. */
export type WireSettings = Record<string, unknown>;

export interface WireDirectory {
  DirectoryId: string;
  Alias: string;
  DirectoryName: string;
  RegistrationCode: string;
  SubnetIds: string[];
  DnsIpAddresses: string[];
  CustomerUserName: string;
  IamRoleId: string;
  DirectoryType: string;
  WorkspaceSecurityGroupId: string;
  State: string;
  WorkspaceCreationProperties: WireSettings;
  /** Lower-case on the wire, alone among the members. */
  ipGroupIds: string[];
  WorkspaceAccessProperties: WireSettings;
  Tenancy: string;
  SelfservicePermissions: WireSettings;
  SamlProperties: WireSettings;
  CertificateBasedAuthProperties: WireSettings;
  EndpointEncryptionMode: string;
  UserIdentityType: string;
  WorkspaceType: string;
  StreamingProperties: WireSettings;
  WorkspaceDirectoryName?: string;
  WorkspaceDirectoryDescription?: string;
  ActiveDirectoryConfig?: WireSettings;
}

export interface WireIpGroup {
  groupId: string;
  groupName: string;
  groupDesc: string;
  userRules: { ipRule: string; ruleDesc?: string }[];
}
