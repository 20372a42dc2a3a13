import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Resource } from "../../../src/estate/resource.ts";
import { describeField } from "../../../src/render/words.ts";
import { hub, keyOf, peer } from "./desired.ts";
import { compare, converge, edit, editFile, editLive, NOW, say, stranger, type World } from "./world.ts";

const HUB = hub("hub");
const ALICE = peer("alice", { publicKey: keyOf(1001), addresses: ["10.8.0.10"] });
const BOB = peer("bob", { publicKey: keyOf(1002), addresses: ["10.8.0.11"] });
const CAROL = peer("carol", { publicKey: keyOf(1003), addresses: ["10.8.0.12"], routedNetworks: ["10.20.0.0/16"] });
const BASE: readonly Resource[] = [HUB, ALICE, BOB, CAROL];
const CONVERGED: World = converge(BASE, new Map());

function without(...gone: readonly Resource[]): readonly Resource[] {
  return BASE.filter((one) => !gone.includes(one));
}

function withAlice(spec: Parameters<typeof peer>[1]): readonly Resource[] {
  return [...without(ALICE), peer("alice", { ...ALICE.spec, ...spec })];
}

function handshake(world: World, key: string, at: number): World {
  return editLive(world, "hub", (live) => ({
    peers: live.peers.map((one) => (one.publicKey === key ? { ...one, latestHandshake: at } : one)),
  }));
}

interface Row {
  readonly name: string;
  readonly desired: readonly Resource[];
  readonly world?: World;
  readonly says: readonly string[];
  readonly fields?: readonly string[];
  readonly reason?: string;
}

const hubWith = (spec: Parameters<typeof hub>[1], annotations: Record<string, string> = {}): readonly Resource[] => [
  ...without(HUB),
  { ...hub("hub", spec), annotations },
];

