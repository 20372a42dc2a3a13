/** The proof as a gate: what is refused, what goes ahead, and what is said of what stands open. */
import { expect, test } from "vitest";
import { compareGrants } from "../../../../src/providers/grants/compare.ts";
import type { KubeObject } from "../../../../src/providers/grants/kube-object.ts";
import { gateOf } from "../../../../src/providers/grants/proof/gate.ts";
import { feasibleSteps } from "../../../../src/providers/grants/steps.ts";
import { changeCluster, declare } from "../declared.ts";
import { DURING } from "../small-cluster.ts";
import { readAs, type Situation } from "./read-as.ts";

const SUSPENDED = ["# end of alice", "  suspended: true\n# end of alice"];
const OTHER_IMAGE = ["reason: CTF course", "reason: CTF course, second week", 'cpu: "2"', 'cpu: "3"'];

const NETWORK = (namespace: string): string =>
  `{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: mine, namespace: ${namespace}}, spec: {podSelector: {}, ingress: [{}]}}`;
const AUTHORIZATION = (namespace: string): string =>
  `{apiVersion: security.istio.io/v1, kind: AuthorizationPolicy, metadata: {name: mine, namespace: ${namespace}}, spec: {rules: [{}]}}`;
const ROUTE = `
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: mine, namespace: ws-mallory, creationTimestamp: "2026-01-01T00:00:00Z"}
spec:
  parentRefs: [{name: workstation-gateway, namespace: project-x-infra}]
  hostnames: [project-x.example.com]
  rules: [{matches: [{path: {value: /workstation/alice}}], backendRefs: [{name: mine, port: 80}]}]`;

/** Changes one rendered object; the rest stays. */
const tamperWith =
  (name: string, change: (text: string) => string) =>
  (object: KubeObject): KubeObject => {
    const is = `${object.kind} ${object.metadata.namespace ?? ""}/${object.metadata.name}`;
    return is === name ? (JSON.parse(change(JSON.stringify(object))) as KubeObject) : object;
  };

interface Case extends Situation {
  readonly name: string;
  /** Each change, with why it is refused or `goes`. */
  readonly changes: Readonly<Record<string, string>>;
  /** The beginning of what is said at documents. */
  readonly says?: readonly string[];
}

const cases: readonly Case[] = [
  {
    name: "a first plan",
    from: null,
    to: [],
    changes: {
      "WorkstationCluster/lab": "goes",
      "WorkstationGrant/alice": "goes",
      "WorkstationGrant/workshop": "goes",
    },
  },
  { name: "nothing to do", from: [], to: [], changes: {} },
  {
    name: "somebody else's policy where access is to begin again",
    from: SUSPENDED,
    to: [],
    foreign: NETWORK("ws-alice"),
    changes: { "WorkstationGrant/alice": "reach-intruder" },
    says: ["held WorkstationGrant/alice reach-intruder: any pod of ws-alice"],
  },
  {
    name: "the same where access ends",
    from: [],
    to: SUSPENDED,
    foreign: AUTHORIZATION("ws-alice"),
    changes: { "WorkstationGrant/alice": "goes" },
    says: ["held WorkstationGrant/alice reach-intruder: stands open already: any pod of project-x-infra"],
  },
  {
    name: "the same where nothing is planned",
    from: [],
    to: [],
    foreign: NETWORK("ws-bob"),
    changes: {},
    says: ["held WorkstationGrant/workshop reach-intruder: stands open already: any pod of ws-bob"],
  },
  {
    name: "the same where a change opens nothing",
    from: [],
    to: OTHER_IMAGE,
    foreign: NETWORK("ws-bob"),
    changes: { "WorkstationGrant/alice": "goes", "WorkstationGrant/workshop": "goes" },
    says: ["held WorkstationGrant/workshop reach-intruder: stands open already: any pod of ws-bob"],
  },
  {
    name: "a gateway that lets everybody through: nothing is opened",
    from: null,
    to: [],
    foreign: AUTHORIZATION("project-x-infra"),
    changes: {
      "WorkstationCluster/lab": "goes",
      "WorkstationGrant/alice": "reach-exposed",
      "WorkstationGrant/workshop": "reach-exposed",
    },
    says: ["held WorkstationGrant/alice reach-exposed: the gateway project-x-infra/workstation-gateway lets everybody"],
  },
  {
    name: "a gateway that lets everybody through: access ends all the same",
    from: [],
    to: SUSPENDED,
    foreign: AUTHORIZATION("project-x-infra"),
    changes: { "WorkstationGrant/alice": "goes" },
    says: [
      "held WorkstationCluster/lab reach-exposed: stands open already: the gateway project-x-infra/workstation-gateway",
    ],
  },
  {
    name: "a route of somebody else's for one person's path",
    from: null,
    to: [],
    foreign: ROUTE,
    changes: {
      "WorkstationCluster/lab": "goes",
      "WorkstationGrant/alice": "reach-hijack",
      "WorkstationGrant/workshop": "goes",
    },
    says: ["held WorkstationGrant/alice reach-hijack: rule 1 of HTTPRoute ws-mallory/mine may take alice's requests"],
  },
  {
    name: "a policy of Reeve's own that names anybody",
    from: null,
    to: [],
    tamper: tamperWith("AuthorizationPolicy ws-alice/workstation", (text) => text.replace("/auth/alice", "/auth/*")),
    changes: {
      "WorkstationCluster/lab": "goes",
      "WorkstationGrant/alice": "reach-intruder",
      "WorkstationGrant/workshop": "goes",
    },
    says: ["held WorkstationGrant/alice reach-intruder: anybody with anybody else's token"],
  },
  {
    name: "a desktop that is let out too far",
    from: [],
    to: [],
    tamper: tamperWith("NetworkPolicy ws-alice/workstation", (text) => text.replace('"egress":[', '"egress":[{},')),
    changes: { "WorkstationGrant/alice": "reach-escape" },
    says: ["held WorkstationGrant/alice reach-escape: the desktop of alice"],
  },
  {
    name: "one person's route for another's path is the fault of whose route it is",
    from: [],
    to: [],
    tamper: tamperWith("HTTPRoute ws-bob/ws", (text) => text.replace("/workstation/bob", "/workstation/alice")),
    changes: { "WorkstationGrant/workshop": "reach-hijack" },
    says: ["held WorkstationGrant/workshop reach-hijack: rule 1 of HTTPRoute ws-bob/ws may take alice's requests"],
  },
  {
    name: "a gateway's own policy that lets everybody through",
    from: [],
    to: [],
    tamper: tamperWith("AuthorizationPolicy project-x-infra/workstation-gateway", (text) =>
      text.replace(/"rules":.*$/, '"rules":[{}]}}'),
    ),
    changes: { "WorkstationCluster/lab": "reach-exposed" },
    says: ["held WorkstationCluster/lab reach-exposed: the gateway project-x-infra/workstation-gateway"],
  },
  {
    name: "pods that nobody may look at: nothing is opened",
    from: SUSPENDED,
    to: ["# end of workshop", "  suspended: true\n# end of workshop"],
    unread: [{ what: "desktops' pods", why: "forbidden", next: "allow it", isDecisive: true }],
    changes: { "WorkstationGrant/alice": "reach-unproven", "WorkstationGrant/workshop": "goes" },
    says: ["held WorkstationGrant/alice reach-unproven: nobody could look at desktops' pods"],
  },
];

