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
  const resources = taggedResources(call);
  const accepts = readFilters(input);
  const limit = optionalNumber(input, "ResourcesPerPage") ?? 100;
  if (limit < 1 || limit > 100)
    throw new ApiError("InvalidParameterException", "ResourcesPerPage is between 1 and 100.");
  const token = optionalText(input, "PaginationToken");
  const page = takePage(call, {
    operation: "GetResources",
    limit,
    token: token === "" ? undefined : token,
    keys: () => [...resources].flatMap(([arn, tags]) => (accepts(arn, tags) ? arn : [])),
  });
  return {
    PaginationToken: page.next ?? "",
    ResourceTagMappingList: page.keys.flatMap((arn) => {
      const tags = resources.get(arn);
      return tags === undefined ? [] : { ResourceARN: arn, Tags: wireTags(tags) };
    }),
  };
}

function taggedResources(call: Call): ReadonlyMap<string, Tags> {
  const { region, world, rules } = call;
  const arn = (type: string, id: string): string =>
    `arn:aws:workspaces:${region.name}:${world.accountId}:${type}/${id}`;
  const desktops = rules.taggingCoversDesktops ? Object.entries(region.desktops) : [];
  const rows: readonly (readonly [string, Tags | null])[] = [
    ...desktops.map(([id, desktop]) => [arn("workspace", id), indexedTags(call, desktop)] as const),
    ...Object.entries(region.directories).map(([id, { tags }]) => [arn("directory", id), tags] as const),
    ...Object.entries(region.bundles).map(([id, { tags }]) => [arn("workspacebundle", id), tags] as const),
    ...Object.entries(region.ipGroups).map(([id, { tags }]) => [arn("workspaceipgroup", id), tags] as const),
  ];
  return new Map(
    rows.flatMap(([name, tags]) => (tags === null || Object.keys(tags).length === 0 ? [] : [[name, tags]])),
  );
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
