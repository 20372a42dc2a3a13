import { expect, test } from "vitest";
import { computeMove } from "../../src/sandbox/workspaces/compute.ts";
import { nextThirdMonday } from "../../src/sandbox/workspaces/maintenance.ts";
import { takes } from "../../src/sandbox/workspaces/states.ts";
import { isVolumePair } from "../../src/sandbox/workspaces/volumes.ts";

test.each([
  { verb: "start", in: ["STOPPED"], notIn: ["AVAILABLE", "PENDING", "ADMIN_MAINTENANCE", "MAINTENANCE"] },
  { verb: "stop", in: ["AVAILABLE", "IMPAIRED", "UNHEALTHY", "ERROR"], notIn: ["STOPPED", "STARTING"] },
  { verb: "reboot", in: ["AVAILABLE", "UNHEALTHY", "REBOOTING"], notIn: ["STOPPED", "ADMIN_MAINTENANCE"] },
  { verb: "rebuild", in: ["AVAILABLE", "ERROR", "UNHEALTHY", "STOPPED", "REBOOTING"], notIn: ["PENDING"] },
  { verb: "restore", in: ["AVAILABLE", "ERROR", "UNHEALTHY", "STOPPED"], notIn: ["REBOOTING"] },
  { verb: "modify", in: ["AVAILABLE", "STOPPED"], notIn: ["UNHEALTHY", "ERROR", "ADMIN_MAINTENANCE"] },
  { verb: "migrate", in: ["AVAILABLE", "STOPPED", "ERROR"], notIn: ["UNHEALTHY"] },
  { verb: "terminate", in: ["PENDING", "ERROR", "STOPPED", "ADMIN_MAINTENANCE"], notIn: ["SUSPENDED", "TERMINATING"] },
] as const)("$verb is taken in its states alone", ({ verb, in: inside, notIn }) => {
  expect(inside.filter((state) => !takes(verb, state))).toEqual([]);
  expect(notIn.filter((state) => takes(verb, state))).toEqual([]);
});

test.each([
  [80, 10, "VALUE", true],
  [80, 50, "STANDARD", true],
  [80, 100, "POWER", true],
  [80, 200, "POWER", false],
  [175, 50, "POWER", false],
  [175, 100, "POWER", true],
  [2000, 2000, "POWER", true],
  [2001, 100, "POWER", false],
  [100, 100, "POWER", false],
  [100, 100, "GRAPHICS_G4DN", true],
  [80, 100, "GENERALPURPOSE_4XLARGE", false],
  [175, 100, "GENERALPURPOSE_4XLARGE", true],
] as const)("volumes %i and %i of %s: %s", (root, user, compute, isPair) => {
  expect(isVolumePair(root, user, compute)).toBe(isPair);
});

test.each([
  ["STANDARD", "POWER", "upsize"],
  ["POWER", "STANDARD", "downsize"],
  ["POWER", "POWER", "impossible"],
  ["VALUE", "STANDARD", "impossible"],
  ["POWER", "GRAPHICS_G4DN", "impossible"],
  ["GRAPHICS_G4DN", "GRAPHICSPRO_G4DN", "upsize"],
  ["GRAPHICS_G6_XLARGE", "GRAPHICS_G6_2XLARGE", "impossible"],
] as const)("%s to %s is %s", (from, to, move) => {
  expect(computeMove(from, to, { withValue: false })).toBe(move);
});

test("the maintenance window begins on the third Monday, at midnight of the region", () => {
  const from = Date.UTC(2026, 10, 24);
  const starts = ["us-west-2", "us-east-1", "eu-west-1"].map((region) => new Date(nextThirdMonday(from, region)));
  expect(starts.map((start) => start.toISOString())).toEqual([
    "2026-12-21T08:00:00.000Z",
    "2026-12-21T05:00:00.000Z",
    "2026-12-21T00:00:00.000Z",
  ]);
});
