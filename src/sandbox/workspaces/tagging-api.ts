import { ApiError } from "./api-error.ts";
import type { Call } from "./call.ts";
import {
  asInput,
  type Input,
  optionalList,
  optionalNumber,
  optionalText,
  optionalTexts,
  requiredText,
} from "./input.ts";
import { wireTags } from "./operations/tags.ts";
import { takePage } from "./paging.ts";
import { indexedTags } from "./tag-rules.ts";
import type { Tags } from "./world.ts";

/** ResourceGroupsTaggingAPI: GetResources, at most a hundred a page, from an index that lags. */
export function getResources(input: Input, call: Call): object {
  const accepts = readFilters(input);
  const limit = optionalNumber(input, "ResourcesPerPage") ?? 100;
  if (limit < 1 || limit > 100)
    throw new ApiError("InvalidParameterException", "ResourcesPerPage is between 1 and 100.");
  const token = optionalText(input, "PaginationToken");
  const page = takePage(call, {
    operation: "GetResources",
    limit,
    token: token === "" ? undefined : token,
    keys: () =>
      SHELVES.flatMap((shelf) =>
        Object.keys(call.region[shelf]).flatMap((id) => {
          const row = rowOf(call, shelf, id);
          return row !== null && accepts(row.arn, row.tags) ? keyOf(shelf, id) : [];
        }),
      ),
  });
  return {
    PaginationToken: page.next ?? "",
    ResourceTagMappingList: page.keys.flatMap((key) => {
      const shelf = SHELVES.find((one) => key.startsWith(keyOf(one, "")));
      const row = shelf === undefined ? null : rowOf(call, shelf, key.slice(keyOf(shelf, "").length));
      return row === null ? [] : { ResourceARN: row.arn, Tags: wireTags(row.tags) };
    }),
  };
}

/** What can carry tags, and its word in an ARN. */
const ARN_TYPES = {
  desktops: "workspace",
  directories: "directory",
  bundles: "workspacebundle",
  ipGroups: "workspaceipgroup",
} as const;

type Shelf = keyof typeof ARN_TYPES;

const SHELVES = ["desktops", "directories", "bundles", "ipGroups"] as const satisfies readonly Shelf[];

function keyOf(shelf: Shelf, id: string): string {
  return `${shelf} ${id}`;
}

/** Null for what is not there, and what has no tags: the API does not know it. */
function rowOf(call: Call, shelf: Shelf, id: string): { readonly arn: string; readonly tags: Tags } | null {
  const tags = tagsOf(call, shelf, id);
  if (tags === null || Object.keys(tags).length === 0) return null;
  return { arn: `arn:aws:workspaces:${call.region.name}:${call.world.accountId}:${ARN_TYPES[shelf]}/${id}`, tags };
}

function tagsOf(call: Call, shelf: Shelf, id: string): Tags | null {
  if (shelf !== "desktops") return call.region[shelf][id]?.tags ?? null;
  const desktop = call.region.desktops[id];
  return desktop === undefined || !call.rules.taggingCoversDesktops ? null : indexedTags(call, desktop);
}

function readFilters(input: Input): (arn: string, tags: Tags) => boolean {
  const arns = optionalTexts(input, "ResourceARNList");
  const types = optionalTexts(input, "ResourceTypeFilters") ?? [];
  const filters = (optionalList(input, "TagFilters") ?? []).map((one) => {
    const filter = asInput(one, "TagFilters");
    return { key: requiredText(filter, "Key"), values: optionalTexts(filter, "Values") ?? [] };
  });
  return (arn, tags) =>
    (arns === undefined || arns.length === 0 || arns.includes(arn)) &&
    (types.length === 0 || types.some((type) => isOfType(arn, type))) &&
    filters.every(({ key, values }) => {
      const value = tags[key];
      return value !== undefined && (values.length === 0 || values.includes(value));
    });
}

/** `workspaces`, or `workspaces:workspace`. */
function isOfType(arn: string, filter: string): boolean {
  const [service, type] = filter.split(":");
  const isService = service === "workspaces";
  return isService && (type === undefined || arn.split(":")[5]?.startsWith(`${type}/`) === true);
}
