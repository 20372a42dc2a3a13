import { afterEach, describe, expect, test } from "vitest";
import { sealChange } from "../../../src/plan/seal-change.ts";
import { grants } from "../../../src/providers/grants/index.ts";
import type { KubeObject } from "../../../src/providers/grants/kube-object.ts";
import { describeObject } from "../../../src/providers/grants/live.ts";
import type { Comparison } from "../../../src/providers/provider.ts";
import { BY_ENVIRONMENT, type Lab, type LabOptions, openLab } from "./client/lab.ts";
import { changeCluster, declare } from "./declared.ts";
import { DURING } from "./small-cluster.ts";

const SUSPEND = ["# end of alice", "  suspended: true\n# end of alice"];
const EVE = { fieldManager: "eve", isForced: true };

let lab: Lab;

async function open(options: LabOptions = {}): Promise<void> {
  lab = await openLab({ now: () => DURING, ...options });
  const infra: KubeObject = { apiVersion: "v1", kind: "Namespace", metadata: { name: "project-x-infra" } };
  await lab.writer.apply(await lab.kind("v1", "Namespace"), infra, EVE);
}

afterEach(() => lab.sandbox.close());

/** What is planned for the small cluster after `edits`. */
async function plan(edits: readonly string[] = []) {
  const { desired } = declare(changeCluster([...BY_ENVIRONMENT, ...edits]));
  const session = { ...lab.session, clock: { ...lab.session.clock, now: () => DURING } };
  const observation = await grants.observe(desired, grants.openReader(session), session);
  const comparison = grants.compare(desired, observation, DURING);
  return { desired, session, observation, comparison };
}

/** Plans and applies; what became of each change. */
async function converge(edits: readonly string[] = []): Promise<readonly string[]> {
  const { desired, session, observation, comparison } = await plan(edits);
  const changes = comparison.changes.map((draft) => sealChange(draft, "grants", []));
  const outcomes: string[] = [];
  const work = { changes, desired, observation, now: DURING };
  for await (const { address, status, message } of grants.apply(work, grants.openWriter(session), session)) {
    outcomes.push(`${status} ${address}: ${message}`);
  }
  return outcomes;
}

function summary({ changes, findings }: Comparison): readonly string[] {
  const said = changes.map(
    ({ address, action, reason, blocked }) => `${action} ${address}: ${blocked?.message ?? reason}`,
  );
  return [...said, ...findings.map(({ code, message }) => `${code}: ${message}`)];
}

/** What was written, in order. */
function writes(): readonly string[] {
  return lab.sandbox.log
    .writes()
    .map(({ verb, path }) => `${verb} ${new URL(path, "https://lab").pathname.split("/").slice(-2).join("/")}`);
}

async function liveIn(namespace: string): Promise<readonly string[]> {
  const { observation } = await plan();
  const view = observation.clusters.get("lab");
  if (view === undefined || !("live" in view)) throw new Error("the lab was not read");
  return [...view.live.values()]
    .filter(({ metadata }) => metadata.namespace === namespace)
    .map(describeObject)
    .toSorted();
}

describe("a cluster that holds nothing", () => {
  test("gets everything, says what no server could check, and then nothing is left to do", async () => {
    await open();
    const first = await plan();
    expect(summary(first.comparison)).toEqual([
      "create WorkstationCluster/lab: 4 objects to write",
      "create WorkstationGrant/alice: access until 2026-12-14T18:00:00.000Z: 15 objects to write, 14 not checked by the server, since their namespace is still to be made",
      "create WorkstationGrant/workshop: access until 2026-12-03T10:00:00.000Z: 28 objects to write, 26 not checked by the server, since their namespace is still to be made",
    ]);
    expect(await converge()).toEqual([
      "done WorkstationCluster/lab: 4 objects",
      "done WorkstationGrant/alice: 15 objects",
      "done WorkstationGrant/workshop: 28 objects",
    ]);
    lab.sandbox.log.clear();
    const second = await plan();
    expect(summary(second.comparison)).toEqual([]);
    expect(lab.sandbox.log.writes()).toEqual([]);
  });
});

