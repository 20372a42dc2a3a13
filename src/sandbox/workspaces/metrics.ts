import { ApiError } from "./api-error.ts";
import type { Call } from "./call.ts";
import { asInput, type Input, optionalList, optionalNumber, optionalTexts, requiredText } from "./input.ts";
import { shuffled } from "./random.ts";
import type { Desktop } from "./world.ts";

/** WorkSpaces publishes a value every five minutes. */
const SAMPLE_MS = 300_000;
const MOST_DATAPOINTS = 1440;

const STATISTICS = {
  SampleCount: (values: readonly number[]) => values.length,
  Average: (values: readonly number[]) => sum(values) / values.length,
  Sum: sum,
  Minimum: (values: readonly number[]) => Math.min(...values),
  Maximum: (values: readonly number[]) => Math.max(...values),
} as const satisfies Record<string, (values: readonly number[]) => number>;

type Statistic = keyof typeof STATISTICS;

export interface Datapoint extends Partial<Record<Statistic, number>> {
  /** Epoch seconds. */
  readonly Timestamp: number;
  readonly Unit: "Count";
}

/**
 * CloudWatch's GetMetricStatistics for `UserConnected` of a desktop: 1 where its user was connected, 0 where not, from its
 * first start on. Of any other metric there is nothing, as of one that nobody publishes. In no order, as there.
 */
export function getMetricStatistics(input: Input, call: Call): { Label: string; Datapoints: readonly Datapoint[] } {
  const metric = requiredText(input, "MetricName");
  const isKnown = requiredText(input, "Namespace") === "AWS/WorkSpaces" && metric === "UserConnected";
  const span = readSpan(input);
  const statistics = readStatistics(input);
  const desktop = isKnown ? call.region.desktops[workspaceOf(input)] : undefined;
  const datapoints = desktop === undefined ? [] : datapointsOf(desktop, { ...span, statistics, now: call.now });
  return { Label: metric, Datapoints: shuffled(call.world, datapoints) };
}

interface Span {
  readonly start: number;
  readonly end: number;
  readonly period: number;
}

function readSpan(input: Input): Span {
  const start = readTime(input, "StartTime");
  const end = readTime(input, "EndTime");
  const period = optionalNumber(input, "Period") ?? 0;
  if (start >= end) throw new ApiError("InvalidParameterValue", "StartTime must be less than EndTime.");
  if (period < 60 || period % 60 !== 0) throw new ApiError("InvalidParameterValue", "Period must be a multiple of 60.");
  if ((end - start) / 1000 / period > MOST_DATAPOINTS) {
    throw new ApiError("InvalidParameterCombination", `You have asked for more than ${MOST_DATAPOINTS} datapoints.`);
  }
  return { start: Math.floor(start / 1000 / period) * period * 1000, end, period: period * 1000 };
}

/** Epoch seconds in JSON, text in a form. */
function readTime(input: Input, member: string): number {
  const value = input[member];
  const time = typeof value === "number" ? value * 1000 : Date.parse(requiredText(input, member));
  if (Number.isNaN(time)) throw new ApiError("InvalidParameterValue", `${member} is no time.`);
  return time;
}

function readStatistics(input: Input): readonly Statistic[] {
  return (optionalTexts(input, "Statistics") ?? []).map((name) => {
    if (Object.hasOwn(STATISTICS, name)) return name as Statistic;
    throw new ApiError("InvalidParameterValue", `There is no statistic ${name}.`);
  });
}

function workspaceOf(input: Input): string {
  const dimensions = (optionalList(input, "Dimensions") ?? []).map((one) => asInput(one, "Dimensions"));
  const one = dimensions.length === 1 ? dimensions[0] : undefined;
  return one?.["Name"] === "WorkspaceId" ? requiredText(one, "Value") : "";
}

interface Asked extends Span {
  readonly statistics: readonly Statistic[];
  readonly now: number;
}

function datapointsOf(desktop: Desktop, { start, end, period, statistics, now }: Asked): readonly Datapoint[] {
  const since = desktop.launchedAt ?? Number.POSITIVE_INFINITY;
  const datapoints: Datapoint[] = [];
  for (let at = start; at < Math.min(end, now); at += period) {
    const values: number[] = [];
    for (let sample = at; sample < Math.min(at + period, now); sample += SAMPLE_MS) {
      if (sample + SAMPLE_MS > since) values.push(wasConnected(desktop, sample) ? 1 : 0);
    }
    if (values.length === 0) continue;
    const figures = Object.fromEntries(statistics.map((name) => [name, STATISTICS[name](values)]));
    datapoints.push({ Timestamp: at / 1000, Unit: "Count", ...figures });
  }
  return datapoints;
}

function wasConnected({ sessions = [] }: Desktop, sample: number): boolean {
  return sessions.some(({ from, to }) => from < sample + SAMPLE_MS && (to === null || to > sample));
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
