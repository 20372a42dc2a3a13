import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Documents, type LiveHub, makeLiveHub, type PeerSpec } from "../support/live-hub.ts";
import { killWireGuard } from "../support/netns.ts";
import { systemTestsMissing } from "../support/system.ts";
import { type Client, makeClient, pings } from "../support/tunnel.ts";
import { publicKeyOf } from "../support/wireguard-hub.ts";

const missing = systemTestsMissing("wireguard");

const other = (index: number, more: object = {}): PeerSpec => ({
  publicKey: publicKeyOf(index),
  addresses: [`10.8.2.${index}`],
  ...more,
});

describe.skipIf(missing !== null)(`a live hub (${missing ?? "real WireGuard"})`, () => {
  let hub: LiveHub;
  let client: Client | null = null;

  beforeEach(() => {
    hub = makeLiveHub();
  });
  afterEach(() => {
    client?.dispose();
    client = null;
    hub.dispose();
  });

  const apply = async (documents: Documents): Promise<void> => {
    hub.write(documents);
    const ran = await hub.reeve("apply", "--auto-approve");
    expect(ran.code, ran.stdout + ran.stderr).toBe(0);
    await converged();
  };
  const converged = async (): Promise<void> => {
    const ran = await hub.reeve("plan", "--detailed-exitcode");
    expect(ran.code, ran.stdout + ran.stderr).toBe(0);
  };
  const again = async (): Promise<void> => {
    const ran = await hub.reeve("apply", "--auto-approve");
    expect(ran.code, ran.stdout + ran.stderr).toBe(0);
    await converged();
  };
  const planned = async () =>
    (await hub.plan()).changes.map(({ address, action, reason }) => `${address} ${action}: ${reason}`);
  const dialled = async (addresses: readonly string[], documents: (key: string) => Documents): Promise<Client> => {
    client = await makeClient({ folder: hub.folder, hub: hub.space, number: 0, addresses });
    await apply(documents(client.publicKey));
    client.dial(hub.publicKey());
    expect(client.pings("10.8.0.1")).toBe(true);
    return client;
  };
  const set = (...words: readonly string[]): unknown => execFileSync("wg", ["set", hub.link, ...words]);

  it("starts an interface that is gone, and reaches quiet peers at once", async () => {
    const quiet = await dialled(["10.8.1.1/16"], (publicKey) => ({
      peers: { quiet: { publicKey, addresses: ["10.8.1.1"] }, other: other(1) },
    }));
    const key = hub.publicKey();
    const [, endpoint] = Object.entries(hub.show("endpoints")).find(([of]) => of === quiet.publicKey) ?? [];
    await apply({
      peers: { quiet: { publicKey: quiet.publicKey, addresses: ["10.8.1.1"] }, other: other(1), more: other(2) },
    });
    killWireGuard(hub.link);
    while (hub.space.try(["ip", "link", "show", hub.link]).status === 0);
    expect(await planned()).toEqual(["WireGuardHub/hub start: its file is as declared, its interface is absent"]);
    await again();
    expect([hub.publicKey(), hub.show("endpoints")[quiet.publicKey]]).toEqual([key, endpoint]);
    expect(pings(hub.space, "10.8.1.1")).toBe(true);
  });

  it.each<[string, () => unknown, readonly string[]]>([
    [
      "a peer's addresses",
      () => set("peer", publicKeyOf(1), "allowed-ips", "10.8.7.7/32"),
      ["WireGuardPeer/one update: hub: the live interface differs from its file: changed by hand, or restarted"],
    ],
    [
      "a peer that was removed",
      () => set("peer", publicKeyOf(1), "remove"),
      ["WireGuardPeer/one update: hub: the live interface differs from its file: changed by hand, or restarted"],
    ],
    [
      "a keepalive",
      () => set("peer", publicKeyOf(1), "persistent-keepalive", "9"),
      ["WireGuardPeer/one update: hub: the live interface differs from its file: changed by hand, or restarted"],
    ],
    [
      "the listen port",
      () => set("listen-port", "51999"),
      ["WireGuardHub/hub update: it differs from its declaration"],
    ],
    [
      "the MTU",
      () => hub.space.run("ip", "link", "set", hub.link, "mtu", "1300"),
      ["WireGuardHub/hub update: it differs from its declaration"],
    ],
    [
      "the state",
      () => hub.space.run("ip", "link", "set", hub.link, "down"),
      ["WireGuardHub/hub update: it differs from its declaration"],
    ],
    [
      "the hub's address",
      () => hub.space.run("ip", "addr", "del", "10.8.0.1/16", "dev", hub.link),
      ["WireGuardHub/hub update: it differs from its declaration"],
    ],
    [
      "a route",
      () => hub.space.run("ip", "route", "del", "10.21.0.0/16", "dev", hub.link),
      ["WireGuardHub/hub update: it differs from its declaration"],
    ],
    [
      "the file",
      () => edit((text) => text.replace("10.8.2.1/32", "10.8.7.7/32")),
      [
        "WireGuardHub/hub update: its file was edited by hand",
        "WireGuardPeer/one update: hub: the file was edited by hand",
      ],
    ],
    [
      "the file's mode",
      () => execFileSync("chmod", ["644", hub.configFile]),
      ["WireGuardHub/hub update: it differs from its declaration"],
    ],
    [
      "a peer that is gone from the file",
      () => edit((text) => text.replace(/# reeve-peer: two\n[^]*?\n\n|\n# reeve-peer: two\n[^]*$/, "")),
      [
        "WireGuardHub/hub update: its file was edited by hand",
        "WireGuardPeer/two adopt: declared, and live without Reeve's marker: it becomes Reeve's",
      ],
    ],
    ["the file, deleted", () => execFileSync("rm", [hub.configFile]), []],
  ])("names and mends a change by hand of %s", async (_what, hand, expected) => {
    const documents = { peers: { one: other(1, { routedNetworks: ["10.21.0.0/16"] }), two: other(2) } };
    await apply(documents);
    const [file, live] = [readFileSync(hub.configFile, "utf8"), hub.show("allowed-ips")];
    hand();
    const found = await planned();
    if (expected.length > 0) expect(found).toEqual(expected);
    else expect(found.length).toBeGreaterThan(0);
    if (expected.length === 0) hub.write({ ...documents, annotations: { "reeve.dev/adopt": "true" } });
    await again();
    expect([readFileSync(hub.configFile, "utf8"), hub.show("allowed-ips")]).toEqual([file, live]);
  });

  it("prunes what nobody declares within its cap, and above it nothing", async () => {
    const prunes = (atMost: number): Documents => ({
      hub: { peers: { unmanaged: "prune", prune: { atMost } } },
      peers: { one: other(1) },
    });
    await apply({ peers: { one: other(1) } });
    for (const index of [7, 8, 9]) set("peer", publicKeyOf(index), "allowed-ips", `10.8.9.${index}/32`);
    hub.write(prunes(2));
    const over = await hub.plan();
    expect([over.changes.length, over.foreign.length, over.diagnostics[0]?.code]).toEqual([0, 3, "prune-bound"]);
    await again();
    expect(Object.keys(hub.show("allowed-ips"))).toHaveLength(4);
    hub.write(prunes(3));
    expect((await hub.plan()).changes.map((change) => change.action)).toEqual(["prune", "prune", "prune"]);
    await again();
    expect(Object.keys(hub.show("allowed-ips"))).toEqual([publicKeyOf(1)]);
  });

  it("lets the incumbent keep a contested address, and holds the newcomer alone", async () => {
    await apply({ peers: { veteran: other(1, { addresses: ["10.8.2.9"] }) } });
    hub.write({
      peers: {
        alpha: other(2, { addresses: ["10.8.2.9"] }),
        veteran: other(1, { addresses: ["10.8.2.9"] }),
        zoe: other(3),
      },
    });
    const ran = await hub.reeve("apply", "--auto-approve", "--format", "json");
    const { outcomes } = JSON.parse(ran.stdout) as {
      outcomes: readonly { address: string; status: string; next?: string }[];
    };
    expect([ran.code, outcomes.map(({ address, status }) => `${address} ${status}`)]).toEqual([
      1,
      ["WireGuardPeer/alpha held", "WireGuardPeer/zoe done"],
    ]);
    expect(hub.show("allowed-ips")).toEqual({ [publicKeyOf(1)]: "10.8.2.9/32", [publicKeyOf(3)]: "10.8.2.3/32" });
  });

  it("holds a newcomer whose address a foreign peer has", async () => {
    await apply({ peers: { one: other(1) } });
    set("peer", publicKeyOf(9), "allowed-ips", "10.8.2.2/32");
    hub.write({ peers: { one: other(1), two: other(2), three: other(3) } });
    expect(await hub.reeve("apply", "--auto-approve")).toMatchObject({ code: 1 });
    expect(hub.show("allowed-ips")).toMatchObject({ [publicKeyOf(9)]: "10.8.2.2/32", [publicKeyOf(3)]: "10.8.2.3/32" });
  });

  it("carries IPv6 through the tunnel", async () => {
    const six = await dialled(["10.8.1.1/16", "fd00:8::1:1/64"], (publicKey) => ({
      hub: { addresses: ["10.8.0.1/16", "fd00:8::1/64"] },
      peers: { six: { publicKey, addresses: ["10.8.1.1", "fd00:8::1:1"] } },
    }));
    expect(six.pings("fd00:8::1")).toBe(true);
    expect(pings(hub.space, "fd00:8::1:1")).toBe(true);
  });

  it("reaches a network behind a peer, and no longer when it is taken away", async () => {
    const office = await dialled(["10.8.1.1/16", "10.20.0.1/24"], (publicKey) => ({
      peers: { office: { publicKey, addresses: ["10.8.1.1"], routedNetworks: ["10.20.0.0/16"] } },
    }));
    expect(pings(hub.space, "10.20.0.1")).toBe(true);
    await apply({ peers: { office: { publicKey: office.publicKey, addresses: ["10.8.1.1"] } } });
    expect(hub.space.run("ip", "route", "show", "dev", hub.link)).not.toContain("10.20.0.0");
  });

  it("ends a session by suspension and expiry, and lets it back in", async () => {
    const documents = (publicKey: string, more: object = {}): Documents => ({
      peers: { guest: { publicKey, addresses: ["10.8.1.1"], ...more } },
    });
    const guest = await dialled(["10.8.1.1/16"], (publicKey) => documents(publicKey));
    const pingsNow = (): boolean => guest.space.try(["ping", "-c", "1", "-W", "1", "10.8.0.1"]).status === 0;
    await apply(documents(guest.publicKey, { suspended: true }));
    expect(pingsNow()).toBe(false);
    await apply(documents(guest.publicKey, { expiresAt: "2030-01-01T00:00:00Z" }));
    guest.hangUp(hub.publicKey());
    guest.dial(hub.publicKey());
    expect(guest.pings("10.8.0.1")).toBe(true);
    await apply(documents(guest.publicKey, { expiresAt: "2020-01-01T00:00:00+02:00" }));
    expect(pingsNow()).toBe(false);
  });

  function edit(change: (text: string) => string): void {
    writeFileSync(hub.configFile, change(readFileSync(hub.configFile, "utf8")));
  }
});
