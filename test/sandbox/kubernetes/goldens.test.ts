import { describe, expect, test } from "vitest";
import type { User } from "../../../src/sandbox/kubernetes/access.ts";
import {
  type KubernetesSandbox,
  startKubernetesSandbox,
} from "../../../src/sandbox/kubernetes/start-kubernetes-sandbox.ts";
import { ask, type Reply } from "./ask.ts";
import { EXCEPTIONS } from "./golden-exceptions.ts";
import { bodyOf, type GoldenCase, readGolden } from "./goldens.ts";
import { type Correspondence, differences, emptyCorrespondence, onlyRecorded, translate } from "./same-answer.ts";

const USERS: Readonly<Record<string, User>> = { alice: { name: "alice", groups: ["devs", "system:authenticated"] } };
const TOKENS: Readonly<Record<string, string>> = { alice: "alice", anonymous: "", "bad-token": "nobody" };

/** What somebody did to the server between two cases. */
const BEFORE: Readonly<Record<string, (sandbox: KubernetesSandbox) => void>> = {
  "expired-versions/continue token too old": (sandbox) => sandbox.compact(),
  "overload/too many requests": (sandbox) => sandbox.inject({ operation: "*", kind: "too-many-requests" }),
};

/** The newest time that an answer names: when it was given. */
function newestTime(answer: unknown): string {
  const times = JSON.stringify(answer ?? "").match(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ/g) ?? [];
  return times.toSorted().at(-1) ?? "";
}

async function replay(topic: string): Promise<Readonly<Record<string, readonly string[]>>> {
  const clock = { at: "2026-01-01T00:00:00Z" };
  const sandbox = await startKubernetesSandbox({ now: () => new Date(clock.at), hasControllers: false, users: USERS });
  const known = emptyCorrespondence();
  const found: Record<string, readonly string[]> = {};
  for (const golden of readGolden(topic).cases) {
    const time = newestTime(golden.response.body);
    if (time > clock.at) clock.at = time;
    BEFORE[`${topic}/${golden.case}`]?.(sandbox);
    const reply = await ask(sandbox, questionOf(golden, known));
    const differing = compareReply(golden, reply, known);
    if (differing.length > 0) found[golden.case] = differing;
  }
  await sandbox.close();
  return found;
}

function questionOf({ request }: GoldenCase, known: Correspondence) {
  const body = bodyOf(request.body);
  const text = body === undefined || typeof body === "string" ? body : translate(JSON.stringify(body), known);
  const given = Object.entries(request.headers ?? {}).map(([name, value]) => [name, translate(value, known)] as const);
  const headers = { "User-Agent": "test-client/1.0", Accept: "application/json", ...Object.fromEntries(given) };
  const token = request.user === undefined ? {} : { token: TOKENS[request.user] ?? "nobody" };
  const path = translate(request.path, known);
  return { method: request.method, path, headers, ...token, ...(text === undefined ? {} : { body: text }) };
}

function compareReply({ response }: GoldenCase, reply: Reply, known: Correspondence): readonly string[] {
  if (reply.status !== response.status)
    return [`status: ${response.status} | ${reply.status} ${reply.text.slice(0, 300)}`];
  const headers = Object.entries(response.headers ?? {}).flatMap(([name, value]) =>
    differences(value, reply.headers[name.toLowerCase()], known, name),
  );
  if (response.events !== undefined) {
    const events = reply.text
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => JSON.parse(line) as unknown);
    return [...headers, ...differences(response.events, events, known)];
  }
  if (response.body === undefined) return headers;
  const ours = typeof response.body === "string" ? reply.text : (JSON.parse(reply.text) as unknown);
  const compared = isDiscovery(response.body) ? onlyRecorded(response.body, ours) : ours;
  return [...headers, ...differences(comparable(response.body), comparable(compared), known)];
}

const DISCOVERY: ReadonlySet<unknown> = new Set(["APIGroupList", "APIResourceList", "APIGroupDiscoveryList"]);

function isDiscovery(body: unknown): boolean {
  return typeof body === "object" && body !== null && "kind" in body && DISCOVERY.has(body.kind);
}

interface Cause {
  readonly field?: string;
  readonly reason?: string;
  readonly message?: string;
}

interface Status {
  readonly code?: number;
  readonly details?: { readonly causes?: readonly Cause[] };
}

/** Causes have no order, and the wording of a 422 is the version's own. */
function comparable(body: unknown): unknown {
  const status = body as Status;
  if (status.details?.causes === undefined) return body;
  const isWorded = status.code !== 422;
  const causes = status.details.causes.map((cause) => JSON.stringify(isWorded ? cause : { ...cause, message: "" }));
  const sorted = [...new Set(causes)].toSorted();
  return { ...status, ...(isWorded ? {} : { message: "" }), details: { ...status.details, causes: sorted } };
}

const TOPICS = [
  "field-ownership",
  "apply-request-errors",
  "update-and-create-verbs",
  "network-policy-drift",
  "exclusive-healing",
  "authorization-policy-drift",
  "list-merge-types",
  "defaults-and-normalisation",
  "immutable-fields",
  "deletion",
  "namespaces",
  "lists-and-pages",
  "expired-versions",
  "watch",
  "access",
  "admission",
  "custom-resources",
  "discovery",
  "overload",
  "bundle",
  "original-manifests",
];

describe("the stand-in answers as recorded servers do, but for the listed cases", () => {
  test.each(TOPICS)("%s", async (topic) => {
    const excepted = EXCEPTIONS[topic] ?? {};
    const found = await replay(topic);
    const unexpected = Object.fromEntries(Object.entries(found).filter(([name]) => excepted[name] === undefined));
    expect(unexpected).toEqual({});
    expect(Object.keys(found).toSorted(), "an exception that is none any more").toEqual(
      Object.keys(excepted).toSorted(),
    );
  });
});
