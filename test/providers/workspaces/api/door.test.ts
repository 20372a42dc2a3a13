import { expect, test } from "vitest";
import { type Door, jitteredDelay, openDoor } from "../../../../src/providers/workspaces/api/door.ts";
import { ApiTrouble } from "../../../../src/providers/workspaces/api/trouble.ts";
import { directCalls } from "../../../../src/support/calls.ts";
import type { Clock } from "../../../../src/support/clock.ts";

/** Time that passes when somebody sleeps, and a list of how long they did, in seconds. */
function sleepyClock(): { readonly clock: Clock; readonly slept: number[]; pass(seconds: number): void } {
  let time = 1_000_000;
  const slept: number[] = [];
  return {
    clock: {
      now: () => new Date(time),
      sleep: (milliseconds, signal) => {
        signal?.throwIfAborted();
        slept.push(milliseconds / 1000);
        time += milliseconds;
        return Promise.resolve();
      },
    },
    slept,
    pass: (seconds) => {
      time += seconds * 1000;
    },
  };
}

const OK = "ok";

/** What AWS answers, one after another; the last one again and again. */
type Answers = readonly string[];

interface Bench {
  readonly door: Door;
  readonly slept: readonly number[];
  /** Operations that went out. */
  readonly sent: readonly string[];
  /** `ok`, or the error's code. */
  call(operation: string, ...answers: Answers): Promise<string>;
  pass(seconds: number): void;
}

interface BenchOptions {
  readonly clock?: Clock;
  readonly signal?: AbortSignal;
  /** So fast that no call waits for its turn, where the limiter is not what the test is about. */
  readonly limiter?: { readonly perSecond: number; readonly burst: number };
  readonly random?: number;
}

function openBench(options: BenchOptions = {}): Bench {
  const { clock, slept, pass } = sleepyClock();
  const sent: string[] = [];
  const door = openDoor({
    name: "workspaces us-west-2",
    accountId: "123456789012",
    limiter: options.limiter ?? { perSecond: 1000, burst: 1000 },
    clock: options.clock ?? clock,
    calls: directCalls,
    signal: options.signal ?? new AbortController().signal,
    random: () => options.random ?? 0.5,
  });
  const call = async (operation: string, ...answers: Answers): Promise<string> => {
    let tries = 0;
    try {
      return await door.call(operation, () => {
        const answer = answers[Math.min(tries, answers.length - 1)] ?? OK;
        tries += 1;
        sent.push(operation);
        return answer === OK ? Promise.resolve(OK) : Promise.reject(awsError(answer));
      });
    } catch (error) {
      return error instanceof ApiTrouble ? error.verdict.code : String(error);
    }
  };
  return { door, slept, sent, call, pass };
}

const STATUS: Readonly<Record<string, number>> = { InternalFailure: 500, Throttling: 400 };

function awsError(name: string): Error {
  const isSocket = name === "ECONNRESET";
  const over = isSocket ? { code: name } : { name, $metadata: { httpStatusCode: STATUS[name] ?? 400 } };
  return Object.assign(new Error(`${name} happened`), over);
}

test.each<{ name: string; answers: Answers; result: string; slept: readonly number[] }>([
  { name: "what succeeds is sent once", answers: [OK], result: "ok", slept: [] },
  { name: "a server error, then success", answers: ["InternalFailure", OK], result: "ok", slept: [0.5] },
  { name: "a broken connection, then success", answers: ["ECONNRESET", OK], result: "ok", slept: [0.5] },
  {
    name: "throttling for ever: five retries",
    answers: ["Throttling"],
    result: "Throttling",
    slept: [0.5, 1, 2, 4, 8],
  },
  { name: "a refusal is not repeated", answers: ["AccessDenied"], result: "AccessDenied", slept: [] },
  { name: "nor what is invalid", answers: ["Validation"], result: "Validation", slept: [] },
  { name: "nor what is busy", answers: ["OperationInProgress"], result: "OperationInProgress", slept: [] },
])("$name", async ({ answers, result, slept }) => {
  const bench = openBench();
  expect(await bench.call("ModifyWorkspaceProperties", ...answers)).toBe(result);
  expect(bench.slept.filter((seconds) => seconds >= 0.01)).toEqual(slept);
  expect(bench.sent.length).toBe(slept.length + 1);
});

