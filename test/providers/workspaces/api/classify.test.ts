import { expect, test } from "vitest";
import { classifyError, classifyItem } from "../../../../src/providers/workspaces/api/classify.ts";
import type { Verdict } from "../../../../src/providers/workspaces/api/trouble.ts";

/** An error as the SDK throws it. */
function awsError(name: string, status?: number, over: object = {}): Error {
  const metadata = status === undefined ? {} : { $metadata: { httpStatusCode: status } };
  return Object.assign(new Error("it did not work"), { name, ...metadata, ...over });
}

/** The class of failure, with `again` where the call is repeated, `breaker` and `slower` where these are told. */
function words(verdict: Verdict | null): string {
  if (verdict === null) return "a bug";
  const flags = { again: verdict.isTransient, breaker: verdict.feedsBreaker, slower: verdict.isThrottling };
  return [verdict.failure, ...Object.entries(flags).flatMap(([word, isSet]) => (isSet ? [word] : []))].join(" ");
}

/** facts: errors and classes of AWS, by their name without `Exception`. */
const NAMED = {
  "retryable again slower": ["Throttling", "Throttled", "TooManyRequests", "RequestLimitExceeded", "SlowDown"],
  "retryable again breaker": ["InternalFailure", "InternalServer", "InternalError", "ServiceUnavailable"],
  retryable: ["OperationInProgress", "ResourceUnavailable", "InvalidResourceState", "ResourceInUse", "Conflict"],
  denied: [
    "ResourceLimitExceeded",
    "WorkspacesDefaultRoleNotFound",
    "UnsupportedNetworkConfiguration",
    "AccessDenied",
    "OperationNotSupported",
    "ExpiredToken",
    "UnrecognizedClient",
    "InvalidClientTokenId",
    "CredentialsProviderError",
  ],
  invalid: [
    "UnsupportedWorkspaceConfiguration",
    "InvalidParameterValues",
    "InvalidParameterCombination",
    "Validation",
    "Serialization",
    "PaginationTokenExpired",
  ],
  gone: ["ResourceNotFound"],
  conflict: ["ResourceAlreadyExists", "ResourceAssociated"],
} as const;

const ROWS = Object.entries(NAMED).flatMap(([expected, names]) => names.map((name) => ({ name, expected })));

test.each(ROWS)("$name is $expected, bare and in a namespace", ({ name, expected }) => {
  const forms = [name, `${name}Exception`, `com.amazonaws.workspaces#${name}Exception`];
  expect(forms.map((form) => words(classifyError(awsError(form, 400))))).toEqual([expected, expected, expected]);
});

test.each([
  { name: "a name that nobody knows", error: awsError("TeapotException", 400), expected: "invalid" },
  { name: "a name of JavaScript's own", error: awsError("constructor", 400), expected: "invalid" },
  { name: "an unknown name with 429", error: awsError("Teapot", 429), expected: "retryable again slower" },
  { name: "an unknown name with 503", error: awsError("UnknownError", 503), expected: "retryable again breaker" },
  { name: "a proxy's refusal", error: awsError("SyntaxError", 403), expected: "denied" },
  {
    name: "a refusal cut short",
    error: Object.assign(new SyntaxError("Unexpected end"), { $metadata: { httpStatusCode: 400 } }),
    expected: "retryable again breaker",
  },
  {
    name: "an answer cut short, in JSON or XML",
    error: awsError("Error", 200, { message: "XML parse error" }),
    expected: "retryable again breaker",
  },
  { name: "a time-out", error: awsError("TimeoutError"), expected: "retryable again breaker" },
  {
    name: "a broken socket",
    error: awsError("Error", undefined, { code: "ECONNRESET" }),
    expected: "retryable again breaker",
  },
  {
    name: "a name that does not resolve",
    error: awsError("Error", undefined, { code: "ENOTFOUND" }),
    expected: "retryable again breaker",
  },
  {
    name: "HTTP that cannot be read",
    error: awsError("Error", undefined, { code: "HPE_INVALID_CONSTANT" }),
    expected: "retryable again breaker",
  },
  {
    name: "a certificate nobody trusts",
    error: awsError("Error", undefined, { code: "SELF_SIGNED_CERT_IN_CHAIN" }),
    expected: "denied",
  },
  { name: "an error of the program's own", error: new TypeError("x is not a function"), expected: "a bug" },
  { name: "a missing file", error: awsError("Error", undefined, { code: "ENOENT" }), expected: "a bug" },
  { name: "what is no error", error: "ECONNRESET", expected: "a bug" },
])("$name: $expected", ({ error, expected }) => {
  expect(words(classifyError(error))).toBe(expected);
});

test.each([
  { code: "ResourceExists.WorkSpace", expected: "conflict" },
  { code: "ResourceNotFound.User", expected: "invalid" },
  { code: "ResourceNotFound.Directory", expected: "gone" },
  { code: "ResourceNotFound.Bundle", expected: "gone" },
  { code: "AutoStopTimeoutIsNotApplicableForAnAlwaysOnWorkspace", expected: "invalid" },
  { code: "AutoStopTimeoutIsNotDefaultForManualWorkspace", expected: "invalid" },
  { code: "InvalidUserConfiguration.Workspace", expected: "invalid" },
  { code: "InvalidResourceState.WorkSpace", expected: "retryable" },
  { code: "OperationInProgressException", expected: "retryable" },
  { code: "ResourceLimitExceeded", expected: "denied" },
  { code: "Teapot.WorkSpace", expected: "invalid" },
  { code: "toString.WorkSpace", expected: "invalid" },
  { code: "", expected: "invalid" },
])('a failed item of code "$code": $expected', ({ code, expected }) => {
  const verdict = classifyItem(code, "no");
  expect([words(verdict).split(" ")[0], verdict.code, verdict.message]).toEqual([expected, code, "no"]);
});

test("no credentials: what to do about it, with the way that needs none", () => {
  expect(classifyError(awsError("CredentialsProviderError"))?.next).toBe(
    "sign in to AWS (aws sso login, AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY), or try it with --sandbox",
  );
});

test("a user who is not in the directory is made there, not by Reeve", () => {
  expect(classifyItem("ResourceNotFound.User", "no").next).toBe(
    "make the user in the directory first, or correct spec.user",
  );
});
