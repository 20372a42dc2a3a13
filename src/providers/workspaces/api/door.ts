import {
  BrokenCircuitError,
  type CircuitBreakerPolicy,
  ConsecutiveBreaker,
  ConstantBackoff,
  circuitBreaker,
  handleWhen,
  type IBackoff,
  type IBackoffFactory,
  retry,
} from "cockatiel";
import type { Calls } from "../../../support/calls.ts";
import type { Clock } from "../../../support/clock.ts";
import { createTokenBucket, type TokenBucket } from "../../../support/token-bucket.ts";
import { classifyError } from "./classify.ts";
import { ApiTrouble } from "./trouble.ts";

/** The one door to one API in one account and region: rate, retries and the breaker stand here and nowhere else. */
export interface Door {
  call<Out>(operation: string, request: (options: SendOptions) => Promise<Out>): Promise<Out>;
}

/** For the SDK's `send`: Ctrl-C gives a read up at once, and lets a write come to its end. */
export interface SendOptions {
  readonly abortSignal?: AbortSignal;
}

export interface DoorOptions {
  /** `workspaces us-west-2`: in labels and messages. */
  readonly name: string;
  readonly accountId: string;
  readonly limiter: { readonly perSecond: number; readonly burst: number };
  readonly clock: Clock;
  readonly calls: Calls;
  readonly signal: AbortSignal;
  /** From 0 up to 1; for the jitter. */
  readonly random: () => number;
}

const RETRIES = 5;
const FIRST_DELAY_MS = 1000;
const MAX_DELAY_MS = 16_000;
const FAILURES_TO_OPEN = 5;
const OPEN_MS = 30_000;
const SUCCESSES_TO_CLOSE = 2;

interface Guard {
  readonly bucket: TokenBucket;
  readonly breaker: CircuitBreakerPolicy;
}

/** Reads go on while the breaker is open: they do no harm, and they tell what became of writes. */
const READ = /^(Describe|Get)/;

/** Bucket and breaker belong to account and region, whoever calls: planning and applying of one process share them. */
const guards = new WeakMap<Clock, Map<string, Guard>>();

export function openDoor(options: DoorOptions): Door {
  const { name, calls, clock, signal, random } = options;
  const { bucket, breaker } = guardOf(options);
  const retries = retry(handleWhen(isTransient), { maxAttempts: RETRIES, backoff: new ConstantBackoff(0) });
  const once = async <Out>(operation: string, request: (options: SendOptions) => Promise<Out>): Promise<Out> => {
    await bucket.take(signal);
    const sendOptions = READ.test(operation) ? { abortSignal: signal } : {};
    try {
      return await calls.send(`${name}: ${operation}`, () => request(sendOptions));
    } catch (error) {
      const verdict = classifyError(error);
      if (verdict === null) throw error;
      if (verdict.isThrottling) bucket.slowDown();
      throw new ApiTrouble(operation, verdict, { cause: error });
    }
  };
  return {
    call: (operation, request) =>
      retries.execute(async ({ attempt }) => {
        if (attempt > 0) await clock.sleep(jitteredDelay(attempt, random), signal);
        try {
          return await breaker.execute(() => once(operation, request));
        } catch (error) {
          if (!(error instanceof BrokenCircuitError)) throw error;
          if (READ.test(operation)) return once(operation, request);
          throw circuitOpen(operation, name, breaker.lastFailure);
        }
      }),
  };
}

/** Full jitter over 1, 2, 4, 8, 16 seconds: many clients that failed together do not come back together. */
export function jitteredDelay(attempt: number, random: () => number): number {
  return random() * Math.min(MAX_DELAY_MS, FIRST_DELAY_MS * 2 ** (attempt - 1));
}

function guardOf({ name, accountId, limiter, clock }: DoorOptions): Guard {
  const key = `${accountId} ${name} ${limiter.perSecond} ${limiter.burst}`;
  const known = guards.get(clock) ?? new Map<string, Guard>();
  guards.set(clock, known);
  const guard = known.get(key) ?? createGuard(limiter, clock);
  known.set(key, guard);
  return guard;
}

function createGuard(limiter: DoorOptions["limiter"], clock: Clock): Guard {
  const breaker = circuitBreaker(
    handleWhen((error) => error instanceof ApiTrouble && error.verdict.feedsBreaker),
    {
      halfOpenAfter: afterOnClock(OPEN_MS, clock),
      breaker: new ConsecutiveBreaker(FAILURES_TO_OPEN),
      halfOpenSampling: { calls: SUCCESSES_TO_CLOSE, threshold: 0 },
    },
  );
  return { bucket: createTokenBucket({ ...limiter, clock }), breaker };
}

/** The breaker compares with the machine's clock; a duration that reads the injected one makes it follow that instead. */
function afterOnClock(milliseconds: number, clock: Clock): IBackoffFactory<object> {
  const begin = (): IBackoff<object> => {
    const openedAt = clock.now().getTime();
    return {
      get duration() {
        return clock.now().getTime() - openedAt >= milliseconds ? 0 : Number.POSITIVE_INFINITY;
      },
      next: begin,
    };
  };
  return { next: begin };
}

function isTransient(error: unknown): boolean {
  return error instanceof ApiTrouble && error.verdict.isTransient;
}

function circuitOpen(operation: string, name: string, last: Guard["breaker"]["lastFailure"]): ApiTrouble {
  const error = last !== undefined && "error" in last ? last.error : undefined;
  const why = error instanceof Error ? ` (${error.message})` : "";
  return new ApiTrouble(operation, {
    failure: "retryable",
    code: "CircuitOpen",
    message: `${name} failed ${FAILURES_TO_OPEN} times in a row${why}; no write goes out for ${OPEN_MS / 1000} seconds`,
    next: "look at the network and at AWS's health page, then run again",
    isTransient: false,
    feedsBreaker: false,
    isThrottling: false,
  });
}
