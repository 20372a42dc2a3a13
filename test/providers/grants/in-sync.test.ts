import fc from "fast-check";
import { expect, test } from "vitest";
import { foreignFields } from "../../../src/providers/grants/foreign-fields.ts";
import { isSurelyAsRendered } from "../../../src/providers/grants/in-sync.ts";
import type { KubeObject } from "../../../src/providers/grants/kube-object.ts";
import { describeObject, isExclusive, wishesOf } from "../../../src/providers/grants/live.ts";
import type { Json } from "../../../src/support/json.ts";
import { APPLY, MERGE } from "../../sandbox/kubernetes/direct.ts";
import { applyAll, findRendered, JSON_PATCH, RENDERED } from "./applied-cluster.ts";

const RUNS = 800;
const cluster = applyAll(RENDERED);

test.each(RENDERED.map((object) => [describeObject(object), object] as const))(
  "%s, once applied, needs no question",
  (_, object) => {
    expect(wishesOf(cluster.predict(object) ?? object)).toEqual(wishesOf(cluster.live(object)));
    expect(isSurelyAsRendered(object, cluster.live(object), "reeve")).toBe(true);
  },
);

test("fields that nobody is remembered for are not sure", () => {
  const object = findRendered("AuthorizationPolicy ws-alice/allow-nothing");
  cluster.write(object, {
    by: "eve",
    method: "PATCH",
    body: { spec: { selector: { matchLabels: { app: "none" } } } },
    type: MERGE,
  });
  const live = cluster.live(object);
  cluster.reset(object);
  const own = (live.metadata["managedFields"] as readonly Json[]).filter((entry) =>
    JSON.stringify(entry).includes('"Apply"'),
  );
  expect(isSurelyAsRendered(object, { ...live, metadata: { ...live.metadata, managedFields: own } }, "reeve")).toBe(
    false,
  );
});

/** Places in a value, and where its lists could have another item. */
function placesIn(value: Json, at = ""): readonly string[] {
  if (typeof value !== "object" || value === null) return [at];
  const members = Array.isArray(value) ? [...value.entries()] : Object.entries(value);
  const inside = members.flatMap(([key, member]) =>
    placesIn(member as Json, `${at}/${String(key).replaceAll("~", "~0").replaceAll("/", "~1")}`),
  );
  return [...(at === "" ? [] : [at]), ...(Array.isArray(value) ? [`${at}/-`, `${at}/0`] : []), ...inside];
}

const VALUES: readonly Json[] = [
  "x",
  "",
  "1000m",
  "2000m",
  "4096Mi",
  "20Gi",
  "TCP",
  0,
  1,
  8080,
  true,
  false,
  null,
  [],
  {},
  [{}],
  ["x"],
  { name: "spy", image: "spy:1" },
  { port: 22, name: "ssh" },
  { app: "x" },
  { from: [{ podSelector: {} }] },
];

const ADDITIONS = [
  ...["selector", "externalIPs", "egress", "ingress", "rules", "hard/pods", "replicas", "type"].map(
    (at) => `/spec/${at}`,
  ),
  ...["spec/hostNetwork", "spec/initContainers", "metadata/labels/app", "spec/containers/0/env"].map(
    (at) => `/spec/template/${at}`,
  ),
  ...["labels/istio.io~1rev", "labels/extra", "annotations/extra"].map((at) => `/metadata/${at}`),
  "/data/EXTRA",
  "/secrets",
];

const EDIT = fc.record({
  by: fc.constantFrom("eve", "kubectl", "reeve"),
  way: fc.constantFrom("json-patch", "put", "apply", "force"),
  at: fc.nat(),
  op: fc.constantFrom("add", "replace", "remove"),
  value: fc.constantFrom(...VALUES),
});
type Edit = typeof EDIT extends fc.Arbitrary<infer One> ? One : never;

/** Where the edit goes; what it makes of the object is sent in its way, as far as the server takes it. */
function carryOut(object: KubeObject, { by, way, at, op, value }: Edit): string {
  const { status: _status, ...live } = cluster.live(object);
  const { labels = {}, annotations = {} } = live.metadata;
  const paths = [...placesIn({ ...live, metadata: { labels, annotations } } as unknown as Json), ...ADDITIONS];
  const path = paths[at % paths.length] ?? "";
  const body = [op === "remove" ? { op, path } : { op, path, value }];
  if (way === "json-patch") {
    cluster.write(object, { by, method: "PATCH", body, type: JSON_PATCH });
    return path;
  }
  const wanted = cluster.write(object, { by: `${by}&dryRun=All`, method: "PATCH", body, type: JSON_PATCH });
  if (wanted.status >= 400) return path;
  const { status: _after, ...edited } = wanted.body;
  const {
    managedFields: _fields,
    resourceVersion,
    uid: _uid,
    ...metadata
  } = edited["metadata"] as { [key: string]: Json };
  if (way === "put")
    cluster.write(object, { by, method: "PUT", body: { ...edited, metadata: { ...metadata, resourceVersion } } });
  else {
    const whole = { ...edited, metadata };
    cluster.write(object, { by, method: "PATCH", body: whole, type: APPLY, isForced: way === "force" });
  }
  return path;
}

/** Without labels and annotations that mean nothing to a mesh, to the server or to Reeve. */
function substance(value: Json, at = ""): Json {
  if (Array.isArray(value)) return value.map((item: Json) => substance(item));
  if (typeof value !== "object" || value === null) return value;
  const members = Object.entries(value).filter(
    ([name]) =>
      !/annotations|metadata\.labels/.test(at) || /istio|reeve\.dev|k8s|pod-security|metadata\.name/.test(name),
  );
  return Object.fromEntries(
    members.map(([name, member]) => [name, substance(member, `${at.split(".").at(-1)}.${name}`)]),
  );
}

/** How a workload is rolled out, and what opens nothing. */
const HARMLESS =
  /^\/spec(\/(finalizers|minReadySeconds|revisionHistoryLimit|updateStrategy|podManagementPolicy|persistentVolumeClaimRetentionPolicy|volumeMode|volumeName|sessionAffinity|internalTrafficPolicy|clusterIP|ipFamil).*)?$/;

test("what is surely as rendered, the server would leave as it is, and nobody has put anything there", () => {
  const counts = { sure: 0, changed: 0 };
  const edits = fc.array(EDIT, { minLength: 1, maxLength: 3 });
  fc.assert(
    fc.property(fc.constantFrom(...RENDERED), edits, (object, several) => {
      const before = cluster.live(object);
      const paths = several.map((edit) => carryOut(object, edit));
      const live = cluster.live(object);
      const predicted = cluster.predict(object, isExclusive(object));
      cluster.reset(object);
      if (live.metadata["resourceVersion"] !== before.metadata["resourceVersion"]) counts.changed += 1;
      if (!isSurelyAsRendered(object, live, "reeve")) return;
      counts.sure += 1;
      expect(predicted === null ? null : wishesOf(predicted)).toEqual(wishesOf(live));
      expect(foreignFields(live, "reeve")).toEqual([]);
      if (paths.every((path) => !HARMLESS.test(path)))
        expect(substance(wishesOf(live))).toEqual(substance(wishesOf(before)));
    }),
    { numRuns: RUNS },
  );
  expect(counts.sure).toBeGreaterThan(RUNS / 20);
  expect(counts.changed).toBeGreaterThan(RUNS / 10);
});
