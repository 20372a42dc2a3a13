import { expect, test } from "vitest";
import { ask, course, idOf, made } from "./ask.ts";

test.each([
  {
    name: "two properties",
    properties: { RootVolumeSizeGib: 175, UserVolumeSizeGib: 100 },
    code: "InvalidParameterValuesException",
  },
  { name: "no property", properties: {}, code: "InvalidParameterValuesException" },
  { name: "a smaller volume", properties: { UserVolumeSizeGib: 10 }, code: "InvalidParameterValuesException" },
  {
    name: "volumes that do not go together",
    properties: { RootVolumeSizeGib: 175 },
    code: "InvalidParameterValuesException",
  },
  { name: "a larger volume", properties: { UserVolumeSizeGib: 100 }, code: "ok" },
  { name: "more compute", properties: { ComputeTypeName: "POWER" }, code: "ok" },
  { name: "graphics", properties: { ComputeTypeName: "GRAPHICS_G4DN" }, code: "InvalidParameterValuesException" },
  { name: "a word of no enum", properties: { ComputeTypeName: "HUGE" }, code: "ValidationException" },
  { name: "back to PCoIP", properties: { Protocols: ["PCOIP"] }, code: "OperationNotSupportedException" },
  {
    name: "a time-out for ALWAYS_ON",
    properties: { RunningModeAutoStopTimeoutInMinutes: 60 },
    code: "InvalidParameterValuesException",
  },
  {
    name: "90 minutes",
    properties: { RunningMode: "AUTO_STOP", RunningModeAutoStopTimeoutInMinutes: 90 },
    code: "InvalidParameterValuesException",
  },
  { name: "MANUAL", properties: { RunningMode: "MANUAL" }, code: "InvalidParameterValuesException" },
  { name: "AUTO_STOP", properties: { RunningMode: "AUTO_STOP" }, code: "ok" },
  {
    name: "another system",
    properties: { OperatingSystemName: "WINDOWS_11" },
    code: "InvalidParameterValuesException",
  },
])("a change to $name: $code", ({ properties, code }) => {
  const world = made();
  world.pass(6 * 3600);
  const input = { WorkspaceId: idOf(world), WorkspaceProperties: properties };
  expect(ask(world, "ModifyWorkspaceProperties", input)).toBe(code);
});

test("volumes: six hours after launch, one at a time, the value after the change, again after six hours", () => {
  const world = made();
  const grow = (properties: object): string =>
    ask(world, "ModifyWorkspaceProperties", { WorkspaceId: idOf(world), WorkspaceProperties: properties });
  const told: (string | number | undefined)[] = [];
  const tell = (): void => {
    const wire = world.desktop("jdoe")?.wire;
    told.push(
      wire?.State,
      wire?.ModificationStates[0]?.State ?? "settled",
      wire?.WorkspaceProperties.UserVolumeSizeGib,
    );
  };
  expect(grow({ UserVolumeSizeGib: 100 })).toBe("OperationInProgressException");
  world.pass(6 * 3600);
  expect(grow({ UserVolumeSizeGib: 100 })).toBe("ok");
  tell();
  expect(grow({ RunningMode: "AUTO_STOP" })).toBe("OperationInProgressException");
  world.pass(600);
  tell();
  world.pass(3600);
  tell();
  expect(told).toEqual([
    "AVAILABLE",
    "UPDATE_INITIATED",
    50,
    "AVAILABLE",
    "UPDATE_IN_PROGRESS",
    50,
    "AVAILABLE",
    "settled",
    100,
  ]);
  expect(grow({ RootVolumeSizeGib: 175 })).toBe("ok");
  world.pass(3600);
  expect(grow({ UserVolumeSizeGib: 200 })).toBe("OperationInProgressException");
  world.pass(6 * 3600);
  expect(grow({ UserVolumeSizeGib: 200 })).toBe("ok");
});

test("compute goes up once in six hours and down once in thirty days, with a reboot each", () => {
  const world = made();
  const change = (compute: string): string =>
    ask(world, "ModifyWorkspaceProperties", {
      WorkspaceId: idOf(world),
      WorkspaceProperties: { ComputeTypeName: compute },
    });
  world.pass(6 * 3600);
  expect(change("PERFORMANCE")).toBe("ok");
  expect(course(world, 60)).toEqual(["AVAILABLE", "REBOOTING", "AVAILABLE"]);
  expect(world.desktop("jdoe")?.wire.WorkspaceProperties.ComputeTypeName).toBe("PERFORMANCE");
  expect(change("POWER")).toBe("OperationInProgressException");
  expect(change("STANDARD")).toBe("ok");
  world.pass(7 * 3600);
  expect(change("PERFORMANCE")).toBe("ok");
  world.pass(7 * 3600);
  expect(change("STANDARD")).toBe("OperationInProgressException");
  world.pass(30 * 86_400);
  expect(change("STANDARD")).toBe("ok");
});

test("a change that fails says UPDATE_FAILED and leaves the value", () => {
  const world = made();
  world.pass(6 * 3600);
  const input = { WorkspaceId: idOf(world), WorkspaceProperties: { UserVolumeSizeGib: 100 } };
  ask(world, "ModifyWorkspaceProperties", input, "ends-in-error");
  world.pass(3600);
  expect(world.desktop("jdoe")?.wire.ModificationStates).toEqual([{ Resource: "USER_VOLUME", State: "UPDATE_FAILED" }]);
  expect(world.desktop("jdoe")?.wire.WorkspaceProperties.UserVolumeSizeGib).toBe(50);
});

test("PCoIP goes to DCV once, by a reboot, and the bundle stays", () => {
  const world = made({ BundleId: "wsb-pstandarduswest2" });
  const input = { WorkspaceId: idOf(world), WorkspaceProperties: { Protocols: ["WSP"] } };
  expect(ask(world, "ModifyWorkspaceProperties", input)).toBe("ok");
  expect(course(world, 30)).toEqual(["AVAILABLE", "REBOOTING", "AVAILABLE"]);
  const wire = world.desktop("jdoe")?.wire;
  expect([wire?.WorkspaceProperties.Protocols, wire?.BundleId]).toEqual([["WSP"], "wsb-pstandarduswest2"]);
});
