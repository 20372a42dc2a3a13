import { expect, test } from "vitest";
import { ACTS, type Act } from "../../src/sandbox/workspaces/act.ts";
import { ApiError } from "../../src/sandbox/workspaces/api-error.ts";
import { getMetricStatistics } from "../../src/sandbox/workspaces/metrics.ts";
import { formInput } from "../../src/sandbox/workspaces/query-protocol.ts";
import { idOf } from "./ask.ts";
import { type SmallWorld, smallWorld } from "./world.ts";

const HOUR = 3600;

function act(world: SmallWorld, name: Act): void {
  const desktop = world.desktop("jdoe");
  if (desktop === undefined) throw new Error("jdoe has no desktop");
  ACTS[name].act(world.call(), desktop);
}

function hour(world: SmallWorld): number {
  return Math.floor(world.call().now / 1000 / HOUR) * HOUR;
}

function asked(world: SmallWorld, over: object = {}): Readonly<Record<string, unknown>> {
  return {
    Namespace: "AWS/WorkSpaces",
    MetricName: "UserConnected",
    Dimensions: [{ Name: "WorkspaceId", Value: idOf(world) }],
    StartTime: hour(world) - 10 * HOUR,
    EndTime: hour(world) + HOUR,
    Period: HOUR,
    Statistics: ["Maximum", "Sum", "SampleCount"],
    ...over,
  };
}

/** What each hour says, in order. */
function hours(world: SmallWorld, over: object = {}): readonly (readonly [number, number, number])[] {
  return getMetricStatistics(asked(world, over), world.call())
    .Datapoints.toSorted((a, b) => a.Timestamp - b.Timestamp)
    .map(({ Maximum = -1, Sum = -1, SampleCount = -1 }) => [Maximum, Sum, SampleCount] as const);
}

function outcome(ask: () => unknown): string {
  try {
    ask();
    return "ok";
  } catch (error) {
    return error instanceof ApiError ? error.type : String(error);
  }
}

test("UserConnected: a value every five minutes from the first start on, 1 while the user was connected", () => {
  const world = smallWorld();
  world.create("jdoe");
  // Ready within the first hour of twelve o'clock; connected from two to twenty past three.
  world.pass(2 * HOUR);
  act(world, "login");
  world.pass(HOUR + 1200);
  act(world, "logout");
  world.pass(2 * HOUR - 1200);
  const [first, ...others] = hours(world);
  expect([first?.[0], first?.[1]]).toEqual([0, 0]);
  expect(others).toEqual([
    [0, 0, 12],
    [1, 12, 12],
    [1, 4, 12],
    [0, 0, 12],
  ]);
});

test("a stop ends the connection, a second login counts anew, and who is connected now counts until now", () => {
  const world = smallWorld();
  world.create("jdoe");
  world.pass(2 * HOUR);
  for (const name of ["login", "stop"] as const) act(world, name);
  world.pass(HOUR);
  act(world, "login");
  world.pass(HOUR);
  expect(hours(world).slice(2)).toEqual([
    [0, 0, 12],
    [1, 12, 12],
  ]);
});

test.each([
  { name: "another metric", over: { MetricName: "Stopped" } },
  { name: "another namespace", over: { Namespace: "AWS/EC2" } },
  { name: "a desktop that is not there", over: { Dimensions: [{ Name: "WorkspaceId", Value: "ws-000000000" }] } },
  { name: "no dimension", over: { Dimensions: [] } },
])("$name has no values", ({ over }) => {
  const world = smallWorld();
  world.create("jdoe");
  world.pass(2 * HOUR);
  expect(hours(world, over)).toEqual([]);
});

test.each([
  { name: "an end before the start", over: { EndTime: 0 }, error: "InvalidParameterValue" },
  { name: "a period of 90 seconds", over: { Period: 90 }, error: "InvalidParameterValue" },
  { name: "more than 1440 values", over: { StartTime: 0 }, error: "InvalidParameterCombination" },
  { name: "an unknown statistic", over: { Statistics: ["Median"] }, error: "InvalidParameterValue" },
])("refuses $name", ({ over, error }) => {
  const world = smallWorld();
  world.create("jdoe");
  expect(outcome(() => getMetricStatistics(asked(world, over), world.call()))).toBe(error);
});

test("a form is read as the object that JSON would have sent", () => {
  const form =
    "Action=GetMetricStatistics&Period=3600&Statistics.member.1=Maximum&Statistics.member.2=Sum" +
    "&Dimensions.member.1.Name=WorkspaceId&Dimensions.member.1.Value=ws-1";
  expect(formInput(form)).toEqual({
    Action: "GetMetricStatistics",
    Period: 3600,
    Statistics: ["Maximum", "Sum"],
    Dimensions: [{ Name: "WorkspaceId", Value: "ws-1" }],
  });
});
