import { beforeAll, describe, expect, it } from "vitest";
import { disturb, everyPoint, isKill, nameOf, type Point } from "../support/disturb-grants.ts";
import { prepareScenes } from "../support/grants-scenario.ts";

/** All of them take minutes: by default a sample of every kind of call and of trouble (docs/conformance.md). */
const isThorough = process.env["REEVE_TEST_EVERY_KILL"] === "1";

describe("access: a change of who has it, disturbed at one call, then apply until nothing is left to do", () => {
  let all: readonly Point[];

  beforeAll(async () => {
    all = await everyPoint(await prepareScenes());
  }, 120_000);

  const disturbEach = async (points: readonly Point[], chosenBy: (points: readonly Point[]) => readonly Point[]) => {
    const chosen = isThorough ? points : chosenBy(points);
    for (const point of chosen) {
      await disturb(point).catch((error: unknown) => {
        throw new Error(`after ${nameOf(point)}`, { cause: error });
      });
    }
    process.stdout.write(`access: ${chosen.length} of ${points.length} points\n`);
    expect(chosen.length).toBeGreaterThan(20);
  };

  it("killed before and after a write", { timeout: 1_800_000 }, async () => {
    await disturbEach(
      all.filter((point) => point.isWrite && isKill(point)),
      (points) => oneOfEach(points, ({ operation }) => operation, 3),
    );
  });

  it("connections that break at a write, servers that fail or refuse", { timeout: 1_800_000 }, async () => {
    await disturbEach(
      all.filter((point) => point.isWrite && !isKill(point)),
      (points) => oneOfEach(points, ({ operation }) => operation, 2),
    );
  });

  it("the same of what it reads", { timeout: 1_800_000 }, async () => {
    await disturbEach(
      all.filter(({ isWrite }) => !isWrite),
      (points) => oneOfEach(points, ({ operation }) => operation, 1),
    );
  });
});

/** So many of each group, from another part of it each time: over all groups, every trouble comes up. */
function oneOfEach(points: readonly Point[], groupOf: (point: Point) => string, count: number): readonly Point[] {
  const groups = [...Map.groupBy(points, groupOf).values()];
  return groups.flatMap((group, index) =>
    Array.from({ length: count }, (_, turn) => group[(index * 7 + turn * 5) % group.length]).filter(
      (point) => point !== undefined,
    ),
  );
}
