import { describe, expect, test } from "vitest";
import { ownToken, tokenOf } from "../../../../src/providers/grants/reach/cast.ts";
import { canReach } from "../../../../src/providers/grants/reach/connect.ts";
import { requestFromOutside } from "../../../../src/providers/grants/reach/gateway.ts";
import type { Caller, HttpRequest, Pod, Target, Token } from "../../../../src/providers/grants/reach/model.ts";
import { proveGrants } from "../../../../src/providers/grants/reach/prove.ts";
import { bundleOf, clusterObjects, INFRA, workstationOf, worldOf } from "../../../support/grants-cast.ts";

const world = worldOf(clusterObjects(), bundleOf("alice"), bundleOf("bob"));
const alice = tokenOf(INFRA, "alice");
const bob = tokenOf(INFRA, "bob");

function pod(namespace: string, labels: Readonly<Record<string, string>>, over: Partial<Pod> = {}): Pod {
  return {
    kind: "pod",
    name: `a pod of ${namespace}`,
    namespace,
    labels: { known: labels },
    account: "default",
    ports: [],
    sidecar: true,
    uncaptured: [],
    ...over,
  };
}

const desktopOf = (slug: string): Pod => world.pods.get(`ws-${slug}`)?.[0] ?? pod("missing", {});
const gateway = pod("project-x-infra", { app: "workstation-gateway" }, { account: "workstation-gateway" });
const at = (peer: Target["peer"], port: number, protocol: Target["protocol"] = "TCP"): Target => ({
  peer,
  port,
  protocol,
});
const toAlice = at(desktopOf("alice"), 8080);

describe("1: a request at the gateway", () => {
  const without = (claims: Partial<Token>): Token => ({ ...alice, ...claims });
  test.each<{ name: string; path: string; token?: Token; headers?: Record<string, string>; ends: string }>([
    { name: "her own path", path: "/workstation/alice", token: alice, ends: "allow ws-alice" },
    { name: "below it", path: "/workstation/alice/vnc/socket", token: alice, ends: "allow ws-alice" },
    { name: "bob's path", path: "/workstation/bob", token: alice, ends: "deny ws-bob" },
    { name: "no token", path: "/workstation/alice", ends: "deny" },
    { name: "wrong issuer", path: "/workstation/alice", token: without({ issuer: "https://evil" }), ends: "deny" },
    { name: "wrong keys", path: "/workstation/alice", token: without({ keys: "https://evil" }), ends: "deny" },
    { name: "another audience", path: "/workstation/alice", token: without({ audiences: ["wiki"] }), ends: "deny" },
    { name: "expired", path: "/workstation/alice", token: without({ expired: true }), ends: "deny" },
    { name: "no scope", path: "/workstation/alice", token: without({ claims: { scope: "read" } }), ends: "deny" },
    { name: "a longer name", path: "/workstation/alicex", token: alice, ends: "deny" },
    { name: "dots to bob", path: "/workstation/alice/../bob", token: alice, ends: "deny ws-bob" },
    { name: "encoded dots to bob", path: "/workstation/alice/%2e%2e/bob", token: alice, ends: "deny ws-bob" },
    { name: "encoded slashes", path: "/workstation/alice%2F..%2Fbob", token: alice, ends: "deny" },
    { name: "two slashes", path: "//workstation/alice", token: alice, ends: "deny" },
    {
      name: "a header that says bob",
      path: "/workstation/bob",
      token: alice,
      headers: { "X-Forwarded-User": "bob" },
      ends: "deny ws-bob",
    },
  ])("$name: $ends", ({ path, token, headers, ends }) => {
    const request = { host: "project-x.example.com", path, ...(token && { token }), ...(headers && { headers }) };
    const arrivals = requestFromOutside(world, request);
    expect(arrivals.map(({ reach, pod: end }) => [reach.verdict, end?.namespace].join(" ").trim())).toEqual([ends]);
  });
});