test("the parent of all objects comes first, and says where these are", async () => {
  await open();
  lab.sandbox.log.clear();
  await converge();
  expect(writes()[0]).toBe("apply configmaps/reeve-robco");
  const parent = await lab.reader.get(await lab.kind("v1", "ConfigMap"), {
    namespace: "project-x-infra",
    name: "reeve-robco",
  });
  expect(parent?.metadata.annotations).toEqual({
    "applyset.kubernetes.io/tooling": "reeve/v1",
    "applyset.kubernetes.io/contains-group-kinds": expect.stringContaining(
      "ConfigMap,EnvoyFilter.networking.istio.io,",
    ),
    "applyset.kubernetes.io/additional-namespaces": "ws-alice,ws-bob,ws-eve-adams",
  });
});

test("another tool's parent of that name stops all that the cluster gets", async () => {
  await open();
  const metadata = {
    name: "reeve-robco",
    namespace: "project-x-infra",
    annotations: { "applyset.kubernetes.io/tooling": "kubectl/v1.36" },
  };
  await lab.writer.apply(await lab.kind("v1", "ConfigMap"), { apiVersion: "v1", kind: "ConfigMap", metadata }, EVE);
  expect((await plan()).comparison.changes[0]?.blocked?.code).toBe("foreign-parent");
});

describe("an apply that breaks off", () => {
  test("has closed every namespace before it opens anything in it", async () => {
    await open();
    lab.sandbox.log.clear();
    await converge();
    const inAlice = lab.sandbox.log.writes().flatMap(({ path }) => /ws-alice\/([^?]+)/.exec(path)?.[1] ?? []);
    expect(inAlice).toEqual([
      "resourcequotas/grant",
      "limitranges/grant",
      "serviceaccounts/workstation",
      "persistentvolumeclaims/home",
      "networkpolicies/default-deny",
      "peerauthentications/default",
      "authorizationpolicies/allow-nothing",
      "networkpolicies/workstation",
      "requestauthentications/workstation",
      "configmaps/session",
      "services/ws",
      "statefulsets/workstation",
      "authorizationpolicies/workstation",
      "httproutes/ws",
    ]);
  });

  test("is taken up where it stopped", async () => {
    await open();
    lab.sandbox.inject({ operation: "apply networkpolicies", kind: "forbidden", nth: 2 });
    expect(await converge()).toContain(
      "failed WorkstationGrant/alice: lab: apply networkpolicies ws-alice/workstation: forbidden: not allowed just now",
    );
    await converge();
    expect(summary((await plan()).comparison)).toEqual([]);
  });
});

describe("access ends", () => {
  test("by suspension: first the route goes, then the policy, then the workload stands still", async () => {
    await open();
    await converge();
    lab.sandbox.log.clear();
    expect(await converge(SUSPEND)).toEqual(["done WorkstationGrant/alice: 3 objects"]);
    expect(writes()).toEqual([
      "delete httproutes/ws",
      "delete authorizationpolicies/workstation",
      "apply statefulsets/workstation",
    ]);
    expect(summary((await plan(SUSPEND)).comparison)).toEqual([]);
  });

  test("as far as it can: what cannot be taken away does not keep the rest", async () => {
    await open();
    await converge();
    lab.sandbox.inject({ operation: "delete httproutes", kind: "forbidden" });
    lab.sandbox.log.clear();
    expect(await converge(SUSPEND)).toEqual([
      "failed WorkstationGrant/alice: lab: delete httproutes ws-alice/ws: forbidden: not allowed just now",
    ]);
    expect(writes()).toEqual(["delete authorizationpolicies/workstation", "apply statefulsets/workstation"]);
  });

  test("even where the server refuses to turn the desktop off: it is taken away instead", async () => {
    await open();
    await converge();
    lab.sandbox.inject({ operation: "apply statefulsets", kind: "forbidden", times: 2 });
    const { comparison } = await plan(SUSPEND);
    expect(comparison.changes.map(({ action, blocked, impact }) => [action, blocked, impact])).toEqual([
      [
        "stop",
        undefined,
        [
          "alice loses access",
          "closes: alice reaches ws-alice, port 8080",
          expect.stringContaining("closes: the desktop of alice reaches its own challenge"),
        ],
      ],
    ]);
    lab.sandbox.log.clear();
    expect(await converge(SUSPEND)).toEqual(["done WorkstationGrant/alice: 3 objects"]);
    expect(writes()).toEqual([
      "delete httproutes/ws",
      "delete authorizationpolicies/workstation",
      "delete statefulsets/workstation",
    ]);
  });

  test("because the grant is another person's now: what closes and what holds data stays", async () => {
    await open();
    await converge();
    const edits = ["person: alice", "person: carol"];
    await converge(edits);
    const { comparison } = await plan(edits);
    expect(summary(comparison)).toEqual([]);
    expect(await liveIn("ws-alice")).toEqual([
      "AuthorizationPolicy ws-alice/allow-nothing",
      "LimitRange ws-alice/grant",
      "NetworkPolicy ws-alice/default-deny",
      "PeerAuthentication ws-alice/default",
      "PersistentVolumeClaim ws-alice/home",
      "ResourceQuota ws-alice/grant",
    ]);
    expect(comparison.ignored.map(({ path }) => path)).toContain("Namespace ws-alice");
  });
});

