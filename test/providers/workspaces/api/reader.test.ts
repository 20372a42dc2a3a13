import { expect, test } from "vitest";
import { type Asked, openWire } from "./wire.ts";

const REGION = "us-west-2";

function idsOf({ input }: Asked): readonly string[] {
  return (input["BundleIds"] ?? input["WorkspaceIds"] ?? []) as readonly string[];
}

function ids(prefix: string, count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => `${prefix}-${String(index).padStart(9, "0")}`);
}

test.each([
  { count: 0, calls: [] },
  { count: 25, calls: [25] },
  { count: 26, calls: [25, 1] },
])("$count desktops by their ids: $calls a call, those that AWS does not know left out", async ({ count, calls }) => {
  const wire = await openWire((asked) => ({
    Workspaces: idsOf(asked)
      .filter((id) => !id.endsWith("3"))
      .map((WorkspaceId) => ({ WorkspaceId, DirectoryId: "d-1" })),
  }));
  const all = ids("ws", count);
  const found = await wire.writer.desktopsById(REGION, all);
  expect(found.map(({ id }) => id)).toEqual(all.filter((id) => !id.endsWith("3")));
  expect(wire.asked.map((asked) => idsOf(asked).length)).toEqual(calls);
});

test.each(["InvalidParameterValuesException", "ResourceNotFoundException"])(
  "one bundle that AWS does not know (%s) spoils no other",
  async (error) => {
    const wire = await openWire((asked) =>
      idsOf(asked).includes("wsb-2") ? { error } : { Bundles: idsOf(asked).map((BundleId) => ({ BundleId })) },
    );
    const found = await wire.writer.bundlesById(REGION, ["wsb-1", "wsb-2", "wsb-3"]);
    expect(found.map(({ id }) => id)).toEqual(["wsb-1", "wsb-3"]);
    expect(wire.asked.map((asked) => idsOf(asked).length)).toEqual([3, 1, 1, 1]);
  },
);

test("bundles that may not be read are trouble, not absent", async () => {
  const wire = await openWire(() => ({ error: "AccessDeniedException" }));
  await expect(wire.writer.bundlesById(REGION, ["wsb-1", "wsb-2"])).rejects.toThrow("AccessDenied");
  expect(wire.asked.length).toBe(1);
});

test("the desktop of a user is asked for by directory and user, and by nothing else", async () => {
  const wire = await openWire(() => ({ Workspaces: [] }));
  expect(await wire.writer.desktopOf(REGION, "d-1", "jdoe")).toBeNull();
  expect(wire.asked).toEqual([{ operation: "DescribeWorkspaces", input: { DirectoryId: "d-1", UserName: "jdoe" } }]);
});

test("desktops come sorted by id, whatever order their pages have", async () => {
  const pages = [
    { Workspaces: [{ WorkspaceId: "ws-2", DirectoryId: "d-1" }], NextToken: "more" },
    { Workspaces: [{ WorkspaceId: "ws-1", DirectoryId: "d-1" }] },
  ];
  const wire = await openWire(({ input }) => pages[input["NextToken"] === "more" ? 1 : 0] ?? {});
  expect((await wire.writer.desktops(REGION)).map(({ id }) => id)).toEqual(["ws-1", "ws-2"]);
  expect(wire.asked.map(({ input }) => input)).toEqual([{ Limit: 25 }, { Limit: 25, NextToken: "more" }]);
});

test("a long listing says how far it is", async () => {
  const all = ids("ws", 1030).map((WorkspaceId) => ({ WorkspaceId, DirectoryId: "d-1" }));
  const wire = await openWire(({ input }) => {
    const from = Number(input["NextToken"] ?? 0);
    const next = from + 25 < all.length ? { NextToken: String(from + 25) } : {};
    return { Workspaces: all.slice(from, from + 25), ...next };
  });
  expect((await wire.writer.desktops(REGION)).length).toBe(1030);
  expect(wire.progress).toEqual([500, 1000].map((count) => `reading desktops in us-west-2: ${count} so far`));
});

test("tags by id, from ARNs of desktops and directories", async () => {
  const arn = (resource: string): string => `arn:aws:workspaces:us-west-2:123456789012:${resource}`;
  const wire = await openWire(() => ({
    PaginationToken: "",
    ResourceTagMappingList: [
      { ResourceARN: arn("workspace/ws-1"), Tags: [{ Key: "a", Value: "1" }] },
      { ResourceARN: arn("directory/d-1"), Tags: [] },
      {},
    ],
  }));
  expect([...(await wire.writer.taggedResources(REGION))]).toEqual([
    ["ws-1", { a: "1" }],
    ["d-1", {}],
  ]);
  expect(wire.asked.map(({ input }) => input)).toEqual([
    { ResourceTypeFilters: ["workspaces"], ResourcesPerPage: 100 },
  ]);
});