test("full jitter: anything from nothing to 1, 2, 4, 8, 16 seconds", () => {
  const seconds = (random: number) => [1, 2, 3, 4, 5, 6].map((attempt) => jitteredDelay(attempt, () => random) / 1000);
  expect(seconds(0)).toEqual([0, 0, 0, 0, 0, 0]);
  expect(seconds(0.25)).toEqual([0.25, 0.5, 1, 2, 4, 4]);
  expect(seconds(1)).toEqual([1, 2, 4, 8, 16, 16]);
});

test("a program's own error keeps itself, and is not repeated", async () => {
  const bug = new TypeError("x is not a function");
  const bench = openBench();
  await expect(bench.door.call("DescribeWorkspaces", () => Promise.reject(bug))).rejects.toBe(bug);
});

test("each try waits for its turn", async () => {
  const bench = openBench({ limiter: { perSecond: 2, burst: 1 }, random: 0 });
  await bench.call("DescribeWorkspaces", "InternalFailure", "InternalFailure", OK);
  expect(bench.slept).toEqual([0, 0.5, 0, 0.5]);
});

test("throttling takes the burst away, and never opens the breaker", async () => {
  const bench = openBench({ limiter: { perSecond: 2, burst: 5 }, random: 0 });
  for (let call = 0; call < 3; call += 1) await bench.call("StartWorkspaces", "Throttling");
  expect(bench.sent.length).toBe(18);
  expect(bench.slept.filter((seconds) => seconds > 0)).toEqual(Array.from({ length: 17 }, () => 0.5));
  expect(await bench.call("StartWorkspaces", OK)).toBe("ok");
});

test.each(["AccessDenied", "Validation", "ResourceLimitExceeded", "OperationInProgress", "ResourceNotFound"])(
  "%s never opens the breaker",
  async (name) => {
    const bench = openBench();
    for (let call = 0; call < 12; call += 1) expect(await bench.call("StopWorkspaces", name)).toBe(name);
    expect(bench.sent.length).toBe(12);
  },
);

/** Opens the breaker by five failures over several operations. */
async function openBreaker(): Promise<Bench> {
  const bench = openBench({ random: 0 });
  await bench.call("StartWorkspaces", "InternalFailure", "ECONNRESET", OK);
  await bench.call("DescribeWorkspaces", "InternalFailure", OK);
  await bench.call("CreateWorkspaces", ...Array.from({ length: 4 }, () => "InternalFailure"), OK);
  expect(bench.sent.length).toBe(10);
  expect(await bench.call("StopWorkspaces", "InternalFailure")).toBe("CircuitOpen");
  return bench;
}

test("five failures in a row open the breaker, whichever operations they are of; a success begins the count anew", async () => {
  const bench = await openBreaker();
  expect(bench.sent.length).toBe(15);
  expect(await bench.call("TerminateWorkspaces", OK)).toBe("CircuitOpen");
  expect(bench.sent.length).toBe(15);
});

test("failures of two operations count together", async () => {
  const bench = openBench();
  const both = ["StartWorkspaces", "StopWorkspaces"].map((operation) => bench.call(operation, "InternalFailure"));
  expect(await Promise.all(both)).toEqual(["CircuitOpen", "CircuitOpen"]);
  expect(bench.sent.length).toBeLessThan(12);
});

test("what the breaker says: who failed, how, and what comes next", async () => {
  const bench = await openBreaker();
  const refusal = bench.door.call("TerminateWorkspaces", () => Promise.resolve(OK));
  await expect(refusal).rejects.toMatchObject({
    verdict: {
      failure: "retryable",
      message:
        "workspaces us-west-2 failed 5 times in a row (StopWorkspaces: InternalFailure: InternalFailure happened); no write goes out for 30 seconds",
    },
  });
});

