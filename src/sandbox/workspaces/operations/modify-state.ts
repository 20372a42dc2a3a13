import { ApiError } from "../api-error.ts";
import { type Call, existingDesktop } from "../call.ts";
import { checkWord, type Input, requiredText } from "../input.ts";
import { enter } from "../lifecycle.ts";

/** Administrator maintenance: from AVAILABLE and back; a stopped desktop is refused. */
export function modifyWorkspaceState(input: Input, call: Call): object {
  const desktop = existingDesktop(call, requiredText(input, "WorkspaceId"));
  const wanted = requiredText(input, "WorkspaceState");
  checkWord(wanted, "workspaceState", ["AVAILABLE", "ADMIN_MAINTENANCE"]);
  const { State } = desktop.wire;
  if (State !== "AVAILABLE" && State !== "ADMIN_MAINTENANCE") {
    throw new ApiError("InvalidResourceStateException", `The WorkSpace is ${State}: its state cannot be modified now.`);
  }
  if (State !== wanted) enter(call, desktop, wanted);
  return {};
}
