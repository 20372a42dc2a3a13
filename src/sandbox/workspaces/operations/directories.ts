import { ApiError, unsupported, violates } from "../api-error.ts";
import { type Call, existingDirectory } from "../call.ts";
import { DIRECTORY_ID } from "../ids.ts";
import {
  asInput,
  checkLength,
  checkPattern,
  checkWord,
  type Input,
  optionalBoolean,
  optionalList,
  optionalStructure,
  optionalText,
  optionalTexts,
  requiredText,
} from "../input.ts";
import { milliseconds } from "../lifecycle.ts";
import { takePage } from "../paging.ts";
import { seedDirectory } from "../seed-directory.ts";
import { readTags } from "../tag-rules.ts";
import { plan } from "../timers.ts";
import type { Directory } from "../world.ts";
import { readLimit } from "./describe-workspaces.ts";

export function describeDirectories(input: Input, call: Call): object {
  const ids = optionalTexts(input, "DirectoryIds");
  if (ids !== undefined) checkLength(ids, "DirectoryIds", 25);
  for (const id of ids ?? []) checkPattern(id, "DirectoryIds", DIRECTORY_ID);
  const names = optionalTexts(input, "WorkspaceDirectoryNames");
  const filters = readFilters(input);
  const accepts = ({ wire }: Directory): boolean =>
    (ids === undefined || ids.includes(wire.DirectoryId)) &&
    (names === undefined || names.includes(wire.WorkspaceDirectoryName ?? "")) &&
    filters.every(({ member, values }) => values.includes(wire[member]));
  const page = takePage(call, {
    operation: "DescribeWorkspaceDirectories",
    limit: readLimit(input, "Limit"),
    token: optionalText(input, "NextToken"),
    keys: () => Object.values(call.region.directories).flatMap((one) => (accepts(one) ? one.wire.DirectoryId : [])),
  });
  return {
    Directories: page.keys.flatMap((id) => call.region.directories[id]?.wire ?? []),
    ...(page.next === undefined ? {} : { NextToken: page.next }),
  };
}

const FILTERS = { USER_IDENTITY_TYPE: "UserIdentityType", WORKSPACE_TYPE: "WorkspaceType" } as const;

interface Filter {
  readonly member: (typeof FILTERS)[keyof typeof FILTERS];
  readonly values: readonly string[];
}

function readFilters(input: Input): readonly Filter[] {
  return (optionalList(input, "Filters") ?? []).map((one) => {
    const filter = asInput(one, "Filters");
    const name = requiredText(filter, "Name");
    checkWord(name, "filters.name", Object.keys(FILTERS));
    return { member: FILTERS[name as keyof typeof FILTERS], values: optionalTexts(filter, "Values") ?? [] };
  });
}

/** A PERSONAL registration takes a directory's id. Pools are closed to new customers, so POOLS is refused. */
export function registerDirectory(input: Input, call: Call): object {
  if (optionalText(input, "WorkspaceType") === "POOLS") throw closedToNewCustomers();
  const id = requiredText(input, "DirectoryId");
  checkPattern(id, "DirectoryId", DIRECTORY_ID);
  if (call.region.directories[id] !== undefined) {
    throw new ApiError("ResourceAlreadyExistsException", `The directory ${id} is registered already.`);
  }
  const subnets = optionalTexts(input, "SubnetIds") ?? [];
  if (subnets.length > 2) throw violates("subnetIds", "Member must have length less than or equal to 2");
  const directory = seedDirectory(id, call.world.accountId);
  directory.tags = readTags(input);
  Object.assign(directory.wire, { State: "REGISTERING" }, registration(input, subnets));
  call.region.directories[id] = directory;
  const at = call.now + milliseconds(call, "registerDirectory");
  plan(call.region, { at, id, what: "directory-settled", state: "REGISTERED" });
  return { DirectoryId: id, State: "REGISTERING" };
}

function registration(input: Input, subnets: readonly string[]): object {
  const config = optionalStructure(input, "ActiveDirectoryConfig");
  const name = optionalText(input, "WorkspaceDirectoryName");
  const description = optionalText(input, "WorkspaceDirectoryDescription");
  const selfService = optionalBoolean(input, "EnableSelfService") === true ? "ENABLED" : "DISABLED";
  const permissions = ["IncreaseVolumeSize", "ChangeComputeType", "SwitchRunningMode", "RebuildWorkspace"];
  return {
    Tenancy: optionalText(input, "Tenancy") ?? "SHARED",
    UserIdentityType: optionalText(input, "UserIdentityType") ?? "AWS_DIRECTORY_SERVICE",
    SelfservicePermissions: {
      RestartWorkspace: "ENABLED",
      ...Object.fromEntries(permissions.map((permission) => [permission, selfService])),
    },
    ...(subnets.length === 0 ? {} : { SubnetIds: [...subnets] }),
    ...(config === undefined ? {} : { ActiveDirectoryConfig: config }),
    ...(name === undefined ? {} : { WorkspaceDirectoryName: name }),
    ...(description === undefined ? {} : { WorkspaceDirectoryDescription: description }),
  };
}

export function deregisterDirectory(input: Input, call: Call): object {
  const directory = existingDirectory(call, requiredText(input, "DirectoryId"));
  const id = directory.wire.DirectoryId;
  if (directory.wire.State !== "REGISTERED") {
    throw new ApiError("InvalidResourceStateException", `The directory ${id} is ${directory.wire.State}.`);
  }
  if (Object.values(call.region.desktops).some(({ wire }) => wire.DirectoryId === id)) {
    throw unsupported(`The directory ${id} has WorkSpaces.`);
  }
  directory.wire.State = "DEREGISTERING";
  const at = call.now + milliseconds(call, "registerDirectory");
  plan(call.region, { at, id, what: "directory-settled", state: "DEREGISTERED" });
  return {};
}

/** Pools: no new customers from 2026-07-31; every call of theirs, even a Describe, is refused. */
export function closedToNewCustomers(): ApiError {
  return new ApiError(
    "AccessDeniedException",
    "Amazon WorkSpaces Pools is no longer available to new customers as of 7/30/2026.",
  );
}
