/** The ways in and out that must be shut, over what is rendered of documents: for two people whole, for 200 by pairs. */
import { describe, expect, test } from "vitest";
import { tokenOf, type Workstation } from "../../../src/providers/grants/reach/cast.ts";
import { canReach } from "../../../src/providers/grants/reach/connect.ts";
import { type OutsideRequest, requestFromOutside } from "../../../src/providers/grants/reach/gateway.ts";
import type { Address, Caller, Pod, Reach, Target } from "../../../src/providers/grants/reach/model.ts";
import { type Granted, prove, SETTINGS, type Setting, type Staged, stage } from "./rendered-cast.ts";

const TWO: readonly Granted[] = [{ slug: "alice" }, { slug: "bob" }];

const named = ({ address, routes, extras }: Setting): string => `${address} ${routes}${extras ? " with extras" : ""}`;

function workstationOf({ cast }: Staged, slug: string): Workstation {
  const found = cast.workstations.find(({ person }) => person === slug);
  if (found === undefined) throw new Error(`no workstation of ${slug}`);
  return found;
}

function desktopOf({ world }: Staged, slug: string): Pod {
  const [pod] = world.pods.get(`ws-${slug}`) ?? [];
  if (pod === undefined) throw new Error(`no desktop of ${slug}`);
  return pod;
}

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

const GATEWAY = pod("project-x-infra", { app: "workstation-gateway" }, { account: "workstation-gateway" });
const challengeOf = (owner: string): Pod =>
  pod("project-x-challenges", { "reeve.dev/user": owner }, { sidecar: false });
const system = (app: string): Pod => pod("kube-system", { "k8s-app": app }, { sidecar: false });
const address = (where: string): Address => ({ kind: "address", name: where, address: where });

/** Where a request ends, and how: every end that it may have. */
function endsOf(staged: Staged, request: OutsideRequest): readonly string[] {
  return requestFromOutside(staged.world, request).map(({ reach, pod: end }) =>
    [reach.verdict, end?.namespace].join(" ").trim(),
  );
}

