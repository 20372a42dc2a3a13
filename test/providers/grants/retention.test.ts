import { describe, expect, test } from "vitest";
import type { KubeObject } from "../../../src/providers/grants/kube-object.ts";
import { keptBecause, ownershipOf, ownPart } from "../../../src/providers/grants/ownership.ts";
import { retentionOf } from "../../../src/providers/grants/retention.ts";
import { changeCluster, declare } from "./declared.ts";

const NOW = new Date("2026-12-20T00:00:00Z");

interface Marks {
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly manager?: string;
}

const OURS = { "reeve.dev/estate": "robco", "reeve.dev/grant": "gone" };

/** A volume as Reeve has applied it. */
function volume({ labels = OURS, annotations = {}, manager = "reeve" }: Marks): KubeObject {
  const fieldsV1 = { "f:metadata": { "f:labels": { "f:reeve.dev/estate": {} } }, "f:spec": { "f:accessModes": {} } };
  return {
    apiVersion: "v1",
    kind: "PersistentVolumeClaim",
    metadata: {
      name: "home",
      namespace: "ws-zoe",
      labels,
      annotations,
      managedFields: [{ manager, operation: "Apply", fieldsV1 }],
    },
    spec: { accessModes: ["ReadWriteOnce"], volumeName: "pvc-1" },
  };
}

function judge(claim: KubeObject): string {
  const { topology } = declare(changeCluster([]));
  const [cluster] = topology.clusters;
  if (cluster === undefined) throw new Error("no cluster");
  const retention = retentionOf(claim, { cluster, topology, rendered: [], live: new Map(), readAt: NOW });
  return retention.is === "ending" ? `ending, ${retention.retainFor}` : `${retention.is}: ${retention.why}`;
}

describe("a volume whose document is gone", () => {
  const DUE = "reeve.dev/expires-at";
  const NOTED = "reeve.dev/ended-at";
  const FOR = "reeve.dev/retain-for";
  test.each([
    { says: { [DUE]: "2027-01-01T00:00:00Z", [FOR]: "7d" }, is: "ending, 7d" },
    {
      says: { [DUE]: "2026-12-14T00:00:00Z", [FOR]: "7d" },
      is: "kept: kept until 2026-12-21T00:00:00.000Z: 7d from the end of its grant",
    },
    {
      says: { [DUE]: "2026-12-13T00:00:00Z", [FOR]: "7d" },
      is: "over: it was to be kept until 2026-12-20T00:00:00.000Z: 7d from the end of its grant",
    },
    {
      says: { [DUE]: "2027-01-01T00:00:00Z", [NOTED]: "2026-12-19T00:00:00Z", [FOR]: "7d" },
      is: "kept: kept until 2026-12-26T00:00:00.000Z: 7d from the end of its grant",
    },
    {
      says: { [DUE]: "2026-12-01T00:00:00Z", [NOTED]: "2026-12-19T00:00:00Z", [FOR]: "7d" },
      is: "over: it was to be kept until 2026-12-08T00:00:00.000Z: 7d from the end of its grant",
    },
    // Noted by a machine whose clock is ahead: nothing is noted twice.
    {
      says: { [DUE]: "2027-01-01T00:00:00Z", [NOTED]: "2026-12-20T00:00:09Z", [FOR]: "7d" },
      is: "kept: kept until 2026-12-27T00:00:09.000Z: 7d from the end of its grant",
    },
    { says: { [DUE]: "2026-12-01T00:00:00Z" }, is: "kept: it does not say for how long (reeve.dev/retain-for)" },
    {
      says: { [DUE]: "2026-12-01T00:00:00Z", [FOR]: "soon" },
      is: "kept: it does not say for how long (reeve.dev/retain-for)",
    },
    { says: { [DUE]: "never", [FOR]: "7d" }, is: "ending, 7d" },
    {
      says: { [DUE]: "2026-12-01T00:00:00Z", [FOR]: "7d", "reeve.dev/prune": "keep" },
      is: "kept: it says reeve.dev/prune: keep",
    },
  ])("$says is $is", ({ says, is }) => {
    expect(judge(volume({ annotations: says }))).toBe(is);
  });

  test("a grant that is still to begin keeps the person's volume", () => {
    const { metadata, ...rest } = volume({ annotations: { [DUE]: "2026-11-01T00:00:00Z", [FOR]: "1d" } });
    const { topology } = declare(changeCluster(["startsAt: 2026-12-01T08", "startsAt: 2026-12-12T08"]));
    const [cluster] = topology.clusters;
    if (cluster === undefined) throw new Error("no cluster");
    const claim = { ...rest, metadata: { ...metadata, namespace: "ws-alice" } };
    const readAt = new Date("2026-12-05T00:00:00Z");
    expect(retentionOf(claim, { cluster, topology, rendered: [], live: new Map(), readAt })).toEqual({
      is: "kept",
      until: null,
      why: "WorkstationGrant/alice will use it",
    });
  });
});

describe("nothing is taken away", () => {
  const parent = (kinds: string): KubeObject => ({
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name: "reeve-robco", annotations: { "applyset.kubernetes.io/contains-group-kinds": kinds } },
  });
  const bounds = { estate: "robco", fieldManager: "reeve" };
  test.each([
    { name: "but what is", live: volume({}), kinds: "ConfigMap,PersistentVolumeClaim", why: null },
    {
      name: "of another estate",
      live: volume({ labels: { "reeve.dev/estate": "vault-tec" } }),
      kinds: "PersistentVolumeClaim",
      why: "it has no mark of this estate",
    },
    {
      name: "that nobody has marked",
      live: volume({ labels: {}, manager: "eve" }),
      kinds: "PersistentVolumeClaim",
      why: "it has no mark of this estate",
    },
    {
      name: "that others wrote under our mark",
      live: volume({ manager: "eve" }),
      kinds: "PersistentVolumeClaim",
      why: "nothing in it was written by reeve",
    },
    {
      name: "of a kind that the parent does not list",
      live: volume({}),
      kinds: "ConfigMap,PersistentVolumeClaim.example.com",
      why: "the estate's parent object does not list its kind",
    },
    {
      name: "that a label keeps",
      live: volume({ labels: { ...OURS, "reeve.dev/prune": "keep" } }),
      kinds: "PersistentVolumeClaim",
      why: "it says reeve.dev/prune: keep",
    },
  ])("$name", ({ live, kinds, why }) => {
    expect(keptBecause(live, { ...bounds, parent: parent(kinds) })).toBe(why);
  });

  test.each([
    { marks: {}, owner: "ours" },
    { marks: { labels: {} }, owner: "ours" },
    { marks: { labels: {}, manager: "eve" }, owner: "nobody" },
    { marks: { labels: { "reeve.dev/estate": "vault-tec" } }, owner: "other" },
  ])("$marks: $owner", ({ marks, owner }) => {
    expect(ownershipOf(volume(marks), "robco", "reeve")).toBe(owner);
  });
});

test("what Reeve has applied of an object is that and no more", () => {
  expect(ownPart(volume({}), "reeve")).toEqual({
    metadata: { labels: { "reeve.dev/estate": "robco" } },
    spec: { accessModes: ["ReadWriteOnce"] },
  });
});
