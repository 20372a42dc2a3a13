/** The gate against a cluster that answers: what is read around desktops, what may not be, and what is then not written. */
import { afterEach, expect, test } from "vitest";
import type { Plan } from "../../../../src/plan/plan.ts";
import type { KubeObject } from "../../../../src/providers/grants/kube-object.ts";
import { canonicalJson } from "../../../../src/support/json.ts";
import { parseObjects } from "../../../support/grants-cast.ts";
import { headlines, type LabEstate, openEstate } from "../lab-estate.ts";
import { DURING } from "../small-cluster.ts";

const ALONE = ["# end of workshop", "  suspended: true\n# end of workshop"];
const SUSPENDED = [...ALONE, "# end of alice", "  suspended: true\n# end of alice"];
const CHECKED = [
  ...ALONE,
  "# end of cluster",
  "  sessionCheck: { provider: check, namespace: project-x-infra, pods: { app: check }, port: 9000 }",
];

let estate: LabEstate;
afterEach(() => estate.lab.sandbox.close());

async function put(yaml: string): Promise<void> {
  for (const object of parseObjects(yaml)) await estate.byHand(object);
}

/** What the proof has to say, the beginning of each. */
function said({ diagnostics }: Plan): readonly string[] {
  return diagnostics
    .filter(({ code }) => code.startsWith("reach-"))
    .map(({ severity, code, at, message }) => `${severity} ${at?.file}:${at?.line} ${code}: ${message}`);
}

const at = (edits: readonly string[]) => ({ edits, at: DURING });

/** A pod of alice's desktop as it runs; with its proxy or, where injection did not happen, without. */
const pod = (containers: string): string => `
apiVersion: v1
kind: Pod
metadata: {name: workstation-0, namespace: ws-alice, labels: {reeve.dev/component: workstation}}
spec:
  serviceAccountName: workstation
  securityContext: {runAsNonRoot: true, runAsUser: 1000, seccompProfile: {type: RuntimeDefault}}
  containers: [${containers}]`;
const container = (name: string): string =>
  `{name: ${name}, image: registry.example.com/ws/x@sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08, resources: {limits: {cpu: 100m, memory: 100Mi}}, securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}}`;

test("the same facts are the same bytes, and few lists", async () => {
  estate = await openEstate();
  await estate.apply(at(ALONE));
  estate.lab.sandbox.log.clear();
  const [one, other] = [await estate.plan(at(SUSPENDED)), await estate.plan(at(SUSPENDED))];
  expect(canonicalJson(one as never)).toBe(canonicalJson(other as never));
  expect(estate.lab.sandbox.log.counts()["list pods"]).toBeLessThanOrEqual(6);
});

test.each([
  ["with its proxy", `${container("desktop")}, ${container("istio-proxy")}`, []],
  ["without a proxy", container("desktop"), ["reach-exposed", "reach-intruder", "reach-intruder", "reach-intruder"]],
])("a desktop that runs %s", async (_name, containers, codes) => {
  estate = await openEstate();
  await estate.apply(at(ALONE));
  await put(pod(containers));
  const lines = said(await estate.plan(at(ALONE)));
  expect(lines.map((line) => /reach-\w+/.exec(line)?.[0])).toEqual(codes);
  for (const line of lines) {
    expect(line).toMatch(/^held .* stands open already: .* ws-alice.*no proxy of Istio stands before it/);
  }
});

test("a desktop without its proxy is not opened again, and can be closed", async () => {
  estate = await openEstate();
  await estate.apply(at(SUSPENDED));
  await put(pod(container("desktop")));
  expect(headlines(await estate.plan(at(ALONE)))).toEqual([
    expect.stringMatching(/^start WorkstationGrant\/alice, reach-/),
  ]);
  estate.writes();
  expect(await estate.apply(at(ALONE))).toEqual([expect.stringMatching(/^held WorkstationGrant\/alice: /)]);
  expect(estate.writes()).toEqual([]);
});

test("access ends while somebody else's policy stands open beside it", async () => {
  estate = await openEstate();
  await estate.apply(at(ALONE));
  await put(
    `{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: mine, namespace: ws-alice}, spec: {podSelector: {}, ingress: [{}]}}`,
  );
  const plan = await estate.plan(at(SUSPENDED));
  expect(headlines(plan)).toEqual(["stop WorkstationGrant/alice, interrupts"]);
  expect(said(plan)).toEqual([expect.stringMatching(/^held grants.yaml:2 reach-intruder: stands open already/)]);
  expect(await estate.apply(at(SUSPENDED))).toEqual([expect.stringMatching(/^done WorkstationGrant\/alice/)]);
});

test("pods that may not be listed: nothing is opened, and the right is named", async () => {
  estate = await openEstate();
  await estate.apply(at(SUSPENDED));
  estate.lab.sandbox.inject({ operation: "list pods", kind: "forbidden", times: 10 });
  const plan = await estate.plan(at(ALONE));
  expect(headlines(plan)).toEqual(["start WorkstationGrant/alice, reach-unproven"]);
  expect(plan.changes[0]?.blocked?.message).toContain('{apiGroups: [""], resources: ["pods"], verbs: ["list"]}');
});

const meshConfig = (providers: string): KubeObject => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name: "istio", namespace: "istio-system" },
  data: { mesh: `extensionProviders: [${providers}]\n` },
});
const ROOT: KubeObject = { apiVersion: "v1", kind: "Namespace", metadata: { name: "istio-system" } };

test.each<[string, KubeObject | null, readonly string[], readonly unknown[]]>([
  ["that the mesh has", meshConfig("{name: check}"), ["create WorkstationGrant/alice, none"], []],
  [
    "that the mesh has not",
    meshConfig("{name: other}"),
    ["create WorkstationGrant/alice, reach-unchecked"],
    [expect.stringContaining("held grants.yaml:2 reach-unchecked: the mesh has no extension provider check")],
  ],
  [
    "of a mesh whose configuration is not there",
    null,
    ["create WorkstationGrant/alice, none"],
    [
      expect.stringContaining(
        "warning cluster.yaml:2 reach-unchecked: whether the mesh has an extension provider check",
      ),
    ],
  ],
])("a session check by a provider %s", async (_name, config, expected, words) => {
  estate = await openEstate();
  await estate.byHand(ROOT);
  if (config !== null) await estate.byHand(config);
  const plan = await estate.plan(at(CHECKED));
  expect(headlines(plan).filter((line) => line.includes("/alice"))).toEqual(expected);
  expect(said(plan)).toEqual(words);
});

test("a gateway that does not listen for the host: the person is told to be locked out", async () => {
  estate = await openEstate();
  await put(`
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: workstation-gateway, namespace: project-x-infra}
spec: {gatewayClassName: istio, listeners: [{name: https, port: 443, protocol: HTTPS, hostname: other.example.com, tls: {certificateRefs: [{name: tls}]}, allowedRoutes: {namespaces: {from: All}}}]}`);
  const plan = await estate.plan(at(ALONE));
  expect(said(plan)).toEqual([
    expect.stringContaining("warning grants.yaml:2 reach-locked-out: alice does not reach ws-alice, port 8080"),
  ]);
});
