/**
 * The stand-in of Amazon WorkSpaces in a process of its own, so that its work is not taken for Reeve's. Arguments: a folder
 * that keeps the world, how many desktops to begin with, and `throttled` or `free`. Prints its endpoint; ends with its input.
 */

import { startWorkspacesSandbox } from "../src/sandbox/workspaces/start-workspaces-sandbox.ts";
import type { Desktop, Region } from "../src/sandbox/workspaces/world.ts";
import { BUNDLE, DIRECTORY, desktopName, ESTATE, PROJECT, REGION } from "./desktops-estate.ts";

const [folder = "", count = "0", pace = "throttled"] = process.argv.slice(2);

/** Reads tell the truth and pages are full, so that the calls of a plan can be counted on; the throttle is AWS's, or off. */
const sandbox = await startWorkspacesSandbox({
  folder,
  quota: Number(count),
  start: new Date("2026-10-20T08:00:00Z"),
  rules: {
    staleSeconds: 0,
    taggingLagSeconds: 0,
    emptyPages: 0,
    repeatedItems: 0,
    ...(pace === "free" ? { throttle: null, taggingThrottle: null } : {}),
  },
});

const region = sandbox.world.regions[REGION];
if (region === undefined) throw new Error(`the stand-in has no region ${REGION}`);
if (Object.keys(region.desktops).length === 0) fill(region);
sandbox.advance(0);
process.stdout.write(`${sandbox.endpoint}\n`);
for await (const _ of process.stdin) continue;
await sandbox.close();

/** Desktops that Reeve made a year ago, every second one stopped by itself. */
function fill({ desktops, directories }: Region): void {
  if (directories[DIRECTORY] === undefined) throw new Error(`the stand-in has no directory ${DIRECTORY}`);
  for (let index = 0; index < Number(count); index += 1) {
    const desktop = desktopOf(index);
    desktops[desktop.wire.WorkspaceId] = desktop;
  }
}

function desktopOf(index: number): Desktop {
  const name = desktopName(index);
  const created = Date.UTC(2025, 9, 20);
  return {
    wire: {
      WorkspaceId: `ws-${index.toString(36).padStart(9, "0")}`,
      DirectoryId: DIRECTORY,
      UserName: name,
      IpAddress: `10.40.${(index >> 8) & 255}.${index & 255}`,
      State: index % 2 === 0 ? "AVAILABLE" : "STOPPED",
      BundleId: BUNDLE,
      SubnetId: "subnet-0a1b2c3d4e5f60718",
      ComputerName: `WSAMZN-${index}`,
      WorkspaceProperties: {
        RunningMode: "AUTO_STOP",
        RunningModeAutoStopTimeoutInMinutes: 60,
        RootVolumeSizeGib: 80,
        UserVolumeSizeGib: 50,
        ComputeTypeName: "STANDARD",
        Protocols: ["WSP"],
        OperatingSystemName: "WINDOWS_SERVER_2022",
      },
      ModificationStates: [],
    },
    tags: {
      Project: PROJECT,
      "reeve.dev/estate": ESTATE,
      "reeve.dev/name": name,
      "reeve.dev/created-at": new Date(created).toISOString(),
      "reeve.dev/ready-after": "1140",
    },
    indexed: { tags: null, until: 0 },
    createdAt: created,
    visibleFrom: created,
    launchedAt: created,
    isConnected: false,
    lastConnectedAt: created,
    changedAt: {},
    stale: null,
    isKeyDisabled: false,
  };
}
