import { ApiError } from "../api-error.ts";
import type { Call } from "../call.ts";
import { WORKSPACE_NAME } from "../ids.ts";
import { checkPattern, type Input, optionalBoolean, optionalText, requiredStructures, requiredText } from "../input.ts";
import { readProperties, runningModeFault } from "../properties.ts";
import { randomBetween, randomId, shuffled } from "../random.ts";
import { mergeTags, readTags } from "../tag-rules.ts";
import { plan } from "../timers.ts";
import { isVolumePair } from "../volumes.ts";
import type { WireProperties } from "../wire.ts";
import type { Bundle, Desktop } from "../world.ts";

/** One to twenty-five desktops; what is wrong with one of them does not stop the others. */
export function createWorkspaces(input: Input, call: Call): object {
  const requests = requiredStructures(input, "Workspaces", 25);
  for (const request of requests) checkModel(request);
  if (call.rules.quotaRefuses === "call") checkQuota(call, requests.length);
  const slots = takenSlots(call);
  const failed: object[] = [];
  const pending: object[] = [];
  for (const request of requests) {
    try {
      pending.push(createOne(request, call, slots).wire);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      failed.push({ WorkspaceRequest: request, ErrorCode: error.type, ErrorMessage: error.message });
    }
  }
  return {
    FailedRequests: shuffled(call.world, failed),
    PendingRequests: shuffled(call.world, pending.map(pendingView)),
  };
}

/** What the service's own model forbids refuses the whole call. */
function checkModel(request: Input): void {
  requiredText(request, "DirectoryId");
  requiredText(request, "UserName");
  requiredText(request, "BundleId");
  const name = optionalText(request, "WorkspaceName");
  if (name !== undefined) checkPattern(name, "workspaceName", WORKSPACE_NAME);
  readProperties(request);
  readTags(request);
}

function checkQuota({ region }: Call, asked: number): void {
  const held = Object.keys(region.desktops).length;
  if (held + asked <= region.quota) return;
  throw new ApiError(
    "ResourceLimitExceededException",
    `Your resource limits have been exceeded: ${region.quota} WorkSpaces in ${region.name}, ${held} in use.`,
  );
}

/** The answer of a create: what was asked for, and no address, subnet or computer name yet. */
function pendingView(wire: object): object {
  const { ModificationStates: _none, ...rest } = wire as Record<string, unknown>;
  return rest;
}

function createOne(request: Input, call: Call, slots: Set<string>): Desktop {
  const { region, rules, world } = call;
  if (rules.quotaRefuses === "item" && Object.keys(region.desktops).length >= region.quota) {
    throw new ApiError("ResourceLimitExceeded.WorkSpace", "Your resource limits have been exceeded.");
  }
  const bundle = checkPlace(request, call, slots);
  const properties = chooseProperties(request, bundle, call);
  const desktop = build(request, { call, bundle, properties });
  region.desktops[desktop.wire.WorkspaceId] = desktop;
  slots.add(slotOf(desktop.wire.DirectoryId, desktop.wire.UserName));
  const { provision, provisionEncrypted } = rules.durations;
  const least = desktop.wire.RootVolumeEncryptionEnabled === true ? provisionEncrypted : provision;
  const after = (least * randomBetween(world, 80, 100)) / 100;
  const isFailure = call.faults.has("ends-in-error");
  plan(region, { at: call.now + after * 1000, id: desktop.wire.WorkspaceId, what: "provisioned", isFailure });
  return desktop;
}

/** Directory, user, slot and bundle, in this order. */
function checkPlace(request: Input, { region }: Call, slots: ReadonlySet<string>): Bundle {
  const directory = region.directories[requiredText(request, "DirectoryId")];
  const userName = requiredText(request, "UserName");
  if (directory?.wire.State !== "REGISTERED") {
    throw new ApiError(
      "ResourceNotFound.Directory",
      "The specified directory could not be found in the specified region.",
    );
  }
  if (userName === "[UNDEFINED]") {
    throw new ApiError(
      "InvalidParameterValues.UserName",
      "User-decoupled WorkSpaces are not allowed for this account.",
    );
  }
  const folded = userName.toLowerCase();
  if (region.missingUsers.includes(folded)) {
    throw new ApiError("ResourceNotFound.User", `The specified user ${userName} could not be found in the directory.`);
  }
  if (slots.has(slotOf(directory.wire.DirectoryId, userName))) {
    throw new ApiError("ResourceExists.WorkSpace", `The user ${userName} already has a WorkSpace in this directory.`);
  }
  const bundle = region.bundles[requiredText(request, "BundleId")];
  if (bundle?.wire.State !== "AVAILABLE") {
    throw new ApiError("ResourceNotFound.Bundle", "The specified WorkSpace bundle could not be found.");
  }
  checkUserName(userName, bundle);
  return bundle;
}

