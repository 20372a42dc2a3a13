import { expect, test } from "vitest";
import { indexLive, standingPlace } from "../../../src/providers/workspaces/live-index.ts";
import type { LiveDesktop, RegionReading } from "../../../src/providers/workspaces/model.ts";
import { resolveTopology } from "../../../src/providers/workspaces/topology.ts";
import { estate, resource } from "../../support/literals.ts";

const OURS = { "reeve.dev/estate": "robco", "reeve.dev/name": "jdoe" };
const THEIRS = { "reeve.dev/estate": "another", "reeve.dev/name": "jdoe" };

function live(id: string, over: Partial<LiveDesktop> = {}): LiveDesktop {
  return {
    id,
    directoryId: "d-1",
    user: "jdoe",
    bundleId: "wsb-1",
    state: "AVAILABLE",
    error: null,
    compute: "standard",
    rootGib: 80,
    userGib: 50,
    mode: "auto-stop",
    afterIdleMinutes: 60,
    protocols: ["WSP"],
    isRootEncrypted: false,
    isUserEncrypted: false,
    key: null,
    modifications: [],
    operatingSystem: "windows",
    isStandby: false,
    tags: {},
    ...over,
  };
}

function regions(readings: Readonly<Record<string, readonly LiveDesktop[]>>): ReadonlyMap<string, RegionReading> {
  const none = { directories: [], bundles: new Map(), selected: new Map(), lastUse: new Map() };
  return new Map(Object.entries(readings).map(([region, desktops]) => [region, { region, desktops, ...none }]));
}

function directoryIn(region: string, name: string, directoryId: string) {
  return resource(`WorkspaceDirectory/${name}`, { spec: { region, directoryId, bundles: {} } });
}

const DIRECTORIES = [directoryIn("us-west-2", "oregon", "d-1"), directoryIn("eu-west-1", "ireland", "d-2")];

function topologyOf(placement: object) {
  const desktop = resource("Workspace/jdoe", { spec: { user: "JDoe", placement } });
  const resources = [...DIRECTORIES, desktop];
  return resolveTopology({ estate: estate({ resources }), resources });
}

test.each<{ name: string; desktops: readonly LiveDesktop[]; at: string | null }>([
  { name: "nobody's desktop is there all the same", desktops: [live("ws-1")], at: "ws-1" },
  { name: "upper and lower case are one user", desktops: [live("ws-1", { user: "JDOE" })], at: "ws-1" },
  { name: "another directory's is not there", desktops: [live("ws-1", { directoryId: "d-2" })], at: null },
  { name: "another user's is not there", desktops: [live("ws-1", { user: "ann" })], at: null },
  { name: "one on its way out still holds the place", desktops: [live("ws-1", { state: "TERMINATING" })], at: "ws-1" },
  {
    name: "a new one goes before one on its way out",
    desktops: [live("ws-1", { state: "TERMINATING" }), live("ws-2", { state: "PENDING" })],
    at: "ws-2",
  },
  {
    name: "whatever their order",
    desktops: [live("ws-1", { state: "PENDING" }), live("ws-2", { state: "TERMINATED" })],
    at: "ws-1",
  },
])("$name", ({ desktops, at }) => {
  const oregon = topologyOf({ directory: "oregon" }).directories.get("oregon");
  const index = indexLive(regions({ "us-west-2": desktops, "eu-west-1": [] }), "robco");
  expect(oregon === undefined ? undefined : (index.at(oregon, "jdoe")?.id ?? null)).toBe(at);
});

test.each<{ name: string; desktops: readonly LiveDesktop[]; ids: readonly string[] }>([
  { name: "ours, under the document's name", desktops: [live("ws-1", { user: "ann", tags: OURS })], ids: ["ws-1"] },
  { name: "not another estate's", desktops: [live("ws-1", { tags: THEIRS })], ids: [] },
  { name: "not nobody's", desktops: [live("ws-1")], ids: [] },
  { name: "not one on its way out", desktops: [live("ws-1", { state: "TERMINATING", tags: OURS })], ids: [] },
  {
    name: "two, where a name was marked twice",
    desktops: [live("ws-1", { tags: OURS }), live("ws-2", { user: "ann", tags: OURS })],
    ids: ["ws-1", "ws-2"],
  },
])("by name: $name", ({ desktops, ids }) => {
  const index = indexLive(regions({ "us-west-2": desktops }), "robco");
  expect(index.named("jdoe").map(({ desktop }) => desktop.id)).toEqual(ids);
});

const NEAR = { near: { country: "US", city: "Seattle" } };

test.each<{ name: string; readings: Readonly<Record<string, readonly LiveDesktop[]>>; place: string | null }>([
  { name: "nowhere yet", readings: { "us-west-2": [], "eu-west-1": [] }, place: null },
  {
    name: "where ours stands, though somebody else's of the same user stands in a nearer region",
    readings: { "us-west-2": [live("ws-1")], "eu-west-1": [live("ws-2", { directoryId: "d-2", tags: OURS })] },
    place: "ireland",
  },
  {
    name: "where the user has one already",
    readings: { "us-west-2": [live("ws-1")], "eu-west-1": [] },
    place: "oregon",
  },
  {
    name: "not in a directory that nobody declares",
    readings: { "us-west-2": [live("ws-1", { directoryId: "d-9", tags: OURS })], "eu-west-1": [] },
    place: null,
  },
])("a desktop without a named directory stands $name", ({ readings, place }) => {
  const topology = topologyOf(NEAR);
  const [facts] = topology.desktops;
  const index = indexLive(regions(readings), "robco");
  expect(facts === undefined ? undefined : (standingPlace(facts, topology, index)?.name ?? null)).toBe(place);
});
