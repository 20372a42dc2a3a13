/** What Reeve leaves alone, waits for or refuses in a cluster, and in which words. */
import { afterEach, describe, expect, test } from "vitest";
import type { KubeObject } from "../../../src/providers/grants/kube-object.ts";
import { serverMark } from "../../../src/providers/grants/live.ts";
import { changeOf, headlines, type LabEstate, openEstate, type When } from "./lab-estate.ts";

const DURING = new Date("2026-12-05T08:00:00Z");
const SUSPEND = ["# end of alice", "  suspended: true\n# end of alice"];

let estate: LabEstate;
afterEach(() => estate.lab.sandbox.close());

const when = (...edits: readonly string[]): When => ({ edits, at: DURING });

async function live(...edits: readonly string[]): Promise<void> {
  estate = await openEstate();
  await estate.apply(when(...edits));
  estate.writes();
}

function objectOf(
  kind: string,
  name: string,
  rest: Omit<Partial<KubeObject>, "metadata"> & { readonly labels?: Readonly<Record<string, string>> } = {},
): KubeObject {
  const { labels = {}, ...more } = rest;
  const apiVersion = { StatefulSet: "apps/v1", NetworkPolicy: "networking.k8s.io/v1" }[kind] ?? "v1";
  const place = kind === "Namespace" ? {} : { namespace: "ws-alice" };
  return { apiVersion, kind, ...more, metadata: { name, ...place, labels } };
}

describe("objects of the same names that are not Reeve's", () => {
  const ADOPT = ["metadata: { name: alice }", 'metadata: { name: alice, annotations: { reeve.dev/adopt: "true" } }'];

  test("are not touched", async () => {
    estate = await openEstate();
    await estate.byHand(objectOf("Namespace", "ws-alice", { labels: { team: "eve" } }));
    const { blocked } = changeOf(await estate.plan(when()), "WorkstationGrant/alice");
    expect(blocked).toEqual({
      code: "exists-unmarked",
      message: "Namespace ws-alice is there already, without Reeve's mark",
      next: 'to take it over, annotate WorkstationGrant/alice with reeve.dev/adopt: "true" and have the plan reviewed',
    });
    await estate.apply(when());
    expect(estate.holds("ws-alice")).toEqual(["Namespace ws-alice"]);
  });

  test("are taken over where the document says so, as a planned change", async () => {
    estate = await openEstate();
    await estate.byHand(objectOf("Namespace", "ws-alice", { labels: { team: "eve" } }));
    expect(headlines(await estate.plan(when(...ADOPT)))).toContain("adopt WorkstationGrant/alice, none");
    await estate.apply(when(...ADOPT));
    expect(headlines(await estate.plan(when(...ADOPT)))).toEqual([]);
  });

  test("are an error where they have another estate's mark, whatever the document says", async () => {
    estate = await openEstate();
    await estate.byHand(objectOf("Namespace", "ws-alice", { labels: { "reeve.dev/estate": "vault-tec" } }));
    const plan = await estate.plan(when(...ADOPT));
    expect(
      plan.diagnostics.map(({ severity, code, message, at }) => [severity, code, message, at?.file]),
    ).toContainEqual([
      "error",
      "foreign-marker",
      'lab: Namespace ws-alice in lab belongs to the estate "vault-tec"',
      "grants.yaml",
    ]);
    expect(plan.blockers.map(({ code }) => code)).toEqual(["invalid"]);
  });

  test("are Reeve's own where somebody has taken all marks off", async () => {
    await live();
    const kind = await estate.lab.kind("v1", "Service");
    const found = await estate.find("v1", "Service", "ws");
    const version = { namespace: "ws-alice", name: "ws", resourceVersion: serverMark(found, "resourceVersion") };
    await estate.lab.writer.patch(kind, version, [{ op: "remove", path: "/metadata/labels" }]);
    const plan = await estate.plan(when());
    expect(headlines(plan)).toEqual(["update WorkstationGrant/alice, none"]);
    await estate.apply(when());
    expect(headlines(await estate.plan(when()))).toEqual([]);
  });
});