describe.each(SETTINGS.map((setting) => ({ setting, name: named(setting) })))("$name", ({ setting }) => {
  const staged = stage(TWO, setting);
  const alice = tokenOf(staged.cast.infra, "alice");
  const own = workstationOf(staged, "alice");
  const others = workstationOf(staged, "bob");
  const below = (where: Workstation, path: string) => ({
    host: where.host,
    path: `${where.path}${path}`.replace("//", "/"),
  });
  const evil = "https://evil.example";

  test.each<readonly [name: string, request: OutsideRequest, ends: string]>([
    ["her own address", { ...own, token: alice }, "allow ws-alice"],
    ["below it", { ...below(own, "/vnc/socket"), token: alice }, "allow ws-alice"],
    ["bob's address", { ...others, token: alice }, "deny ws-bob"],
    ["below bob's", { ...below(others, "/vnc"), token: alice }, "deny ws-bob"],
    ["no token", { host: own.host, path: own.path }, "deny"],
    ["another issuer", { ...own, token: { ...alice, issuer: evil } }, "deny"],
    ["other keys", { ...own, token: { ...alice, keys: evil } }, "deny"],
    ["another audience", { ...own, token: { ...alice, audiences: ["wiki"] } }, "deny"],
    ["no scope", { ...own, token: { ...alice, claims: { scope: "read" } } }, "deny"],
    ["an expired token", { ...own, token: { ...alice, expired: true } }, "deny"],
    ["a host that nobody has", { host: "other.example.net", path: own.path, token: alice }, "deny"],
    [
      "another person by header",
      { ...others, token: alice, headers: { "X-Forwarded-User": "bob" } } as never,
      "deny ws-bob",
    ],
  ])("1 and 4, a request with %s", (_name, asked, ends) => {
    const { host, path, token, headers } = asked;
    expect(endsOf(staged, { host, path, ...(token && { token }), ...(headers && { headers }) })).toEqual([ends]);
  });

  test.each<readonly [name: string, host: string, path: string, ends: string]>(
    setting.address === "path"
      ? [
          ["a longer name", own.host, "/workstation/alicex", "deny"],
          ["dots to bob", own.host, "/workstation/alice/../bob", "deny ws-bob"],
          ["encoded dots to bob", own.host, "/workstation/alice/%2e%2e/bob", "deny ws-bob"],
          ["encoded slashes to bob", own.host, "/workstation/alice%2F..%2Fbob", "deny"],
          ["two slashes", own.host, "//workstation/alice", "deny"],
          ["backslashes to bob", own.host, "\\workstation\\bob", "deny ws-bob"],
          ["the prefix alone", own.host, "/workstation", "deny"],
        ]
      : [
          ["a longer name", "alicex.desktops.example.net", "/", "deny"],
          ["a name before hers", "x.alice.desktops.example.net", "/", "deny"],
          ["bob's host in capitals", "BOB.desktops.example.net", "/", "deny ws-bob"],
          ["the domain alone", "desktops.example.net", "/", "deny"],
          ["bob as a path of hers", own.host, "/workstation/bob", "allow ws-alice"],
          ["dots at her host", own.host, "/../../bob", "allow ws-alice"],
        ],
  )("1, alice's token and %s", (_name, host, path, ends) => {
    expect(endsOf(staged, { host, path, token: alice })).toEqual([ends]);
  });

  const request = { token: alice };
  const toAlice: Target = { peer: desktopOf(staged, "alice"), port: 8080, protocol: "TCP" };
  test.each<readonly [name: string, caller: Caller, verdict: Reach["verdict"]]>([
    ["the gateway with her token", { peer: GATEWAY, request }, "allow"],
    ["the gateway with bob's", { peer: GATEWAY, request: { token: tokenOf(staged.cast.infra, "bob") } }, "deny"],
    ["the gateway without a token", { peer: GATEWAY, request: {} }, "deny"],
    ["the gateway and raw TCP", { peer: GATEWAY }, "deny"],
    ["the gateway in plaintext", { peer: GATEWAY, plaintext: true, request }, "deny"],
    ["another account in the gateway's labels", { peer: { ...GATEWAY, account: "default" }, request }, "deny"],
    ["the gateway's account, other labels", { peer: { ...GATEWAY, labels: { known: {} } }, request }, "deny"],
    ["the gateway's labels and account elsewhere", { peer: { ...GATEWAY, namespace: "default" }, request }, "deny"],
    ["bob's desktop", { peer: desktopOf(staged, "bob"), request }, "deny"],
    ["another pod of her namespace", { peer: pod("ws-alice", {}), request }, "deny"],
    ["her challenge", { peer: challengeOf("alice"), request }, "deny"],
    ["the session check's pod", { peer: pod("project-x-infra", { app: "check" }), request }, "deny"],
    ["a node", { peer: { kind: "node", name: "a node" }, request }, "deny"],
    ["an address outside", { peer: address("203.0.113.9"), request }, "deny"],
  ])("2 and 5, straight to alice's desktop: %s", (_name, caller, verdict) => {
    expect(canReach(staged.world, caller, toAlice).verdict).toBe(verdict);
  });

  test.each<readonly [name: string, peer: Target["peer"], port: number, protocol: "TCP" | "UDP", verdict: string]>([
    ["her challenge, a declared port", challengeOf("alice"), 80, "TCP", "allow"],
    ["her challenge, the last declared port", challengeOf("alice"), 8100, "TCP", "allow"],
    ["her challenge, a port past it", challengeOf("alice"), 8101, "TCP", "deny"],
    ["her challenge, UDP", challengeOf("alice"), 80, "UDP", "deny"],
    ["bob's challenge", challengeOf("bob"), 80, "TCP", "deny"],
    ["nobody's challenge", pod("project-x-challenges", {}), 80, "TCP", "deny"],
    ["her label elsewhere", pod("default", { "reeve.dev/user": "alice" }), 80, "TCP", "deny"],
    ["bob's desktop", desktopOf(staged, "bob"), 8080, "TCP", "deny"],
    ["the gateway", GATEWAY, 443, "TCP", "deny"],
    ["DNS", system("kube-dns"), 53, "UDP", "allow"],
    ["the metrics of DNS", system("kube-dns"), 9153, "TCP", "deny"],
    ["a dashboard", system("dashboard"), 443, "TCP", "deny"],
    ["the mesh's control plane", pod("istio-system", { app: "istiod" }, { sidecar: false }), 15_012, "TCP", "allow"],
    ["its debug port", pod("istio-system", { app: "istiod" }, { sidecar: false }), 8080, "TCP", "deny"],
    [
      "the session check",
      pod("project-x-infra", { app: "check" }, { sidecar: false }),
      9000,
      "TCP",
      setting.extras ? "allow" : "deny",
    ],
    ["the granted network", address("198.51.100.9"), 443, "TCP", "allow"],
    ["the granted network, another port", address("198.51.100.9"), 80, "TCP", "deny"],
    ["beside the granted network", address("198.51.100.200"), 443, "TCP", "deny"],
    ["the metadata address", address("169.254.169.254"), 80, "TCP", "deny"],
    ["the metadata address of IPv6", address("fd00:ec2::254"), 80, "TCP", "deny"],
    ["the API server", address("10.96.0.1"), 443, "TCP", "deny"],
    ["the internet", address("203.0.113.9"), 443, "TCP", "deny"],
  ])("3, out of alice's desktop: %s", (_name, peer, port, protocol, verdict) => {
    const caller = { peer: desktopOf(staged, "alice"), request };
    expect(canReach(staged.world, caller, { peer, port, protocol }).verdict).toBe(verdict);
  });

  test("the proof says the same: each person reaches one desktop, and nobody else does", () => {
    const { findings, access } = prove(staged);
    expect(findings).toEqual([]);
    expect(access.flatMap(({ who, what }) => (what.startsWith("ws-") ? [`${who} -> ${what}`] : []))).toEqual([
      "alice -> ws-alice, port 8080",
      "bob -> ws-bob, port 8080",
    ]);
  });
});

