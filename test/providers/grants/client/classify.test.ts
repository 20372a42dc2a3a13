import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { classifyAnswer, classifyError } from "../../../../src/providers/grants/client/classify.ts";
import { readWarnings } from "../../../../src/providers/grants/client/status.ts";

interface Recorded {
  readonly case: string;
  readonly response: { readonly status: number; readonly headers?: Record<string, string>; readonly body?: unknown };
}

/** The answer of a real API server, as it was recorded. */
function recorded(topic: string, name: string) {
  const file = new URL(`../../../fixtures/kubernetes-goldens/${topic}.json`, import.meta.url);
  const { cases } = JSON.parse(readFileSync(file, "utf8")) as { readonly cases: readonly Recorded[] };
  const found = cases.find((one) => one.case === name);
  if (found === undefined) throw new TypeError(`no case ${topic}/${name}`);
  const { status, headers = {}, body } = found.response;
  const lower = Object.fromEntries(Object.entries(headers).map(([key, value]) => [key.toLowerCase(), value]));
  return { status, headers: lower, text: typeof body === "string" ? body : (JSON.stringify(body) ?? "") };
}

describe("what a recorded refusal is taken for", () => {
  test.each([
    ["authorization-policy-drift", "conflict on both", "owned-by-other"],
    ["custom-resources", "another manager, atomic list", "owned-by-other"],
    ["apply-request-errors", "stale resourceVersion in the body", "stale"],
    ["deletion", "delete with a wrong uid", "stale"],
    ["exclusive-healing", "JSON patch with a stale resourceVersion", "stale"],
    ["immutable-fields", "service clusterIP", "invalid"],
    ["admission", "admission policy denies a dry-run", "invalid"],
    ["apply-request-errors", "no fieldManager", "invalid"],
    ["apply-request-errors", "unknown field of a built-in kind", "undeclared"],
    ["apply-request-errors", "number where a string is due", "undeclared"],
    ["apply-request-errors", "duplicate key of a keyed list", "undeclared"],
    ["custom-resources", "duplicate in a set", "undeclared"],
    ["admission", "webhook down", "webhook-down"],
    ["apply-request-errors", "managedFields in the body", "bad-request"],
    ["apply-request-errors", "unsupported media type", "bad-request"],
    ["apply-request-errors", "request over 3 MiB", "too-large"],
    ["access", "bad token", "signed-out"],
    ["access", "apply of a missing object with patch only", "denied"],
    ["admission", "pod security: Pod is refused", "denied"],
    ["admission", "quota exceeded", "denied"],
    ["namespaces", "create while terminating", "namespace-ending"],
    ["namespaces", "apply into a missing namespace", "namespace-missing"],
    ["namespaces", "get in a missing namespace", "gone"],
    ["custom-resources", "resource before its CRD", "kind-missing"],
    ["discovery", "unknown resource of a known group", "kind-missing"],
    ["expired-versions", "continue token too old", "history-gone"],
    ["overload", "too many requests", "overloaded"],
    ["lists-and-pages", "list at a future resourceVersion", "server"],
  ])("%s: %s: %s", (topic, name, kind) => {
    expect(classifyAnswer(recorded(topic, name))?.kind).toBe(kind);
  });
});

test("half a refusal is a broken connection, not a missing object", () => {
  const whole = recorded("namespaces", "get in a missing namespace");
  expect(classifyAnswer({ ...whole, text: whole.text.slice(0, 40) })?.kind).toBe("transport");
});

test("a conflict names fields and managers", () => {
  const verdict = classifyAnswer(recorded("authorization-policy-drift", "conflict on both"));
  expect(verdict?.conflicts).toEqual([
    { field: ".spec.action", manager: "eve" },
    { field: ".spec.rules", manager: "eve" },
  ]);
});

test.each([
  { name: "all is well", status: 200, text: "{}", expected: null },
  { name: "a proxy's page", status: 502, text: "<html><h1>502 Bad Gateway</h1></html>", expected: "server" },
  { name: "a slow server says when", status: 429, text: "slow", retryAfter: "7", expected: "overloaded" },
])("$name", ({ status, text, retryAfter, expected }) => {
  const verdict = classifyAnswer({ status, text, headers: { "retry-after": retryAfter } });
  expect(verdict?.kind ?? null).toBe(expected);
  expect(verdict?.retryAfter ?? null).toBe(retryAfter === undefined ? null : 7000);
});

test.each([
  ["ECONNRESET", "transport"],
  ["ENOTFOUND", "transport"],
  ["DEPTH_ZERO_SELF_SIGNED_CERT", "untrusted"],
  ["ERR_INVALID_ARG_TYPE", null],
])("%s is %s", (code, kind) => {
  expect(classifyError(Object.assign(new Error(code), { code }))?.kind ?? null).toBe(kind);
});

test("warnings are read one by one, quotes and commas in them", () => {
  const warning = '299 - "unknown field \\"spec.a\\", ignored", 299 - "deprecated"';
  expect(readWarnings({ headers: { warning } })).toEqual(['unknown field "spec.a", ignored', "deprecated"]);
});
