import type { Rules } from "./rules.ts";

interface Bucket {
  tokens: number;
  at: number;
}

/** Token buckets, one a region (or a region and operation, as the rule says). */
export type Buckets = Map<string, Bucket>;

interface Asked {
  readonly service: "workspaces" | "tagging" | "sts" | "monitoring";
  readonly region: string;
  readonly operation: string;
  /** Milliseconds: virtual ones where time runs by itself, so that a faster world lets more calls through. */
  readonly at: number;
}

/** Takes a token; false when there is none, and the call is to be refused. */
export function takeToken(buckets: Buckets, asked: Asked, rules: Rules): boolean {
  const rate =
    asked.service === "workspaces" ? rules.throttle : asked.service === "tagging" ? rules.taggingThrottle : null;
  if (rate === null) return true;
  const perOperation = rules.throttleScope === "operation" ? `/${asked.operation}` : "";
  const key = `${asked.service}/${asked.region}${perOperation}`;
  const bucket = buckets.get(key) ?? { tokens: rate.burst, at: asked.at };
  const refilled = Math.min(rate.burst, bucket.tokens + ((asked.at - bucket.at) / 1000) * rate.perSecond);
  const isGranted = refilled >= 1;
  buckets.set(key, { tokens: isGranted ? refilled - 1 : refilled, at: asked.at });
  return isGranted;
}