/** Bob has his desktop all the while. */
describe.each<readonly [name: string, alice: Omit<Granted, "slug"> | null, now: Date]>([
  [
    "at the first instant after the end",
    { window: "startsAt: 2026-12-01T08:00:00Z, expiresAt: 2026-12-03T08:00:00Z" },
    new Date("2026-12-03T08:00:00Z"),
  ],
  [
    "a second after the end",
    { window: "startsAt: 2026-12-01T08:00:00Z, duration: 2d" },
    new Date("2026-12-03T08:00:01Z"),
  ],
  [
    "a moment before the beginning",
    { window: "startsAt: 2026-12-03T08:00:00Z, duration: 2d" },
    new Date("2026-12-03T07:59:59.999Z"),
  ],
  ["suspended", { more: "  suspended: true\n" }, new Date("2026-12-03T08:00:00Z")],
  [
    "when what is kept is kept no longer",
    { window: "startsAt: 2026-12-01T08:00:00Z, duration: 1h" },
    new Date("2026-12-09T08:00:00Z"),
  ],
  ["removed", null, new Date("2026-12-03T08:00:00Z")],
])("4, %s", (_name, alice, now) => {
  test.each(SETTINGS.map((setting) => [named(setting), setting] as const))(
    "%s: alice is out, bob is in",
    (_setting, setting) => {
      const people = [...(alice === null ? [] : [{ slug: "alice", ...alice }]), { slug: "bob" }];
      const staged = stage(people, setting, { now });
      const { host, path } = workstationOf(stage(TWO, setting), "alice");
      const bob = workstationOf(staged, "bob");
      const { findings, access } = prove(staged);
      expect(endsOf(staged, { host, path, token: tokenOf(staged.cast.infra, "alice") })).toEqual(["deny"]);
      expect(endsOf(staged, { host: bob.host, path: bob.path, token: tokenOf(staged.cast.infra, "bob") })).toEqual([
        "allow ws-bob",
      ]);
      expect(findings.filter(({ refuses }) => refuses)).toEqual([]);
      expect(access.flatMap(({ who, what }) => (what.startsWith("ws-") ? [who] : []))).toEqual(["bob"]);
      const open = new Set(["HTTPRoute", "AuthorizationPolicy workstation"]);
      const opening = staged.rendered.filter(
        ({ object: { kind, metadata } }) =>
          [kind, `${kind} ${metadata.name}`].some((one) => open.has(one)) &&
          metadata.labels?.["reeve.dev/user"] === "alice",
      );
      expect(opening).toEqual([]);
    },
  );
});

const MANY = Array.from({ length: 200 }, (_, index): Granted => ({ slug: `p${String(index).padStart(3, "0")}` }));

describe.each(
  SETTINGS.filter(
    ({ extras, address, routes }) => extras && (address === "host") === (routes === "beside-gateway"),
  ).map((setting) => ({ setting, name: named(setting) })),
)("200 people, $name", ({ setting }) => {
  const staged = stage(MANY, setting);
  const people = staged.cast.workstations.map((workstation) => ({
    workstation,
    token: tokenOf(staged.cast.infra, workstation.person),
    desktop: desktopOf(staged, workstation.person),
  }));

  test("nobody of 39,800 pairs gets anywhere of the other's: by route, by token, by pod, to challenges", () => {
    const pairs = people.flatMap((one) =>
      people.filter((other) => other !== one).map((other) => [one, other] as const),
    );
    expect(pairs).toHaveLength(39_800);
    const open = pairs.filter(([one, { workstation, desktop }]) => {
      const request = { token: one.token };
      const target: Target = { peer: desktop, port: workstation.port, protocol: "TCP" };
      const challenge: Target = { peer: challengeOf(workstation.person), port: 80, protocol: "TCP" };
      const byRoute = endsOf(staged, { host: workstation.host, path: workstation.path, token: one.token });
      return (
        byRoute.join() !== `deny ${workstation.namespace}` ||
        canReach(staged.world, { peer: GATEWAY, request }, target).verdict !== "deny" ||
        canReach(staged.world, { peer: one.desktop, request }, target).verdict !== "deny" ||
        canReach(staged.world, { peer: one.desktop, request }, challenge).verdict !== "deny"
      );
    });
    expect(open.map(([one, other]) => `${one.workstation.person} -> ${other.workstation.person}`)).toEqual([]);
  });

  test("each of them gets to what is their own, by their own route", () => {
    const shut = people.filter(({ workstation: { host, path, person, namespace }, token, desktop }) => {
      const challenge: Target = { peer: challengeOf(person), port: 8000, protocol: "TCP" };
      return (
        endsOf(staged, { host, path, token }).join() !== `allow ${namespace}` ||
        canReach(staged.world, { peer: desktop, request: {} }, challenge).verdict !== "allow"
      );
    });
    expect(shut.map(({ workstation }) => workstation.person)).toEqual([]);
  });

  test("the proof over all of them finds nothing, and one way in for each", () => {
    const { findings, access } = prove(staged);
    expect(findings).toEqual([]);
    const entries = access.filter(({ what }) => what.startsWith("ws-"));
    expect(entries.map(({ who, workstation }) => `${who} ${workstation}`)).toEqual(
      MANY.map(({ slug }) => `${slug} ws-${slug}`),
    );
  });
});