const ROWS: readonly Row[] = [
  { name: "in sync", desired: BASE, says: [] },
  {
    name: "a new peer",
    desired: [...BASE, peer("dave", { addresses: ["10.8.0.13"] })],
    says: ["create WireGuardPeer/dave"],
  },
  { name: "a peer's document is gone", desired: without(ALICE), says: ["delete WireGuardPeer/alice"] },
  {
    name: "another address",
    desired: withAlice({ addresses: ["10.8.0.20"] }),
    says: ["update WireGuardPeer/alice"],
    fields: ['hub.allowedIps: ["10.8.0.10/32"] -> ["10.8.0.20/32"]'],
  },
  {
    name: "another key, without a rotation",
    desired: withAlice({ publicKey: keyOf(2001) }),
    says: ["replace WireGuardPeer/alice"],
  },
  {
    name: "a new name for the same key",
    desired: [...without(ALICE), peer("alicia", ALICE.spec)],
    says: ["update WireGuardPeer/alicia"],
  },
  { name: "suspended", desired: withAlice({ suspended: true }), says: ["stop WireGuardPeer/alice"] },
  { name: "expired", desired: withAlice({ expiresAt: "2026-11-24T12:00:00Z" }), says: ["stop WireGuardPeer/alice"] },
  { name: "not expired yet", desired: withAlice({ expiresAt: "2026-11-24T12:00:01Z" }), says: [] },
  {
    name: "suspended from the start",
    desired: [...BASE, peer("eve", { addresses: ["10.8.0.14"], suspended: true })],
    says: [],
  },
  {
    name: "live peer changed by hand",
    desired: BASE,
    world: editLive(CONVERGED, "hub", (live) => ({
      peers: live.peers.filter((one) => one.publicKey !== ALICE.spec.publicKey),
    })),
    says: ["update WireGuardPeer/alice"],
    reason: "hub: the live interface differs from its file: changed by hand, or restarted",
  },
  {
    name: "file edited by hand",
    desired: BASE,
    world: editFile(CONVERGED, "hub", (file) => ({
      isIntact: false,
      peers: file.peers.map((one) => (one.name === "bob" ? { ...one, keepalive: 5 } : one)),
    })),
    says: ["update WireGuardHub/hub", "update WireGuardPeer/bob"],
  },
  {
    name: "the interface is gone",
    desired: BASE,
    world: edit(CONVERGED, "hub", () => ({ live: null })),
    says: ["start WireGuardHub/hub"],
  },
  {
    name: "both are gone",
    desired: BASE,
    world: edit(CONVERGED, "hub", () => ({ live: null, file: null })),
    says: [
      "create WireGuardHub/hub",
      "create WireGuardPeer/alice",
      "create WireGuardPeer/bob",
      "create WireGuardPeer/carol",
    ],
  },
  {
    name: "an interface address is missing, the MTU is another, a route is gone",
    desired: BASE,
    world: editLive(CONVERGED, "hub", () => ({ addresses: [], mtu: 1300, routes: [] })),
    says: ["update WireGuardHub/hub"],
    fields: ['live.addresses: [] -> ["10.8.0.1/24"]', "live.mtu: 1300 -> 1420", 'live.routes: [] -> ["10.20.0.0/16"]'],
  },
  {
    name: "a route of ours that nobody needs",
    desired: BASE,
    world: editLive(CONVERGED, "hub", (live) => ({
      routes: [...live.routes, { network: "10.99.0.0/16", isOurs: true }],
    })),
    says: ["update WireGuardHub/hub"],
  },
  {
    name: "somebody else's route",
    desired: BASE,
    world: editLive(CONVERGED, "hub", (live) => ({
      routes: [...live.routes, { network: "10.99.0.0/16", isOurs: false }],
    })),
    says: [],
  },
  {
    name: "another port, without consent",
    desired: hubWith({ listenPort: 4444 }),
    says: ["update WireGuardHub/hub (confirm-listen-port)"],
  },
  {
    name: "another port, with consent",
    desired: hubWith({ listenPort: 4444 }, { "reeve.dev/confirm-listen-port": "4444" }),
    says: ["update WireGuardHub/hub"],
  },
  {
    name: "another endpoint",
    desired: hubWith({ endpoint: "other.example.com:51820" }),
    says: ["update WireGuardHub/hub"],
  },
  { name: "the network grows", desired: hubWith({ addresses: ["10.8.0.1/23"] }), says: ["update WireGuardHub/hub"] },
  {
    name: "the network shrinks",
    desired: hubWith({ addresses: ["10.8.0.1/25"] }),
    says: ["update WireGuardHub/hub (network-shrink)"],
  },
  { name: "another pinned key", desired: hubWith({ publicKey: keyOf(9) }), says: [] },
  { name: "retired", desired: [hub("hub", { retired: true })], says: ["delete WireGuardHub/hub"] },
  {
    name: "an empty checkout",
    desired: [HUB],
    says: [
      "delete WireGuardPeer/alice (would-empty)",
      "delete WireGuardPeer/bob (would-empty)",
      "delete WireGuardPeer/carol (would-empty)",
    ],
  },
  {
    name: "an address somebody undeclared holds",
    desired: [...BASE, peer("dave", { publicKey: keyOf(1004), addresses: ["10.8.0.99"] })],
    world: editLive(CONVERGED, "hub", (live) => ({ peers: [...live.peers, stranger(keyOf(66), ["10.8.0.99/32"])] })),
    says: ["create WireGuardPeer/dave (address-conflict)"],
  },
  {
    name: "a newcomer wants an incumbent's address",
    desired: [...BASE, peer("aaron", { publicKey: keyOf(1005), addresses: ["10.8.0.10"] })],
    says: ["create WireGuardPeer/aaron (address-conflict)"],
  },
  {
    name: "a declared peer that is live without a marker",
    desired: [...BASE, peer("dave", { publicKey: keyOf(1006), addresses: ["10.8.0.30"] })],
    world: editLive(CONVERGED, "hub", (live) => ({ peers: [...live.peers, stranger(keyOf(1006), ["10.8.0.30/32"])] })),
    says: ["adopt WireGuardPeer/dave"],
  },
  {
    name: "a network that the hub stands in",
    desired: [
      ...BASE,
      peer("dave", { publicKey: keyOf(1007), addresses: ["10.8.0.31"], routedNetworks: ["192.0.2.0/24"] }),
    ],
    world: edit(CONVERGED, "hub", () => ({ surroundings: [{ network: "192.0.2.0/25", what: "eth0" }] })),
    says: ["create WireGuardPeer/dave (lock-out)"],
  },
];

