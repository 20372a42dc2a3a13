import { expect, test } from "vitest";
import type { Verdict } from "../../../src/providers/workspaces/api/trouble.ts";
import type { RegionReading } from "../../../src/providers/workspaces/model.ts";
import { placeDesktops } from "../../../src/providers/workspaces/placing.ts";
import { resolveTopology } from "../../../src/providers/workspaces/topology.ts";
import { desiredFrom } from "./checked.ts";

const directory = (name: string, region: string, bundle: string) => `apiVersion: reeve.dev/v1
kind: WorkspaceDirectory
metadata: { name: ${name} }
spec: { region: ${region}, directoryId: d-90670123${name.length}, bundles: { ${bundle}: wsb-1a2b3c4d${name.length} } }
---
`;
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

function emptyRegion(region: string): RegionReading {
  const none = new Map<never, never>();
  return { region, desktops: [], directories: [], bundles: none, selected: none, lastUse: none };
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
