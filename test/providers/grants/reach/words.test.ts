import { expect, test } from "vitest";
import { accessChanges, whatCanReach, whoCanReach } from "../../../../src/providers/grants/reach/ask.ts";
import { proveGrants } from "../../../../src/providers/grants/reach/prove.ts";
import { accessLines, findingLines } from "../../../../src/providers/grants/reach/words.ts";
import {
  bundleOf,
  clusterObjects,
  INFRA,
  parseObjects,
  type Swap,
  workstationOf,
  worldOf,
} from "../../../support/grants-cast.ts";

const prove = (swaps: readonly Swap[] = [], foreign = "") =>
  proveGrants(
    {
      world: worldOf(clusterObjects(), bundleOf("alice", swaps), bundleOf("bob"), parseObjects(foreign)),
      infra: INFRA,
    },
    ["alice", "bob"].map(workstationOf),
  );

const heads = (access: readonly { who: string; what: string }[]): string[] =>
  access.map(({ who, what }) => `${who} -> ${what}`);

test("who reaches a workstation, and by which way", () => {
  const lines = whoCanReach(prove().access, "ws-alice").flatMap(accessLines);
  expect(lines.join("\n")).toBe(`\
alice reaches ws-alice, port 8080
  token: at the gateway RequestAuthentication project-x-infra/workstation-gateway accepts the token
  Istio: at the gateway rule 1 of AuthorizationPolicy project-x-infra/workstation-gateway allows it
  route: rule 1 of HTTPRoute ws-alice/ws takes /workstation/alice
  network, out: no NetworkPolicy selects Deployment project-x-infra/workstation-gateway: open
  network, in: rule 1 of NetworkPolicy ws-alice/workstation lets it in
  mutual TLS: it shows an identity of the mesh
  token: RequestAuthentication ws-alice/workstation accepts the token
  Istio: rule 1 of AuthorizationPolicy ws-alice/workstation allows it`);
});

test("a way that must not be, in words", () => {
  const { findings } = prove([['auth/alice"]', 'auth/*"]']]);
  expect(findings.flatMap(findingLines).slice(0, 9).join("\n")).toBe(`\
anybody with anybody else's token, at https://project-x.example.com/workstation/alice reaches ws-alice, port 8080
  token: at the gateway RequestAuthentication project-x-infra/workstation-gateway accepts the token
  Istio: at the gateway rule 1 of AuthorizationPolicy project-x-infra/workstation-gateway allows it
  route: rule 1 of HTTPRoute ws-alice/ws takes /workstation/alice
  network, out: no NetworkPolicy selects Deployment project-x-infra/workstation-gateway: open
  network, in: rule 1 of NetworkPolicy ws-alice/workstation lets it in
  mutual TLS: it shows an identity of the mesh
  token: RequestAuthentication ws-alice/workstation accepts the token
  Istio: rule 1 of AuthorizationPolicy ws-alice/workstation allows it`);
});

test("what a person reaches: her own, and what stands open to anybody", () => {
  expect(heads(whatCanReach(prove().access, "bob"))[0]).toBe("bob -> ws-bob, port 8080");
  expect(heads(whatCanReach(prove().access, "bob")).filter((head) => head.includes("alice"))).toEqual([]);
  const open = whatCanReach(prove([['auth/alice"]', 'auth/*"]']]).access, "bob");
  expect(heads(open)).toContain(
    "anybody with anybody else's token, at https://project-x.example.com/workstation/alice -> ws-alice, port 8080",
  );
});

test("what a plan opens and closes", () => {
  const { opened, closed } = accessChanges(
    prove().access,
    prove([
      ["{protocol: TCP, port: 80}, ", ""],
      ['auth/alice"]', 'auth/bob"]'],
    ]).access,
  );
  expect(heads(opened)[0]).toContain("anybody with bob's token");
  expect(heads(closed)).toEqual([
    "alice -> ws-alice, port 8080",
    "the desktop of alice -> its own challenge a pod with reeve.dev/user=alice in project-x-challenges, port 80",
  ]);
});