describe("2 and 5: straight to alice's desktop", () => {
  const own = { token: alice };
  test.each<{ name: string; caller: Caller; to?: Target; verdict: string }>([
    { name: "the gateway with her token", caller: { peer: gateway, request: own }, verdict: "allow" },
    { name: "the gateway with bob's token", caller: { peer: gateway, request: { token: bob } }, verdict: "deny" },
    { name: "the gateway without a token", caller: { peer: gateway, request: {} }, verdict: "deny" },
    { name: "the gateway with raw TCP", caller: { peer: gateway }, verdict: "deny" },
    { name: "the gateway in plaintext", caller: { peer: gateway, plaintext: true, request: own }, verdict: "deny" },
    {
      name: "the gateway, another port",
      caller: { peer: gateway, request: own },
      to: at(desktopOf("alice"), 22),
      verdict: "deny",
    },
    {
      name: "another account in the gateway's labels",
      caller: { peer: { ...gateway, account: "default" }, request: own },
      verdict: "deny",
    },
    {
      name: "the gateway's account, other labels",
      caller: { peer: { ...gateway, labels: { known: {} } }, request: own },
      verdict: "deny",
    },
    {
      name: "the gateway's labels and account elsewhere",
      caller: { peer: { ...gateway, namespace: "ws-bob" }, request: own },
      verdict: "deny",
    },
    { name: "bob's desktop", caller: { peer: desktopOf("bob"), request: own }, verdict: "deny" },
    { name: "another pod of hers", caller: { peer: pod("ws-alice", {}), request: own }, verdict: "deny" },
    {
      name: "a challenge",
      caller: { peer: pod("project-x-challenges", { "reeve.dev/user": "alice" }), request: own },
      verdict: "deny",
    },
    { name: "a node", caller: { peer: { kind: "node", name: "a node" }, request: own }, verdict: "deny" },
    {
      name: "an outside address",
      caller: { peer: { kind: "address", name: "x", address: "203.0.113.9" }, request: own },
      verdict: "deny",
    },
  ])("$name: $verdict", ({ caller, to = toAlice, verdict }) => {
    expect(canReach(world, caller, to).verdict).toBe(verdict);
  });
});

describe("3: out of alice's desktop", () => {
  const challenge = (owner: string) => pod("project-x-challenges", { "reeve.dev/user": owner }, { sidecar: false });
  const address = (where: string) => ({ kind: "address", name: where, address: where }) as const;
  test.each<{ name: string; to: Target; verdict: string }>([
    { name: "her challenge, a declared port", to: at(challenge("alice"), 80), verdict: "allow" },
    { name: "her challenge, another port", to: at(challenge("alice"), 443), verdict: "deny" },
    { name: "her challenge, UDP", to: at(challenge("alice"), 80, "UDP"), verdict: "deny" },
    { name: "bob's challenge", to: at(challenge("bob"), 80), verdict: "deny" },
    { name: "bob's desktop", to: at(desktopOf("bob"), 8080), verdict: "deny" },
    {
      name: "DNS",
      to: at(pod("kube-system", { "k8s-app": "kube-dns" }, { sidecar: false }), 53, "UDP"),
      verdict: "allow",
    },
    {
      name: "DNS metrics",
      to: at(pod("kube-system", { "k8s-app": "kube-dns" }, { sidecar: false }), 9153),
      verdict: "deny",
    },
    {
      name: "a dashboard",
      to: at(pod("kube-system", { "k8s-app": "dashboard" }, { sidecar: false }), 53),
      verdict: "deny",
    },
    { name: "the metadata address", to: at(address("169.254.169.254"), 80), verdict: "deny" },
    { name: "the API server", to: at(address("10.96.0.1"), 443), verdict: "deny" },
    { name: "the internet", to: at(address("203.0.113.9"), 443), verdict: "deny" },
  ])("$name: $verdict", ({ to, verdict }) => {
    const request: HttpRequest = { token: alice };
    expect(canReach(world, { peer: desktopOf("alice"), request }, to).verdict).toBe(verdict);
  });
});

test("the corrected bundle is proven for alice and bob, and what is reached is what is meant", () => {
  const { findings, access } = proveGrants({ world, infra: INFRA }, ["alice", "bob"].map(workstationOf));
  expect(findings).toEqual([]);
  expect(access.filter(({ who }) => who.includes("alice")).map(({ who, what }) => `${who} -> ${what}`)).toEqual([
    "alice -> ws-alice, port 8080",
    "the desktop of alice -> its own challenge a pod with reeve.dev/user=alice in project-x-challenges, port 80",
    "the desktop of alice -> its own challenge a pod with reeve.dev/user=alice in project-x-challenges, port 1024",
    "the desktop of alice -> its own challenge a pod with reeve.dev/user=alice in project-x-challenges, port 65535",
    "the desktop of alice -> a pod with k8s-app=kube-dns in kube-system, TCP 53",
    "the desktop of alice -> a pod with k8s-app=kube-dns in kube-system, UDP 53",
    "the desktop of alice -> a pod with app=istiod in istio-system, TCP 15012",
  ]);
});

test("alice's own token is what her workstation asks for", () => {
  expect(ownToken(INFRA, workstationOf("alice"))).toEqual(alice);
});
