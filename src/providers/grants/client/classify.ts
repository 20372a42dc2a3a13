/** Answers of an API server, sorted into what can be done about them. Pure. */
import type { FailureClass } from "../../../plan/outcome.ts";
import { type Answer, parseJson, type Refusal, readRefusal } from "./status.ts";
import type { FieldConflict, TroubleKind, Verdict } from "./trouble.ts";

const FAILURES = {
  "owned-by-other": "conflict",
  stale: "conflict",
  exists: "conflict",
  invalid: "invalid",
  undeclared: "invalid",
  "bad-request": "invalid",
  "signed-out": "denied",
  denied: "denied",
  "namespace-ending": "retryable",
  "still-there": "retryable",
  "namespace-missing": "gone",
  "kind-missing": "invalid",
  gone: "gone",
  "history-gone": "retryable",
  "too-large": "invalid",
  "webhook-down": "retryable",
  overloaded: "retryable",
  server: "retryable",
  transport: "retryable",
  untrusted: "denied",
  unconfigured: "denied",
} as const satisfies Record<TroubleKind, FailureClass>;

const NEXT = {
  "owned-by-other": "settle who owns the field, or set spec.conflicts of the WorkstationCluster to force",
  stale: "plan again: somebody has changed it meanwhile",
  exists: "plan again: somebody has made it meanwhile",
  invalid: "correct the document or the template that the object comes from",
  undeclared: "correct the template: this cluster's version of the kind has no such field, or wants another type",
  "bad-request": "correct the template; if it looks right, this is a bug in Reeve",
  "signed-out": "renew the credentials in the kubeconfig",
  denied: "ask who administers the cluster; see the message for what it refuses",
  "namespace-ending": "wait until the namespace is gone, then apply again",
  "still-there": "see to what holds it, then apply again: it carries on from here",
  "namespace-missing": "plan again: the namespace is gone",
  "kind-missing":
    "install what brings this kind to the cluster (Istio, the Gateway API, SPIRE), or turn it off in the WorkstationCluster",
  gone: "plan again: it is no longer there",
  "history-gone": "run again: the list went on for longer than the server remembers",
  "too-large": "make the object smaller; if it looks small, this is a bug in Reeve",
  "webhook-down": "mend the admission webhook that does not answer, then apply again",
  overloaded: "apply again later, or lower spec.limits of the WorkstationCluster",
  server: "apply again in some minutes: it reads what is there and carries on",
  transport: "look at the network and the server's address, then run this again: it reads what is there and carries on",
  untrusted: "correct the certificate authority in the kubeconfig",
  unconfigured: "correct the kubeconfig, or where the WorkstationCluster looks for it",
} as const satisfies Record<TroubleKind, string>;

const TRANSIENT: ReadonlySet<TroubleKind> = new Set(["webhook-down", "overloaded", "server", "transport"]);

/** Null for an answer that is no refusal. */
export function classifyAnswer(answer: Answer): Verdict | null {
  if (answer.status < 400) return null;
  const refusal = readRefusal(answer.text);
  if (isCutOff(answer)) return verdictOf("transport", `the answer is cut off (HTTP ${answer.status})`);
  const kind = kindOf(answer, refusal);
  const message = refusal === null || refusal.message === "" ? plainMessage(answer) : refusal.message;
  const conflicts = kind === "owned-by-other" && refusal !== null ? conflictsOf(refusal) : [];
  return verdictOf(kind, message, { retryAfter: retryAfterOf(answer, refusal), conflicts });
}

/** Half a refusal says neither why nor of what. */
function isCutOff({ headers, text }: Answer): boolean {
  return (headers["content-type"] ?? "").includes("json") && text !== "" && parseJson(text) === null;
}

/** Proxies answer with pages: their first line of text says enough. */
function plainMessage({ status, text }: Answer): string {
  const said = text
    .replaceAll(/<[^>]*>/g, " ")
    .replaceAll(/\s+/g, " ")
    .trim()
    .slice(0, 200);
  return said === "" ? `HTTP ${status}` : `HTTP ${status}: ${said}`;
}

