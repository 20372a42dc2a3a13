import { ApiError, invalid, notFound } from "../api-error.ts";
import { type Call, registeredDirectory } from "../call.ts";
import { IP_GROUP_ID } from "../ids.ts";
import {
  asInput,
  checkPattern,
  type Input,
  optionalList,
  optionalText,
  optionalTexts,
  requiredText,
} from "../input.ts";
import { takePage } from "../paging.ts";
import { randomId } from "../random.ts";
import { readTags } from "../tag-rules.ts";
import type { WireIpGroup } from "../wire.ts";
import type { IpGroup } from "../world.ts";
import { readLimit } from "./describe-workspaces.ts";

/** Limits of the administration guide (2022). */
const MOST_GROUPS = 100;
const MOST_RULES = 10;
const MOST_GROUPS_OF_A_DIRECTORY = 25;

type Rules = WireIpGroup["userRules"];

export function createIpGroup(input: Input, call: Call): object {
  const { ipGroups } = call.region;
  const name = requiredText(input, "GroupName");
  const groups = Object.values(ipGroups);
  if (groups.length >= MOST_GROUPS) throw limitExceeded(`${MOST_GROUPS} IP access control groups`);
  if (groups.some(({ wire }) => wire.groupName === name)) {
    throw new ApiError("ResourceAlreadyExistsException", `There is an IP access control group ${name}.`);
  }
  const groupDesc = optionalText(input, "GroupDesc") ?? "";
  const wire = { groupId: randomId(call.world, "wsipg-"), groupName: name, groupDesc, userRules: readRules(input) };
  ipGroups[wire.groupId] = { wire, tags: readTags(input) };
  return { GroupId: wire.groupId };
}

export function describeIpGroups(input: Input, call: Call): object {
  const ids = optionalTexts(input, "GroupIds");
  const page = takePage(call, {
    operation: "DescribeIpGroups",
    limit: readLimit(input, "MaxResults"),
    token: optionalText(input, "NextToken"),
    keys: () => Object.keys(call.region.ipGroups).filter((id) => ids === undefined || ids.includes(id)),
  });
  return {
    Result: page.keys.flatMap((id) => call.region.ipGroups[id]?.wire ?? []),
    ...(page.next === undefined ? {} : { NextToken: page.next }),
  };
}

export function deleteIpGroup(input: Input, call: Call): object {
  const { wire } = existingGroup(call, requiredText(input, "GroupId"));
  const isUsed = Object.values(call.region.directories).some((one) => one.wire.ipGroupIds.includes(wire.groupId));
  if (isUsed) throw new ApiError("ResourceAssociatedException", `${wire.groupId} is associated with a directory.`);
  delete call.region.ipGroups[wire.groupId];
  return {};
}

export function authorizeIpRules(input: Input, call: Call): object {
  const { wire } = existingGroup(call, requiredText(input, "GroupId"));
  const added = readRules(input);
  const ranges = new Set(added.map(({ ipRule }) => ipRule));
  wire.userRules = checkRules([...wire.userRules.filter(({ ipRule }) => !ranges.has(ipRule)), ...added]);
  return {};
}

export function revokeIpRules(input: Input, call: Call): object {
  const { wire } = existingGroup(call, requiredText(input, "GroupId"));
  const revoked = optionalTexts(input, "UserRules") ?? [];
  wire.userRules = wire.userRules.filter(({ ipRule }) => !revoked.includes(ipRule));
  return {};
}

export function updateIpRules(input: Input, call: Call): object {
  existingGroup(call, requiredText(input, "GroupId")).wire.userRules = readRules(input);
  return {};
}

export function associateIpGroups(input: Input, call: Call): object {
  const { wire } = registeredDirectory(call, requiredText(input, "DirectoryId"));
  const ids = (optionalTexts(input, "GroupIds") ?? []).map((id) => existingGroup(call, id).wire.groupId);
  const all = [...new Set([...wire.ipGroupIds, ...ids])];
  if (all.length > MOST_GROUPS_OF_A_DIRECTORY) throw limitExceeded(`${MOST_GROUPS_OF_A_DIRECTORY} groups a directory`);
  wire.ipGroupIds = all;
  return {};
}

export function disassociateIpGroups(input: Input, call: Call): object {
  const { wire } = registeredDirectory(call, requiredText(input, "DirectoryId"));
  const ids = optionalTexts(input, "GroupIds") ?? [];
  wire.ipGroupIds = wire.ipGroupIds.filter((id) => !ids.includes(id));
  return {};
}

function existingGroup(call: Call, id: string): IpGroup {
  checkPattern(id, "groupId", IP_GROUP_ID);
  const group = call.region.ipGroups[id];
  if (group === undefined) throw notFound("IP access control group", id);
  return group;
}

function readRules(input: Input): Rules {
  const rules = (optionalList(input, "UserRules") ?? []).map((one) => {
    const rule = asInput(one, "UserRules");
    const ruleDesc = optionalText(rule, "ruleDesc");
    return { ipRule: requiredText(rule, "ipRule"), ...(ruleDesc === undefined ? {} : { ruleDesc }) };
  });
  return checkRules(rules);
}

function checkRules(rules: Rules): Rules {
  if (rules.length > MOST_RULES) throw limitExceeded(`${MOST_RULES} rules a group`);
  const bad = rules.find(({ ipRule }) => !/^\d{1,3}(\.\d{1,3}){3}(\/\d{1,2})?$/.test(ipRule));
  if (bad !== undefined) throw invalid(`${bad.ipRule} is no IPv4 range.`);
  return rules;
}

function limitExceeded(what: string): ApiError {
  return new ApiError("ResourceLimitExceededException", `Your resource limits have been exceeded: ${what}.`);
}
