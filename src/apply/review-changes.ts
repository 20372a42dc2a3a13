import type { Change } from "../plan/change.ts";
import type { Outcome } from "../plan/outcome.ts";
import type { Plan } from "../plan/plan.ts";
import { canonicalJson } from "../support/json.ts";

/** What may run and what is held, with the reason. */
export interface Reviewed {
  readonly run: readonly Change[];
  readonly held: readonly Outcome[];
}

/** What a change would have been made at and could not be looked at; undefined where all could be. */
export type UnreadFor = (change: Change) => string | undefined;

/**
 * Law 2: of what is to be done now, exactly the changes whose digest was reviewed may run. The rest is held with the
 * reason, and so is everything that depends on something held.
 */
export function reviewChanges(now: Plan, reviewed: Plan, unreadFor: UnreadFor = () => undefined): Reviewed {
  const reviewedByAddress = new Map(reviewed.changes.map((change) => [change.address, change]));
  const stopped = new Set<string>();
  const run: Change[] = [];
  const held: Outcome[] = [];
  for (const change of now.changes) {
    const why = holdReason(change, reviewedByAddress.get(change.address)) ?? dependencyReason(change, stopped);
    if (why === null) run.push(change);
    else {
      stopped.add(change.address);
      held.push({ status: "held", address: change.address, ...why });
    }
  }
  return { run, held: [...held, ...goneOutcomes(now, reviewed, unreadFor)] };
}

interface HoldReason {
  readonly message: string;
  readonly next: string;
}

const REVIEW_AGAIN = "plan again and have the new plan reviewed";

function holdReason(change: Change, reviewed: Change | undefined): HoldReason | null {
  if (change.blocked !== undefined) return { message: change.blocked.message, next: change.blocked.next };
  if (reviewed === undefined) return { message: "was not in the reviewed plan", next: REVIEW_AGAIN };
  if (reviewed.digest === change.digest) return null;
  return { message: `is no longer what was reviewed: ${describeDifference(reviewed, change)}`, next: REVIEW_AGAIN };
}

function dependencyReason(change: Change, stopped: ReadonlySet<string>): HoldReason | null {
  const waited = change.dependsOn.find((address) => stopped.has(address));
  return waited === undefined
    ? null
    : { message: `waits for ${waited}, which is held`, next: `see ${waited} in this report` };
}

function describeDifference(reviewed: Change, now: Change): string {
  if (reviewed.action !== now.action) return `it was ${reviewed.action}, it would be ${now.action}`;
  const shown = (change: Change): ReadonlyMap<string, string> =>
    new Map(change.fields.map((field) => [field.path, canonicalJson([field.before, field.after])]));
  const [was, is] = [shown(reviewed), shown(now)];
  const paths = [...new Set([...was.keys(), ...is.keys()])].filter((path) => was.get(path) !== is.get(path));
  return paths.length === 0 ? "what it was computed from has moved" : `${paths.toSorted().join(", ")} differ`;
}

/** What was reviewed and has nothing left to do: somebody else did it, or an earlier run of this apply. */
function goneOutcomes(now: Plan, reviewed: Plan, unreadFor: UnreadFor): readonly Outcome[] {
  const current = new Set(now.changes.map((change) => change.address));
  return reviewed.changes
    .filter((change) => !current.has(change.address))
    .map((change) => goneOutcome(change.address, unreadFor(change)));
}

/** Of what could not be read nobody can say that it is done. */
function goneOutcome(address: Change["address"], unread: string | undefined): Outcome {
  if (unread === undefined) return { status: "done", address, message: "already as reviewed; nothing left to do" };
  const message = `nobody can say whether it is done: ${unread} cannot be read`;
  return { status: "held", address, message, next: `see the finding about ${unread}, then apply again` };
}