function kindOf({ status }: Answer, refusal: Refusal | null): TroubleKind {
  switch (status) {
    case 401:
      return "signed-out";
    case 403:
      return hasCause(refusal, "NamespaceTerminating") ? "namespace-ending" : "denied";
    case 404:
      return missingKind(refusal);
    case 409:
      if (hasCause(refusal, "FieldManagerConflict")) return "owned-by-other";
      return refusal?.reason === "AlreadyExists" ? "exists" : "stale";
    case 410:
      return "history-gone";
    case 413:
      return "too-large";
    case 422:
      return isFailedTest(refusal) ? "stale" : "invalid";
    case 429:
      return "overloaded";
    default:
      return status >= 500 ? serverKind(refusal) : "bad-request";
  }
}

/** An answer of the mux is text; an answer for the object names it; a namespace is named where the object was asked for. */
function missingKind(refusal: Refusal | null): TroubleKind {
  if (refusal === null || refusal.name === "") return "kind-missing";
  return refusal.kind === "namespaces" ? "namespace-missing" : "gone";
}

/** A JSON patch whose test fails is refused without a word about it. */
function isFailedTest(refusal: Refusal | null): boolean {
  return refusal !== null && refusal.name === "" && refusal.kind === "" && refusal.causes.length === 0;
}

/** What the typed converter refuses comes as a 500 without a reason (kubernetes#139253), and is the same each time. */
function serverKind(refusal: Refusal | null): TroubleKind {
  if (refusal === null) return "server";
  if (refusal.reason === "" && refusal.message.includes("failed to create typed patch object")) return "undeclared";
  return /failed calling webhook/.test(refusal.message) ? "webhook-down" : "server";
}

function hasCause(refusal: Refusal | null, reason: string): boolean {
  return refusal?.causes.some((cause) => cause.reason === reason) ?? false;
}

function conflictsOf({ causes }: Refusal): readonly FieldConflict[] {
  return causes
    .filter(({ reason }) => reason === "FieldManagerConflict")
    .map(({ field, message }) => ({ field, manager: /conflict with "([^"]*)"/.exec(message)?.[1] ?? message }));
}

function retryAfterOf({ headers }: Answer, refusal: Refusal | null): number | null {
  const header = headers["retry-after"];
  if (header !== undefined && /^\d+$/.test(header)) return Number(header) * 1000;
  const seconds = refusal?.retryAfterSeconds ?? null;
  return seconds === null ? null : seconds * 1000;
}

const SOCKET = /^(ECONN\w+|EPIPE|EPROTO|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|EAI_AGAIN|HPE_\w+)$/;
const CERTIFICATE = /^(CERT_\w+|SELF_SIGNED_\w+|DEPTH_ZERO_\w+|UNABLE_TO_\w+|ERR_TLS_\w+|ERR_SSL_\w+)$/;

/** Null for what no connection threw: a bug, or Ctrl-C; it keeps its own stack. */
export function classifyError(error: unknown): Verdict | null {
  if (!(error instanceof Error)) return null;
  const code = "code" in error && typeof error.code === "string" ? error.code : "";
  const message = error.message === "" ? code : error.message;
  if (CERTIFICATE.test(code))
    return verdictOf("untrusted", `its certificate is not trusted: ${withoutAdvice(message)}`);
  return SOCKET.test(code) || error.name === "TimeoutError" ? verdictOf("transport", message) : null;
}

/** Node tells its own users what to do, and they are not ours. */
function withoutAdvice(message: string): string {
  return message.split("; if ")[0] ?? message;
}

interface Rest {
  readonly retryAfter: number | null;
  readonly conflicts: readonly FieldConflict[];
}

/** A verdict of a kind, with all that follows from the kind. */
export function verdictOf(
  kind: TroubleKind,
  message: string,
  rest: Rest = { retryAfter: null, conflicts: [] },
): Verdict {
  return { kind, failure: FAILURES[kind], message, next: NEXT[kind], isTransient: TRANSIENT.has(kind), ...rest };
}
