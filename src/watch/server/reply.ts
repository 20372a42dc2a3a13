/** What a request is answered with, before it is written to the wire. */
import { type Problem, type ProblemType, problemOf } from "../../protocol/problems.ts";

export type Reply =
  | { readonly status: number; readonly body: unknown; readonly headers?: Readonly<Record<string, string>> }
  | { readonly problem: Problem; readonly retryAfter?: number };

export function answer(status: number, body: unknown = null, headers: Readonly<Record<string, string>> = {}): Reply {
  return { status, body, headers };
}

export function refuse(type: ProblemType, detail?: string, members: Readonly<Record<string, unknown>> = {}): Reply {
  return { problem: problemOf(type, detail, members) };
}

/** Refused for now: the client is told when to ask again. */
export function refuseFor(seconds: number, type: ProblemType, detail?: string): Reply {
  return { problem: problemOf(type, detail), retryAfter: seconds };
}

/** RFC 9110: one tag of several is enough, and a proxy on the way may have called it a weak one. */
export function isKnown(ifNoneMatch: string | undefined, tag: string): boolean {
  const tags = ifNoneMatch?.split(",").map((one) => one.trim().replace(/^W\//, "")) ?? [];
  return tags.includes(`"${tag}"`);
}
