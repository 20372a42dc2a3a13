/** Every refusal of the site server: `type` is stable, and a client may act on it. */
export const PROBLEMS = {
  validation: { status: 400, title: "The request is not what the interface describes" },
  "bad-proof": { status: 400, title: "The proof does not fit the key and the claim" },
  "bad-signature": { status: 401, title: "The request is not signed by a known appliance" },
  "clock-skew": { status: 401, title: "The appliance's clock is off" },
  replay: { status: 401, title: "This request came before" },
  "no-token": { status: 401, title: "An operator token is needed" },
  "mac-mismatch": { status: 403, title: "The code belongs to another hardware address" },
  suspended: { status: 403, title: "The appliance is suspended" },
  "other-appliance": { status: 403, title: "This belongs to another appliance" },
  "wrong-site": { status: 403, title: "This belongs to another site" },
  "scope-missing": { status: 403, title: "The token may not do this" },
  "code-unknown": { status: 404, title: "Invalid provision code" },
  "not-found": { status: 404, title: "There is no such thing here" },
  "none-set": { status: 404, title: "No credential is set" },
  "code-claimed": { status: 409, title: "Code already claimed" },
  "step-order": { status: 409, title: "Steps are left out" },
  "domain-mismatch": { status: 409, title: "Another domain is expected" },
  "superseded-generation": { status: 409, title: "A newer enumeration is wanted" },
  "pages-missing": { status: 409, title: "Pages of the enumeration are missing" },
  "managed-in-git": { status: 409, title: "This credential is managed in the repository" },
  "nothing-pending": { status: 409, title: "There is nothing to approve" },
  "code-expired": { status: 410, title: "Provision code expired" },
  "code-revoked": { status: 410, title: "Provision code revoked" },
  retired: { status: 410, title: "The appliance is retired" },
  "too-large": { status: 413, title: "The request is too large" },
  "unsupported-type": { status: 415, title: "The body must be application/json" },
  "suspicious-shrink": { status: 422, title: "The list is suspiciously short" },
  "identity-conflict": { status: 423, title: "Two machines use this identity" },
  "clone-suspected": { status: 423, title: "Two machines use this identity" },
  "secret-not-usable": { status: 424, title: "The secret is not there, or not in the expected form" },
  "too-many-requests": { status: 429, title: "Too many requests" },
  internal: { status: 500, title: "The server met a fault of its own" },
  "secret-store-unavailable": { status: 502, title: "The secret store does not answer" },
  "no-commit-loaded": { status: 503, title: "No state has been loaded yet" },
  "store-unavailable": { status: 503, title: "The server cannot write at the moment" },
} as const satisfies Record<string, { readonly status: number; readonly title: string }>;

export type ProblemType = keyof typeof PROBLEMS;

/** RFC 9457; `type` is the word above behind a fixed prefix. */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  /** What to do next. */
  readonly detail?: string;
  /** Fields that a client may need: `serverTime`, `commit`. */
  readonly [member: string]: unknown;
}

const PREFIX = "https://reeve.dev/problems/";

export function problemOf(
  type: ProblemType,
  detail?: string,
  members: Readonly<Record<string, unknown>> = {},
): Problem {
  const { status, title } = PROBLEMS[type];
  return { type: PREFIX + type, title, status, ...(detail === undefined ? {} : { detail }), ...members };
}

/** The word of a problem that came over the wire; null where it is none of ours. */
export function readProblemType(value: unknown): ProblemType | null {
  if (typeof value !== "object" || value === null || !("type" in value) || typeof value.type !== "string") return null;
  const word = value.type.startsWith(PREFIX) ? value.type.slice(PREFIX.length) : "";
  return Object.hasOwn(PROBLEMS, word) ? (word as ProblemType) : null;
}
