/** Access ends whatever else is refused, blocked or away. */
import { afterEach, describe, expect, test } from "vitest";
import { changeOf, headlines, type LabEstate, openEstate, type When } from "./lab-estate.ts";
import { SMALL_CLUSTER } from "./small-cluster.ts";

const DURING = new Date("2026-12-03T08:00:00Z");
const SUSPEND = ["# end of alice", "  suspended: true\n# end of alice"];

let estate: LabEstate;
let other: LabEstate | null = null;
afterEach(async () => {
  await estate.lab.sandbox.close();
  await other?.lab.sandbox.close();
  other = null;
});

const when = (...edits: readonly string[]): When => ({ edits, at: DURING });

async function live(...edits: readonly string[]): Promise<void> {
  estate = await openEstate();
  await estate.apply(when(...edits));
  estate.writes();
}

const GONE = ["delete httproutes/ws", "delete authorizationpolicies/workstation", "apply statefulsets/workstation"];

/** What nobody has looked through stays, and lets nobody in. */
const CLOSED = [
  "AuthorizationPolicy allow-nothing",
  "LimitRange grant",
  "Namespace ws-bob",
  "NetworkPolicy default-deny",
  "PeerAuthentication default",
  "ResourceQuota grant",
];

const PARENT = { name: "reeve-robco", namespace: "project-x-infra" };
/** Whose parent object of the estate is somebody else's in part, so that the cluster's change is held. */
async function takeParent(): Promise<void> {
  const annotations = { "applyset.kubernetes.io/contains-group-kinds": "Pod" };
  await estate.byHand({ apiVersion: "v1", kind: "ConfigMap", metadata: { ...PARENT, annotations } });
  estate.writes();
}

describe("a grant that ends does not wait for its cluster", () => {
  test("whose change is held", async () => {
    await live();
    await takeParent();
    const plan = await estate.plan(when(...SUSPEND));
    expect(headlines(plan)).toEqual([
      "update WorkstationCluster/lab, cluster-owned-by-other",
      "stop WorkstationGrant/alice, interrupts",
    ]);
    expect(await estate.apply(when(...SUSPEND), plan)).toEqual([
      "held WorkstationCluster/lab: ConfigMap project-x-infra/reeve-robco: metadata.annotations.applyset.kubernetes.io/contains-group-kinds is eve's",
      "done WorkstationGrant/alice: 3 objects",
    ]);
    expect(estate.writes()).toEqual(GONE);
  });

  test("whose change is held, and whoever comes instead does", async () => {
    await live();
    await takeParent();
    const carol = when("person: alice", "person: carol");
    const plan = await estate.plan(carol);
    expect(headlines(plan)).toContain("update WorkstationGrant/alice, interrupts");
    expect(await estate.apply(carol, plan)).toEqual([
      expect.stringContaining("held WorkstationCluster/lab"),
      "skipped WorkstationGrant/alice: what opens waits for WorkstationCluster/lab, which is not done; what takes access away is done",
    ]);
    expect(estate.holds("ws-alice")).not.toContain("HTTPRoute ws");
    expect(estate.holds("ws-carol")).toEqual([]);
  });

  test("and one that begins does", async () => {
    estate = await openEstate();
    const plan = await estate.plan(when());
    expect(changeOf(plan, "WorkstationGrant/alice").dependsOn).toEqual(["WorkstationCluster/lab"]);
    estate.lab.sandbox.inject({ operation: "apply configmaps", kind: "forbidden", nth: 2, times: 1 });
    expect(await estate.apply(when(), plan)).toEqual([
      expect.stringMatching(/^failed WorkstationCluster\/lab: lab: apply configmaps/),
      "skipped WorkstationGrant/alice: what opens waits for WorkstationCluster/lab, which is not done",
      "skipped WorkstationGrant/workshop: what opens waits for WorkstationCluster/lab, which is not done",
    ]);
    expect(estate.holds("ws-alice")).toEqual([]);
  });
});

