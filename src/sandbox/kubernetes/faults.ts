/** What a client is told, and whether its request is carried out all the same. */
export type FaultKind =
  /** The connection breaks, nothing is done. */
  | "reset-before"
  /** It is done, then the connection breaks. */
  | "reset-after"
  /** 502 with an HTML page, nothing is done. */
  | "error-html"
  /** It is done, then 503 with an HTML page. */
  | "error-html-after"
  /** It is done, the answer comes late. */
  | "slow"
  /** It is done, the answer ends in its middle. */
  | "truncated"
  /** 429 with Retry-After, nothing is done. */
  | "too-many-requests"
  /** 409: somebody else was faster, nothing is done. */
  | "conflict-race"
  /** 500 InternalError: an admission webhook does not answer, nothing is done. */
  | "webhook-down"
  /** 403, nothing is done. */
  | "forbidden"
  /** 401, nothing is done. */
  | "unauthorized"
  /** 410 for lists and watches, nothing is done. */
  | "expired";

export interface FaultRequest {
  /** `apply configmaps`, `list pods`, `delete *`, `* namespaces`, `*`: verb and plural. */
  readonly operation: string;
  readonly kind: FaultKind;
  /** The call it strikes, counted from now; 1, the default, is the next. */
  readonly nth?: number;
  /** How many calls in a row; 1 when left out. */
  readonly times?: number;
  /** For `slow`; 3000 when left out. */
  readonly milliseconds?: number;
  /** For `too-many-requests`, in seconds; 1 when left out. */
  readonly retryAfter?: number;
}

export interface Fault extends Required<FaultRequest> {
  skip: number;
  left: number;
}

export function faultOf({ nth = 1, times = 1, milliseconds = 3000, retryAfter = 1, ...rest }: FaultRequest): Fault {
  return { ...rest, nth, times, milliseconds, retryAfter, skip: nth - 1, left: times };
}

/** The faults that strike this call. Each matching one counts it; used-up ones are dropped from the list. */
export function strike(faults: Fault[], verb: string, plural: string): readonly Fault[] {
  const matching = faults.filter(({ operation }) => concerns(operation, verb, plural));
  const striking = matching.filter(({ skip }) => skip === 0);
  for (const fault of matching) {
    if (fault.skip > 0) fault.skip -= 1;
    else fault.left -= 1;
  }
  for (const spent of faults.filter(({ left }) => left <= 0)) faults.splice(faults.indexOf(spent), 1);
  return striking;
}

function concerns(operation: string, verb: string, plural: string): boolean {
  const [wantedVerb = "*", wantedPlural = "*"] = operation.split(" ");
  return (wantedVerb === "*" || wantedVerb === verb) && (wantedPlural === "*" || wantedPlural === plural);
}
