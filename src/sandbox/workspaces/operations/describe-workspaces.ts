import { invalid, violates } from "../api-error.ts";
import { type Call, visibleDesktop } from "../call.ts";
import { WORKSPACE_ID } from "../ids.ts";
import { checkLength, checkPattern, type Input, optionalNumber, optionalText, optionalTexts } from "../input.ts";
import { takePage } from "../paging.ts";
import { happens } from "../random.ts";
import type { WireWorkspace } from "../wire.ts";
import type { Desktop } from "../world.ts";

/** By ids, or by one filter; in pages of at most twenty-five, in no order. Unknown ids are left out, never an error. */
export function describeWorkspaces(input: Input, call: Call): object {
  const ids = readIds(input);
  const limit = readLimit(input, "Limit");
  const accepts = readFilter(input, ids);
  const page = takePage(call, {
    operation: "DescribeWorkspaces",
    limit,
    token: optionalText(input, "NextToken"),
    keys: () => (ids ?? Object.keys(call.region.desktops)).filter((id) => isShown(call, id, accepts)),
  });
  const desktops = page.keys.flatMap((id) => call.region.desktops[id] ?? []);
  return {
    Workspaces: desktops.map((desktop) => viewOf(call, desktop)),
    ...(page.next === undefined ? {} : { NextToken: page.next }),
  };
}

export function readIds(input: Input, member = "WorkspaceIds"): readonly string[] | undefined {
  const ids = optionalTexts(input, member);
  if (ids === undefined) return undefined;
  checkLength(ids, member, 25);
  for (const id of ids) checkPattern(id, member, WORKSPACE_ID);
  return [...new Set(ids)];
}

export function readLimit(input: Input, member: string, most = 25): number {
  const limit = optionalNumber(input, member) ?? most;
  if (limit >= 1 && limit <= most) return limit;
  throw violates(member, `Member must have value between 1 and ${most}`);
}

type Filter = (desktop: Desktop) => boolean;

function readFilter(input: Input, ids: readonly string[] | undefined): Filter {
  const directory = optionalText(input, "DirectoryId");
  const user = optionalText(input, "UserName")?.toLowerCase();
  const bundle = optionalText(input, "BundleId");
  const name = optionalText(input, "WorkspaceName");
  const given = [ids, directory, bundle, name].filter((one) => one !== undefined);
  if (given.length > 1)
    throw invalid("Only one of WorkspaceIds, DirectoryId, BundleId and WorkspaceName may be given.");
  if (user !== undefined && directory === undefined) throw invalid("UserName needs DirectoryId.");
  return ({ wire }) =>
    (directory === undefined || wire.DirectoryId === directory) &&
    (user === undefined || wire.UserName.toLowerCase() === user) &&
    (bundle === undefined || wire.BundleId === bundle) &&
    (name === undefined || wire.WorkspaceName === name);
}

/** A terminated desktop comes and goes before it is absent for good. */
function isShown(call: Call, id: string, accepts: Filter): boolean {
  const desktop = visibleDesktop(call, id);
  if (desktop === undefined || !accepts(desktop)) return false;
  return desktop.wire.State !== "TERMINATED" || happens(call.world, 0.5);
}

function viewOf(call: Call, { wire, stale }: Desktop): WireWorkspace {
  if (stale !== null && stale.until > call.now && happens(call.world, 0.5)) return stale.wire;
  return wire;
}