describe("a grant that ends does not wait for an admission webhook that does not answer", () => {
  const FOREVER = { kind: "webhook-down", times: 1000 } as const;
  const CAROL = [
    "# end of alice",
    `# end of alice\n---\n${(SMALL_CLUSTER["grants.yaml"] ?? "").split("---")[0]?.replace("name: alice", "name: carol").replace("person: alice", "person: carol").replace("end of alice", "end")}`,
  ];

  test("about what another grant makes", async () => {
    await live();
    estate.lab.sandbox.inject({ operation: "apply namespaces", ...FOREVER });
    const edits = [...SUSPEND, ...CAROL];
    const plan = await estate.plan(when(...edits));
    expect(headlines(plan)).toEqual([
      "stop WorkstationGrant/alice, interrupts",
      "create WorkstationGrant/carol, cluster-webhook-down",
    ]);
    expect(await estate.apply(when(...edits), plan)).toContain("done WorkstationGrant/alice: 3 objects");
    expect(estate.holds("ws-alice")).not.toContain("HTTPRoute ws");
  });

  test("about its own namespace", async () => {
    await live();
    estate.lab.sandbox.inject({ operation: "apply namespaces", ...FOREVER });
    const edits = [...SUSPEND, "expiresAt: 2026-12-14T18", "expiresAt: 2026-12-14T17"];
    const plan = await estate.plan(when(...edits));
    expect(headlines(plan)).toEqual(["stop WorkstationGrant/alice, interrupts"]);
    expect(await estate.apply(when(...edits), plan)).toEqual([
      expect.stringContaining("failed WorkstationGrant/alice: what takes access away is done, and no more"),
    ]);
    expect(estate.writes().filter((line) => GONE.includes(line))).toEqual(GONE);
  });

  test("about its own desktop, which goes then", async () => {
    await live();
    estate.lab.sandbox.inject({ operation: "apply statefulsets", ...FOREVER });
    const plan = await estate.plan(when(...SUSPEND));
    await estate.apply(when(...SUSPEND), plan);
    expect(estate.holds("ws-alice").filter((one) => one === "HTTPRoute ws" || one.startsWith("Stateful"))).toEqual([]);
  });
});

test("a grant that ends does not wait for a kind of others' that cannot be listed; one that begins does", async () => {
  await live("# end of alice", "  suspended: true\n# end of alice");
  estate.lab.sandbox.inject({ operation: "list virtualservices", kind: "error-html", times: 1000 });
  const begins = await estate.plan(when());
  expect(headlines(begins)).toEqual(["start WorkstationGrant/alice, reach-unproven"]);
  expect(changeOf(begins, "WorkstationGrant/alice").blocked?.message).toContain(
    "nobody could look at VirtualServices of others",
  );
  const ends = when("people: [bob, ", "people: [", ...SUSPEND);
  expect(await estate.apply(ends)).toEqual([expect.stringMatching(/^done WorkstationGrant\/workshop: /)]);
  expect(estate.holds("ws-bob")).toEqual(CLOSED);
});

describe("a grant that moves to another cluster", () => {
  const edits = [
    "# end of cluster",
    `# end of cluster\n---\n${secondCluster()}`,
    "cluster: lab\n  person: alice",
    "cluster: other\n  person: alice",
  ];
  const DESKTOP_GONE = [
    "delete httproutes/ws",
    "delete authorizationpolicies/workstation",
    "delete statefulsets/workstation",
  ];

  test("leaves the old one, also where the new one cannot be read", async () => {
    await live();
    const plan = await estate.plan(when(...edits));
    expect(headlines(plan)).toEqual(["stop WorkstationGrant/alice, interrupts"]);
    expect(plan.diagnostics.map(({ severity, code }) => `${severity} ${code}`)).toContain("held cluster-unconfigured");
    expect(changeOf(plan, "WorkstationGrant/alice").reason).toBe("it has left lab: 8 to take away, its end to note");
    expect(await estate.apply(when(...edits), plan)).toEqual(["done WorkstationGrant/alice: 9 objects"]);
    expect(estate.writes()).toEqual(expect.arrayContaining(DESKTOP_GONE));
  });

  test.each([
    { name: "comes into the new one", fault: null, is: "done", there: "HTTPRoute ws" },
    { name: "but not while it is in the old one", fault: "delete httproutes", is: "failed", there: undefined },
  ])("$name", async ({ fault, is, there }) => {
    await live();
    other = await openEstate();
    const moved = { ...when(...edits), environment: { REEVE_KUBECONFIG_OTHER: other.lab.sandbox.kubeconfig } };
    const plan = await estate.plan(moved);
    expect(headlines(plan)).toContain("update WorkstationGrant/alice, interrupts");
    const { fields, impact, waitsFor } = changeOf(plan, "WorkstationGrant/alice");
    expect(fields.map(({ path }) => path.split(".")[0])).toEqual(
      expect.arrayContaining(["lab: HTTPRoute ws-alice/ws", "other: Namespace ws-alice"]),
    );
    expect(impact).toEqual(
      expect.arrayContaining(["lab: alice loses access", "other: opens: alice reaches ws-alice, port 8080"]),
    );
    expect(waitsFor).toEqual(["lab: the pods of StatefulSet ws-alice/workstation to be gone"]);
    if (fault !== null) estate.lab.sandbox.inject({ operation: fault, kind: "forbidden" });
    const outcomes = await estate.apply(moved, plan);
    expect(outcomes.find((line) => line.includes("/alice"))?.split(" ")[0]).toBe(is);
    expect(other.holds("ws-alice").find((one) => one === "HTTPRoute ws")).toBe(there);
    if (fault === null) expect(headlines(await estate.plan(moved))).toEqual([]);
  });
});