test("reads go on while it is open, and do not close it", async () => {
  const bench = await openBreaker();
  expect(await bench.call("DescribeWorkspaces", OK)).toBe("ok");
  expect(await bench.call("DescribeTags", "InternalFailure", OK)).toBe("ok");
  expect(await bench.call("TerminateWorkspaces", OK)).toBe("CircuitOpen");
});

test("half open after 30 seconds; two successes close it", async () => {
  const bench = await openBreaker();
  bench.pass(29);
  expect(await bench.call("StopWorkspaces", OK)).toBe("CircuitOpen");
  bench.pass(1);
  expect(await bench.call("StopWorkspaces", OK)).toBe("ok");
  expect(await bench.call("StopWorkspaces", OK)).toBe("ok");
  expect(await bench.call("StopWorkspaces", "InternalFailure", "InternalFailure", OK)).toBe("ok");
});

test("half open, one success and one failure: open for 30 seconds more", async () => {
  const bench = await openBreaker();
  bench.pass(30);
  expect(await bench.call("StopWorkspaces", OK)).toBe("ok");
  const before = bench.sent.length;
  expect(await bench.call("StopWorkspaces", "InternalFailure")).toBe("CircuitOpen");
  expect(bench.sent.length).toBe(before + 1);
  bench.pass(29);
  expect(await bench.call("StopWorkspaces", OK)).toBe("CircuitOpen");
  bench.pass(1);
  expect(await bench.call("StopWorkspaces", OK)).toBe("ok");
});

test.each([
  { name: "for its turn", limiter: { perSecond: 1, burst: 1 }, answer: OK },
  { name: "for another try", limiter: { perSecond: 1000, burst: 1000 }, answer: "InternalFailure" },
])("Ctrl-C ends a wait $name", async ({ limiter, answer }) => {
  const stop = new AbortController();
  const asleep = Promise.withResolvers<void>();
  const sleep: Clock["sleep"] = (_milliseconds, signal) => {
    asleep.resolve();
    return new Promise((_resolve, reject) => {
      signal?.addEventListener("abort", () => reject(signal.reason as Error), { once: true });
    });
  };
  const clock = { now: () => new Date(1_000_000), sleep };
  const door = openBench({ limiter, signal: stop.signal, clock }).door;
  const send = () => (answer === OK ? Promise.resolve(OK) : Promise.reject(awsError(answer)));
  const calls = Promise.all(["first", "second"].map(() => door.call("StopWorkspaces", send)));
  await asleep.promise;
  stop.abort(new Error("stopped"));
  await expect(calls).rejects.toThrow("stopped");
});

test("planning and applying share the rate of an account and region; another region has its own", async () => {
  const { clock, slept } = sleepyClock();
  const open = (name: string): Door =>
    openDoor({
      name,
      accountId: "123456789012",
      limiter: { perSecond: 2, burst: 1 },
      clock,
      calls: directCalls,
      signal: new AbortController().signal,
      random: () => 0,
    });
  const [planning, applying, elsewhere] = ["us-west-2", "us-west-2", "eu-west-1"].map(open);
  for (const door of [planning, applying, elsewhere]) await door?.call("DescribeWorkspaces", () => Promise.resolve(OK));
  expect(slept).toEqual([0.5]);
});

test.each([
  { operation: "DescribeWorkspaces", isGivenUp: true },
  { operation: "GetResources", isGivenUp: true },
  { operation: "CreateWorkspaces", isGivenUp: false },
  { operation: "TerminateWorkspaces", isGivenUp: false },
])("Ctrl-C gives up $operation while it is under way: $isGivenUp", async ({ operation, isGivenUp }) => {
  const { signal } = new AbortController();
  const { door } = openBench({ signal });
  const given = await door.call(operation, (options) => Promise.resolve(options.abortSignal));
  expect(given).toBe(isGivenUp ? signal : undefined);
});
