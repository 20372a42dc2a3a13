import { afterEach, describe, expect, test } from "vitest";
import { ClusterTrouble } from "../../../../src/providers/grants/client/trouble.ts";
import type { KubeObject } from "../../../../src/providers/grants/kube-object.ts";
import { serverMark } from "../../../../src/providers/grants/live.ts";
import type { FaultRequest } from "../../../../src/sandbox/kubernetes/faults.ts";
import { type Lab, type LabOptions, openLab } from "./lab.ts";

const OURS = { fieldManager: "reeve", isForced: false };
const labs: Lab[] = [];

async function lab(options: LabOptions = {}): Promise<Lab> {
  const opened = await openLab(options);
  labs.push(opened);
  return opened;
}

afterEach(async () => {
  await Promise.all(labs.splice(0).map(({ sandbox }) => sandbox.close()));
});

function note(name: string, data: Readonly<Record<string, string>> = {}, namespace = "default"): KubeObject {
  return { apiVersion: "v1", kind: "ConfigMap", metadata: { name, namespace }, data };
}

/** How a call failed. */
async function troubleOf(call: Promise<unknown>): Promise<ClusterTrouble["verdict"] | null> {
  try {
    await call;
    return null;
  } catch (error) {
    if (error instanceof ClusterTrouble) return error.verdict;
    throw error;
  }
}

describe("writing", () => {
  test("a dry run stores nothing, an apply does, the same apply again moves nothing", async () => {
    const { reader, writer, kind, sandbox } = await lab();
    const kinds = await kind("v1", "ConfigMap");
    const predicted = await reader.predict(kinds, note("a", { x: "1" }), OURS);
    expect(predicted.object["data"]).toEqual({ x: "1" });
    expect(await reader.get(kinds, { namespace: "default", name: "a" })).toBeNull();
    expect(sandbox.log.writes()).toEqual([]);
    const first = await writer.apply(kinds, note("a", { x: "1" }), OURS);
    const second = await writer.apply(kinds, note("a", { x: "1" }), OURS);
    expect(second.object.metadata["resourceVersion"]).toBe(first.object.metadata["resourceVersion"]);
  });

  test("a field of another manager is named, and taken by force alone", async () => {
    const { writer, kind } = await lab();
    const kinds = await kind("v1", "ConfigMap");
    await writer.apply(kinds, note("a", { x: "1" }), { fieldManager: "eve", isForced: false });
    const refused = await troubleOf(writer.apply(kinds, note("a", { x: "2" }), OURS));
    expect([refused?.kind, refused?.conflicts]).toEqual(["owned-by-other", [{ field: ".data.x", manager: "eve" }]]);
    const { object } = await writer.apply(kinds, note("a", { x: "2" }), { ...OURS, isForced: true });
    expect(object["data"]).toEqual({ x: "2" });
  });

  test("what another manager added is patched out of the version that was seen, and of no later one", async () => {
    const { writer, kind } = await lab();
    const kinds = await kind("v1", "ConfigMap");
    await writer.apply(kinds, note("a", { x: "1" }), OURS);
    const { object } = await writer.apply(kinds, note("a", { y: "2" }), { fieldManager: "eve", isForced: false });
    const resourceVersion = serverMark(object, "resourceVersion");
    const steps = [{ op: "remove", path: "/data/y" }] as const;
    const place = { namespace: "default", name: "a" };
    const stale = await troubleOf(writer.patch(kinds, { ...place, resourceVersion: "1" }, steps));
    expect(stale?.kind).toBe("stale");
    expect((await writer.patch(kinds, { ...place, resourceVersion }, steps)).object["data"]).toEqual({ x: "1" });
  });

  test("the object of that uid is deleted, and no other of its name", async () => {
    const { reader, writer, kind } = await lab();
    const kinds = await kind("v1", "ConfigMap");
    const { object } = await writer.apply(kinds, note("a"), OURS);
    const place = { namespace: "default", name: "a" };
    const uid = serverMark(object, "uid");
    const other = await troubleOf(writer.remove(kinds, { ...place, uid: "00000000-0000-0000-0000-000000000000" }));
    expect(other?.kind).toBe("stale");
    expect(await writer.remove(kinds, { ...place, uid })).toBe("gone");
    expect(await writer.remove(kinds, { ...place, uid })).toBe("gone");
    expect(await reader.get(kinds, place)).toBeNull();
  });

  test("a workload is there until its pods are gone", async () => {
    const { writer, kind } = await lab();
    const kinds = await kind("apps/v1", "StatefulSet");
    const labels = { app: "desktop" };
    const template = { metadata: { labels }, spec: { containers: [{ name: "desktop", image: "desktop" }] } };
    const spec = { serviceName: "ws", selector: { matchLabels: labels }, template };
    const place = { namespace: "default", name: "a" };
    const workload = { apiVersion: "apps/v1", kind: "StatefulSet", metadata: place, spec };
    const { object } = await writer.apply(kinds, workload, OURS);
    expect(await writer.remove(kinds, { ...place, uid: serverMark(object, "uid") })).toBe("ending");
  });
});