describe("compare", () => {
  test.each(ROWS.filter((row) => row.name !== "another pinned key"))(
    "$name",
    ({ desired, world, says, fields, reason }) => {
      const { changes } = compare(desired, world ?? CONVERGED);
      expect(say(changes)).toEqual(says);
      if (fields !== undefined) expect(changes.flatMap((change) => change.fields.map(describeField))).toEqual(fields);
      if (reason !== undefined) expect(changes[0]?.reason).toBe(reason);
    },
  );

  test.each(ROWS)("$name: applied, then planned again, only what is held is left", ({ desired, world }) => {
    const before = compare(desired, world ?? CONVERGED);
    const after = compare(desired, converge(desired, world ?? CONVERGED));
    expect(say(after.changes)).toEqual(say(before.changes.filter((change) => change.blocked !== undefined)));
  });

  test("a pinned key that is not the hub's is refused", () => {
    const drifted = editLive(CONVERGED, "hub", () => ({ mtu: 1300 }));
    const { changes, findings } = compare(hubWith({ publicKey: keyOf(9) }), drifted);
    expect(say(changes)).toEqual(["update WireGuardHub/hub (hub-key-mismatch)"]);
    expect(findings[0]).toMatchObject({ code: "hub-key-mismatch", path: ["spec", "publicKey"] });
  });

  test("a marker of another estate is an error", () => {
    const foreign = editFile(CONVERGED, "hub", (file) => ({
      marker: { estate: "other", hub: "hub", interface: file.marker?.interface ?? "" },
    }));
    expect(compare(BASE, foreign).findings.map(({ severity, code }) => `${severity} ${code}`)).toEqual([
      "error foreign-marker",
    ]);
  });

  test("an unmarked hub needs consent, then is adopted whole", () => {
    const unmarked = editFile(CONVERGED, "hub", () => ({ marker: null, unknownKeys: ["PostUp"] }));
    expect(say(compare(BASE, unmarked).changes)).toContain("adopt WireGuardHub/hub (not-adopted)");
    expect(
      compare(BASE, unmarked).changes.find((change) => change.kind === "WireGuardHub")?.blocked?.message,
    ).toContain("PostUp");
    const consented = hubWith({}, { "reeve.dev/adopt": "true" });
    expect(say(compare(consented, unmarked).changes)).toContain("adopt WireGuardHub/hub");
    expect(compare(consented, converge(consented, unmarked)).changes).toEqual([]);
  });

  test("undeclared peers: reported, pruned within the bound, none beyond it", () => {
    const world = editLive(CONVERGED, "hub", (live) => ({
      peers: [...live.peers, stranger(keyOf(66), ["10.8.0.66/32"]), stranger(keyOf(67), ["10.8.0.67/32"])],
    }));
    const pruning = (atMost: number) =>
      hubWith({ peers: { ...HUB.spec.peers, unmanaged: "prune", prune: { atMost } } });
    expect(compare(BASE, world)).toMatchObject({ changes: [], foreign: [{ where: "hub" }, { where: "hub" }] });
    expect(compare(pruning(1), world)).toMatchObject({
      changes: [],
      foreign: [{}, {}],
      findings: [{ code: "prune-bound" }],
    });
    expect(compare(pruning(2), world).changes.map((change) => change.action)).toEqual(["prune", "prune"]);
    expect(compare(pruning(2), converge(pruning(2), world))).toMatchObject({ changes: [], foreign: [] });
  });

  test("a rotation: offered, switched, then the document follows", () => {
    const next = keyOf(3001);
    const offering = withAlice({ nextPublicKey: next });
    const offered = converge(offering, CONVERGED);
    expect(compare(offering, offered).changes).toEqual([]);
    const used = handshake(handshake(offered, ALICE.spec.publicKey, 1000), next, 2000);
    expect(compare(offering, used).changes).toMatchObject([
      { action: "update", disruption: "none", reason: "the client has switched to its next key" },
    ]);
    const switched = converge(offering, used);
    expect(compare(offering, switched).changes).toEqual([]);
    expect(compare(offering, handshake(switched, next, 0)).changes).toEqual([]);
    expect(compare(withAlice({ publicKey: next }), switched).changes).toEqual([]);
    expect(switched.get("hub")?.live?.peers.map((one) => one.publicKey)).not.toContain(ALICE.spec.publicKey);
  });

  test("clients whose files go stale are named", () => {
    const [change] = compare(hubWith({ endpoint: "other.example.com:51820" }), CONVERGED).changes;
    expect(change?.impact).toEqual(["client action required: the files of alice, bob, carol are stale"]);
  });

  test("the next instant at which time changes the plan is the next expiry", () => {
    expect(compare(withAlice({ expiresAt: "2027-01-01T00:00:00Z" }), CONVERGED).nextChangeAt).toEqual(
      new Date("2027-01-01T00:00:00Z"),
    );
    expect(
      compare(withAlice({ expiresAt: "2027-01-01T00:00:00Z", suspended: true }), CONVERGED).nextChangeAt,
    ).toBeNull();
  });

  test("two names swap their addresses in one step", () => {
    const swapped = [
      ...without(ALICE, BOB),
      peer("alice", { ...ALICE.spec, addresses: ["10.8.0.11"] }),
      peer("bob", { ...BOB.spec, addresses: ["10.8.0.10"] }),
    ];
    expect(say(compare(swapped, CONVERGED).changes)).toEqual([
      "update WireGuardPeer/alice",
      "update WireGuardPeer/bob",
    ]);
    expect(compare(swapped, converge(swapped, CONVERGED)).changes).toEqual([]);
  });
});