test.each(cases)("$name", (situation) => {
  const read = readAs(situation);
  const { desired } = declare(changeCluster(situation.to));
  const observation = { clusters: new Map([["lab", read.view]]) };
  const { changes, findings } = compareGrants(desired, observation, situation.now ?? DURING);
  const seen = changes.map(({ address, blocked }) => [address, blocked?.code ?? "goes"]);
  expect(Object.fromEntries(seen)).toEqual(situation.changes);
  const said = findings
    .filter(({ severity }) => severity === "held")
    .map(({ severity, code, message, resource }) => `${severity} ${resource.address} ${code}: ${message}`);
  if (situation.says === undefined) expect(said).toEqual([]);
  for (const line of situation.says ?? []) expect(said).toContainEqual(expect.stringContaining(line));
});

test("what is refused is not half carried out: of a change that opens and closes only the closing is left", () => {
  const moved = ["people: [bob,", "people: [carol,"];
  const read = readAs({ from: [], to: moved, foreign: NETWORK("ws-carol") });
  const steps = feasibleSteps(gateOf(read).steps.get("WorkstationGrant/workshop" as never) ?? []);
  expect(steps.every((step) => step.do === "remove")).toBe(true);
  expect(steps.length).toBeGreaterThan(0);
});

test("a change says who gets where by it, and no longer does", () => {
  const notes = (from: readonly string[], to: readonly string[]): readonly string[] =>
    [...gateOf(readAs({ from, to })).notes].flatMap(([address, lines]) => lines.map((line) => `${address} ${line}`));
  const exits =
    "the desktop of alice reaches its own challenge a pod with reeve.dev/user=alice in project-x-challenges, port 80, port 1024, port 65535; a pod with";
  expect(notes(SUSPENDED, [])).toEqual([
    "WorkstationGrant/alice opens: alice reaches ws-alice, port 8080",
    expect.stringContaining(`WorkstationGrant/alice opens: ${exits}`),
  ]);
  expect(notes([], SUSPENDED)).toEqual([
    "WorkstationGrant/alice closes: alice reaches ws-alice, port 8080",
    expect.stringContaining(`WorkstationGrant/alice closes: ${exits}`),
  ]);
  expect(notes([], OTHER_IMAGE)).toEqual([]);
});
