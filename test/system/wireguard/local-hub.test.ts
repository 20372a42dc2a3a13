import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type HubInNamespace, hubInNamespace } from "../../support/hub-in-namespace.ts";
import { hasSocket, killWireGuard, makeNamespace, type NetworkNamespace, uniqueName } from "../../support/netns.ts";
import { systemTestsMissing } from "../../support/system.ts";
import { hubOf, NO_DELTA, publicKeyOf, troubleOf, upsertOf } from "../../support/wireguard-hub.ts";

const missing = systemTestsMissing("wireguard");
const named = (index: number, more = {}) => ({ ...upsertOf(index, more), name: `peer-${index}` });

describe.skipIf(missing !== null)(`a local hub (${missing ?? "real WireGuard"})`, () => {
  let space: NetworkNamespace;
  let folder: string;
  let link: string;
  let hub: HubInNamespace;

  beforeEach(() => {
    space = makeNamespace();
    folder = mkdtempSync(join(tmpdir(), "reeve-local-"));
    link = uniqueName("wl");
    const spec = {
      host: { local: {} },
      interface: link,
      configFile: join(folder, `${link}.conf`),
      privateKeyFrom: { file: join(folder, "hub.key") },
    };
    hub = hubInNamespace(space, hubOf(spec), folder);
  });

  afterEach(() => {
    space.dispose();
    rmSync(folder, { recursive: true, force: true });
  });

  const bringUp = (indexes: readonly number[]) =>
    hub.write({ blocks: indexes.map((index) => named(index)) }, { bringUp: true });
  const live = (snapshot: ReturnType<HubInNamespace["read"]>) => {
    if (snapshot.live === null) throw new Error("no interface");
    return snapshot.live;
  };

  it("brings an absent interface up from its file", () => {
    const before = hub.read();
    expect([before.publicKey, before.file, before.live]).toEqual([null, null, null]);
    const after = hub.write(
      { blocks: [named(1), named(2)], addresses: ["10.8.0.1/24", "fd00:8::1/64"], mtu: 1380, routes: ["10.20.0.0/16"] },
      { bringUp: true },
    );
    expect(after.troubles).toEqual([]);
    expect(live(after)).toMatchObject({
      publicKey: after.publicKey,
      listenPort: 51820,
      isUp: true,
      mtu: 1380,
      addresses: ["10.8.0.1/24", "fd00:8::1/64"],
      routes: [{ network: "10.20.0.0/16", isOurs: true }],
    });
    expect(live(after).peers.map((peer) => peer.allowedIps)).toEqual([["10.8.0.11/32"], ["10.8.0.12/32"]]);
    expect(after.file?.routes).toEqual(["10.20.0.0/16"]);
    expect(hub.read()).toEqual(after);
  });

  it("adds, changes, moves a prefix and removes by the delta alone", () => {
    bringUp([1, 2]);
    const added = hub.write({ blocks: [named(1), named(2), named(3)] }, { upserts: [upsertOf(3, { keepalive: 25 })] });
    expect(live(added).peers.map((peer) => peer.keepalive)).toEqual([0, 0, 25]);
    const cleared = hub.write({}, { upserts: [upsertOf(3)] });
    expect(live(cleared).peers.map((peer) => peer.keepalive)).toEqual([0, 0, 0]);
    const moved = hub.write(
      {},
      {
        upserts: [upsertOf(1, { allowedIps: ["10.8.0.11/32", "10.8.0.12/32"] }), upsertOf(2, { allowedIps: [] })],
      },
    );
    expect(live(moved).peers.map((peer) => peer.allowedIps)).toEqual([
      ["10.8.0.11/32", "10.8.0.12/32"],
      [],
      ["10.8.0.13/32"],
    ]);
    const removed = hub.write({}, { removes: [publicKeyOf(1), publicKeyOf(3)] });
    expect(live(removed).peers.map((peer) => peer.publicKey)).toEqual([publicKeyOf(2)]);
    expect(live(removed).listenPort).toBe(51820);
    expect(removed.troubles).toEqual([]);
  });

  it("sets a preshared key, tells same from other, and clears it", () => {
    bringUp([1]);
    const psk = execFileSync("wg", ["genpsk"], { encoding: "utf8" }).trim();
    const file = join(folder, "psk");
    writeFileSync(file, `${psk}\n`, { mode: 0o600 });
    const peer = upsertOf(1, { preshared: { file } });
    const declared = { [publicKeyOf(1)]: { file } };
    const set = hub.write({ blocks: [{ ...peer, name: "peer-1" }] }, { upserts: [peer] }, declared);
    expect([live(set).peers[0]?.preshared, set.file?.peers[0]?.preshared]).toEqual(["same", "same"]);
    expect(live(hub.read()).peers[0]?.preshared).toBe("other");
    const byValue = { [publicKeyOf(1)]: { value: psk } };
    expect(live(hub.read(byValue)).peers[0]?.preshared).toBe("same");
    expect(JSON.stringify(hub.ask({ preshared: byValue }))).not.toContain(psk);
    const cleared = hub.write({ blocks: [named(1)] }, { upserts: [upsertOf(1)] });
    expect([live(cleared).peers[0]?.preshared, cleared.file?.peers[0]?.preshared]).toEqual(["none", "none"]);
  });

  it("changes addresses, MTU, routes, port and state only when asked", () => {
    bringUp([1]);
    space.run("ip", "route", "add", "10.99.0.0/16", "dev", link);
    const changed = hub.write(
      {},
      {
        addAddresses: ["10.8.0.1/22"],
        removeAddresses: ["10.8.0.1/24"],
        setMtu: 1300,
        addRoutes: ["10.30.0.0/16", "fd00:30::/64"],
        setListenPort: 51999,
      },
    );
    expect(live(changed)).toMatchObject({ mtu: 1300, listenPort: 51999, addresses: ["10.8.0.1/22"] });
    expect(live(changed).routes).toEqual([
      { network: "10.30.0.0/16", isOurs: true },
      { network: "10.99.0.0/16", isOurs: false },
      { network: "fd00:30::/64", isOurs: true },
    ]);
    const less = hub.write({}, { removeRoutes: ["10.30.0.0/16"] });
    expect(live(less).routes.map((route) => route.network)).toEqual(["10.99.0.0/16", "fd00:30::/64"]);
    space.run("ip", "link", "set", link, "down");
    expect(live(hub.read()).isUp).toBe(false);
    expect(live(hub.write({}, { setUp: true })).isUp).toBe(true);
  });

  it("sees changes by hand, and refuses a write that was planned before them", () => {
    const planned = bringUp([1]);
    space.run("wg", "set", link, "peer", publicKeyOf(9), "allowed-ips", "10.8.0.99/32");
    const reading = hub.ask({
      write: { expectedFingerprint: planned.fingerprint, file: { ...fileAs(planned) }, delta: NO_DELTA },
    });
    expect(troubleOf(reading)).toMatchObject({ failure: "conflict" });
    expect(live(hub.read()).peers.map((peer) => peer.publicKey)).toContain(publicKeyOf(9));
  });

  it("keeps the identity and the last endpoints when the daemon dies", () => {
    const before = hub.write({ blocks: [named(1)] }, { bringUp: true });
    hub.write({ blocks: [named(1)] }, { upserts: [upsertOf(1, { endpoint: "192.0.2.9:4000", keepalive: 0 })] });
    hub.write({ blocks: [named(1)] }, {});
    killWireGuard(link);
    while (space.try(["ip", "link", "show", link]).status === 0);
    expect(hub.read().live).toBeNull();
    const again = hub.write({ blocks: [named(1)] }, { bringUp: true });
    expect(live(again).publicKey).toBe(before.publicKey);
    expect(live(again).peers[0]).toMatchObject({ endpoint: "192.0.2.9:4000", keepalive: 0 });
  });

  it("reports what the interface refused, reads back, and leaks nothing", () => {
    bringUp([1]);
    const after = hub.write({}, { upserts: [upsertOf(2, { allowedIps: ["10.8.0.300/32"] })], setMtu: 1400 });
    expect(after.troubles).toEqual([{ about: "write", message: expect.stringContaining("change peers") }]);
    expect(live(after).mtu).toBe(1400);
  });

  it("retires: the interface and the file go, the key and an old version stay", () => {
    const up = bringUp([1]);
    const after = hub.ask({ retire: up.fingerprint });
    expect(after).toMatchObject({ snapshot: { publicKey: up.publicKey, file: null, live: null, troubles: [] } });
    expect(hasSocket(link)).toBe(false);
    expect(existsSync(join(folder, `${link}.conf.reeve-1`))).toBe(true);
    expect(readFileSync(join(folder, "hub.key"), "utf8")).toMatch(/=\n$/);
  });

  function fileAs(snapshot: ReturnType<HubInNamespace["read"]>) {
    return {
      estate: "robco",
      hub: "hub-eu",
      interface: link,
      privateKeyFile: join(folder, "hub.key"),
      listenPort: 51820,
      addresses: snapshot.file?.addresses ?? [],
      mtu: 1420,
      routes: [],
      recorded: "",
      leaving: { peers: [], addresses: [] },
      blocks: [named(1)],
    };
  }
});
