import { afterEach, describe, expect, test } from "vitest";
import type { KubeObject } from "../../../src/providers/grants/kube-object.ts";
import { MASTERS } from "../../../src/sandbox/kubernetes/access.ts";
import { ADMIN_TOKEN } from "../../../src/sandbox/kubernetes/cluster.ts";
import { ask } from "../../sandbox/kubernetes/ask.ts";
import type { LabOptions } from "./client/lab.ts";
import { type LabEstate, openEstate, type When } from "./lab-estate.ts";
import { DURING } from "./small-cluster.ts";

const NOW: When = { at: DURING };
let estate: LabEstate;

afterEach(() => estate.lab.sandbox.close());

/** The small cluster, applied. */
async function inSync(options: LabOptions = {}): Promise<void> {
  estate = await openEstate(options);
  await estate.apply(NOW);
  estate.lab.sandbox.log.clear();
}

interface Reads {
  readonly reads: readonly string[];
  readonly dryRuns: number;
  readonly writes: number;
}

async function requestsOfPlan(when: When = NOW): Promise<Reads> {
  estate.lab.sandbox.log.clear();
  await estate.plan(when);
  const { requests } = estate.lab.sandbox.log;
  return {
    reads: requests.filter(({ isDryRun }) => !isDryRun).map(({ path }) => path),
    dryRuns: requests.filter(({ isDryRun }) => isDryRun).length,
    writes: estate.lab.sandbox.log.writes().length,
  };
}

describe("a plan of a cluster in sync", () => {
  test("asks for each kind's pages once, and nothing about any object", async () => {
    await inSync();
    const { reads, dryRuns, writes } = await requestsOfPlan();
    expect({ dryRuns, writes }).toEqual({ dryRuns: 0, writes: 0 });
    expect(reads.length).toBe(new Set(reads).size);
    const names = reads.filter((path) => /\/namespaces\/ws-/.test(path));
    expect(names).toEqual([]);
  });

  test("asks for as many more as there are more pages", async () => {
    await inSync();
    const whole = (await requestsOfPlan()).reads.length;
    const small = { ...NOW, edits: ["# end of cluster", "  limits: { pageSize: 1 }\n# end of cluster"] };
    const paged = await requestsOfPlan(small);
    expect(paged.dryRuns).toBe(0);
    const objects = [...estate.lab.sandbox.world.objects.values()].reduce((sum, { size }) => sum + size, 0);
    expect(paged.reads.length).toBeGreaterThan(whole);
    expect(paged.reads.length).toBeLessThan(whole + 2 * objects);
  });

  test("asks about the one object that somebody has changed", async () => {
    await inSync();
    await estate.byHand({
      apiVersion: "networking.k8s.io/v1",
      kind: "NetworkPolicy",
      metadata: { name: "default-deny", namespace: "ws-alice" },
      spec: { ingress: [{}] },
    });
    expect(await requestsOfPlan()).toMatchObject({ dryRuns: 1, writes: 0 });
  });
});

test("what somebody else puts beside a desktop is named with its maker", async () => {
  await inSync();
  const pods = { spec: { containers: [{ name: "main", image: "registry.example.com/x:1" }] } };
  const template = { metadata: { labels: { app: "x" } }, ...pods };
  const roleRef = { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "admin" };
  const objects = [
    { apiVersion: "apps/v1", kind: "Deployment", spec: { selector: { matchLabels: { app: "x" } }, template } },
    { apiVersion: "batch/v1", kind: "Job", spec: { template: { spec: { ...pods.spec, restartPolicy: "Never" } } } },
    { apiVersion: "rbac.authorization.k8s.io/v1", kind: "RoleBinding", roleRef, subjects: [] },
  ];
  for (const object of objects) {
    for (const namespace of ["ws-alice", "default"])
      await estate.byHand({ ...object, metadata: { name: "x", namespace } } as KubeObject);
  }
  const { diagnostics, foreign } = await estate.plan(NOW);
  expect(diagnostics.filter(({ code }) => code === "foreign-object").map(({ message }) => message)).toEqual([
    "Deployment ws-alice/x is not Reeve's (eve wrote it): makes pods",
    "Job ws-alice/x is not Reeve's (eve wrote it): makes pods",
    "RoleBinding ws-alice/x is not Reeve's (eve wrote it): lets somebody into the pod by the API server",
  ]);
  expect(foreign.map(({ what }) => what)).toEqual([
    "Deployment ws-alice/x",
    "Job ws-alice/x",
    "RoleBinding ws-alice/x",
  ]);
});

