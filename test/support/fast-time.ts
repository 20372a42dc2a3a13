/**
 * Loaded before Reeve (`--import`): it sleeps a thousandth of what it would, and its clock goes on as if it had slept. Only
 * how long a test takes hangs on it.
 */
import { syncBuiltinESMExports } from "node:module";
import timers from "node:timers/promises";

const FASTER = 1000;

const RealDate = Date;
let skipped = 0;

class SkippingDate extends RealDate {
  constructor(...given: readonly [] | readonly [number | string | Date]) {
    if (given.length === 0) super(SkippingDate.now());
    else super(...given);
  }

  static override now(): number {
    return RealDate.now() + skipped;
  }
}

const { setTimeout: slowly } = timers;
const fast = async (milliseconds = 0, ...more: unknown[]): Promise<unknown> => {
  const end = SkippingDate.now() + milliseconds;
  const value = await (slowly as (...all: unknown[]) => Promise<unknown>)(milliseconds / FASTER, ...more);
  skipped = Math.max(skipped, end - RealDate.now());
  return value;
};

Object.assign(timers, { setTimeout: fast });
Object.assign(globalThis, { Date: SkippingDate });
syncBuiltinESMExports();
