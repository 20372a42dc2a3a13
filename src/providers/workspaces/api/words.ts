/** AWS's words and Reeve's. Words that nobody here knows pass through in lower case, and never throw. */

/** `GRAPHICS_G4DN` is `graphics-g4dn`, `AUTO_STOP` is `auto-stop`. */
export function fromAwsWord(word: string): string {
  return word.toLowerCase().replaceAll("_", "-");
}

export function toAwsWord(word: string): string {
  return word.toUpperCase().replaceAll("-", "_");
}

/** The fields of DirectoryDevices, and what AWS calls them. */
export const DEVICES = {
  windows: "DeviceTypeWindows",
  macos: "DeviceTypeOsx",
  linux: "DeviceTypeLinux",
  web: "DeviceTypeWeb",
  ios: "DeviceTypeIos",
  android: "DeviceTypeAndroid",
  chromeos: "DeviceTypeChromeOs",
  zeroclient: "DeviceTypeZeroClient",
  thinclient: "DeviceTypeWorkSpacesThinClient",
} as const;

/** The fields of DirectorySelfService, and what AWS calls them. */
export const SELF_SERVICE = {
  restart: "RestartWorkspace",
  increaseVolumeSize: "IncreaseVolumeSize",
  changeComputeType: "ChangeComputeType",
  switchRunningMode: "SwitchRunningMode",
  rebuild: "RebuildWorkspace",
} as const;