/** A user has one desktop a directory: whatever still stands counts, also one in ERROR or on its way out. */
function takenSlots({ region }: Call): Set<string> {
  return new Set(Object.values(region.desktops).map(({ wire }) => slotOf(wire.DirectoryId, wire.UserName)));
}

function slotOf(directoryId: string, userName: string): string {
  return `${directoryId}/${userName.toLowerCase()}`;
}

function checkUserName(userName: string, bundle: Bundle): void {
  const isLinux = !bundle.operatingSystem.startsWith("WINDOWS");
  const isTooLong = userName.length > (isLinux ? 20 : 63);
  if (!isTooLong && !(isLinux && userName.startsWith("-"))) return;
  throw new ApiError("InvalidUserConfiguration.Workspace", `The user name ${userName} does not fit this bundle.`);
}

function chooseProperties(request: Input, bundle: Bundle, { rules }: Call): WireProperties {
  const { sent: _sent, ...asked } = readProperties(request);
  const mode = asked.RunningMode ?? "ALWAYS_ON";
  const minutes = asked.RunningModeAutoStopTimeoutInMinutes;
  const fault = runningModeFault(mode, minutes, rules);
  if (fault !== null) throw fault;
  const compute = chooseCompute(asked.ComputeTypeName, bundle, rules.computeAtCreation);
  const root = asked.RootVolumeSizeGib ?? Number(bundle.wire.RootStorage.Capacity);
  const user = asked.UserVolumeSizeGib ?? Number(bundle.wire.UserStorage.Capacity);
  if (!isVolumePair(root, user, compute)) {
    throw new ApiError(
      "InvalidParameterValues.VolumeSize",
      `A root volume of ${root} GB and a user volume of ${user} GB do not go together.`,
    );
  }
  if ((asked.Protocols ?? []).some((protocol) => protocol !== bundle.protocol)) {
    throw new ApiError("InvalidParameterValues.Protocol", "The protocol is not supported by the bundle.");
  }
  return {
    RunningMode: mode,
    ...(mode === "AUTO_STOP" ? { RunningModeAutoStopTimeoutInMinutes: minutes ?? 60 } : {}),
    RootVolumeSizeGib: root,
    UserVolumeSizeGib: user,
    ComputeTypeName: compute,
    Protocols: [bundle.protocol],
    OperatingSystemName: bundle.operatingSystem,
    ...(asked.GlobalAccelerator === undefined ? {} : { GlobalAccelerator: asked.GlobalAccelerator }),
  };
}

/** VALUE with another bundle is refused (terraform-provider-aws #41850); other types as the rule says. */
function chooseCompute(asked: string | undefined, bundle: Bundle, rule: "taken" | "refused"): string {
  const own = bundle.wire.ComputeType.Name;
  if (asked === undefined || asked === own) return own;
  if (rule === "taken" && asked !== "VALUE" && own !== "VALUE") return asked;
  throw new ApiError("InvalidParameterValues.ComputeType", `The compute type ${asked} is not supported by the bundle.`);
}

interface Parts {
  readonly call: Call;
  readonly bundle: Bundle;
  readonly properties: WireProperties;
}

function build(request: Input, { call, bundle, properties }: Parts): Desktop {
  const { world, rules, now } = call;
  return {
    wire: {
      WorkspaceId: randomId(world, "ws-"),
      DirectoryId: requiredText(request, "DirectoryId"),
      UserName: requiredText(request, "UserName"),
      State: "PENDING",
      BundleId: bundle.wire.BundleId,
      ...optionalMember(request, "WorkspaceName"),
      ...encryption(request),
      WorkspaceProperties: properties,
      ModificationStates: [],
    },
    tags: mergeTags({}, readTags(request)),
    indexed: { tags: null, until: now + rules.taggingLagSeconds * 1000 },
    createdAt: now,
    visibleFrom: now + rules.invisibleSeconds * 1000,
    launchedAt: null,
    isConnected: false,
    lastConnectedAt: null,
    changedAt: {},
    stale: null,
    isKeyDisabled: false,
  };
}

function optionalMember(request: Input, member: "WorkspaceName"): { WorkspaceName?: string } {
  const value = optionalText(request, member);
  return value === undefined ? {} : { [member]: value };
}

function encryption(request: Input): object {
  const key = optionalText(request, "VolumeEncryptionKey");
  const user = optionalBoolean(request, "UserVolumeEncryptionEnabled");
  const root = optionalBoolean(request, "RootVolumeEncryptionEnabled");
  const isAsked = user === true || root === true;
  if (isAsked !== (key !== undefined)) {
    throw new ApiError(
      "InvalidParameterValues.VolumeEncryptionKey",
      "A volume encryption key and an encrypted volume go together.",
    );
  }
  return {
    ...(key === undefined ? {} : { VolumeEncryptionKey: key }),
    ...(user === undefined ? {} : { UserVolumeEncryptionEnabled: user }),
    ...(root === undefined ? {} : { RootVolumeEncryptionEnabled: root }),
  };
}
