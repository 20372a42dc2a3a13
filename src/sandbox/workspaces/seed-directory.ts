import type { Directory } from "./world.ts";

/** A directory right after its registration: the service's own defaults, open as they are. */
export function seedDirectory(id: string, accountId: string): Directory {
  return {
    tags: {},
    clientProperties: { ReconnectEnabled: "ENABLED", LogUploadEnabled: "ENABLED" },
    wire: {
      DirectoryId: id,
      Alias: id,
      DirectoryName: "robco.local",
      RegistrationCode: `SLiad+${id.slice(2, 8).toUpperCase()}`,
      SubnetIds: ["subnet-0a1b2c3d4e5f60718", "subnet-0b1c2d3e4f5061728"],
      DnsIpAddresses: ["10.40.0.10", "10.40.1.10"],
      CustomerUserName: "Administrator",
      IamRoleId: `arn:aws:iam::${accountId}:role/workspaces_DefaultRole`,
      DirectoryType: "AD_CONNECTOR",
      WorkspaceSecurityGroupId: "sg-0a1b2c3d4e5f60718",
      State: "REGISTERED",
      WorkspaceCreationProperties: {
        EnableInternetAccess: false,
        UserEnabledAsLocalAdministrator: true,
        EnableMaintenanceMode: true,
      },
      ipGroupIds: [],
      WorkspaceAccessProperties: {
        DeviceTypeWindows: "ALLOW",
        DeviceTypeOsx: "ALLOW",
        DeviceTypeWeb: "DENY",
        DeviceTypeIos: "ALLOW",
        DeviceTypeAndroid: "ALLOW",
        DeviceTypeChromeOs: "ALLOW",
        DeviceTypeZeroClient: "ALLOW",
        DeviceTypeLinux: "DENY",
        DeviceTypeWorkSpacesThinClient: "ALLOW",
      },
      Tenancy: "SHARED",
      SelfservicePermissions: {
        RestartWorkspace: "ENABLED",
        IncreaseVolumeSize: "DISABLED",
        ChangeComputeType: "DISABLED",
        SwitchRunningMode: "DISABLED",
        RebuildWorkspace: "DISABLED",
      },
      SamlProperties: { Status: "DISABLED" },
      CertificateBasedAuthProperties: { Status: "DISABLED" },
      EndpointEncryptionMode: "STANDARD_TLS",
      UserIdentityType: "AWS_DIRECTORY_SERVICE",
      WorkspaceType: "PERSONAL",
      StreamingProperties: {},
    },
  };
}
