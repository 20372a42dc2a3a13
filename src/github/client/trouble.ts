import { UserError, userError } from "../../support/user-error.ts";

/** True for GitHub's own answer of this status. */
export function isStatus(error: unknown, status: number): boolean {
  return error instanceof Error && "status" in error && error.status === status;
}

/** No answer, or one that says nothing of what was done: the write may have happened. */
export function isUncertain(error: unknown): boolean {
  if (!(error instanceof Error) || error.name === "AbortError") return false;
  if (!("status" in error)) return error instanceof TypeError;
  return typeof error.status === "number" && error.status >= 500;
}

const NEXT: Readonly<Record<number, string>> = {
  401: "the token is wrong or has expired: set GITHUB_TOKEN anew",
  403: "give the token the right that is named (permissions: of the workflow's job, or the App's), or wait where it is a limit",
  404: "see whether the repository is right and the token may see it",
};

/** What GitHub refuses is the user's to mend; a bug keeps its stack. The message is GitHub's and holds no token. */
export function wrapTrouble(error: unknown, label: string): unknown {
  if (error instanceof UserError || !(error instanceof Error) || !("status" in error)) return error;
  const status = typeof error.status === "number" ? error.status : 0;
  const wrapped = userError("github", `GitHub answered ${status} to ${label}: ${error.message}`, NEXT[status]);
  wrapped.cause = error;
  return wrapped;
}
