import { expect, test } from "vitest";
import type { Verdict } from "../../../src/providers/workspaces/api/trouble.ts";
import { indexLive, standingPlace } from "../../../src/providers/workspaces/live-index.ts";
import type { LiveDesktop, RegionReading, TagMap } from "../../../src/providers/workspaces/model.ts";
import { placeDesktops } from "../../../src/providers/workspaces/placing.ts";
import { resolveTopology } from "../../../src/providers/workspaces/topology.ts";
import { desiredFrom } from "./checked.ts";

const directory = (name: string, region: string, bundle: string) => `apiVersion: reeve.dev/v1
kind: WorkspaceDirectory
metadata: { name: ${name} }
spec: { region: ${region}, directoryId: d-90670123${name.length}, bundles: { ${bundle}: wsb-1a2b3c4d${name.length} } }
---
`;
/** What of a live desktop decides where it stands. */
function live(user: string, directoryId: string, tags: TagMap = {}): LiveDesktop {
  return {
    id: `ws-${user}`,
    directoryId,
    user,
    bundleId: "wsb-1",
    state: "AVAILABLE",
    error: null,
    compute: null,
    rootGib: null,
    userGib: null,
    mode: null,
    afterIdleMinutes: null,
    protocols: [],
    isRootEncrypted: false,
    isUserEncrypted: false,
    key: null,
    modifications: [],
    operatingSystem: null,
    isStandby: false,
    tags,
  };
}

const DESKTOP = `apiVersion: reeve.dev/v1
kind: Workspace
metadata: { name: jdoe }
spec: { user: jdoe, bundle: standard, placement: { near: { latitude: 47.6, longitude: -122.3 } } }
`;
const ESTATE = [
  directory("oregon", "us-west-2", "standard"),
  directory("ireland", "eu-west-1", "standard"),
  directory("california", "us-west-1", "other"),
  DESKTOP,
].join("");

function place(...readable: readonly string[]): unknown {
  const topology = resolveTopology(desiredFrom({ "desktops.yaml": ESTATE }));
  const trouble: Verdict = {
    failure: "denied",
    code: "AccessDenied",
    message: "no",
    next: "ask",
    isTransient: false,
    feedsBreaker: false,
    isThrottling: false,
  };
  const regions = topology.regions.map((region): readonly [string, RegionReading] => [
    region,
    readable.includes(region) ? emptyRegion(region) : { region, trouble },
  ]);
  const answer = placeDesktops(topology, new Map(regions), { cities: () => [], ipPlace: () => null }).get(
    "Workspace/jdoe",
  );
  if (answer === undefined) return null;
  return "refusal" in answer ? `${answer.refusal.code}: ${answer.refusal.message}` : answer.chosen.directory;
}

function emptyRegion(region: string, desktops: readonly LiveDesktop[] = []): RegionReading {
  const none = new Map<never, never>();
  return { region, desktops, directories: [], bundles: none, selected: none, lastUse: none };
}

test.each([
  ["all of them", ["us-west-1", "us-west-2", "eu-west-1"], "oregon"],
  ["all but the nearest that fits", ["us-west-1", "eu-west-1"], "ireland"],
  [
    "none that fits",
    ["us-west-1"],
    "no-directory: no region can be chosen: none with a directory that fits could be read (ireland in eu-west-1, oregon in us-west-2)",
  ],
])("the nearest directory that fits, of regions that could be read: %s", (_name, readable, expected) => {
  expect(place(...readable)).toBe(expected);
});

const OREGON = "d-906701236";
const IRELAND = "d-906701237";
const CALIFORNIA = "d-9067012310";
const OURS = { "reeve.dev/estate": "", "reeve.dev/name": "jdoe" };

test.each([
  ["nowhere", "us-west-2", [live("other", OREGON)], null],
  ["under its name", "us-west-1", [live("jdoe", CALIFORNIA, OURS)], "california"],
  ["as its user's, in upper case", "eu-west-1", [live("JDoe", IRELAND)], "ireland"],
  ["not where its user has one that it cannot be", "us-west-1", [live("jdoe", CALIFORNIA)], null],
])("where a desktop stands already: %s", (_name, region, desktops, expected) => {
  const topology = resolveTopology(desiredFrom({ "desktops.yaml": ESTATE }));
  const [facts] = topology.desktops;
  if (facts === undefined) throw new Error("no desktop is declared");
  const index = indexLive(new Map([[region, emptyRegion(region, desktops)]]), "");
  expect(standingPlace(facts, topology, index)?.name ?? null).toBe(expected);
});

test("a city is looked up once, however many desktops are near it", () => {
  const near = (name: string, city: string) => `apiVersion: reeve.dev/v1
kind: Workspace
metadata: { name: ${name} }
spec: { user: ${name}, bundle: standard, placement: { near: { city: ${city}, country: US } } }
---
`;
  const people = [near("ada", "Seattle"), near("grace", "Seattle"), near("edsger", "Boston"), near("alan", "Seattle")];
  const desired = desiredFrom({ "desktops.yaml": directory("oregon", "us-west-2", "standard") + people.join("") });
  let lookUps = 0;
  const cityOf = (name: string, latitude: number, longitude: number) => ({
    name,
    alternateName: "",
    country: "US",
    subdivision: "",
    population: 1,
    latitude,
    longitude,
  });
  const sources = {
    cities: () => {
      lookUps += 1;
      return [cityOf("Seattle", 47.6, -122.3), cityOf("Boston", 42.4, -71.1)];
    },
    ipPlace: () => null,
  };
  const regions = new Map([["us-west-2", emptyRegion("us-west-2")]]);
  const placed = placeDesktops(resolveTopology(desired), regions, sources);
  expect([placed.size, lookUps]).toEqual([4, 2]);
});
