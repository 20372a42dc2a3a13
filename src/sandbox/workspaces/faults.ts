import { ApiError } from "./api-error.ts";
import type { Fault, FaultKind, World } from "./world.ts";

/** Every kind, with what it does: the console's help and its check. */
export const FAULT_KINDS: Readonly<Record<FaultKind, string>> = {
  "drop-before": "the connection breaks, nothing is done",
  "drop-after": "it is done, then the connection breaks",
  "error-before": "500, nothing is done",
  "error-after": "it is done, then 500",
  slow: "it is done, the answer comes late",
  truncated: "it is done, the answer ends in its middle",
  "unknown-enum": "states that no client knows yet",
  "unknown-field": "members that no client knows yet",
  throttled: "ThrottlingException",
  "operation-in-progress": "OperationInProgressException",
  "resource-unavailable": "ResourceUnavailableException",
  "denied-iam": "AccessDeniedException: no permission",
  "denied-region": "AccessDeniedException: not offered in this region",
  "denied-new-customers": "AccessDeniedException: closed to new customers",
  "ends-in-error": "what the call begins (a create, a change of properties) fails later",
  "silent-failure": "a migration comes to nothing, and nothing says so",
  "repeated-token": "a page's token is that of the page before",
  "empty-page": "a page is empty though more follow",
};

export interface FaultRequest {
  readonly operation: string;
  readonly kind: FaultKind;
  /** The call it strikes, counted from now; 1, the default, is the next. */
  readonly nth?: number;
  /** How many calls in a row; 1 when left out. */
  readonly times?: number;
  /** For `slow`, in real milliseconds; 3000 when left out. */
  readonly milliseconds?: number;
}

export function faultOf({ operation, kind, nth = 1, times = 1, milliseconds = 3000 }: FaultRequest): Fault {
  return { operation, kind, skip: nth - 1, times, milliseconds };
}

/** The faults that strike this call. Each matching one counts it; used-up ones are forgotten. */
export function strike(world: World, operation: string): readonly Fault[] {
  const matching = world.faults.filter((fault) => fault.operation === operation || fault.operation === "*");
  const striking = matching.filter((fault) => fault.skip === 0);
  for (const fault of matching) {
    if (fault.skip > 0) fault.skip -= 1;
    else fault.times -= 1;
  }
  if (matching.length > 0) world.faults = world.faults.filter((fault) => fault.times > 0);
  return striking;
}

interface About {
  readonly operation: string;
  readonly accountId: string;
}

const ERRORS: Partial<Record<FaultKind, (about: About) => ApiError>> = {
  "error-before": () => new ApiError("InternalFailure", "We encountered an internal error. Please try again.", 500),
  throttled: () => new ApiError("ThrottlingException", "Rate exceeded"),
  "operation-in-progress": () =>
    new ApiError("OperationInProgressException", "An operation on this resource is in progress. Try again later."),
  "resource-unavailable": () =>
    new ApiError("ResourceUnavailableException", "The specified resource is not available."),
  "denied-iam": ({ accountId, operation }) =>
    denied(
      `User: arn:aws:iam::${accountId}:user/reeve is not authorized to perform: workspaces:${operation} because no identity-based policy allows the workspaces:${operation} action`,
    ),
  "denied-region": () => denied("This operation is not available in this region."),
  "denied-new-customers": () => denied("This feature is no longer available to new customers as of 7/30/2026."),
};

/** What a fault says instead of the operation's answer, or null. */
export function errorOf(kind: FaultKind, about: About): ApiError | null {
  return ERRORS[kind]?.(about) ?? null;
}

function denied(message: string): ApiError {
  return new ApiError("AccessDeniedException", message);
}
