import pLimit, { type LimitFunction } from "p-limit";
import type { Calls } from "../../../support/calls.ts";
import type { Clock } from "../../../support/clock.ts";
import { createTokenBucket, type TokenBucket } from "../../../support/token-bucket.ts";
import { isRecord, type JsonRecord } from "../render/json-walk.ts";
import { classifyAnswer, classifyError, verdictOf } from "./classify.ts";
import type { Connection, Question } from "./connection.ts";
import { type Answer, parseJson, readWarnings } from "./status.ts";
import { ClusterTrouble } from "./trouble.ts";

/** What a call was answered, refusals apart: those are thrown as `ClusterTrouble`. */
export interface Reply {
  readonly body: JsonRecord;
  /** What the server warned of beside it. */
  readonly warnings: readonly string[];
}

/** The one door to one cluster: rate, concurrency and retries stand here and nowhere else. */
export interface Door {
  /** `operation` names the call without secrets. Ctrl-C gives up a read at once, and lets a write come to its end. */
  call(operation: string, question: Question): Promise<Reply>;
  skew(): number | null;
}

export interface DoorOptions {
  /** The WorkstationCluster's name. */
  readonly name: string;
  readonly limits: {
    readonly qps: number;
    readonly burst: number;
    readonly concurrency: number;
    readonly retries: number;
  };
  readonly connection: Connection;
  readonly clock: Clock;
  readonly calls: Calls;
  readonly signal: AbortSignal;
  /** From 0 up to 1; for the jitter. */
  readonly random: () => number;
}

const FIRST_DELAY_MS = 500;
const MAX_DELAY_MS = 16_000;
/** No server is waited for longer than that, whatever it asks. */
const MAX_RETRY_AFTER_MS = 60_000;

interface Guard {
  readonly bucket: TokenBucket;
  readonly limit: LimitFunction;
}

/** Bucket and concurrency belong to the cluster, whoever calls: planning and applying of one process share them. */
const guards = new WeakMap<Clock, Map<string, Guard>>();

export function openDoor(options: DoorOptions): Door {
  const { name, connection, calls, clock, signal, limits, random } = options;
  const { bucket, limit } = guardOf(options);
  const once = async (operation: string, question: Question): Promise<Reply> => {
    await bucket.take(signal);
    const mayBeCut = question.method === "GET" || question.path.includes("dryRun=All");
    const answer = await limit(() =>
      calls.send(`${name}: ${operation}`, () => connection.ask(question, mayBeCut ? signal : NEVER)),
    );
    return readReply(`${name}: ${operation}`, answer);
  };
  return {
    skew: () => connection.skew(),
    call: async (operation, question) => {
      for (let attempt = 1; ; attempt += 1) {
        try {
          return await once(operation, question);
        } catch (error) {
          const trouble = troubleOf(`${name}: ${operation}`, error);
          if (trouble.verdict.kind === "overloaded") bucket.slowDown();
          if (!trouble.verdict.isTransient || attempt > limits.retries) throw trouble;
          await clock.sleep(delayBefore(attempt, trouble, random), signal);
        }
      }
    },
  };
}

const NEVER = new AbortController().signal;

function delayBefore(attempt: number, { verdict }: ClusterTrouble, random: () => number): number {
  const asked = Math.min(verdict.retryAfter ?? 0, MAX_RETRY_AFTER_MS);
  return asked + random() * Math.min(MAX_DELAY_MS, FIRST_DELAY_MS * 2 ** (attempt - 1));
}

/** Throws what is no answer of an API: half an object must never pass for a whole one. */
function readReply(label: string, answer: Answer): Reply {
  const verdict = classifyAnswer(answer);
  if (verdict !== null) throw new ClusterTrouble(label, verdict);
  const body = parseJson(answer.text);
  if (isRecord(body)) return { body, warnings: readWarnings(answer) };
  throw new ClusterTrouble(label, verdictOf("transport", "the answer is cut off, or none of an API server"));
}

function troubleOf(label: string, error: unknown): ClusterTrouble {
  if (error instanceof ClusterTrouble) return error;
  const verdict = classifyError(error);
  if (verdict === null) throw error;
  return new ClusterTrouble(label, verdict, { cause: error });
}

function guardOf({ name, limits, clock }: DoorOptions): Guard {
  const { qps, burst, concurrency } = limits;
  const key = `${name} ${qps} ${burst} ${concurrency}`;
  const known = guards.get(clock) ?? new Map<string, Guard>();
  guards.set(clock, known);
  const guard = known.get(key) ?? {
    bucket: createTokenBucket({ perSecond: qps, burst, clock }),
    limit: pLimit(concurrency),
  };
  known.set(key, guard);
  return guard;
}
