import { expect } from "vitest";
import { isWrite } from "../../src/sandbox/workspaces/operations.ts";
import type { FaultKind } from "../../src/sandbox/workspaces/world.ts";
import { again, describeDesktop, type Scenario } from "./desktop-scenario.ts";
import type { Ended } from "./simulated-account.ts";

/** What happens at one call of an apply. */
type Trouble =
  | { readonly kind: "kill"; readonly when: "before" | "after" }
  /** `times`: so often in a row, which with 6 is every repetition of the call too. */
  | { readonly kind: FaultKind; readonly times: number };

/** One call of an apply: the nth of its operation. */
interface Call {
  readonly operation: string;
  readonly nth: number;
}

export interface Disturbance extends Call {
  readonly trouble: Trouble;
}

const KILLS: readonly Trouble[] = [
  { kind: "kill", when: "before" },
  { kind: "kill", when: "after" },
];

/** Connections that break before and after it, for once and for good, a server that fails, an answer cut short. */
const OF_WRITES: readonly Trouble[] = [
  { kind: "drop-before", times: 1 },
  { kind: "drop-after", times: 1 },
  { kind: "drop-after", times: 6 },
  { kind: "error-after", times: 1 },
  { kind: "truncated", times: 1 },
];

const MORE_OF_WRITES: readonly Trouble[] = [
  { kind: "drop-before", times: 6 },
  { kind: "error-before", times: 1 },
  { kind: "throttled", times: 1 },
  { kind: "denied-iam", times: 1 },
];

const OF_READS: readonly Trouble[] = [
  { kind: "drop-before", times: 1 },
  { kind: "error-before", times: 6 },
  { kind: "truncated", times: 1 },
  { kind: "throttled", times: 1 },
  { kind: "unknown-field", times: 1 },
];

/** What can happen at each call of the undisturbed apply. */
export async function everyDisturbance(
  scenario: Scenario,
  { isThorough }: { readonly isThorough: boolean },
): Promise<readonly Disturbance[]> {
  await using account = (await again(scenario)).account;
  await account.apply();
  const counts = new Map<string, number>();
  const calls = account.calls().map((operation): Call => {
    const nth = (counts.get(operation) ?? 0) + 1;
    counts.set(operation, nth);
    return { operation, nth };
  });
  return calls.flatMap((call) => {
    const ofWrites = isThorough ? [...OF_WRITES, ...MORE_OF_WRITES] : OF_WRITES;
    const troubles = isWrite(call.operation) ? ofWrites : OF_READS;
    return [...KILLS, ...troubles].map((trouble) => ({ ...call, trouble }));
  });
}

export function isOfWrite({ operation }: Disturbance): boolean {
  return isWrite(operation);
}

export function nameOf({ operation, nth, trouble }: Disturbance): string {
  const what = trouble.kind === "kill" ? `kill ${trouble.when}` : `${trouble.kind} x${trouble.times}`;
  return `${what} ${operation} ${nth}`;
}

/** So many runs by somebody who comes back in a quarter of an hour each time. */
const MOST_RUNS = 8;

/** One disturbed apply, then apply again until there is nothing to do. False where the trouble never came to pass. */
export async function disturb(scenario: Scenario, disturbance: Disturbance): Promise<boolean> {
  const copy = await again(scenario);
  await using account = copy.account;
  const { operation, nth, trouble } = disturbance;
  if (trouble.kind !== "kill") account.sandbox.inject({ operation, nth, kind: trouble.kind, times: trouble.times });
  const first = await account.apply(trouble.kind === "kill" ? { operation, nth, when: trouble.when } : undefined);
  const isStruck = first === "killed" || account.sandbox.log.requests.some(({ faults }) => faults.length > 0);
  account.sandbox.world.faults = [];
  if (isMendedAtOnce(trouble)) expect(undone(first)).toEqual([]);
  expectKept(copy, scenario);
  let last = first;
  for (let run = 1; run < MOST_RUNS && !isOver(last); run += 1) {
    account.pass(900);
    last = await account.apply();
    expectKept(copy, scenario);
  }
  expectConverged(copy, last);
  return isStruck;
}

/** One failure of the network or the server is over within the run that meets it. */
function isMendedAtOnce(trouble: Trouble): boolean {
  return trouble.kind !== "kill" && trouble.kind !== "denied-iam" && trouble.times === 1;
}

function undone(ended: Ended): readonly string[] {
  if (ended === "killed") return ["everything"];
  const outcomes = ended.outcomes.filter(({ status }) => status !== "done");
  return outcomes.map(({ address, status, message }) => `${address} ${status}: ${message}`);
}

/** All could be read, and nothing was left to do. */
function isOver(ended: Ended): boolean {
  if (ended === "killed") return false;
  return [ended.blockers, ended.outcomes, ended.diagnostics].every((found) => found.length === 0);
}

/** What must hold at every moment, however the run ended. */
function expectKept(copy: Scenario, scenario: Scenario): void {
  const { account, doomed } = copy;
  const ended = account.sandbox.log.writes().filter(({ operation }) => operation === "TerminateWorkspaces");
  const ids = ended.flatMap(({ input }) => endedIds(input));
  expect(ids.filter((id) => !doomed.has(id))).toEqual([]);
  expect(copy.foreign()).toBe(scenario.foreign());
  const standing = account.desktops().filter(({ wire }) => !wire.State.startsWith("TERMINAT"));
  const nobodys = standing.filter(({ wire, tags }) => {
    const isTheirs = wire.UserName === "stranger" || (wire.UserName === "fay" && tags["Owner"] === "fay");
    return !isTheirs && tags["reeve.dev/estate"] !== "kept";
  });
  expect(nobodys.map(({ wire }) => wire.UserName)).toEqual([]);
  for (const [slot, made] of account.everMade) expect([slot, made.size]).toEqual([slot, mostMade(slot)]);
  expect(account.twice()).toEqual([]);
}

/** A replaced or migrated desktop has a successor; nobody else ever has a second one. */
function mostMade(slot: string): unknown {
  return /(ann|mia)$/.test(slot) ? expect.toSatisfy((made: number) => made <= 2) : 1;
}

function endedIds(input: unknown): readonly string[] {
  const { TerminateWorkspaceRequests: requests } = input as {
    readonly TerminateWorkspaceRequests: readonly { readonly WorkspaceId: string }[];
  };
  return requests.map(({ WorkspaceId }) => WorkspaceId);
}

function expectConverged(copy: Scenario, last: Ended): void {
  expect(isOver(last), JSON.stringify(last)).toBe(true);
  const found = Object.keys(copy.wanted).map((user) => [user, describeDesktop(copy, user)]);
  expect(found).toEqual(Object.entries(copy.wanted).map(([user, line]) => [user, [line]]));
  expect(describeDesktop(copy, "gus")).toEqual([]);
}
