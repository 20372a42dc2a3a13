import { ApiError, notFound, unsupported } from "../api-error.ts";
import { type Call, existingDesktop, visibleDesktop } from "../call.ts";
import { WORKSPACE_ID } from "../ids.ts";
import { checkPattern, type Input, requiredStructures, requiredText } from "../input.ts";
import { begin, equip, terminate } from "../lifecycle.ts";
import { snapshotTimes } from "../snapshots.ts";
import { takes, type Verb } from "../states.ts";
import type { Desktop } from "../world.ts";

/** Start, Stop, Reboot, Rebuild and Terminate: a batch in, what failed out, nothing for what went well. */
interface Batch {
  readonly member: string;
  readonly most: number;
  readonly verb: Verb;
  readonly act: (call: Call, desktop: Desktop) => void;
}

export const startWorkspaces = batch({ member: "StartWorkspaceRequests", most: 25, verb: "start", act: start });
export const stopWorkspaces = batch({ member: "StopWorkspaceRequests", most: 25, verb: "stop", act: stop });
export const rebootWorkspaces = batch({ member: "RebootWorkspaceRequests", most: 25, verb: "reboot", act: reboot });
export const rebuildWorkspaces = batch({ member: "RebuildWorkspaceRequests", most: 1, verb: "rebuild", act: rebuild });
export const terminateWorkspaces = batch({
  member: "TerminateWorkspaceRequests",
  most: 25,
  verb: "terminate",
  act: terminate,
});

function batch(kind: Batch): (input: Input, call: Call) => object {
  return (input, call) => {
    const ids = requiredStructures(input, kind.member, kind.most).map((one) => requiredText(one, "WorkspaceId"));
    for (const id of ids) checkPattern(id, kind.member, WORKSPACE_ID);
    return { FailedRequests: ids.flatMap((id) => failureOf(call, id, kind) ?? []) };
  };
}

function failureOf(call: Call, id: string, { verb, act }: Batch): object | null {
  try {
    const desktop = visibleDesktop(call, id);
    if (desktop === undefined) throw new ApiError("ResourceNotFound.WorkSpace", notFound("WorkSpace", id).message);
    checkState(desktop, verb);
    act(call, desktop);
    return null;
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return { WorkspaceId: id, ErrorCode: error.type, ErrorMessage: error.message };
  }
}

function checkState({ wire }: Desktop, verb: Verb): void {
  const isRepeat = (verb === "start" && wire.State === "AVAILABLE") || (verb === "stop" && wire.State === "STOPPED");
  if (isRepeat || takes(verb, wire.State)) return;
  throw new ApiError("InvalidResourceState.WorkSpace", `The WorkSpace is ${wire.State}: it cannot ${verb} now.`);
}

/** True where the desktop is so already and the rules let that pass. */
function isSoAlready(call: Call, { wire }: Desktop, state: string): boolean {
  if (wire.WorkspaceProperties.RunningMode === "ALWAYS_ON") {
    throw new ApiError("InvalidRunningMode.WorkSpace", "A WorkSpace that is ALWAYS_ON cannot be started or stopped.");
  }
  if (wire.State !== state) return false;
  if (call.rules.powerRepeats === "accepted") return true;
  throw new ApiError("InvalidResourceState.WorkSpace", `The WorkSpace is ${state} already.`);
}

/** A stopped desktop whose disks are being changed cannot start until that is done. */
function start(call: Call, desktop: Desktop): void {
  if (isSoAlready(call, desktop, "AVAILABLE")) return;
  if (desktop.wire.ModificationStates.some(({ State }) => State !== "UPDATE_FAILED")) {
    throw new ApiError("OperationInProgress.WorkSpace", "The WorkSpace is being modified.");
  }
  begin(call, desktop, "start");
}

function stop(call: Call, desktop: Desktop): void {
  if (isSoAlready(call, desktop, "STOPPED")) return;
  begin(call, desktop, "stop");
}

function reboot(call: Call, desktop: Desktop): void {
  begin(call, desktop, "reboot");
}

/** A new root volume, the user volume of the last snapshot, a new network interface. */
function rebuild(call: Call, desktop: Desktop): void {
  if (snapshotTimes(desktop, call.now).length === 0) {
    throw new ApiError("OperationNotSupported.WorkSpace", "The WorkSpace has no snapshot to rebuild from.");
  }
  begin(call, desktop, "rebuild");
  equip(call, desktop);
}

export function restoreWorkspace(input: Input, call: Call): object {
  const desktop = existingDesktop(call, requiredText(input, "WorkspaceId"));
  const { State } = desktop.wire;
  if (!takes("restore", State)) throw unsupported(`The WorkSpace is ${State}: it cannot be restored now.`);
  if (snapshotTimes(desktop, call.now).length === 0) throw unsupported("The WorkSpace has no snapshot to restore.");
  begin(call, desktop, "restore");
  return {};
}
