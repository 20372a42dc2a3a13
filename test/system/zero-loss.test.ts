import { randomBytes } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Documents, type LiveHub, makeLiveHub, type PeerSpec } from "../support/live-hub.ts";
import { systemTestsMissing } from "../support/system.ts";
import { type Client, type Count, makeClient, putDaemonFirst, startTraffic, type Traffic } from "../support/tunnel.ts";
import { publicKeyOf } from "../support/wireguard-hub.ts";

const missing = systemTestsMissing("wireguard");
const PER_SECOND = 2000;
/** A busy machine loses packets by itself: a step is repeated only where doing nothing lost some too. */
const ATTEMPTS = 4;

type Peers = Documents["peers"];

describe.skipIf(missing !== null)(
  `a session at ${PER_SECOND} packets a second (${missing ?? "real WireGuard"})`,
  () => {
    let hub: LiveHub;
    let steady: Client;
    let rotating: Client;
    let traffic: Traffic;
    let documents: Documents;
    const counts: string[] = [];

    const other = (index: number, more: object = {}): PeerSpec => ({
      publicKey: publicKeyOf(index),
      addresses: [`10.8.2.${index}`],
      ...more,
    });

    beforeAll(async () => {
      hub = makeLiveHub();
      const { folder, space } = hub;
      steady = await makeClient({ folder, hub: space, number: 0, addresses: ["10.8.1.1/16", "fd00:8::1:1/64"] });
      rotating = await makeClient({ folder, hub: space, number: 1, addresses: ["10.8.1.2/16"] });
      documents = {
        peers: {
          steady: { publicKey: steady.publicKey, addresses: ["10.8.1.1"] },
          rotating: { publicKey: rotating.publicKey, addresses: ["10.8.1.2"] },
          ...Object.fromEntries([1, 2, 3, 4, 5].map((index) => [`other-${index}`, other(index)])),
        },
      };
      hub.write(documents);
      await applyAll();
      for (const client of [steady, rotating]) {
        client.dial(hub.publicKey(), { keepalive: 1 });
        expect(client.pings("10.8.0.1")).toBe(true);
      }
      for (const link of [hub.link, steady.link]) putDaemonFirst(link);
      traffic = await startTraffic({
        from: steady.space,
        to: hub.space,
        address: "10.8.0.1",
        perSecond: PER_SECOND,
        port: 7007,
      });
    });

    afterAll(() => {
      process.stdout.write(`packets sent/lost a step:\n${counts.join("\n")}\n`);
      traffic?.stop();
      for (const client of [steady, rotating]) client?.dispose();
      hub?.dispose();
    });

    const applyAll = async (): Promise<void> => {
      const ran = await hub.reeve("apply", "--auto-approve");
      expect(ran.code, ran.stdout + ran.stderr).toBe(0);
    };

    /** Traffic while nothing but a plan runs: what this machine loses by itself. */
    const quietLoss = async (): Promise<number> =>
      (await traffic.during(async () => void (await hub.reeve("plan")))).lost.length;

    const lossless = async (what: string, before: Documents, after: Documents): Promise<void> => {
      for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
        hub.write(after);
        expect((await hub.plan()).changes.length, "there is something to do").toBeGreaterThan(0);
        const count: Count = await traffic.during(applyAll);
        expect(await hub.reeve("plan", "--detailed-exitcode")).toMatchObject({ code: 0 });
        expect(count.sent).toBeGreaterThan(PER_SECOND / 4);
        counts.push(`  ${what}: ${count.sent}/${count.lost.length}${attempt > 1 ? ` (attempt ${attempt})` : ""}`);
        if (count.lost.length === 0) return;
        expect(await quietLoss(), `${what} lost ${count.lost.length} packets; doing nothing loses`).toBeGreaterThan(0);
        hub.write(before);
        await applyAll();
      }
      throw new Error(`${what}: ${ATTEMPTS} attempts, all with losses`);
    };

    const without = (peers: Peers, name: string): Peers => {
      const { [name]: _gone, ...rest } = peers;
      return rest;
    };
    const psk = (name: string): string => {
      const file = join(hub.folder, name);
      writeFileSync(file, `${randomBytes(32).toString("base64")}\n`, { mode: 0o600 });
      return file;
    };

    const STEPS: readonly (readonly [string, (now: Documents) => Documents])[] = [
      ["adds a peer", (now) => ({ ...now, peers: { ...now.peers, "other-6": other(6) } })],
      [
        "routes a network to another",
        (now) => ({ ...now, peers: { ...now.peers, "other-1": other(1, { routedNetworks: ["10.21.0.0/16"] }) } }),
      ],
      [
        "routes another network instead",
        (now) => ({
          ...now,
          peers: { ...now.peers, "other-1": other(1, { routedNetworks: ["10.22.0.0/16", "10.23.0.0/16"] }) },
        }),
      ],
      [
        "moves another's address",
        (now) => ({ ...now, peers: { ...now.peers, "other-2": other(2, { addresses: ["10.8.3.2"] }) } }),
      ],
      [
        "swaps two others' addresses",
        (now) => ({
          ...now,
          peers: {
            ...now.peers,
            "other-3": other(3, { addresses: ["10.8.2.4"] }),
            "other-4": other(4, { addresses: ["10.8.2.3"] }),
          },
        }),
      ],
      [
        "suspends another",
        (now) => ({
          ...now,
          peers: { ...now.peers, "other-3": other(3, { addresses: ["10.8.2.4"], suspended: true }) },
        }),
      ],
      [
        "lets it back in",
        (now) => ({ ...now, peers: { ...now.peers, "other-3": other(3, { addresses: ["10.8.2.4"] }) } }),
      ],
      [
        "gives another a preshared key",
        (now) => ({
          ...now,
          peers: { ...now.peers, "other-5": other(5, { presharedKeyFrom: { file: psk("psk-a") } }) },
        }),
      ],
      [
        "changes the preshared key",
        (now) => ({
          ...now,
          peers: { ...now.peers, "other-5": other(5, { presharedKeyFrom: { file: psk("psk-b") } }) },
        }),
      ],
      ["takes the preshared key away", (now) => ({ ...now, peers: { ...now.peers, "other-5": other(5) } })],
      [
        "replaces another's key at once",
        (now) => ({ ...now, peers: { ...now.peers, "other-5": { ...other(5), publicKey: publicKeyOf(55) } } }),
      ],
      ["removes a peer", (now) => ({ ...now, peers: without(now.peers, "other-6") })],
      ["changes what clients are told (file alone)", (now) => ({ ...now, hub: { dns: { servers: ["10.8.0.1"] } } })],
      [
        "gives the hub and everybody IPv6",
        (now) => ({ ...now, hub: { ...now.hub, addresses: ["10.8.0.1/16", "fd00:8::1/64"] } }),
      ],
      [
        "adds 200 peers",
        (now) => ({
          ...now,
          peers: {
            ...now.peers,
            ...Object.fromEntries(
              many().map((index) => [`many-${index}`, other(index, { addresses: [`10.8.9.${index - 99}`] })]),
            ),
          },
        }),
      ],
      [
        "removes 200 peers",
        (now) => ({
          ...now,
          peers: Object.fromEntries(Object.entries(now.peers).filter(([name]) => !name.startsWith("many-"))),
        }),
      ],
    ];

    it.each(STEPS)("loses no packet while an apply %s", async (what, step) => {
      const before = documents;
      documents = step(before);
      await lossless(what, before, documents);
    });

    it("loses no packet while another expires", async () => {
      const before = documents;
      const expiresAt = new Date(Date.now() + 4000).toISOString();
      const after = {
        ...documents,
        peers: { ...documents.peers, "other-4": other(4, { addresses: ["10.8.2.3"], expiresAt }) },
      };
      hub.write(after);
      const planned = await hub.plan();
      expect([planned.changes, planned.nextChangeAt]).toEqual([[], expiresAt]);
      while (Date.now() <= Date.parse(expiresAt)) await setTimeout(50);
      expect((await hub.plan()).changes).toMatchObject([{ address: "WireGuardPeer/other-4", action: "stop" }]);
      await lossless("lets another expire", before, after);
      expect(hub.show("allowed-ips")[publicKeyOf(4)]).toBeUndefined();
      documents = after;
    });

    it("loses no packet while another rotates its key, and the other's gap is short", async () => {
      const next = rotating.makeNextKey();
      const offered = {
        ...documents,
        peers: {
          ...documents.peers,
          rotating: { ...documents.peers.rotating, publicKey: rotating.publicKey, nextPublicKey: next },
        },
      };
      await lossless("offers a next key", documents, offered);
      const own = await startTraffic({
        from: rotating.space,
        to: hub.space,
        address: "10.8.0.1",
        perSecond: 200,
        port: 7008,
      });
      let gap: Count = { sent: 0, lost: [] };
      const count = await traffic.during(async () => {
        gap = await own.during(async () => {
          rotating.switchKey();
          while (!(Number(hub.show("latest-handshakes")[next]) > 0)) await setTimeout(20);
          await applyAll();
        });
      });
      own.stop();
      counts.push(
        `  moves to the next key: ${count.sent}/${count.lost.length}; of the rotating peer's own ${gap.sent}/${gap.lost.length}`,
      );
      expect(count.lost).toEqual([]);
      const back = gap.sent - 1 - Math.max(...gap.lost);
      expect(back, "packets that came through after the gap").toBeGreaterThan(0);
      expect(gap.lost.length, "an outage that only the next handshake ends takes 15 seconds").toBeLessThan(200 * 5);
      expect(rotating.pings("10.8.0.1")).toBe(true);
      expect(hub.show("allowed-ips")).toMatchObject({ [next]: expect.stringContaining("10.8.1.2/32") });
      expect(hub.show("allowed-ips")[rotating.publicKey]).toBeUndefined();
      hub.write({
        ...documents,
        peers: { ...documents.peers, rotating: { ...documents.peers.rotating, publicKey: next } },
      });
      expect(await hub.reeve("plan", "--detailed-exitcode")).toMatchObject({ code: 0 });
    });
  },
);

function many(): readonly number[] {
  return Array.from({ length: 200 }, (_, index) => 100 + index);
}
