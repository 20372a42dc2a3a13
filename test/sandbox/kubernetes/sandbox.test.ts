import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { VIEWER_TOKEN } from "../../../src/sandbox/kubernetes/cluster.ts";
import type { FaultRequest } from "../../../src/sandbox/kubernetes/faults.ts";
import { textOf } from "../../../src/sandbox/kubernetes/schema.ts";
import {
  type KubernetesSandbox,
  startKubernetesSandbox,
} from "../../../src/sandbox/kubernetes/start-kubernetes-sandbox.ts";
import { allObjects, metadataOf } from "../../../src/sandbox/kubernetes/world.ts";
import { ask, type Reply } from "./ask.ts";
import { APPLY } from "./direct.ts";

const MAPS = "/api/v1/namespaces/default/configmaps";

function apply(sandbox: KubernetesSandbox, name: string, more = ""): Promise<Reply> {
  const body = { apiVersion: "v1", kind: "ConfigMap", metadata: { name }, data: { a: "1" } };
  return ask(sandbox, {
    method: "PATCH",
    path: `${MAPS}/${name}?fieldManager=reeve${more}`,
    headers: { "Content-Type": APPLY },
    body,
  });
}

function names(sandbox: KubernetesSandbox): readonly string[] {
  return allObjects(sandbox.world, "configmaps").map((object) => textOf(metadataOf(object).name));
}

async function withSandbox(work: (sandbox: KubernetesSandbox) => Promise<void>): Promise<void> {
  const sandbox = await startKubernetesSandbox();
  try {
    await work(sandbox);
  } finally {
    await sandbox.close();
  }
}

/** What the client is told, and whether the write was done all the same. */
const FAULTS: readonly (Pick<FaultRequest, "kind"> & { readonly told: string; readonly isDone: boolean })[] = [
  { kind: "reset-before", told: "ECONNRESET", isDone: false },
  { kind: "reset-after", told: "ECONNRESET", isDone: true },
  { kind: "error-html", told: "502 text/html", isDone: false },
  { kind: "error-html-after", told: "503 text/html", isDone: true },
  { kind: "truncated", told: "201 broken", isDone: true },
  { kind: "conflict-race", told: "409 application/json", isDone: false },
  { kind: "webhook-down", told: "500 application/json", isDone: false },
  { kind: "forbidden", told: "403 application/json", isDone: false },
  { kind: "unauthorized", told: "401 application/json", isDone: false },
  { kind: "too-many-requests", told: "429 text/plain; charset=utf-8", isDone: false },
];

async function told(reply: Promise<Reply>): Promise<string> {
  try {
    const { status, headers, text } = await reply;
    const isWhole = !text.startsWith("{") || text.endsWith("}\n");
    return `${status} ${isWhole ? String(headers["content-type"]) : "broken"}`;
  } catch (error) {
    return error instanceof Error && "code" in error ? String(error.code) : String(error);
  }
}

test.each(FAULTS)("$kind strikes the second apply only: $told", async ({ kind, told: expected, isDone }) => {
  await withSandbox(async (sandbox) => {
    sandbox.inject({ operation: "apply configmaps", kind, nth: 2 });
    expect(await told(apply(sandbox, "first"))).toBe("201 application/json");
    expect(await told(ask(sandbox, { method: "GET", path: MAPS }))).toBe("200 application/json");
    expect(await told(apply(sandbox, "second"))).toBe(expected);
    expect(names(sandbox)).toEqual(isDone ? ["first", "second"] : ["first"]);
    expect(await told(apply(sandbox, "third"))).toBe("201 application/json");
    const applies = sandbox.log.requests.filter(({ verb }) => verb === "apply");
    expect(applies.map((request) => [request.isDone, request.faults])).toEqual([
      [true, []],
      [isDone, [kind]],
      [true, []],
    ]);
  });
});

test("the log counts by verb and kind, and tells writes from tries", async () => {
  await withSandbox(async (sandbox) => {
    await apply(sandbox, "a", "&dryRun=All");
    await apply(sandbox, "a");
    await ask(sandbox, { method: "GET", path: `${MAPS}/a` });
    await ask(sandbox, { method: "DELETE", path: `${MAPS}/a`, body: { dryRun: ["All"] } });
    await ask(sandbox, { method: "DELETE", path: `${MAPS}/a` });
    expect(sandbox.log.counts()).toEqual({ "apply configmaps": 2, "delete configmaps": 2, "get configmaps": 1 });
    expect(sandbox.log.writes().map(({ verb, method }) => [verb, method])).toEqual([
      ["apply", "PATCH"],
      ["delete", "DELETE"],
    ]);
  });
});

test.each([
  { method: "GET", path: MAPS, status: 200 },
  { method: "GET", path: "/apis/networking.k8s.io/v1/networkpolicies", status: 200 },
  { method: "POST", path: MAPS, status: 403 },
  { method: "PATCH", path: `${MAPS}/a?fieldManager=x&dryRun=All`, status: 403 },
  { method: "PUT", path: `${MAPS}/a`, status: 403 },
  { method: "DELETE", path: `${MAPS}/a`, status: 403 },
  { method: "DELETE", path: MAPS, status: 403 },
])("the viewer's $method $path: $status", async ({ method, path, status }) => {
  await withSandbox(async (sandbox) => {
    const body = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "a" } };
    const headers = { "Content-Type": method === "PATCH" ? APPLY : "application/json" };
    const reply = await ask(sandbox, {
      method,
      path,
      headers,
      token: VIEWER_TOKEN,
      ...(method === "GET" ? {} : { body }),
    });
    expect(reply.status).toBe(status);
  });
});

