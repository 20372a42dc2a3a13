import { ApiError } from "./api-error.ts";
import { COMPUTE_TYPES } from "./compute.ts";
import { checkWord, type Input, optionalNumber, optionalStructure, optionalText, optionalTexts } from "./input.ts";
import type { Rules } from "./rules.ts";
import type { PropertyChange } from "./world.ts";

/** WorkspaceProperties as a request sends them: only what is there, each of a known word. */
export function readProperties(input: Input): PropertyChange & { readonly sent: readonly string[] } {
  const sent = optionalStructure(input, "WorkspaceProperties") ?? {};
  const mode = optionalText(sent, "RunningMode");
  const minutes = optionalNumber(sent, "RunningModeAutoStopTimeoutInMinutes");
  const root = optionalNumber(sent, "RootVolumeSizeGib");
  const user = optionalNumber(sent, "UserVolumeSizeGib");
  const compute = optionalText(sent, "ComputeTypeName");
  const protocols = optionalTexts(sent, "Protocols");
  const system = optionalText(sent, "OperatingSystemName");
  const accelerator = optionalStructure(sent, "GlobalAccelerator");
  checkWord(mode, "workspaceProperties.runningMode", ["ALWAYS_ON", "AUTO_STOP", "MANUAL"]);
  checkWord(compute, "workspaceProperties.computeTypeName", COMPUTE_TYPES);
  for (const protocol of protocols ?? []) checkWord(protocol, "workspaceProperties.protocols", ["PCOIP", "WSP"]);
  return {
    sent: Object.keys(sent).filter((key) => sent[key] !== null && sent[key] !== undefined),
    ...(mode === undefined ? {} : { RunningMode: mode }),
    ...(minutes === undefined ? {} : { RunningModeAutoStopTimeoutInMinutes: minutes }),
    ...(root === undefined ? {} : { RootVolumeSizeGib: root }),
    ...(user === undefined ? {} : { UserVolumeSizeGib: user }),
    ...(compute === undefined ? {} : { ComputeTypeName: compute }),
    ...(protocols === undefined ? {} : { Protocols: [...protocols] }),
    ...(system === undefined ? {} : { OperatingSystemName: system }),
    ...(accelerator === undefined ? {} : { GlobalAccelerator: accelerator }),
  };
}

/** What is wrong with a running mode and its time-out; the code is an item's code where items have codes. */
export function runningModeFault(mode: string, minutes: number | undefined, rules: Rules): ApiError | null {
  if (mode === "MANUAL" && !rules.allowsManual) {
    return new ApiError(
      "InvalidParameterValues.RunningMode",
      "The running mode MANUAL is not allowed for this account.",
    );
  }
  if (minutes === undefined) return null;
  if (mode === "ALWAYS_ON") {
    return new ApiError(
      "AutoStopTimeoutIsNotApplicableForAnAlwaysOnWorkspace",
      "RunningModeAutoStopTimeoutInMinutes is not applicable for WorkSpace with running mode set to ALWAYS_ON.",
    );
  }
  if (mode === "MANUAL") {
    return new ApiError(
      "AutoStopTimeoutIsNotDefaultForManualWorkspace",
      "RunningModeAutoStopTimeoutInMinutes is not applicable for WorkSpace with running mode set to MANUAL.",
    );
  }
  if (minutes >= 60 && minutes % 60 === 0) return null;
  return new ApiError(
    "InvalidParameterValues.AutoStopTimeout",
    "RunningModeAutoStopTimeoutInMinutes must be a multiple of 60.",
  );
}
