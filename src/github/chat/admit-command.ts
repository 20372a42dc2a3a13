/** Whether a command that somebody commented is carried out: who, where, and whether it still says so. Pure. */
import type { CommentEvent } from "../event.ts";
import type { Comment, Permission } from "../model.ts";
import type { ChatCommand } from "./parse-command.ts";

const RANKS: readonly Permission[] = ["none", "read", "triage", "write", "maintain", "admin"];

function isAtLeast(permission: Permission, least: Permission): boolean {
  return RANKS.indexOf(permission) >= RANKS.indexOf(least);
}

/** Whom Reeve talks to at all: nobody who may not write can make it write. */
export function maySpeak(permission: Permission): boolean {
  return isAtLeast(permission, "write");
}

/** The job of the workflow that has the rights, and the credentials, to change something. */
const CHANGING_JOB = "change";

const CHANGING: ReadonlySet<ChatCommand["verb"]> = new Set(["apply", "unlock"]);

export interface Admission {
  readonly event: CommentEvent;
  /** As GitHub has it now; null where it is gone. */
  readonly now: Comment | null;
}

/** Why the comment no longer says what the event said; null where it does. */
export function describeTampering({ event, now }: Admission): string | null {
  if (now === null) return "the comment is gone";
  const isTouched = [event, now].some(({ createdAt, updatedAt }) => createdAt.getTime() !== updatedAt.getTime());
  if (isTouched || now.body !== event.body || now.author.id !== event.author.id) return "the comment was edited";
  return null;
}

export interface Asking {
  readonly command: ChatCommand;
  readonly permission: Permission;
  /** `GITHUB_JOB`. */
  readonly job: string;
}

/** Why this command is not for this person or this job; null where it is. */
export function describeRefusal({ command, permission, job }: Asking): string | null {
  const { verb } = command;
  if (verb === "unlock" && !isAtLeast(permission, "maintain"))
    return "only who maintains or administers the repository may unlock";
  if (CHANGING.has(verb) && job !== CHANGING_JOB)
    return `"${verb}" is carried out by the workflow's job "${CHANGING_JOB}" alone, and this is "${job}"`;
  if (!CHANGING.has(verb) && job === CHANGING_JOB)
    return `"${verb}" is not for the job "${CHANGING_JOB}", whose credentials can change the estate`;
  return null;
}
