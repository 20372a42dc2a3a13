import { expect, test } from "vitest";
import { tokenOf, type Workstation } from "../../../../src/providers/grants/reach/cast.ts";
import { canReach } from "../../../../src/providers/grants/reach/connect.ts";
import { requestFromOutside } from "../../../../src/providers/grants/reach/gateway.ts";
import type { Pod } from "../../../../src/providers/grants/reach/model.ts";
import { proveGrants } from "../../../../src/providers/grants/reach/prove.ts";
import { bundleOf, clusterObjects, INFRA, parseObjects, workstationOf, worldOf } from "../../../support/grants-cast.ts";

test("of 200 people each reaches their own and nobody another's, pair by pair", () => {
  const people = Array.from({ length: 200 }, (_, index) => `person-${index}`);
  const challenges = people.map(
    (person) => `
apiVersion: v1
kind: Pod
metadata: {name: web-${person}, namespace: project-x-challenges, labels: {reeve.dev/user: ${person}}}
spec: {containers: [{name: web}]}`,
  );
  const world = worldOf(
    clusterObjects(),
    ...people.map((person) => bundleOf(person)),
    parseObjects(challenges.join("\n---")),
  );
  const podOf = (namespace: string, index: number): Pod => {
    const pod = world.pods.get(namespace)?.[index];
    if (pod === undefined) throw new Error(`no pod ${index} in ${namespace}`);
    return pod;
  };
  const reached = people.flatMap((from) => {
    const token = tokenOf(INFRA, from);
    const caller = { peer: podOf(`ws-${from}`, 0), request: { token } };
    return people.flatMap((to, index) => {
      const desktop = canReach(world, caller, { peer: podOf(`ws-${to}`, 0), protocol: "TCP", port: 8080 });
      const challenge = canReach(world, caller, {
        peer: podOf("project-x-challenges", index),
        protocol: "TCP",
        port: 80,
      });
      const page = requestFromOutside(world, { host: "project-x.example.com", path: `/workstation/${to}`, token });
      const ways = [
        { way: "desktop", reach: desktop },
        { way: "challenge", reach: challenge },
        ...page.map(({ reach }) => ({ way: "page", reach })),
      ];
      return ways.filter(({ reach }) => reach.verdict !== "deny").map(({ way }) => `${from} ${way} ${to}`);
    });
  });
  expect(reached).toEqual(people.flatMap((person) => [`${person} challenge ${person}`, `${person} page ${person}`]));
  expect(proveGrants({ world, infra: INFRA }, people.map(workstationOf)).findings).toEqual([]);
}, 120_000);

test.each<{ name: string; rule: string; egress: Workstation["egress"]; finds: readonly string[] }>([
  {
    name: "asked for",
    rule: "{to: [{ipBlock: {cidr: 198.51.100.0/24}}], ports: [{port: 443}]}",
    egress: [{ cidr: "198.51.100.0/24", ports: [{ protocol: "TCP", from: 443, to: 443 }] }],
    finds: [],
  },
  {
    name: "wider than asked for",
    rule: "{to: [{ipBlock: {cidr: 198.51.0.0/16}}], ports: [{port: 443}]}",
    egress: [{ cidr: "198.51.100.0/24", ports: [{ protocol: "TCP", from: 443, to: 443 }] }],
    finds: ["the desktop of alice reaches 198.51.0.0/16"],
  },
  {
    name: "another port",
    rule: "{to: [{ipBlock: {cidr: 198.51.100.0/24}}], ports: [{port: 443, endPort: 444}]}",
    egress: [{ cidr: "198.51.100.0/24", ports: [{ protocol: "TCP", from: 443, to: 443 }] }],
    finds: ["the desktop of alice reaches 198.51.100.0/24"],
  },
  {
    name: "every port",
    rule: "{to: [{ipBlock: {cidr: 198.51.100.0/24}}]}",
    egress: [{ cidr: "198.51.100.0/24", ports: [{ protocol: "TCP", from: 443, to: 443 }] }],
    finds: ["the desktop of alice reaches 198.51.100.0/24"],
  },
  {
    name: "asked for, and the metadata address in it",
    rule: "{to: [{ipBlock: {cidr: 169.254.0.0/16}}], ports: [{port: 80}]}",
    egress: [{ cidr: "169.254.0.0/16", ports: [{ protocol: "TCP", from: 80, to: 80 }] }],
    finds: ["the desktop of alice may reach the metadata address 169.254.169.254"],
  },
])("a block to go out to that is $name", ({ rule, egress, finds }) => {
  const policy = `{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: out, namespace: ws-alice}, spec: {podSelector: {}, policyTypes: [Egress], egress: [${rule}]}}`;
  const world = worldOf(clusterObjects(), bundleOf("alice"), parseObjects(policy));
  const { findings } = proveGrants({ world, infra: INFRA }, [{ ...workstationOf("alice"), egress }]);
  expect(findings.map(({ words }) => words)).toEqual(finds);
});