describe("what others add to Reeve's own objects", () => {
  test("a container in the desktop's pod is named with its maker, and taken out", async () => {
    await inSync();
    const spy = { name: "spy", image: "registry.example.com/spy:1" };
    const patch = [{ op: "add", path: "/spec/template/spec/containers/0", value: spy }];
    const path = "/apis/apps/v1/namespaces/ws-alice/statefulsets/workstation?fieldManager=eve";
    const headers = { "Content-Type": "application/json-patch+json" };
    expect(await ask(estate.lab.sandbox, { method: "PATCH", path, headers, body: patch })).toMatchObject({
      status: 200,
    });
    const { changes } = await estate.plan(NOW);
    expect(changes.flatMap(({ fields }) => fields)).toEqual([
      { path: "StatefulSet ws-alice/workstation /spec/template/spec/containers/0", before: "set by eve", after: null },
    ]);
    await estate.apply(NOW);
    expect((await estate.plan(NOW)).changes).toEqual([]);
  });
});

describe("rights that Reeve's user has not", () => {
  const TOKEN = "limited";
  const RBAC = "/apis/rbac.authorization.k8s.io/v1";

  /** A plan by somebody who may list only these, once everything is in sync. */
  async function planListing(...resources: readonly string[]) {
    const groups: string[] = [MASTERS];
    const users = { [TOKEN]: { name: TOKEN, groups } };
    await inSync({ users, kubeconfig: (own) => own.replaceAll(ADMIN_TOKEN, TOKEN) });
    groups.pop();
    const rules = [
      { apiGroups: ["*"], resources: ["*"], verbs: ["get", "patch", "create"] },
      { apiGroups: ["*"], resources, verbs: ["list"] },
    ];
    await make("clusterroles", { kind: "ClusterRole", rules });
    const roleRef = { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: TOKEN };
    await make("clusterrolebindings", {
      kind: "ClusterRoleBinding",
      roleRef,
      subjects: [{ kind: "User", name: TOKEN, apiGroup: roleRef.apiGroup }],
    });
    return (await estate.plan(NOW)).diagnostics.filter(({ code }) => code.startsWith("cluster-"));
  }

  async function make(plural: string, rest: object): Promise<void> {
    const body = { apiVersion: "rbac.authorization.k8s.io/v1", metadata: { name: TOKEN }, ...rest };
    const headers = { "Content-Type": "application/json" };
    const { status, text } = await ask(estate.lab.sandbox, {
      method: "POST",
      path: `${RBAC}/${plural}`,
      headers,
      body,
    });
    if (status !== 201) throw new Error(text);
  }

  const OWN = (
    "namespaces resourcequotas limitranges serviceaccounts persistentvolumeclaims configmaps services statefulsets " +
    "networkpolicies peerauthentications authorizationpolicies requestauthentications envoyfilters httproutes " +
    "referencegrants clusterspiffeids validatingadmissionpolicies validatingadmissionpolicybindings pods endpointslices"
  ).split(" ");

  test("to see what others run: it is said, and the plan goes on", async () => {
    const said = await planListing(...OWN);
    const unseen = said.filter(({ code }) => code === "cluster-unseen");
    expect(unseen.map(({ message }) => message.split(" ")[0] ?? "").toSorted()).toEqual([
      "deployments",
      "jobs",
      "rolebindings",
    ]);
    expect(unseen.find(({ message }) => message.startsWith("jobs"))?.hint).toBe(
      'let a ClusterRole of Reeve\'s user have these rules, then run again: {apiGroups: ["batch"], resources: ["jobs"], verbs: ["get", "list"]}',
    );
  });

  test("to see its own: nothing is planned, and every right that is missing is named at once", async () => {
    const said = await planListing(...OWN.filter((one) => one !== "networkpolicies" && one !== "statefulsets"));
    expect(said.map(({ severity, code }) => `${severity} ${code}`)).toEqual(["held cluster-denied"]);
    expect(said[0]?.message).toMatch(
      /cannot list resource "statefulsets" in API group "apps".*cannot list resource "networkpolicies" in API group "networking.k8s.io"/,
    );
    expect(said[0]?.hint).toBe(
      "let a ClusterRole of Reeve's user have these rules, then run again: " +
        '{apiGroups: ["apps"], resources: ["statefulsets"], verbs: ["get", "list"]}, ' +
        '{apiGroups: ["networking.k8s.io"], resources: ["networkpolicies"], verbs: ["get", "list"]}',
    );
  });
});

test("a server that tells its kinds the old way is planned and applied to alike", async () => {
  await inSync({ hasLegacyDiscovery: true });
  expect((await estate.plan(NOW)).changes).toEqual([]);
  expect(estate.holds("ws-alice").length).toBeGreaterThan(10);
});
