/** Errors of the WorkSpaces, tagging and STS APIs, sorted into what can be done about them. Pure. */
import type { FailureClass } from "../../../plan/outcome.ts";
import type { Verdict } from "./trouble.ts";

type Class =
  | "throttled"
  | "server"
  | "transport"
  | "untrusted"
  | "not-now"
  | "signed-out"
  | "denied"
  | "quota"
  | "invalid"
  | "gone"
  | "exists";

/** By AWS's name without `Exception`; sources: the service model, and names that AWS sends without modelling them. */
const CLASSES: Readonly<Record<string, Class>> = {
  Throttling: "throttled",
  Throttled: "throttled",
  RequestThrottled: "throttled",
  TooManyRequests: "throttled",
  RequestLimitExceeded: "throttled",
  SlowDown: "throttled",
  InternalFailure: "server",
  InternalServer: "server",
  InternalService: "server",
  InternalError: "server",
  ServiceUnavailable: "server",
  OperationInProgress: "not-now",
  ResourceUnavailable: "not-now",
  InvalidResourceState: "not-now",
  ResourceInUse: "not-now",
  Conflict: "not-now",
  ResourceLimitExceeded: "quota",
  WorkspacesDefaultRoleNotFound: "denied",
  UnsupportedNetworkConfiguration: "denied",
  UnsupportedWorkspaceConfiguration: "invalid",
  AccessDenied: "denied",
  OperationNotSupported: "denied",
  NotAuthorized: "denied",
  SubscriptionRequired: "denied",
  RegionDisabled: "denied",
  ExpiredToken: "signed-out",
  UnrecognizedClient: "signed-out",
  InvalidClientTokenId: "signed-out",
  InvalidSignature: "signed-out",
  SignatureDoesNotMatch: "signed-out",
  IncompleteSignature: "signed-out",
  MissingAuthenticationToken: "signed-out",
  RequestExpired: "signed-out",
  CredentialsProviderError: "signed-out",
  TokenProviderError: "signed-out",
  InvalidParameterValues: "invalid",
  InvalidParameterCombination: "invalid",
  InvalidParameter: "invalid",
  Validation: "invalid",
  Serialization: "invalid",
  ResourceNotFound: "gone",
  ResourceAlreadyExists: "exists",
  ResourceAssociated: "exists",
  ResourceCreationFailed: "denied",
  PaginationTokenExpired: "invalid",
};

const SOCKET = /^(ECONN\w+|EPIPE|EPROTO|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|EAI_AGAIN|HPE_\w+)$/;
const CERTIFICATE = /^(CERT_\w+|SELF_SIGNED_\w+|DEPTH_ZERO_\w+|UNABLE_TO_\w+|ERR_TLS_\w+)$/;

const FAILURES = {
  throttled: "retryable",
  server: "retryable",
  transport: "retryable",
  untrusted: "denied",
  "not-now": "retryable",
  "signed-out": "denied",
  denied: "denied",
  quota: "denied",
  invalid: "invalid",
  gone: "gone",
  exists: "conflict",
} as const satisfies Record<Class, FailureClass>;

const NEXT = {
  throttled: "apply again later, or lower spec.providers.workspaces.limiter",
  server: "apply again in some minutes: it reads what is there and carries on",
  transport: "look at the network, then apply again: it reads what is there and carries on",
  untrusted: "if a proxy stands in between, trust its certificate (NODE_EXTRA_CA_CERTS)",
  "not-now": "the desktop is busy or cooling down (a volume or compute change takes hours): apply again later",
  "signed-out":
    "sign in to AWS (aws sso login, AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY), or try it with --sandbox",
  denied: "ask who administers the AWS account; see the message for what it refuses",
  quota: "ask AWS for a higher quota of WorkSpaces in this region, or delete desktops",
  invalid: "correct the document; if it looks right, this is a bug in Reeve",
  gone: "plan again: it is no longer there, or not visible yet",
  exists: "plan again: somebody has made it meanwhile",
} as const satisfies Record<Class, string>;

/** Null for what no API sent: a bug, or a test that ends the run; it keeps its own stack. */
export function classifyError(error: unknown): Verdict | null {
  if (!(error instanceof Error)) return null;
  const code = codeOf(error);
  const kind = classOf(error, code);
  if (kind === null) return null;
  return verdict(kind, code, error.message === "" ? code : error.message);
}

/** One entry of FailedRequests: never the whole batch's fault. Codes are an open set, taken by prefix. */
export function classifyItem(code: string, message: string): Verdict {
  const prefix = code.split(".")[0] ?? "";
  const bare = bareCode(prefix);
  if (prefix === "ResourceExists") return verdict("exists", code, message);
  if (code === "ResourceNotFound.User") {
    const next = "make the user in the directory first, or correct spec.user";
    return { ...verdict("invalid", code, message), next };
  }
  return verdict(Object.hasOwn(CLASSES, bare) ? (CLASSES[bare] ?? "invalid") : "invalid", code, message);
}

function verdict(kind: Class, code: string, message: string): Verdict {
  return {
    failure: FAILURES[kind],
    code,
    message,
    next: NEXT[kind],
    isTransient: kind === "throttled" || kind === "server" || kind === "transport",
    feedsBreaker: kind === "server" || kind === "transport",
    isThrottling: kind === "throttled",
  };
}

function classOf(error: Error, code: string): Class | null {
  if (Object.hasOwn(CLASSES, code)) return CLASSES[code] ?? null;
  const socket = "code" in error && typeof error.code === "string" ? error.code : "";
  if (CERTIFICATE.test(socket)) return "untrusted";
  if (code === "TimeoutError" || code === "RequestTimeout" || SOCKET.test(socket)) return "transport";
  return classOfStatus(statusOf(error), error);
}

/** Errors that carry no name of AWS's: from something between here and there, or answers that were cut short. */
function classOfStatus(status: number | null, error: Error): Class | null {
  if (status === null) return null;
  if (status === 429) return "throttled";
  if (status >= 500) return "server";
  if (status === 401 || status === 403 || status === 407) return "denied";
  // Where the answer itself said that all is well, or is no JSON, it was its text that did not arrive whole.
  return status < 400 || error instanceof SyntaxError ? "transport" : "invalid";
}

function codeOf(error: Error): string {
  return bareCode(error.name);
}

/** `com.amazon#ThrottlingException` and `ThrottlingException` are `Throttling`. */
function bareCode(name: string): string {
  return (name.split("#").at(-1) ?? name).replace(/Exception$/, "");
}

function statusOf(error: Error): number | null {
  if (!("$metadata" in error)) return null;
  const metadata = error.$metadata;
  if (typeof metadata !== "object" || metadata === null || !("httpStatusCode" in metadata)) return null;
  return typeof metadata.httpStatusCode === "number" ? metadata.httpStatusCode : null;
}
