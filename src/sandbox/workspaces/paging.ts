import { invalid } from "./api-error.ts";
import type { Call } from "./call.ts";
import { happens, randomBetween, randomText, shuffled } from "./random.ts";

/** Where an unfinished listing stands. Held in memory: a token does not survive a restart. */
interface Cursor {
  readonly operation: string;
  readonly rest: readonly string[];
  readonly shown: readonly string[];
  readonly expires: number;
}

export type Cursors = Map<string, Cursor>;

export interface PageRequest {
  readonly operation: string;
  readonly limit: number;
  readonly token: string | undefined;
  /** Keys of all that the listing would show now; asked for on the first page alone. */
  readonly keys: () => readonly string[];
}

export interface Page {
  readonly keys: readonly string[];
  readonly next: string | undefined;
}

/**
 * One page of a listing that is in no order. What appears after the first page is missed, as on the real service; what
 * exists throughout is shown at least once, now and then twice, and now and then a page is empty though more follow.
 */
export function takePage(call: Call, request: PageRequest): Page {
  const cursor = request.token === undefined ? null : redeem(call, request.token, request.operation);
  const rest = cursor?.rest ?? shuffled(call.world, request.keys());
  const isEmpty = rest.length > 0 && (call.faults.has("empty-page") || happens(call.world, call.rules.emptyPages));
  const taken = isEmpty ? [] : rest.slice(0, request.limit);
  const left = rest.slice(taken.length);
  const keys = repeatOne(call, taken, { shown: cursor?.shown ?? [], limit: request.limit });
  if (left.length === 0 && !isEmpty) return { keys, next: undefined };
  if (call.faults.has("repeated-token") && request.token !== undefined) return { keys, next: request.token };
  const token = randomText(call.world, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789", 64);
  const expires = call.wireNow + call.rules.tokenSeconds * 1000;
  call.cursors.set(token, { operation: request.operation, rest: left, shown: keys, expires });
  return { keys, next: token };
}

/** Tokens may be redeemed more than once until they expire: a client repeats a page whose answer it has lost. */
function redeem(call: Call, token: string, operation: string): Cursor {
  for (const [key, cursor] of call.cursors) if (cursor.expires <= call.wireNow) call.cursors.delete(key);
  const cursor = call.cursors.get(token);
  if (cursor?.operation === operation) return cursor;
  throw invalid("The specified NextToken is invalid or has expired.");
}

function repeatOne(call: Call, keys: readonly string[], page: { shown: readonly string[]; limit: number }): string[] {
  const { shown, limit } = page;
  const hasRoom = keys.length > 0 && keys.length < limit && shown.length > 0;
  if (!hasRoom || !happens(call.world, call.rules.repeatedItems)) return [...keys];
  return [...keys, ...shown.slice(randomBetween(call.world, 0, shown.length - 1)).slice(0, 1)];
}