describe("a refusal says what is wrong", () => {
  test.each([
    { name: "an unknown field", object: { ...note("a"), bogus: 1 }, expected: "undeclared" },
    { name: "a namespace that is not there", object: note("a", {}, "nowhere"), expected: "namespace-missing" },
    { name: "a name that is none", object: note("Alice_1"), expected: "invalid" },
  ])("$name", async ({ object, expected }) => {
    const { reader, kind } = await lab();
    expect((await troubleOf(reader.predict(await kind("v1", "ConfigMap"), object, OURS)))?.kind).toBe(expected);
  });

  test.each<{ name: string; change: (own: string) => string; expected: string; says: RegExp }>([
    {
      name: "no such user",
      change: (own) => own.replace("reeve-sandbox-admin", "nobody"),
      expected: "signed-out",
      says: /Unauthorized/,
    },
    {
      name: "may only read",
      change: (own) => own.replace("current-context: sandbox", "current-context: viewer"),
      expected: "denied",
      says: /forbidden/,
    },
    {
      name: "any certificate will do",
      change: (own) => own.replace(/certificate-authority-data: .*/, "insecure-skip-tls-verify: true"),
      expected: "unconfigured",
      says: /insecure-skip-tls-verify/,
    },
    {
      name: "no certificate authority",
      change: (own) => own.replace(/certificate-authority-data: .*/, "{}").replace(/\n *\{\}/, ""),
      expected: "untrusted",
      says: /certificate/,
    },
    {
      name: "through a proxy",
      change: (own) => own.replace(/( +)server: .*/, "$&\n$1proxy-url: http://proxy.example.com"),
      expected: "unconfigured",
      says: /proxy-url/,
    },
    { name: "not https", change: (own) => own.replace("https:", "http:"), expected: "unconfigured", says: /no https/ },
    { name: "no kubeconfig", change: () => "certainly: [none", expected: "unconfigured", says: /cannot be read/ },
    { name: "nothing set", change: () => "", expected: "unconfigured", says: /REEVE_KUBECONFIG_LAB is not set/ },
  ])("a kubeconfig: $name", async ({ change, expected, says }) => {
    const { writer } = await lab({ kubeconfig: change });
    const configMaps = {
      apiVersion: "v1",
      kind: "ConfigMap",
      plural: "configmaps",
      isNamespaced: true,
      isListable: true,
    };
    const verdict = await troubleOf(writer.apply(configMaps, note("a"), OURS));
    expect(verdict?.kind).toBe(expected);
    expect(verdict?.message).toMatch(says);
  });
});

describe("reading", () => {
  test("every page, each object with its kind", async () => {
    const { reader, writer, kind, sandbox } = await lab({
      edits: ["identity: spire", "identity: spire\n  limits: { pageSize: 3 }"],
    });
    const kinds = await kind("v1", "ConfigMap");
    const names = ["a", "b", "c", "d", "e", "f", "g"];
    for (const name of names) await writer.apply(kinds, note(name), OURS);
    sandbox.log.clear();
    const found = await reader.list(kinds, { namespace: "default" });
    expect(found.map(({ kind: one, metadata }) => `${one} ${metadata.name}`)).toEqual(
      names.map((name) => `ConfigMap ${name}`),
    );
    expect(sandbox.log.counts()).toEqual({ "list configmaps": 3 });
  });

  test("a kind that is not installed is not served", async () => {
    const { reader } = await lab({ without: ["security.istio.io"] });
    const kinds = await reader.kinds([]);
    expect(kinds.has("security.istio.io/v1 AuthorizationPolicy")).toBe(false);
    expect(kinds.get("networking.k8s.io/v1 NetworkPolicy")?.plural).toBe("networkpolicies");
  });

  test("the server's clock is ahead", async () => {
    const { reader, kind } = await lab({ now: () => new Date("2026-12-02T09:02:00Z") });
    expect(reader.skew()).toBeNull();
    await kind("v1", "ConfigMap");
    expect(reader.skew()).toBe(120_000);
  });
});

describe("a passing failure", () => {
  test.each<{ fault: FaultRequest["kind"]; waits: number }>([
    { fault: "reset-before", waits: 1 },
    { fault: "reset-after", waits: 1 },
    { fault: "error-html", waits: 1 },
    { fault: "error-html-after", waits: 1 },
    { fault: "truncated", waits: 1 },
    { fault: "webhook-down", waits: 1 },
    { fault: "unauthorized", waits: 0 },
  ])("$fault: the apply is made again and the object is there once", async ({ fault, waits }) => {
    const opened = await lab();
    const kinds = await opened.kind("v1", "ConfigMap");
    opened.sandbox.inject({ operation: "apply configmaps", kind: fault });
    const { object } = await opened.writer.apply(kinds, note("a", { x: "1" }), OURS);
    expect(object["data"]).toEqual({ x: "1" });
    expect(opened.waits).toHaveLength(waits);
  });

  test("a server that says when is asked no sooner", async () => {
    const opened = await lab();
    const kinds = await opened.kind("v1", "ConfigMap");
    opened.sandbox.inject({ operation: "list configmaps", kind: "too-many-requests", retryAfter: 7 });
    expect(await opened.reader.list(kinds)).toEqual([]);
    expect(opened.waits[0]).toBeGreaterThanOrEqual(7000);
  });

  test("a list that the server forgot half-way is begun anew", async () => {
    const { reader, kind, sandbox } = await lab();
    const kinds = await kind("v1", "Namespace");
    sandbox.inject({ operation: "list namespaces", kind: "expired" });
    expect((await reader.list(kinds)).map(({ metadata }) => metadata.name)).toContain("default");
  });

  test("one that does not pass is told after spec.limits.retries", async () => {
    const { reader, kind, sandbox, waits } = await lab();
    const kinds = await kind("v1", "ConfigMap");
    sandbox.inject({ operation: "list configmaps", kind: "reset-before", times: 100 });
    expect((await troubleOf(reader.list(kinds)))?.kind).toBe("transport");
    expect(waits).toHaveLength(4);
  });
});
