import type * as Sdk from "@aws-sdk/client-workspaces";
import type { LastUse, LiveBundle, LiveDesktop, LiveDirectory, TagMap, WorkspacesReader } from "../model.ts";
import type { SendOptions } from "./door.ts";
import type { Doors } from "./doors.ts";
import type { Operation } from "./operations.ts";
import { allPages, chunksOf } from "./pages.ts";
import { parseBundle, parseDesktop, parseDirectory, parseLastUse, parseTags } from "./parse.ts";
import { ApiTrouble } from "./trouble.ts";

/** AWS's bounds: desktops, ids and directories a call; tagged resources a call. */
export const BATCH = 25;
const TAG_PAGE = 100;

/** After so many desktops more a person is told how far the listing is: every ten seconds at AWS's pace. */
const STEP = 500;

/** One region's API. */
export interface Place {
  readonly doors: Doors;
  readonly region: string;
}

/** Reads through the doors. Nothing in here can write. */
export function createReader(doors: Doors): WorkspacesReader {
  return {
    accountId: (region) => readAccount(doors, region),
    desktops: (region) => readDesktops(doors, region, { Limit: BATCH }),
    desktopsById: async (region, ids) => {
      const found: LiveDesktop[] = [];
      for (const chunk of chunksOf(ids, BATCH)) {
        found.push(...(await readDesktops(doors, region, { WorkspaceIds: [...chunk] })));
      }
      return found;
    },
    desktopOf: async (region, DirectoryId, UserName) =>
      (await readDesktops(doors, region, { DirectoryId, UserName }))[0] ?? null,
    directories: (region) => readDirectories(doors, region),
    taggedResources: (region) => readTagged(doors, region),
    tagsOf: async (region, id) => {
      const answer = await ask({ doors, region }, "DescribeTags", (client, sdk, options) =>
        client.send(new sdk.DescribeTagsCommand({ ResourceId: id }), options),
      );
      return parseTags(answer.TagList ?? []);
    },
    bundlesById: async (region, ids) => {
      const found: LiveBundle[] = [];
      for (const chunk of chunksOf(ids, BATCH)) {
        found.push(...(await readNamedBundles(doors, region, chunk)));
      }
      return found;
    },
    bundlesOwnedBy: (region, owner) => readBundles(doors, region, owner === "amazon" ? { Owner: "AMAZON" } : {}),
    lastUse: (region, ids) => readLastUse(doors, region, ids),
  };
}

/** One call of the WorkSpaces API. */
export async function ask<Out>(
  { doors, region }: Place,
  operation: Operation,
  request: (client: Sdk.WorkSpacesClient, sdk: typeof Sdk, options: SendOptions) => Promise<Out>,
): Promise<Out> {
  const [client, sdk] = await Promise.all([doors.clients.workspaces(region), import("@aws-sdk/client-workspaces")]);
  return doors.workspaces(region).call(operation, (options) => request(client, sdk, options));
}

async function readAccount(doors: Doors, region: string): Promise<string> {
  const [client, { GetCallerIdentityCommand: Command }] = await Promise.all([
    doors.clients.sts(region),
    import("@aws-sdk/client-sts"),
  ]);
  const answer = await doors.sts(region).call("GetCallerIdentity", (options) => client.send(new Command({}), options));
  return answer.Account ?? "";
}

async function readDesktops(
  doors: Doors,
  region: string,
  input: Sdk.DescribeWorkspacesCommandInput,
): Promise<readonly LiveDesktop[]> {
  let seen = 0;
  const raw = await allPages(
    "DescribeWorkspaces",
    async (NextToken) => {
      const answer = await ask({ doors, region }, "DescribeWorkspaces", (client, sdk, options) =>
        client.send(
          new sdk.DescribeWorkspacesCommand({ ...input, ...(NextToken === undefined ? {} : { NextToken }) }),
          options,
        ),
      );
      const items = (answer.Workspaces ?? []).flatMap(parseDesktop);
      const before = seen;
      seen += items.length;
      if (Math.floor(seen / STEP) > Math.floor(before / STEP))
        doors.progress.step(`reading desktops in ${region}: ${seen} so far`);
      return { items, next: answer.NextToken };
    },
    (desktop) => desktop.id,
  );
  return raw.toSorted(byId);
}

