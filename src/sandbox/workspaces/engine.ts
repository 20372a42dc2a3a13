import { randomUUID } from "node:crypto";
import { ApiError } from "./api-error.ts";
import type { Call, Operation } from "./call.ts";
import { errorOf, type FaultRequest, faultOf, strike } from "./faults.ts";
import { parseInput } from "./input.ts";
import { getMetricStatistics } from "./metrics.ts";
import { isWrite, OPERATIONS } from "./operations.ts";
import type { Cursors } from "./paging.ts";
import { formInput, queryAnswer, toXml } from "./query-protocol.ts";
import type { Target } from "./request.ts";
import { createRequestLog, type RequestLog } from "./request-log.ts";
import type { Rules } from "./rules.ts";
import { type SeedOptions, seedWorld } from "./seed.ts";
import { settle } from "./settle.ts";
import type { Store } from "./store.ts";
import { answerSts, identify, type Sessions } from "./sts.ts";
import { getResources } from "./tagging-api.ts";
import { type Buckets, takeToken } from "./throttle.ts";
import type { VirtualClock } from "./virtual-clock.ts";
import type { Fault, World } from "./world.ts";

export interface EngineParts {
  readonly seed: SeedOptions;
  readonly rules: Rules;
  readonly store: Store;
  readonly clock: VirtualClock;
  readonly realNow: () => number;
}

/** The stand-in without its HTTP server. */
export interface Engine {
  readonly world: World;
  readonly log: RequestLog;
  readonly clock: VirtualClock;
  readonly rules: Rules;
  /** Takes a request's answer as far as the wire; throws an ApiError where the service refuses. */
  answer(target: Target, body: string): Answer;
  /** Lets happen what is due, and keeps it: what somebody has seen is not undone. */
  settle(): void;
  advance(milliseconds: number): void;
  inject(fault: FaultRequest): void;
  /** Begins the world anew. */
  reset(): void;
  save(): void;
}

export type Answer = { readonly requestId: string; readonly faults: readonly Fault[] } & (
  | { readonly output: object }
  | { readonly xml: string }
  | { readonly error: ApiError }
);

export function createEngine(parts: EngineParts): Engine {
  const { clock, rules, store } = parts;
  let world = parts.store.load() ?? seedWorld(parts.seed);
  clock.reset(world.now);
  const log = createRequestLog();
  const cursors: Cursors = new Map();
  const buckets: Buckets = new Map();
  const sessions: Sessions = new Map();
  const settleNow = (): boolean => settle(world, rules, clock.now());
  const save = (): void => store.save(world);
  return {
    get world() {
      return world;
    },
    log,
    clock,
    rules,
    answer: (target, body) => {
      const call = { world, rules, now: clock.now(), wireNow: parts.realNow(), cursors };
      const hasHappened = settleNow();
      const answer = respond(call, { target, body, buckets, factor: clock.factor, sessions, log });
      if (hasHappened || isWrite(target.operation) || answer.faults.length > 0) save();
      return answer;
    },
    settle: () => {
      if (settleNow()) save();
    },
    advance: (milliseconds) => {
      clock.advance(milliseconds);
      settleNow();
      save();
    },
    inject: (fault) => {
      world.faults.push(faultOf(fault));
      save();
    },
    reset: () => {
      world = seedWorld({ ...parts.seed, start: parts.realNow() });
      clock.reset(world.now);
      cursors.clear();
      buckets.clear();
      log.clear();
      save();
    },
    save: () => {
      settleNow();
      save();
    },
  };
}

type Frame = Omit<Call, "region" | "faults">;

interface Asked {
  readonly target: Target;
  readonly body: string;
  readonly buckets: Buckets;
  readonly factor: number;
  readonly sessions: Sessions;
  readonly log: RequestLog;
}

/** Throttle, faults, then the operation; every request is logged once. */
function respond(frame: Frame, { target, body, buckets, factor, sessions, log }: Asked): Answer {
  const requestId = randomUUID();
  const isGranted = takeToken(buckets, { ...target, at: factor > 0 ? frame.now : frame.wireNow }, frame.rules);
  const faults = isGranted ? strike(frame.world, target.operation) : [];
  const answer: Answer = isGranted
    ? { requestId, faults, ...attempt(frame, { target, body, faults, requestId, sessions }) }
    : { requestId, faults, error: new ApiError("ThrottlingException", "Rate exceeded") };
  const error = "error" in answer ? answer.error : null;
  const kinds = faults.map(({ kind }) => kind);
  const isDropped = kinds.includes("drop-before") || kinds.includes("drop-after");
  const { accessKeyId: _key, protocol: _protocol, ...asked } = target;
  log.add({
    id: requestId,
    at: frame.wireNow,
    ...asked,
    status: isDropped ? 0 : (error?.status ?? (kinds.includes("error-after") ? 500 : 200)),
    error: error?.type ?? null,
    isDone: error === null && !kinds.includes("drop-before"),
    faults: kinds,
    input: safeInput(body),
  });
  return answer;
}

function safeInput(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return body;
  }
}

interface Attempt {
  readonly target: Target;
  readonly body: string;
  readonly faults: readonly Fault[];
  readonly requestId: string;
  readonly sessions: Sessions;
}

function attempt(
  frame: Frame,
  { target, body, faults, requestId, sessions }: Attempt,
): { output: object } | { xml: string } | { error: ApiError } {
  try {
    const { accountId } = frame.world;
    if (faults.some(({ kind }) => kind === "drop-before")) return { output: {} };
    for (const { kind } of faults) {
      const error = errorOf(kind, { operation: target.operation, accountId });
      if (error !== null) throw error;
    }
    const { accessKeyId, operation } = target;
    const { wireNow } = frame;
    const caller = identify(sessions, { accessKeyId, accountId, wireNow });
    if (target.service === "sts") return { xml: answerSts(sessions, { operation, body, caller, requestId, wireNow }) };
    const region = frame.world.regions[target.region];
    if (region === undefined) throw absentRegion(target.region);
    const kinds = new Set(faults.map(({ kind }) => kind));
    const call = { ...frame, region, faults: kinds };
    if (target.protocol === "json") return { output: operationOf(target)(parseInput(body), call) };
    const output = operationOf(target)(formInput(body), call);
    return { xml: queryAnswer({ service: "monitoring", operation, requestId }, toXml(output)) };
  } catch (error) {
    if (error instanceof ApiError) return { error };
    throw error;
  }
}

const OTHER_SERVICES: Readonly<Partial<Record<Target["service"], Readonly<Record<string, Operation>>>>> = {
  tagging: { GetResources: getResources },
  monitoring: { GetMetricStatistics: getMetricStatistics },
};

function operationOf({ service, operation }: Target): Operation {
  const known: Readonly<Record<string, Operation>> = OTHER_SERVICES[service] ?? OPERATIONS;
  const found = Object.hasOwn(known, operation) ? known[operation] : undefined;
  if (found === undefined) throw new ApiError("UnknownOperationException", `There is no operation ${operation}.`);
  return found;
}

function absentRegion(name: string): ApiError {
  return new ApiError("AccessDeniedException", `Amazon WorkSpaces is not available in the region ${name}.`);
}
