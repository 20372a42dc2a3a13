import fc from "fast-check";
import { expect, test } from "vitest";
import { APPLY, type Direct, directly, MERGE } from "./direct.ts";

const MAPS = "/api/v1/namespaces/n/configmaps";
const JSON_TYPE = "application/json";
const PATCH = "application/json-patch+json";
const MAP = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "a" } };

function withMap(): Direct {
  const direct = directly();
  direct.send("POST", MAPS, { ...MAP, data: { k: "v" } });
  return direct;
}

test.each([
  { method: "POST", path: MAPS, type: JSON_TYPE, body: { ...MAP, data: { k: 1 } }, status: 400 },
  { method: "POST", path: MAPS, type: JSON_TYPE, body: { ...MAP, kind: "Secret" }, status: 400 },
  { method: "POST", path: MAPS, type: JSON_TYPE, body: [], status: 400 },
  { method: "POST", path: MAPS, type: "application/vnd.kubernetes.protobuf", body: "k8s", status: 415 },
  { method: "POST", path: `${MAPS}/a`, type: JSON_TYPE, body: MAP, status: 405 },
  { method: "DELETE", path: "/api/v1/namespaces", type: JSON_TYPE, status: 405 },
  { method: "PATCH", path: `${MAPS}/a?fieldManager=x`, type: APPLY, body: [], status: 400 },
  { method: "PATCH", path: `${MAPS}/a`, type: MERGE, body: [], status: 400 },
  { method: "PATCH", path: `${MAPS}/a`, type: MERGE, body: { data: 5 }, status: 400 },
  { method: "PATCH", path: `${MAPS}/a`, type: PATCH, body: {}, status: 400 },
  { method: "PATCH", path: `${MAPS}/a`, type: PATCH, body: [{ op: "remove", path: "/data/none" }], status: 422 },
  { method: "PATCH", path: `${MAPS}/a`, type: PATCH, body: [{ op: "dance", path: "/data" }], status: 422 },
  { method: "GET", path: `${MAPS}?limit=many`, type: JSON_TYPE, status: 400 },
  { method: "GET", path: `${MAPS}/%zz`, type: JSON_TYPE, status: 400 },
  { method: "GET", path: `${MAPS}/a/status`, type: JSON_TYPE, status: 404 },
])("$method $path as $type is refused with $status", ({ method, path, type, body, status }) => {
  expect(withMap().send(method, path, body, type)).toMatchObject({
    status,
    body: { kind: "Status", status: "Failure" },
  });
});

test("whatever is sent, the answer is an object or a refusal, never a failure of the stand-in", () => {
  const manifest = fc.record(
    {
      apiVersion: fc.constantFrom("v1", "networking.k8s.io/v1", 3),
      kind: fc.constantFrom("ConfigMap", "NetworkPolicy", "Service", null),
      metadata: fc.oneof(fc.jsonValue(), fc.record({ name: fc.constantFrom("a", "b"), labels: fc.jsonValue() })),
      data: fc.jsonValue(),
      spec: fc.jsonValue(),
    },
    { requiredKeys: ["apiVersion", "kind", "metadata"] },
  );
  const where = fc.constantFrom(
    `${MAPS}/a?fieldManager=x`,
    MAPS,
    "/apis/networking.k8s.io/v1/namespaces/n/networkpolicies/a?fieldManager=x",
    "/api/v1/namespaces/n/services/a?fieldManager=x",
    "/apis/security.istio.io/v1/namespaces/n/authorizationpolicies/a?fieldManager=x",
  );
  const direct = withMap();
  fc.assert(
    fc.property(
      fc.constantFrom("POST", "PUT", "PATCH", "DELETE"),
      where,
      fc.oneof(manifest, fc.jsonValue()),
      fc.constantFrom(APPLY, MERGE, PATCH, JSON_TYPE, "application/strategic-merge-patch+json"),
      (method, path, body, type) => {
        const { status } = direct.send(method, path, body, type);
        expect([200, 201, 400, 404, 405, 409, 415, 422, 500]).toContain(status);
      },
    ),
    { numRuns: 3000 },
  );
});
