import { expect, test } from "vitest";
import { classifyError } from "../../../src/providers/workspaces/api/classify.ts";
import { parseDesktop } from "../../../src/providers/workspaces/api/parse.ts";
import { ApiTrouble } from "../../../src/providers/workspaces/api/trouble.ts";
import { confirmTags, placeOf } from "../../../src/providers/workspaces/confirm-tags.ts";
import type { TagMap, WorkspacesReader } from "../../../src/providers/workspaces/model.ts";
import { resolveTopology } from "../../../src/providers/workspaces/topology.ts";
import { estate, resource } from "../../support/literals.ts";

const REGION = "us-west-2";
const MARKER = { "reeve.dev/estate": "robco", "reeve.dev/name": "jdoe" };
const OTHER = { ...MARKER, "reeve.dev/estate": "another" };

function unknownId(): ApiTrouble {
  const verdict = classifyError(Object.assign(new Error("no"), { name: "ResourceNotFoundException" }));
  if (verdict === null) throw new Error("ResourceNotFound has no class");
  return new ApiTrouble("DescribeTags", verdict);
}

/** Answers for DescribeTags, one after another; the last again and again. Null: AWS does not know the id. */
type Answers = readonly (TagMap | null)[];

const never = () => Promise.reject(new Error("not to be asked"));
const NOTHING: WorkspacesReader = {
  accountId: never,
  desktops: never,
  desktopsById: never,
  desktopOf: never,
  directories: never,
  taggedResources: never,
  tagsOf: never,
  bundlesById: never,
  bundlesOwnedBy: never,
  lastUse: never,
};

interface Row {
  readonly name: string;
  readonly user?: string;
  readonly indexed: TagMap | null;
  readonly own: Answers;
  readonly tags: TagMap;
  readonly asked: number;
  /** Seconds. */
  readonly slept?: readonly number[];
}

const DIRECTORY = resource("WorkspaceDirectory/oregon", { spec: { region: REGION, directoryId: "d-1", bundles: {} } });
const DESKTOP = resource("Workspace/jdoe", { spec: { user: "jdoe", placement: { directory: "oregon" } } });

test.each<Row>([
  { name: "as wanted by the index: not asked", indexed: MARKER, own: [], tags: MARKER, asked: 0 },
  { name: "not in the index yet", indexed: null, own: [MARKER], tags: MARKER, asked: 1 },
  { name: "the index is behind", indexed: OTHER, own: [MARKER], tags: MARKER, asked: 1 },
  { name: "really another estate's", indexed: OTHER, own: [OTHER], tags: OTHER, asked: 1 },
  {
    name: "made, and not seen ready yet",
    indexed: { ...MARKER, "reeve.dev/created-at": "2026-01-01T00:00:00Z" },
    own: [MARKER],
    tags: MARKER,
    asked: 1,
  },
  {
    name: "protected by a document of before",
    indexed: { ...MARKER, "reeve.dev/protected": "true" },
    own: [{ ...MARKER, "reeve.dev/protected": "false" }],
    tags: { ...MARKER, "reeve.dev/protected": "false" },
    asked: 1,
  },
  {
    name: "so new that AWS lists it and does not know it: asked again",
    indexed: null,
    own: [null, null, MARKER],
    tags: MARKER,
    asked: 3,
    slept: [1, 2],
  },
  { name: "not known for long", indexed: null, own: [null], tags: {}, asked: 4, slept: [1, 2, 4] },
  { name: "gone meanwhile, as the index knew it", indexed: OTHER, own: [null], tags: OTHER, asked: 1 },
  { name: "undeclared and nobody's: not asked", user: "ann", indexed: null, own: [], tags: {}, asked: 0 },
  { name: "undeclared and another's: not asked", user: "ann", indexed: OTHER, own: [], tags: OTHER, asked: 0 },
  { name: "undeclared and ours: asked before it goes", user: "ann", indexed: MARKER, own: [{}], tags: {}, asked: 1 },
])("$name", async ({ user = "jdoe", indexed, own, tags, asked, slept = [] }) => {
  let asks = 0;
  const sleeps: number[] = [];
  const reader: WorkspacesReader = {
    ...NOTHING,
    tagsOf: () => {
      const answer = own[Math.min(asks, own.length - 1)];
      asks += 1;
      return answer == null ? Promise.reject(unknownId()) : Promise.resolve(answer);
    },
  };
  const session = {
    clock: {
      now: () => new Date("2026-01-02T00:00:00Z"),
      sleep: (milliseconds: number) => {
        sleeps.push(milliseconds / 1000);
        return Promise.resolve();
      },
    },
    progress: { step: () => undefined },
    signal: new AbortController().signal,
  };
  const resources = [DIRECTORY, DESKTOP];
  const topology = resolveTopology({ estate: estate({ resources }), resources });
  const desktops = parseDesktop({ WorkspaceId: "ws-1", DirectoryId: "d-1", UserName: user });
  const index = { value: new Map(indexed === null ? [] : [["ws-1", indexed] as const]) };
  const place = placeOf({ reader, region: REGION, topology, session });
  const found = await confirmTags(place, { desktops, directories: [] }, index);
  expect([found.desktops[0]?.tags, asks, sleeps]).toEqual([tags, asked, slept]);
});
