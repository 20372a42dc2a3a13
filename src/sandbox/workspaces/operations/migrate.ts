import { ApiError, invalid, notFound, unsupported } from "../api-error.ts";
import { type Call, existingDesktop } from "../call.ts";
import { type Input, requiredText } from "../input.ts";
import { enter, milliseconds } from "../lifecycle.ts";
import { randomId } from "../random.ts";
import { HOUR } from "../rules.ts";
import { takes } from "../states.ts";
import { plan } from "../timers.ts";
import type { Bundle, Desktop } from "../world.ts";

const LEAST_AGE_MS = 12 * HOUR * 1000;

/** A new desktop under a new id from another bundle; the old one goes when it stands. May fail and say nothing. */
export function migrateWorkspace(input: Input, call: Call): object {
  const source = existingDesktop(call, requiredText(input, "SourceWorkspaceId"));
  const bundle = call.region.bundles[requiredText(input, "BundleId")];
  if (bundle === undefined) throw notFound("bundle", requiredText(input, "BundleId"));
  checkMigration(call, source, bundle);
  const before = source.wire.State;
  const target = cloneFor(call, source, bundle);
  const id = target.wire.WorkspaceId;
  call.region.desktops[id] = target;
  enter(call, source, "UPDATING");
  plan(call.region, {
    at: call.now + milliseconds(call, "migrate"),
    id: source.wire.WorkspaceId,
    what: "migrated",
    target: id,
    before,
    isFailure: call.faults.has("silent-failure"),
  });
  return { SourceWorkspaceId: source.wire.WorkspaceId, TargetWorkspaceId: id };
}

function checkMigration(call: Call, source: Desktop, bundle: Bundle): void {
  const { State, BundleId, ModificationStates, WorkspaceProperties } = source.wire;
  if (ModificationStates.length > 0) {
    throw new ApiError("OperationInProgressException", "The WorkSpace is being modified.");
  }
  if (!takes("migrate", State)) throw unsupported(`The WorkSpace is ${State}: it cannot be migrated now.`);
  if (BundleId === bundle.wire.BundleId) throw invalid("The WorkSpace uses this bundle already.");
  const systems = [WorkspaceProperties.OperatingSystemName, bundle.operatingSystem];
  if (systems.some((system) => !system.startsWith("WINDOWS")))
    throw unsupported("Linux WorkSpaces cannot be migrated.");
  if (systems[0] === "WINDOWS_11" && systems[1] === "WINDOWS_10")
    throw unsupported("Windows 11 does not go back to 10.");
  if (bundle.operatingSystem === "WINDOWS_11" && bundle.wire.ComputeType.Name === "VALUE") {
    throw unsupported("Windows 11 does not run on a Value bundle.");
  }
  if (call.now < source.createdAt + LEAST_AGE_MS) throw unsupported("The WorkSpace is younger than twelve hours.");
}

/** Tags and running mode stay; compute, system and protocol are the bundle's; volumes never shrink. */
function cloneFor(call: Call, source: Desktop, bundle: Bundle): Desktop {
  const { IpAddress: _ip, SubnetId: _subnet, ComputerName: _name, ...wire } = source.wire;
  const { RootStorage, UserStorage, ComputeType } = bundle.wire;
  return {
    ...structuredClone(source),
    wire: {
      ...structuredClone(wire),
      WorkspaceId: randomId(call.world, "ws-"),
      State: "PENDING",
      BundleId: bundle.wire.BundleId,
      WorkspaceProperties: {
        ...wire.WorkspaceProperties,
        ComputeTypeName: ComputeType.Name,
        RootVolumeSizeGib: Math.max(Number(RootStorage.Capacity), wire.WorkspaceProperties.RootVolumeSizeGib),
        UserVolumeSizeGib: Math.max(Number(UserStorage.Capacity), wire.WorkspaceProperties.UserVolumeSizeGib),
        OperatingSystemName: bundle.operatingSystem,
        Protocols: [bundle.protocol],
      },
    },
    indexed: { tags: null, until: call.now + call.rules.taggingLagSeconds * 1000 },
    createdAt: call.now,
    visibleFrom: call.now + call.rules.invisibleSeconds * 1000,
    launchedAt: null,
    isConnected: false,
    changedAt: {},
    stale: null,
  };
}
