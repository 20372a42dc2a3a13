import { expect, test } from "vitest";
import { listIn, objectOf } from "../../../src/sandbox/kubernetes/schema.ts";
import { metadataOf } from "../../../src/sandbox/kubernetes/world.ts";
import { APPLY, type Direct, directly, MERGE } from "./direct.ts";

const IN = "/api/v1/namespaces/n";

function apply(
  direct: Direct,
  plural: string,
  object: { readonly kind: string; readonly [field: string]: unknown },
): number {
  const path = `${IN}/${plural}/x?fieldManager=reeve`;
  return direct.send("PATCH", path, { apiVersion: "v1", metadata: { name: "x" }, ...object }, APPLY).status;
}

test("a deleted namespace is Terminating in the answer, and gone with all that was in it", () => {
  const direct = directly(true);
  apply(direct, "configmaps", { kind: "ConfigMap" });
  expect(objectOf(direct.send("DELETE", IN).body.status).phase).toBe("Terminating");
  expect(direct.send("GET", IN).status).toBe(404);
  expect(listIn(direct.send("GET", "/api/v1/configmaps").body.items)).toEqual([]);
});

test("a finalizer of somebody else holds the namespace until it is taken off", () => {
  const direct = directly(true);
  apply(direct, "configmaps", { kind: "ConfigMap", metadata: { name: "x", finalizers: ["example.com/hold"] } });
  direct.send("DELETE", IN);
  expect(direct.send("GET", IN).status).toBe(200);
  expect(metadataOf(direct.send("GET", `${IN}/configmaps/x`).body).deletionTimestamp).toBeTypeOf("string");
  direct.send("PATCH", `${IN}/configmaps/x`, { metadata: { finalizers: null } }, MERGE);
  expect(direct.send("GET", IN).status).toBe(404);
});

test.each([
  { plural: "persistentvolumeclaims", query: "", object: { kind: "PersistentVolumeClaim", spec: claim() } },
  { plural: "configmaps", query: "?propagationPolicy=Foreground", object: { kind: "ConfigMap" } },
  { plural: "configmaps", query: "?propagationPolicy=Orphan", object: { kind: "ConfigMap" } },
])("$plural deleted with '$query': marked first, then gone", ({ plural, query, object }) => {
  const direct = directly(true);
  expect(apply(direct, plural, object)).toBe(201);
  const { body } = direct.send("DELETE", `${IN}/${plural}/x${query}`);
  expect(metadataOf(body).deletionTimestamp).toBeTypeOf("string");
  expect(direct.send("GET", `${IN}/${plural}/x`).status).toBe(404);
});

function claim(): object {
  return { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "10Gi" } } };
}

test("a quota is filled, then binds", () => {
  const direct = directly(true);
  const hard = { "count/configmaps": "1", "requests.storage": "15Gi" };
  apply(direct, "resourcequotas", { kind: "ResourceQuota", spec: { hard } });
  expect(apply(direct, "configmaps", { kind: "ConfigMap" })).toBe(201);
  expect(apply(direct, "persistentvolumeclaims", { kind: "PersistentVolumeClaim", spec: claim() })).toBe(201);
  const { status } = direct.send("GET", `${IN}/resourcequotas/x`).body;
  expect(status).toEqual({ hard, used: { "count/configmaps": "1", "requests.storage": "10Gi" } });
  const second = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "y" } };
  expect(direct.send("POST", `${IN}/configmaps`, second)).toMatchObject({
    status: 403,
    body: {
      message:
        'configmaps "y" is forbidden: exceeded quota: x, requested: count/configmaps=1, used: count/configmaps=1, limited: count/configmaps=1',
    },
  });
});

test("a claim is bound, and then grows but never shrinks", () => {
  const direct = directly(true);
  const sized = (storage: string) => ({
    kind: "PersistentVolumeClaim",
    spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage } } },
  });
  expect(apply(direct, "persistentvolumeclaims", sized("10Gi"))).toBe(201);
  expect(apply(direct, "persistentvolumeclaims", sized("20Gi"))).toBe(200);
  const { status } = direct.send("GET", `${IN}/persistentvolumeclaims/x`).body;
  expect(status).toMatchObject({ phase: "Bound", capacity: { storage: "20Gi" } });
  expect(apply(direct, "persistentvolumeclaims", sized("10Gi"))).toBe(422);
});

test("a workload has rolled out, and applying it again moves nothing", () => {
  const direct = directly(true);
  const labels = { app: "x" };
  const template = { metadata: { labels }, spec: { containers: [{ name: "c", image: "i:1" }] } };
  const body = {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: "x" },
    spec: { selector: { matchLabels: labels }, template },
  };
  const path = "/apis/apps/v1/namespaces/n/deployments/x?fieldManager=reeve";
  direct.send("PATCH", path, body, APPLY);
  const { body: live } = direct.send("GET", path);
  expect(live.status).toMatchObject({ observedGeneration: 1, replicas: 1, readyReplicas: 1, updatedReplicas: 1 });
  expect(direct.send("PATCH", path, body, APPLY).body).toEqual(live);
  expect(direct.send("GET", path).body).toEqual(live);
});
