import { type Call, existingDesktop, visibleDesktop } from "../call.ts";
import { type Input, optionalText, requiredText } from "../input.ts";
import { takePage } from "../paging.ts";
import { snapshotTimes } from "../snapshots.ts";
import type { Desktop } from "../world.ts";
import { readIds } from "./describe-workspaces.ts";

/** Who is connected; a desktop that was never logged in to has no time of its last connection. */
export function describeConnectionStatus(input: Input, call: Call): object {
  const ids = readIds(input);
  const page = takePage(call, {
    operation: "DescribeWorkspacesConnectionStatus",
    limit: 25,
    token: optionalText(input, "NextToken"),
    keys: () => (ids ?? Object.keys(call.region.desktops)).filter((id) => visibleDesktop(call, id) !== undefined),
  });
  const desktops = page.keys.flatMap((id) => call.region.desktops[id] ?? []);
  return {
    WorkspacesConnectionStatus: desktops.map((desktop) => connectionOf(desktop, call.now)),
    ...(page.next === undefined ? {} : { NextToken: page.next }),
  };
}

function connectionOf({ wire, isConnected, lastConnectedAt }: Desktop, now: number): object {
  const isRunning = ["AVAILABLE", "UNHEALTHY", "IMPAIRED", "ADMIN_MAINTENANCE"].includes(wire.State);
  const state = isConnected ? "CONNECTED" : "DISCONNECTED";
  const last = isConnected ? now : lastConnectedAt;
  return {
    WorkspaceId: wire.WorkspaceId,
    ConnectionState: isRunning ? state : "UNKNOWN",
    ConnectionStateCheckTimestamp: now / 1000,
    ...(last === null ? {} : { LastKnownUserConnectionTimestamp: last / 1000 }),
  };
}

export function describeSnapshots(input: Input, call: Call): object {
  const desktop = existingDesktop(call, requiredText(input, "WorkspaceId"));
  const times = snapshotTimes(desktop, call.now).map((time) => ({ SnapshotTime: time / 1000 }));
  return { RebuildSnapshots: times, RestoreSnapshots: times };
}