describe("law 3: apply, then plan, is empty", () => {
  const spec = fc.record({
    name: fc.constantFrom("a", "b", "c", "d", "e"),
    key: fc.integer({ min: 1, max: 7 }),
    next: fc.option(fc.integer({ min: 20, max: 22 }), { nil: undefined }),
    last: fc.integer({ min: 10, max: 30 }),
    hubs: fc.subarray(["hub", "two"], { minLength: 1 }),
    keepalive: fc.constantFrom(undefined, "25s", "0s"),
    suspended: fc.boolean(),
    psk: fc.boolean(),
    routed: fc.boolean(),
  });
  const fleet = fc.uniqueArray(spec, { selector: (one) => one.name, maxLength: 5 }).map((specs) => {
    const unique = <T>(values: readonly T[]): boolean => new Set(values).size === values.length;
    const keys = specs.flatMap((one) => [one.key, ...(one.next === undefined ? [] : [one.next])]);
    if (!unique(keys) || !unique(specs.map((one) => one.last))) return [];
    return specs.map((one) =>
      peer(one.name, {
        hubs: one.hubs,
        publicKey: keyOf(one.key),
        ...(one.next === undefined ? {} : { nextPublicKey: keyOf(one.next) }),
        addresses: [`10.8.0.${one.last}`, `10.9.0.${one.last}`].filter((_, index) =>
          one.hubs.includes(["hub", "two"][index] ?? ""),
        ),
        ...(one.keepalive === undefined ? {} : { keepalive: one.keepalive }),
        ...(one.psk ? { presharedKeyFrom: { file: `/etc/wireguard/psk/${one.name}` } } : {}),
        routedNetworks: one.routed ? [`10.${one.last}.0.0/16`] : [],
        suspended: one.suspended,
      }),
    );
  });
  const hubs = [
    { ...hub("hub"), annotations: { "reeve.dev/allow-empty": "true" } },
    {
      ...hub("two", { interface: "wg1", addresses: ["10.9.0.1/24"], listenPort: 51821 }),
      annotations: { "reeve.dev/allow-empty": "true" },
    },
  ];

  test("from any fleet to any other, with strangers about", () => {
    fc.assert(
      fc.property(
        fleet,
        fleet,
        fc.array(fc.integer({ min: 40, max: 45 }), { maxLength: 2 }),
        (first, second, strangers) => {
          const before = converge([...hubs, ...first], new Map());
          const crowd = [...new Set(strangers)].map((number) => stranger(keyOf(number), [`10.8.0.${number + 100}/32`]));
          const world = editLive(before, "hub", (live) => ({ peers: [...live.peers, ...crowd] }));
          const after = converge([...hubs, ...second], world);
          const plan = compare([...hubs, ...second], after);
          expect(say(plan.changes)).toEqual([]);
          expect(plan.foreign).toHaveLength(crowd.length);
        },
      ),
      { numRuns: 300 },
    );
  });

  test("planning is a function: the same world, the same plan, in whatever order it is listed", () => {
    fc.assert(
      fc.property(fleet, fleet, (first, second) => {
        const world = converge([...hubs, ...first], new Map());
        const turned = editLive(world, "hub", (live) => ({ peers: live.peers.toReversed() }));
        expect(compare([...second, ...hubs], turned).changes).toEqual(compare([...hubs, ...second], world).changes);
      }),
    );
  });

  test("NOW is when these worlds are looked at", () => {
    expect(compare(BASE, CONVERGED, NOW).changes).toEqual([]);
  });
});
