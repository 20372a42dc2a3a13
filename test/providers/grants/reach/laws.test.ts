import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { KubeObject } from "../../../../src/providers/grants/kube-object.ts";
import type { Classify } from "../../../../src/providers/grants/reach/classes.ts";
import { canEnter, canReach } from "../../../../src/providers/grants/reach/connect.ts";
import type { Access } from "../../../../src/providers/grants/reach/entries.ts";
import type { Caller, Pod, Reach, Target } from "../../../../src/providers/grants/reach/model.ts";
import { type Proof, proveGrants } from "../../../../src/providers/grants/reach/prove.ts";
import type { World } from "../../../../src/providers/grants/reach/world.ts";
import { bundleOf, clusterObjects, INFRA, type Swap, workstationOf, worldOf } from "../../../support/grants-cast.ts";

const WIDTH = { deny: 0, depends: 1, allow: 2 } as const satisfies Record<Reach["verdict"], number>;
const HOME = "home";

const oneOf = <Item>(...items: readonly Item[]): fc.Arbitrary<Item> => fc.constantFrom(...items);
const label = fc
  .record({}, { requiredKeys: [] })
  .chain(() => fc.dictionary(oneOf("app", "tier"), oneOf("x", "y"), { maxKeys: 2 }));
const selector = fc.oneof(
  fc.constant({}),
  label.map((matchLabels) => ({ matchLabels })),
  fc
    .record({
      key: oneOf("app", "tier"),
      operator: oneOf("In", "NotIn"),
      values: fc.subarray(["x", "y"], { minLength: 1 }),
    })
    .map((expression) => ({ matchExpressions: [expression] })),
  fc
    .record({ key: oneOf("app", "tier"), operator: oneOf("Exists", "DoesNotExist") })
    .map((expression) => ({ matchExpressions: [expression] })),
);
const peer = fc.oneof(
  fc.record({ namespaceSelector: selector, podSelector: selector }, { requiredKeys: ["podSelector"] }),
  fc.record({ namespaceSelector: selector }),
  oneOf({ ipBlock: { cidr: "10.0.0.0/8" } }, { ipBlock: { cidr: "203.0.113.0/24" } }),
);
const port = oneOf({ port: 8080 }, { port: "web" }, { port: 1, endPort: 9000 }, { protocol: "UDP" }, {});
const networkRule = (side: "from" | "to") =>
  fc.record(
    { [side]: fc.array(peer, { maxLength: 2 }), ports: fc.array(port, { maxLength: 2 }) },
    { requiredKeys: [] },
  );

const networkSpec = fc.record(
  {
    podSelector: selector,
    policyTypes: fc.subarray(["Ingress", "Egress"], { minLength: 1 }),
    ingress: fc.array(networkRule("from"), { maxLength: 2 }),
    egress: fc.array(networkRule("to"), { maxLength: 2 }),
  },
  { requiredKeys: ["podSelector"] },
);
const source = fc.record(
  {
    principals: fc.subarray(["cluster.local/ns/home/sa/a", "cluster.local/ns/away/*", "*"], { minLength: 1 }),
    notPrincipals: fc.constant(["cluster.local/ns/home/sa/a"]),
    namespaces: fc.subarray(["home", "aw*"], { minLength: 1 }),
    requestPrincipals: fc.constant(["https://project-x.example.com/auth/alice"]),
  },
  { requiredKeys: [] },
);
const operation = fc.record(
  { ports: fc.constant(["8080"]), paths: fc.constant(["/in/*"]), notMethods: fc.constant(["GET"]) },
  { requiredKeys: [] },
);
const authorizationRule = fc.record(
  {
    from: fc.array(
      source.map((one) => ({ source: one })),
      { maxLength: 2 },
    ),
    to: fc.array(
      operation.map((one) => ({ operation: one })),
      { maxLength: 2 },
    ),
    when: fc.array(
      oneOf({ key: "request.headers[x]", values: ["1"] }, { key: "source.namespace", notValues: ["home"] }),
      { maxLength: 1 },
    ),
  },
  { requiredKeys: [] },
);
const authorizationSpec = (action: fc.Arbitrary<string>) =>
  fc.record(
    {
      action,
      selector: oneOf({}, { matchLabels: { app: "x" } }),
      rules: fc.array(authorizationRule, { maxLength: 2 }),
    },
    { requiredKeys: ["action", "rules"] },
  );

const network = (spec: object, namespace = HOME): KubeObject =>
  object("networking.k8s.io/v1", "NetworkPolicy", { spec, namespace });
const authorization = (spec: object): KubeObject =>
  object("security.istio.io/v1", "AuthorizationPolicy", { spec, namespace: HOME });