async function readDirectories(doors: Doors, region: string): Promise<readonly LiveDirectory[]> {
  const found = await allPages(
    "DescribeWorkspaceDirectories",
    async (NextToken) => {
      const answer = await ask({ doors, region }, "DescribeWorkspaceDirectories", (client, sdk, options) =>
        client.send(
          new sdk.DescribeWorkspaceDirectoriesCommand({
            Limit: BATCH,
            ...(NextToken === undefined ? {} : { NextToken }),
          }),
          options,
        ),
      );
      return { items: (answer.Directories ?? []).flatMap(parseDirectory), next: answer.NextToken };
    },
    (directory) => directory.id,
  );
  return found.toSorted(byId);
}

async function readTagged(doors: Doors, region: string): Promise<ReadonlyMap<string, TagMap>> {
  const [client, { GetResourcesCommand: Command }] = await Promise.all([
    doors.clients.tagging(region),
    import("@aws-sdk/client-resource-groups-tagging-api"),
  ]);
  const rows = await allPages(
    "GetResources",
    async (PaginationToken) => {
      const answer = await doors.tagging(region).call("GetResources", (options) =>
        client.send(
          new Command({
            ResourceTypeFilters: ["workspaces"],
            ResourcesPerPage: TAG_PAGE,
            ...(PaginationToken === undefined ? {} : { PaginationToken }),
          }),
          options,
        ),
      );
      const items = (answer.ResourceTagMappingList ?? []).flatMap(({ ResourceARN, Tags }) =>
        ResourceARN === undefined ? [] : [{ id: ResourceARN.split("/").at(-1) ?? "", tags: parseTags(Tags ?? []) }],
      );
      return { items, next: answer.PaginationToken };
    },
    ({ id }) => id,
  );
  return new Map(rows.map(({ id, tags }) => [id, tags]));
}

async function readBundles(
  doors: Doors,
  region: string,
  input: Sdk.DescribeWorkspaceBundlesCommandInput,
): Promise<readonly LiveBundle[]> {
  return allPages(
    "DescribeWorkspaceBundles",
    async (NextToken) => {
      const answer = await ask({ doors, region }, "DescribeWorkspaceBundles", (client, sdk, options) =>
        client.send(
          new sdk.DescribeWorkspaceBundlesCommand({
            ...input,
            ...(NextToken === undefined ? {} : { NextToken }),
          }),
          options,
        ),
      );
      return { items: (answer.Bundles ?? []).flatMap(parseBundle), next: answer.NextToken };
    },
    (bundle) => bundle.id,
  );
}

/** Should one unknown id spoil the whole call, each is asked for by itself: the rest of the region is still to be read. */
async function readNamedBundles(doors: Doors, region: string, ids: readonly string[]): Promise<readonly LiveBundle[]> {
  try {
    return await readBundles(doors, region, { BundleIds: [...ids] });
  } catch (error) {
    const isRefused = error instanceof ApiTrouble && ["invalid", "gone"].includes(error.verdict.failure);
    if (!isRefused) throw error;
    if (ids.length === 1) return [];
    const found: LiveBundle[] = [];
    for (const id of ids) found.push(...(await readNamedBundles(doors, region, [id])));
    return found;
  }
}

async function readLastUse(
  doors: Doors,
  region: string,
  ids: readonly string[],
): Promise<ReadonlyMap<string, LastUse>> {
  const found = new Map<string, LastUse>();
  for (const chunk of chunksOf(ids, BATCH)) {
    const rows = await allPages(
      "DescribeWorkspacesConnectionStatus",
      async (NextToken) => {
        const answer = await ask({ doors, region }, "DescribeWorkspacesConnectionStatus", (client, sdk, options) =>
          client.send(
            new sdk.DescribeWorkspacesConnectionStatusCommand({
              WorkspaceIds: [...chunk],
              ...(NextToken === undefined ? {} : { NextToken }),
            }),
            options,
          ),
        );
        return { items: answer.WorkspacesConnectionStatus ?? [], next: answer.NextToken };
      },
      (row) => row.WorkspaceId ?? "",
    );
    for (const row of rows) found.set(row.WorkspaceId ?? "", parseLastUse(row));
  }
  return found;
}

function byId(a: { readonly id: string }, b: { readonly id: string }): number {
  return a.id < b.id ? -1 : Number(a.id > b.id);
}
