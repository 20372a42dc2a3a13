/** Where the agent lives on a workstation, and its settings. */
export const PROGRAM = "C:\\OsirisCare\\osiris-agent.exe";
export const DATA_FOLDER = "C:\\ProgramData\\OsirisCare";

/** `C:\ProgramData\OsirisCare\config.json` */
export function renderConfigJson(applianceAddress: string): string {
  return `${JSON.stringify({ appliance_addr: applianceAddress, data_dir: DATA_FOLDER })}\n`;
}

/** What script and sheet are made of. */
export interface DeploymentFacts {
  readonly agent: { readonly version: string; readonly sha256: string };
  readonly config: string;
  /** Of the workstations that get it. */
  readonly names: readonly string[];
  readonly domain: string | null;
}