describe("fields of others", () => {
  const scaled = objectOf("StatefulSet", "workstation", { spec: { replicas: 2 } });
  const image = ["registry.example.com/ws/desktop@sha256:9f86", "registry.example.com/ws/desktop@sha256:0f86"];

  test("are named with who has them, and nothing is written", async () => {
    await live();
    await estate.byHand(scaled);
    const { blocked } = changeOf(await estate.plan(when()), "WorkstationGrant/alice");
    expect(blocked?.message).toBe("StatefulSet ws-alice/workstation: spec.replicas is eve's");
  });

  test("are taken where the cluster says force", async () => {
    await live();
    await estate.byHand(scaled);
    const force = ["# end of cluster", "  conflicts: force\n# end of cluster"];
    const { impact } = changeOf(await estate.plan(when(...force)), "WorkstationGrant/alice");
    expect(impact).toContainEqual(
      expect.stringMatching(/^eve has changed StatefulSet ws-alice\/workstation at 20\d\d-/),
    );
    await estate.apply(when(...force));
    expect(headlines(await estate.plan(when(...force)))).toEqual([]);
  });

  test("never keep a desktop running whose access ends", async () => {
    await live();
    await estate.byHand(scaled);
    await estate.apply(when(...SUSPEND));
    expect(estate.writes()).toEqual([
      "apply statefulsets/workstation",
      "delete httproutes/ws",
      "delete authorizationpolicies/workstation",
      "apply statefulsets/workstation",
    ]);
    expect(headlines(await estate.plan(when(...SUSPEND)))).toEqual([]);
  });

  test("an image that another manager holds does not keep a policy from being set right", async () => {
    await live();
    const desktop = { name: "desktop", image: "registry.example.com/ws/evil@sha256:00" };
    await estate.byHand(
      objectOf("StatefulSet", "workstation", { spec: { template: { spec: { containers: [desktop] } } } }),
    );
    await estate.byHand(objectOf("NetworkPolicy", "default-deny", { spec: { ingress: [{}] } }));
    estate.writes();
    const [, , line] = await estate.apply(when(...image));
    expect(line ?? "").not.toContain("done WorkstationGrant/alice");
    expect(estate.writes()).toContain("apply networkpolicies/default-deny");
  });
});

describe("what is being deleted", () => {
  async function end(kind: string, name: string): Promise<void> {
    const object = held(kind, name);
    await estate.byHand(object);
    await estate.remove(await estate.find(object.apiVersion, kind, name));
    estate.writes();
  }
  const held = (kind: string, name: string): KubeObject => {
    const object = objectOf(kind, name);
    return { ...object, metadata: { ...object.metadata, finalizers: ["eve.example.com/hold"] } };
  };

  test.each([
    ["Namespace", "ws-alice", "Namespace ws-alice: somebody is deleting it, and a deletion cannot be taken back"],
    [
      "PersistentVolumeClaim",
      "home",
      "PersistentVolumeClaim ws-alice/home: somebody is deleting it, and a deletion cannot be taken back",
    ],
  ])("%s: nothing is planned into it", async (kind, name, message) => {
    await live();
    await end(kind, name);
    expect(changeOf(await estate.plan(when()), "WorkstationGrant/alice").blocked?.message).toBe(message);
  });

  test("something that can be made again is waited for, with a word about what holds it, and not for ever", async () => {
    await live();
    await end("Service", "ws");
    const steps: string[] = [];
    const outcomes = await estate.apply({ ...when(), step: (text) => steps.push(text) });
    expect(outcomes).toEqual([
      "failed WorkstationGrant/alice: lab: Service ws-alice/ws is held by eve.example.com/hold after 180 s",
    ]);
    expect(steps).toContain("waiting in lab: Service ws-alice/ws is held by eve.example.com/hold");
  });

  test("a route that is held does not keep the rest of what lets in, and the desktop stops", async () => {
    await live();
    await estate.byHand({
      apiVersion: "gateway.networking.k8s.io/v1",
      kind: "HTTPRoute",
      metadata: { name: "ws", namespace: "ws-alice", finalizers: ["eve.example.com/hold"] },
    });
    estate.writes();
    expect(await estate.apply(when(...SUSPEND))).toEqual([
      "failed WorkstationGrant/alice: lab: HTTPRoute ws-alice/ws is held by eve.example.com/hold after 180 s",
    ]);
    expect(estate.writes()).toEqual([
      "delete httproutes/ws",
      "delete authorizationpolicies/workstation",
      "apply statefulsets/workstation",
    ]);
  });
});