function object(
  apiVersion: string,
  kind: string,
  { spec, namespace }: { spec: object; namespace: string },
): KubeObject {
  return JSON.parse(JSON.stringify({ apiVersion, kind, metadata: { name: "some", namespace }, spec }));
}

const namespaces = label.map((labels): KubeObject[] => [
  { apiVersion: "v1", kind: "Namespace", metadata: { name: HOME, labels } },
  { apiVersion: "v1", kind: "Namespace", metadata: { name: "away", labels: { tier: "x" } } },
]);
const policies = fc.array(
  fc.oneof(
    networkSpec.map((spec) => network(spec)),
    authorizationSpec(oneOf("ALLOW", "DENY", "CUSTOM")).map(authorization),
  ),
  { maxLength: 4 },
);
const objects = fc.tuple(namespaces, policies).map((parts) => parts.flat());

const pod = (namespace: string) =>
  fc.record({ known: label, account: oneOf("a", "b"), sidecar: fc.boolean() }).map(
    ({ known, ...rest }): Pod => ({
      kind: "pod",
      name: "a pod",
      namespace,
      labels: { known },
      ports: [{ name: "web", port: 8080, protocol: "TCP" }],
      uncaptured: [],
      ...rest,
    }),
  );
const from = fc.oneof(pod(HOME), pod("away"), oneOf({ kind: "address", name: "x", address: "203.0.113.9" } as const));
const request = oneOf(undefined, {}, { path: "/in/a", method: "GET", headers: { x: "1" } });
const caller = fc
  .record({ peer: from, request, plaintext: fc.boolean() })
  .map(({ request: sent, ...rest }): Caller => ({ ...rest, ...(sent && { request: sent }) }));
const target = pod(HOME).chain((end) =>
  fc.record({ peer: fc.constant(end), protocol: oneOf("TCP" as const, "UDP" as const), port: oneOf(8080, 22) }),
);

const width = (world: World, by: Caller, to: Target): number => WIDTH[canReach(world, by, to).verdict];
const scene = { objects, caller, target };

/** Whether any policy surely or perhaps selects the target for its way in. */
function isSelected(list: readonly KubeObject[], to: { readonly peer: Pod }): boolean {
  const nobody: Caller = { peer: { kind: "address", name: "nobody", address: "192.0.2.1" } };
  const sealed = list
    .filter(({ kind }) => kind === "NetworkPolicy")
    .map((one) => network({ ...spec(one), ingress: [] }));
  const entry = canEnter(
    worldOf(
      list.filter(({ kind }) => kind === "Namespace"),
      sealed,
    ),
    nobody,
    { peer: { ...to.peer, sidecar: false }, protocol: "TCP", port: 8080 },
  );
  return entry.verdict === "deny";
}

const spec = (one: KubeObject): object => (typeof one.spec === "object" && one.spec !== null ? one.spec : {});

describe("adding a policy", () => {
  test("a NetworkPolicy for a way in only widens it for pods that one selects already, and only narrows it for others", () => {
    fc.assert(
      fc.property(fc.record({ ...scene, added: networkSpec }), ({ objects: list, caller: by, target: to, added }) => {
        const more = [...list, network({ ...added, policyTypes: ["Ingress"] })];
        const [before, after] = [width(worldOf(list), by, to), width(worldOf(more), by, to)];
        if (isSelected(list, to)) expect(after).toBeGreaterThanOrEqual(before);
        else expect(after).toBeLessThanOrEqual(before);
      }),
    );
  });

  test("an ALLOW policy only widens where another holds; the first only narrows", () => {
    fc.assert(
      fc.property(
        fc.record({ ...scene, added: authorizationSpec(oneOf("ALLOW")) }),
        ({ objects: list, caller: by, target: to, added }) => {
          const nothing = authorization({ action: "ALLOW", rules: [] });
          const none = list.filter(
            (one) => one.kind !== "AuthorizationPolicy" || !JSON.stringify(one).includes('"ALLOW"'),
          );
          const guarded = [...list, nothing];
          expect(width(worldOf([...guarded, authorization(added)]), by, to)).toBeGreaterThanOrEqual(
            width(worldOf(guarded), by, to),
          );
          expect(width(worldOf([...none, authorization(added)]), by, to)).toBeLessThanOrEqual(
            width(worldOf(none), by, to),
          );
        },
      ),
    );
  });

  test("a DENY policy never widens; a CUSTOM one changes no verdict", () => {
    fc.assert(
      fc.property(
        fc.record({ ...scene, added: authorizationSpec(oneOf("DENY")) }),
        ({ objects: list, caller: by, target: to, added }) => {
          const before = width(worldOf(list), by, to);
          expect(width(worldOf([...list, authorization(added)]), by, to)).toBeLessThanOrEqual(before);
          expect(width(worldOf([...list, authorization({ ...added, action: "CUSTOM" })]), by, to)).toBe(before);
        },
      ),
    );
  });

  test("an empty ALLOW policy beside no other closes a workload that Istio guards", () => {
    fc.assert(
      fc.property(fc.record(scene), ({ objects: list, caller: by, target: to }) => {
        const others = list.filter(({ kind }) => kind !== "AuthorizationPolicy");
        const world = worldOf([...others, authorization({ action: "ALLOW", rules: [] })]);
        fc.pre(to.peer.sidecar && to.protocol === "TCP");
        expect(canReach(world, by, to).verdict).toBe("deny");
      }),
    );
  });
});

