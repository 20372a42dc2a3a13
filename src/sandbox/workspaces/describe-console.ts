import { ACTS } from "./act.ts";
import { FAULT_KINDS } from "./faults.ts";

/** A line for everything that may happen to a desktop. */
export function describeActs(): readonly string[] {
  return Object.entries(ACTS).map(([name, { summary }]) => `${name.padEnd(24)}${summary}`);
}

/** A line for every fault. */
export function describeFaults(): readonly string[] {
  return Object.entries(FAULT_KINDS).map(([kind, summary]) => `${kind.padEnd(24)}${summary}`);
}
