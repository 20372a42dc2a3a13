import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { hub, keyOf, peer } from "./desired.ts";
import { ALICE, BASE, BOB, CONVERGED, HUB, hubWith, withAlice, without } from "./small-fleet.ts";
import { compare, converge, editFile, editLive, NOW, say, stranger, type World } from "./world.ts";

function handshake(world: World, key: string, at: number): World {
  return editLive(world, "hub", (live) => ({
    peers: live.peers.map((one) => (one.publicKey === key ? { ...one, latestHandshake: at } : one)),
  }));
}

describe("compare, in scenes", () => {
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