const TWICE = '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"t"},"data":{"a":"1"},"data":{"a":"2"}}';

test.each([
  { validation: "Strict", status: 400, warning: undefined },
  { validation: "Warn", status: 201, warning: '299 - "duplicate field \\"data\\""' },
  { validation: "Ignore", status: 201, warning: undefined },
])("a field given twice, $validation: $status", async ({ validation, status, warning }) => {
  await withSandbox(async (sandbox) => {
    const headers = { "Content-Type": "application/json" };
    const path = `${MAPS}?fieldValidation=${validation}`;
    const reply = await ask(sandbox, { method: "POST", path, headers, body: TWICE });
    expect([reply.status, reply.headers.warning]).toEqual([status, warning]);
  });
});

test("a cluster without a mesh: its groups are not found, and not in discovery", async () => {
  const sandbox = await startKubernetesSandbox({ without: ["security.istio.io"] });
  const { status, text } = await ask(sandbox, {
    method: "GET",
    path: "/apis/security.istio.io/v1/authorizationpolicies",
  });
  expect([status, text]).toEqual([404, "404 page not found\n"]);
  const groups = await ask(sandbox, { method: "GET", path: "/apis" });
  expect(groups.text).not.toContain("security.istio.io");
  await sandbox.close();
});

test.each([
  { hasLegacyDiscovery: false, kind: "APIGroupDiscoveryList" },
  { hasLegacyDiscovery: true, kind: "APIGroupList" },
])("asked for aggregated discovery, legacy $hasLegacyDiscovery: $kind", async ({ hasLegacyDiscovery, kind }) => {
  const sandbox = await startKubernetesSandbox({ hasLegacyDiscovery });
  const Accept = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json";
  const { text } = await ask(sandbox, { method: "GET", path: "/apis", headers: { Accept } });
  expect(JSON.parse(text)).toMatchObject({ kind });
  await sandbox.close();
});

test("a folder keeps the cluster, its versions, its addresses and its certificate", async () => {
  const folder = mkdtempSync(join(tmpdir(), "reeve-cluster-"));
  const first = await startKubernetesSandbox({ folder });
  const service = { apiVersion: "v1", kind: "Service", metadata: { name: "s" }, spec: { ports: [{ port: 80 }] } };
  const services = "/api/v1/namespaces/default/services";
  await ask(first, { method: "POST", path: services, body: service });
  await apply(first, "kept");
  await apply(first, "gone");
  await ask(first, { method: "DELETE", path: `${MAPS}/gone` });
  const { revision } = first.world;
  await first.close();

  const second = await startKubernetesSandbox({ folder });
  expect({ names: names(second), revision: second.world.revision, authority: second.authority }).toEqual({
    names: ["kept"],
    revision,
    authority: first.authority,
  });
  const other = await ask(second, { method: "POST", path: services, body: { ...service, metadata: { name: "t" } } });
  expect(JSON.parse(other.text)).toMatchObject({ spec: { clusterIP: "10.96.0.12" } });
  const old = await ask(second, {
    method: "GET",
    path: `${MAPS}?resourceVersion=${revision - 1}&resourceVersionMatch=Exact`,
  });
  expect(old.status).toBe(410);
  await second.close();
  expect(readdirSync(folder).filter((file) => file.endsWith(".tmp"))).toEqual([]);
  rmSync(folder, { recursive: true });
});

test("what was on its way out when the process ended is gone in the next one", async () => {
  const folder = mkdtempSync(join(tmpdir(), "reeve-cluster-"));
  const first = await startKubernetesSandbox({ folder, namespaces: ["doomed"] });
  await apply(first, "held");
  await ask(first, { method: "DELETE", path: `${MAPS}/held?propagationPolicy=Foreground` });
  await ask(first, { method: "DELETE", path: "/api/v1/namespaces/doomed" });
  const second = await startKubernetesSandbox({ folder });
  const gone = await ask(second, { method: "GET", path: "/api/v1/namespaces/doomed" });
  expect([gone.status, names(second)]).toEqual([404, []]);
  await Promise.all([first.close(), second.close()]);
  rmSync(folder, { recursive: true });
});

test("a state that cannot be read is said so, with the way out", async () => {
  const folder = mkdtempSync(join(tmpdir(), "reeve-cluster-"));
  writeFileSync(join(folder, "objects-_.json"), "{");
  await expect(startKubernetesSandbox({ folder })).rejects.toThrow(/cluster in .* cannot be read/);
  rmSync(folder, { recursive: true });
});

test("a watch sees what happens while it is open", async () => {
  await withSandbox(async (sandbox) => {
    const watching = ask(sandbox, { method: "GET", path: `${MAPS}?watch=1&timeoutSeconds=1` });
    while (sandbox.log.requests.length === 0) await new Promise(setImmediate);
    await apply(sandbox, "seen");
    await ask(sandbox, { method: "DELETE", path: `${MAPS}/seen` });
    const { text } = await watching;
    const types = text.split("\n").flatMap((line) => /"type":"(\w+)"/.exec(line)?.[1] ?? []);
    expect(types).toEqual(["ADDED", "DELETED"]);
  });
});