describe("somebody else's hand in a policy", () => {
  test.each([
    {
      name: "an opening that Reeve does not write",
      apiVersion: "networking.k8s.io/v1",
      kind: "NetworkPolicy",
      object: "default-deny",
      spec: { ingress: [{}] },
      expected: [{ path: "NetworkPolicy ws-alice/default-deny.spec.ingress", before: [{}], after: null }],
    },
    {
      name: "a selector that narrows what lets nobody in",
      apiVersion: "security.istio.io/v1",
      kind: "AuthorizationPolicy",
      object: "allow-nothing",
      spec: { selector: { matchLabels: { app: "nobody" } } },
      expected: [
        { path: "AuthorizationPolicy ws-alice/allow-nothing /spec/selector", before: "set by eve", after: null },
      ],
    },
  ])("$name is named and taken out", async ({ apiVersion, kind, object, spec, expected }) => {
    await open();
    await converge();
    const foreign: KubeObject = { apiVersion, kind, metadata: { name: object, namespace: "ws-alice" }, spec };
    await lab.writer.apply(await lab.kind(apiVersion, kind), foreign, EVE);
    const { comparison } = await plan();
    expect(comparison.changes.flatMap(({ fields }) => fields)).toEqual(expected);
    await converge();
    expect(summary((await plan()).comparison)).toEqual([]);
  });
});

test("somebody else's policy beside a desktop is named with who wrote it", async () => {
  await open();
  await converge();
  const kind = await lab.kind("networking.k8s.io/v1", "NetworkPolicy");
  const spec = { podSelector: {}, ingress: [{}] };
  for (const namespace of ["ws-alice", "project-x-infra"]) {
    await lab.writer.apply(
      kind,
      { apiVersion: kind.apiVersion, kind: kind.kind, metadata: { name: "let-me-in", namespace }, spec },
      EVE,
    );
  }
  const { comparison } = await plan();
  expect(summary(comparison)).toEqual([
    "foreign-policy: NetworkPolicy ws-alice/let-me-in is not Reeve's (eve wrote it) and may let somebody in",
    expect.stringMatching(
      /^reach-intruder: stands open already: any pod of .*rule 1 of NetworkPolicy ws-alice\/let-me-in lets it in/,
    ),
  ]);
  expect(comparison.foreign.map(({ what, where }) => `${where}: ${what}`)).toEqual([
    "lab: NetworkPolicy ws-alice/let-me-in",
  ]);
});

describe("what cannot be planned is said", () => {
  test("a cluster that does not answer", async () => {
    await open();
    lab.sandbox.inject({ operation: "*", kind: "forbidden", times: 1 });
    const { comparison } = await plan();
    expect(summary(comparison)).toEqual([
      "cluster-denied: lab cannot be read, so nothing in it is planned: forbidden: not allowed just now",
    ]);
    expect(comparison.unread).toContain("WorkstationCluster/lab");
  });

  test("a kind that is not installed blocks what needs it", async () => {
    await open({ without: ["spire.spiffe.io"] });
    const [first] = summary((await plan()).comparison);
    expect(first).toContain("lab has no ClusterSPIFFEID (spire.spiffe.io/v1alpha1)");
  });

  test("a clock that is off", async () => {
    await open({ now: () => new Date(DURING.getTime() - 90_000) });
    expect(summary((await plan()).comparison).at(-1)).toMatch(/^clock-skew: .*lab's server is more than 1 min behind/);
  });
});