test("who loses access as the inventory moves loses it", async () => {
  await live();
  const moves = when(
    "# end of cluster",
    "  inventoryNamespace: default\n# end of cluster",
    "people: [bob, ",
    "people: [",
  );
  expect(headlines(await estate.plan(moves))).toContain("stop WorkstationGrant/workshop, interrupts");
  await estate.apply(moves);
  expect(estate.holds("ws-bob")).toEqual([]);
  const { changes, ignored } = await estate.plan(moves);
  expect([changes, ignored]).toEqual([[], []]);
});

test("two documents of one cluster end nothing: neither is the other's to clear away", async () => {
  await live();
  const twice = {
    ...when("# end of cluster", `# end of cluster\n---\n${secondCluster()}`),
    environment: { REEVE_KUBECONFIG_OTHER: estate.lab.sandbox.kubeconfig },
  };
  const plan = await estate.plan(twice);
  const errors = plan.diagnostics.filter(({ severity }) => severity === "error");
  expect(errors.map(({ code, message, hint }) => [code, message, hint])).toEqual([
    [
      "cluster-twice",
      "WorkstationCluster/lab leads to the same cluster",
      "declare a cluster once, and name it in every grant",
    ],
  ]);
  expect(await estate.apply(twice, plan)).toContain("blocked by invalid: 1 error must be mended first");
  expect(estate.writes()).toEqual([]);
});

function secondCluster(): string {
  const text = SMALL_CLUSTER["cluster.yaml"] ?? "";
  return text
    .replace("name: lab", "name: other")
    .replace("kubeconfig: { path: ~/.kube/config, context: lab }", "kubeconfigFrom: { env: REEVE_KUBECONFIG_OTHER }")
    .replace("# end of cluster", "# end of other");
}

describe("what keeps a part of a way in is held, and said", () => {
  const ROUTE = {
    apiVersion: "gateway.networking.k8s.io/v1",
    kind: "HTTPRoute",
    metadata: { name: "ws", namespace: "ws-alice", annotations: { "reeve.dev/prune": "keep" } },
  };

  test.each([
    ["somebody's mark", async () => estate.byHand(ROUTE), SUSPEND, "it says reeve.dev/prune: keep"],
    [
      "another name in the same commit",
      () => Promise.resolve(),
      [...SUSPEND, "identity: spire", "identity: spire\n  fieldManager: reeve-2"],
      "nothing in it was written by reeve-2",
    ],
  ])("%s", async (_name, disturb, edits, why) => {
    await live();
    await disturb();
    const { diagnostics } = await estate.plan(when(...edits));
    expect(diagnostics.map(({ severity, code, message }) => [severity, code, message])).toContainEqual([
      "held",
      "access-kept",
      `HTTPRoute ws-alice/ws stays, though its time is over: ${why}`,
    ]);
  });
});