test("what is said of every pod of a namespace holds for each", () => {
  fc.assert(
    fc.property(fc.record(scene), ({ objects: list, caller: by, target: to }) => {
      const world = worldOf(list);
      fc.pre(by.peer.kind === "pod");
      const each = canEnter(world, by, to).verdict;
      const { request: _request, ...raw } = by;
      const open = by.request === undefined ? raw : { ...raw, request: {} };
      const peer = { ...(by.peer.kind === "pod" ? by.peer : to.peer), labels: { known: {}, open: true } };
      const all = canEnter(world, { ...open, peer }, { ...to, port: to.port }).verdict;
      if (all !== "depends") expect(each).toBe(all);
    }),
  );
});

/** Each namespace in a class of its own: what the classes are held against. */
const everyNamespace =
  (world: World): Classify =>
  (_, apart) =>
    [...new Set([...apart, ...world.namespaces.keys()])].map((name) => ({ name, members: [name] }));

/** Which namespaces a proof says something of, for which workstation, and what is wrong there. */
function told({ access, findings }: Proof): string[] {
  const ways = access.flatMap(({ workstation, meant, namespaces: members, person, reach }: Access) =>
    (members.length === 0 ? ["-"] : members).map((name) =>
      [workstation, meant, name, person ?? "-", reach.verdict].join(" "),
    ),
  );
  const wrong = findings.flatMap(({ kind, namespace, namespaces: members = [] }) =>
    (members.length === 0 ? ["-"] : members).map((name) => [kind, namespace, name].join(" ")),
  );
  return [...new Set([...ways, ...wrong])].toSorted();
}

const MISTAKES: readonly Swap[] = [
  ["project-x-infra}}   # the", "project-x-infra}}\n    -   # the"],
  ["project-x-challenges}}\n      podSelector", "project-x-challenges}}\n    - podSelector"],
  ["kubernetes.io/metadata.name: project-x-infra", "team: red"],
  ["kubernetes.io/metadata.name: kube-system", "team: red"],
  ["policyTypes: [Ingress, Egress]", "policyTypes: [Ingress]"],
  ["principals: [cluster.local/ns/project-x-infra/sa/workstation-gateway]", "namespaces: [ws-b*]"],
  ['auth/alice"]', 'auth/*"]'],
  ["STRICT", "PERMISSIVE"],
  ["istio-injection: enabled", "team: red"],
];

/** One class to the network, and two to the mesh. */
const TOLD_APART_BY_NAME = MISTAKES.filter(([, to]) => to === "namespaces: [ws-b*]" || to === "team: red");

test("classes of namespaces say what each namespace by itself says", () => {
  const cast = fc.record({
    swaps: fc.subarray([...MISTAKES], { maxLength: 4 }),
    teams: fc.array(oneOf("red", "blue"), { minLength: 3, maxLength: 3 }),
  });
  fc.assert(
    fc.property(cast, ({ swaps, teams }) => {
      const people = ["bob", "carol", "dave"];
      const labelled = people.map((name, index) =>
        bundleOf(name, [["istio-injection: enabled", `istio-injection: enabled\n    team: ${teams[index]}`]]),
      );
      const world = worldOf(clusterObjects(), bundleOf("alice", swaps), ...labelled);
      const workstations = ["alice", ...people].map(workstationOf);
      const fast = proveGrants({ world, infra: INFRA }, workstations);
      const slow = proveGrants({ world, infra: INFRA, classify: everyNamespace(world) }, workstations);
      expect(told(fast)).toEqual(told(slow));
    }),
    {
      numRuns: 40,
      examples: [...MISTAKES.map((swap) => [swap]), TOLD_APART_BY_NAME].flatMap((swaps) => [
        [{ swaps, teams: ["blue", "red", "blue"] }],
        [{ swaps, teams: ["red", "red", "red"] }],
      ]),
    },
  );
});
