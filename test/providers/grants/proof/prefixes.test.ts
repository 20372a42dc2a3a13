/** An apply may break off after any write. No world on the way lets in anybody whom neither the first nor the last does. */
import { expect, test } from "vitest";
import type { Address } from "../../../../src/estate/resource.ts";
import { stepsOf } from "../../../../src/providers/grants/compare-objects.ts";
import { proveIn, type Stage, stageOf } from "../../../../src/providers/grants/proof/stage.ts";
import { carryOut, type Objects } from "../../../../src/providers/grants/proof/worlds.ts";
import { readAs } from "./read-as.ts";

const BEFORE = new Date("2026-11-24T00:00:00Z");
const DURING = new Date("2026-12-03T08:00:00Z");
const AFTER = new Date("2026-12-14T18:00:00Z");
const DESKTOP_PORT = ['resources: { cpu: "2", memory: 4Gi }', 'port: 9000\n  resources: { cpu: "2", memory: 4Gi }'];

/** How a grant may stand, as documents and an instant. */
const STATES: Readonly<Record<string, { edits: readonly string[] | null; at: Date }>> = {
  nothing: { edits: null, at: DURING },
  pending: { edits: [], at: BEFORE },
  active: { edits: [], at: DURING },
  suspended: { edits: ["# end of alice", "  suspended: true\n# end of alice"], at: DURING },
  expired: { edits: [], at: AFTER },
  "active on another port": { edits: DESKTOP_PORT, at: DURING },
  "active with other challenges": { edits: ["ports: [80, 1024-65535]", "ports: [22]"], at: DURING },
  "active with an outside check": {
    edits: [
      "# end of cluster",
      "  sessionCheck: { provider: check, namespace: project-x-infra, pods: { app: check }, port: 9000 }",
    ],
    at: DURING,
  },
  "routed beside the gateway": {
    edits: ["serviceAccount: workstation-gateway", "serviceAccount: workstation-gateway\n    routes: beside-gateway"],
    at: DURING,
  },
};

const names = Object.keys(STATES);
const pairs = names.flatMap((from) =>
  names.filter((to) => to !== from && to !== "nothing").map((to) => [from, to] as const),
);

/**
 * Ways in for whom they are not meant. Walls count from when there is a desktop behind them; a session that is checked only
 * once the check is written is the old session.
 */
function wrongWays(stage: Stage, objects: Objects): readonly string[] {
  const alice = stage.workstations.filter(({ namespace }) => namespace === "ws-alice");
  const hasDesktop = objects.has("apps/v1 StatefulSet ws-alice/workstation");
  return proveIn(stage, objects, alice)
    .findings.filter(({ refuses, kind }) => refuses && kind !== "unchecked" && (hasDesktop || kind !== "exposed"))
    .map(({ kind, words }) => `${kind}: ${words}`);
}

test.each(pairs)("from %s to %s", (from, to) => {
  const was = STATES[from];
  const will = STATES[to];
  if (was === undefined || will === undefined || will.edits === null) throw new Error("no such state");
  const read = readAs({ from: was.edits, at: was.at, to: will.edits, now: will.at });
  const stage = stageOf(read);
  const steps = ["WorkstationCluster/lab", "WorkstationGrant/alice"].flatMap(
    (address) => stepsOf(read).get(address as Address) ?? [],
  );
  const after = (count: number): readonly string[] =>
    wrongWays(stage, carryOut(stage.before, steps.slice(0, count), read.view));
  const ways = steps.map((_, count) => after(count));
  const last = after(steps.length);
  const allowed = new Set([...(ways[0] ?? []), ...last]);
  expect(
    ways.flatMap((found, count) => found.filter((way) => !allowed.has(way)).map((way) => `after ${count}: ${way}`)),
  ).toEqual([]);
  expect(last).toEqual([]);
});

test("the order is what holds it: written backwards, a desktop stands open on the way", () => {
  const read = readAs({ from: null, to: [] });
  const stage = stageOf(read);
  const steps = (stepsOf(read).get("WorkstationGrant/alice" as Address) ?? []).toReversed();
  const ways = steps.flatMap((_, count) => wrongWays(stage, carryOut(stage.before, steps.slice(0, count), read.view)));
  expect(ways).toContainEqual(expect.stringMatching(/^exposed: .*the network is no wall before ws-alice/));
});