describe("what cannot change in place", () => {
  test("a home that would shrink is refused at its line, and the rest of the cluster goes on", async () => {
    await live();
    const plan = await estate.plan(
      when("sizeGib: 20", "sizeGib: 10", ...SUSPEND.map((text) => text.replace("alice", "workshop"))),
    );
    expect(
      plan.diagnostics.map(({ severity, code, message, at }) => [severity, code, message, at?.file, at?.line]),
    ).toContainEqual([
      "held",
      "home-shrink",
      "lab: PersistentVolumeClaim ws-alice/home has 20 GiB, and a volume never shrinks to 10 GiB",
      "grants.yaml",
      11,
    ]);
    expect(changeOf(plan, "WorkstationGrant/alice").blocked?.code).toBe("home-shrink");
  });

  test("a home grows where it is", async () => {
    await live();
    const grown = when("sizeGib: 20", "sizeGib: 30");
    expect(changeOf(await estate.plan(grown), "WorkstationGrant/alice").fields).toContainEqual({
      path: "PersistentVolumeClaim ws-alice/home.spec.resources.requests.storage",
      before: "20Gi",
      after: "30Gi",
    });
    await estate.apply(grown);
    expect(headlines(await estate.plan(grown))).toEqual([]);
    expect(estate.writes().filter((write) => write.startsWith("delete"))).toEqual([]);
  });

  test("another storage class is refused, never deleted and made again", async () => {
    await live("sizeGib: 20", "sizeGib: 20, storageClass: slow");
    const { blocked } = changeOf(
      await estate.plan(when("sizeGib: 20", "sizeGib: 20, storageClass: fast")),
      "WorkstationGrant/alice",
    );
    expect(blocked?.message).toBe(
      "PersistentVolumeClaim ws-alice/home is of the storage class slow, and cannot become fast",
    );
  });

  test("a workload of another service name is made again, in the open", async () => {
    await live();
    const found = await estate.find("apps/v1", "StatefulSet", "workstation");
    await estate.remove(found);
    const { name, namespace, labels = {}, annotations = {} } = found.metadata;
    const spec = { ...(found["spec"] as object), serviceName: "other" } as unknown as KubeObject["spec"];
    await estate.byHand(
      {
        apiVersion: "apps/v1",
        kind: "StatefulSet",
        metadata: { name, namespace: namespace ?? "", labels, annotations },
        ...(spec === undefined ? {} : { spec }),
      },
      "reeve",
    );
    const change = changeOf(await estate.plan(when()), "WorkstationGrant/alice");
    expect([change.disruption, change.waitsFor, change.fields]).toEqual([
      "interrupts",
      ["the old StatefulSet ws-alice/workstation to be gone"],
      [{ path: "StatefulSet ws-alice/workstation.spec.serviceName", before: "other", after: "ws" }],
    ]);
    await estate.apply(when());
    expect(headlines(await estate.plan(when()))).toEqual([]);
  });
});

describe("a reviewed plan", () => {
  test("applies as reviewed while statuses move", async () => {
    await live();
    const reviewed = await estate.plan(when(...SUSPEND));
    const before = await estate.find("apps/v1", "StatefulSet", "workstation");
    setStatus("statefulsets", "ws-alice/workstation", { replicas: 1, observedGeneration: 1, collisionCount: 4 });
    const after = await estate.find("apps/v1", "StatefulSet", "workstation");
    expect(serverMark(after, "resourceVersion")).not.toBe(serverMark(before, "resourceVersion"));
    expect(await estate.apply(when(...SUSPEND), reviewed)).toEqual(["done WorkstationGrant/alice: 3 objects"]);
  });

  test("is held where what it changes was changed meanwhile", async () => {
    await live();
    const reviewed = await estate.plan(when("sizeGib: 20", "sizeGib: 30"));
    await estate.byHand(objectOf("NetworkPolicy", "default-deny", { spec: { ingress: [{}] } }));
    const [line] = await estate.apply(when("sizeGib: 20", "sizeGib: 30"), reviewed);
    expect(line).toMatch(/^held WorkstationGrant\/alice: is no longer what was reviewed/);
  });
});

/** What controllers write. */
function setStatus(plural: string, id: string, status: object): void {
  const { world } = estate.lab.sandbox;
  const key = [...world.objects.keys()].find((one) => one.includes(plural)) ?? "";
  const objects = world.objects.get(key);
  const found = objects?.get(id);
  if (objects === undefined || found === undefined) throw new Error(`no ${plural} ${id}`);
  const metadata = { ...(found.metadata as object), resourceVersion: "999999" };
  objects.set(id, { ...found, metadata, status } as unknown as typeof found);
}
