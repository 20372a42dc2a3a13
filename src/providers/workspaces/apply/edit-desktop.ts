/** One property of one desktop: sent, waited for, read back. */
import { unreachable } from "../../../support/unreachable.ts";
import { ApiTrouble, type Verdict } from "../api/trouble.ts";
import { type DesktopView, wantedMode } from "../desktop-view.ts";
import { describeRunning } from "../differences.ts";
import { createdAt, provisioningSeconds } from "../markers.ts";
import type { LiveDesktop, PropertyEdit } from "../model.ts";
import { conditionOf, isModifying } from "../states.ts";
import { type Failure, type Job, reasonOf, StepFailure } from "./job.ts";
import { type DesktopWait, LIMITS, STALE_MS, waitForDesktop } from "./waits.ts";

export interface Editing {
  readonly job: Job;
  readonly region: string;
  readonly view: DesktopView;
}

interface Wanted {
  readonly view: DesktopView;
  /** Fields that were reviewed. */
  readonly paths: ReadonlySet<string>;
}

/**
 * In the order that AWS's rules ask for: a root volume of 175 GiB needs a user volume of 100 first, and some compute types
 * need both.
 */
export function editsOf({ view, paths }: Wanted, live: LiveDesktop): readonly PropertyEdit[] {
  const { facts } = view;
  const running: PropertyEdit = {
    property: "running",
    mode: wantedMode(view),
    afterIdleMinutes: facts.afterIdleMinutes,
  };
  return [
    ...(paths.has("running") ? [running] : []),
    ...(paths.has("protocol") ? [{ property: "protocol" } as const] : []),
    ...volumeEdits({ view, paths }, live),
    ...(paths.has("compute") && facts.compute !== null ? [{ property: "compute", value: facts.compute } as const] : []),
  ];
}

const SMALLEST_LARGE_USER_GIB = 100;

function volumeEdits({ view, paths }: Wanted, live: LiveDesktop): readonly PropertyEdit[] {
  const { volumes } = view.facts;
  if (volumes === null) return [];
  const root = paths.has("volumes.rootGib") ? [{ property: "rootGib", value: volumes.rootGib } as const] : [];
  const user = paths.has("volumes.userGib") ? [{ property: "userGib", value: volumes.userGib } as const] : [];
  const isSmall = (live.userGib ?? SMALLEST_LARGE_USER_GIB) < SMALLEST_LARGE_USER_GIB;
  if (root.length === 0 || !isSmall) return [...root, ...user];
  const step = { property: "userGib", value: SMALLEST_LARGE_USER_GIB } as const;
  return [step, ...root, ...(volumes.userGib > SMALLEST_LARGE_USER_GIB ? user : [])];
}

/** How often a change is sent again after something else has kept the desktop busy. */
const TRIES = 3;

/** Done is when nothing is under way and the value reads back: the state may say AVAILABLE all the while. */
export async function makeEdit({ job, region, view }: Editing, id: string, edit: PropertyEdit): Promise<void> {
  const outlook = { session: job.session, reader: job.writer, region };
  for (let tries = 1; ; tries += 1) {
    const verdict = await refusalOf(() => job.writer.modify(region, id, edit));
    if (verdict === null) break;
    // The same call again, after a lost answer, meets its own success as "in progress".
    await job.session.clock.sleep(STALE_MS, job.session.signal);
    const [desktop] = await job.writer.desktopsById(region, [id]);
    if (desktop !== undefined && (isUnderWay(desktop, edit) || isEdited(desktop, edit))) break;
    if (desktop === undefined || !isBusy(desktop) || tries === TRIES)
      throw new StepFailure(notNow(verdict, view, { edit, now: job.session.clock.now() }));
    await waitForDesktop(outlook, id, restOf(id));
  }
  const isThere = (desktop: LiveDesktop) => !isBusy(desktop) && isEdited(desktop, edit);
  const what = `${id}: its ${WORDS[edit.property]}`;
  await waitForDesktop(outlook, id, { what, limitMs: LIMITS.modification, isThere });
}

/** What may be otherwise later; what will not is thrown. */
async function refusalOf(send: () => Promise<void>): Promise<Verdict | null> {
  try {
    await send();
    return null;
  } catch (error) {
    if (error instanceof ApiTrouble && error.verdict.failure === "retryable") return error.verdict;
    throw error;
  }
}

/** What is under way comes to its end first: AWS takes one change at a time. */
export function restOf(id: string): DesktopWait {
  const isThere = (desktop: LiveDesktop) => !isModifying(desktop) && conditionOf(desktop) === "ready";
  return { what: `${id} to come to rest`, limitMs: LIMITS.modification, isThere };
}

function isBusy(desktop: LiveDesktop): boolean {
  return isModifying(desktop) || conditionOf(desktop) === "progressing";
}

const WORDS = {
  rootGib: "root volume",
  userGib: "user volume",
  compute: "hardware",
  protocol: "protocol",
  running: "running mode",
} as const satisfies Record<PropertyEdit["property"], string>;

const RESOURCES: Partial<Record<PropertyEdit["property"], string>> = {
  rootGib: "ROOT_VOLUME",
  userGib: "USER_VOLUME",
  compute: "COMPUTE_TYPE",
  protocol: "PROTOCOL",
};

function isUnderWay({ modifications }: LiveDesktop, { property }: PropertyEdit): boolean {
  return modifications.some(({ resource, state }) => state !== "UPDATE_FAILED" && resource === RESOURCES[property]);
}

const COOL_DOWN_MS = 6 * 3_600_000;

interface Refusal {
  readonly edit: PropertyEdit;
  readonly now: Date;
}

/** AWS shows no cool-down: what it refuses for now is put off, until an instant where one can be told. */
function notNow(verdict: Verdict, { facts, live }: DesktopView, { edit, now }: Refusal): Failure {
  const reason = reasonOf(verdict);
  if (verdict.isTransient || RESOURCES[edit.property] === undefined || edit.property === "protocol") return reason;
  const message = `not now: ${reason.message}`;
  const launched = launchedAt(live);
  const young = launched === null ? null : new Date(launched + COOL_DOWN_MS);
  if (young !== null && young > now) {
    const until = `${young.toISOString().slice(0, 16)}Z`;
    return { ...reason, message, next: `apply again after ${until}: AWS changes none younger than 6 hours` };
  }
  const smaller = edit.property === "compute" ? ", 30 days after the last for a smaller type" : "";
  const next = `apply again later: AWS takes the next change of ${facts.name}'s ${WORDS[edit.property]} 6 hours after the last${smaller}`;
  return { ...reason, message, next };
}

function launchedAt(live: LiveDesktop | null): number | null {
  const made = live === null ? null : createdAt(live.tags);
  return live === null || made === null ? null : made.getTime() + (provisioningSeconds(live.tags) ?? 0) * 1000;
}

export function isEdited(desktop: LiveDesktop, edit: PropertyEdit): boolean {
  switch (edit.property) {
    case "rootGib":
    case "userGib":
      return desktop[edit.property] === edit.value;
    case "compute":
      return desktop.compute === edit.value;
    case "protocol":
      return desktop.protocols.includes("WSP");
    case "running":
      return (
        describeRunning(desktop.mode ?? "", desktop.afterIdleMinutes) ===
        describeRunning(edit.mode, edit.afterIdleMinutes)
      );
    default:
      return unreachable(edit);
  }
}
