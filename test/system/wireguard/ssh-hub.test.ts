import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { WireGuardHost } from "../../../src/generated/documents.ts";
import type { Session } from "../../../src/providers/provider.ts";
import { closeSharedConnections } from "../../../src/providers/wireguard/control-folder.ts";
import { openHubReader } from "../../../src/providers/wireguard/hub-reader.ts";
import { openHubWriter } from "../../../src/providers/wireguard/hub-writer.ts";
import type { Hub } from "../../../src/providers/wireguard/model.ts";
import { uniqueName } from "../../support/netns.ts";
import { knownHostsLine, makeKey, type SshServer, startSshServer } from "../../support/sshd.ts";
import { systemTestsMissing } from "../../support/system.ts";
import {
  fileOf,
  hubOf,
  NO_DELTA,
  NO_QUESTION,
  sessionOf,
  snapshotOf,
  troubleOf,
  upsertOf,
} from "../../support/wireguard-hub.ts";

const missing = systemTestsMissing("wireguard", "ssh");

describe.skipIf(missing !== null)(`a hub over SSH (${missing ?? "a real sshd"})`, () => {
  let folder: string;
  let server: SshServer;
  const link = uniqueName("ws");

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "reeve ssh-"));
    server = await startSshServer(folder);
  });

  afterAll(() => {
    closeSharedConnections();
    spawnSync("ip", ["link", "del", "dev", link]);
    server.dispose();
    rmSync(folder, { recursive: true, force: true });
  });

  type Ssh = NonNullable<WireGuardHost["ssh"]>;
  const hubWith = (more: Partial<Ssh> = {}): Hub =>
    hubOf({
      host: {
        ssh: {
          address: "127.0.0.1",
          user: "root",
          port: server.port,
          knownHosts: "known_hosts",
          identityFile: server.identityFile,
          sudo: false,
          ...more,
        },
      },
      interface: link,
      addresses: ["10.213.0.1/24"],
      listenPort: 51877,
      configFile: join(folder, `${link}.conf`),
      privateKeyFrom: { file: join(folder, "hub.key") },
    });
  const counted = (): { readonly session: Session; readonly labels: string[] } => {
    const labels: string[] = [];
    const calls: Session["calls"] = {
      send: (label, request) => {
        labels.push(label);
        return request();
      },
    };
    return { session: { ...sessionOf(folder), calls }, labels };
  };

  it("reads, writes and retires with one call each, over one connection", async () => {
    const { session, labels } = counted();
    const writer = openHubWriter(session);
    const hub = hubWith();
    const before = snapshotOf(await openHubReader(session).read(hub, NO_QUESTION));
    expect([before.live, before.file]).toEqual([null, null]);
    expect(before.surroundings).toContainEqual({ network: "127.0.0.1/32", what: "the SSH client" });
    const file = fileOf(hub, { blocks: [{ ...upsertOf(1), name: "alice" }] });
    const delta = { ...NO_DELTA, bringUp: true };
    const written = snapshotOf(
      await writer.write(hub, { expectedFingerprint: before.fingerprint, file, delta }, NO_QUESTION),
    );
    expect(written).toMatchObject({ troubles: [], live: { isUp: true, listenPort: 51877 } });
    expect(written.live?.publicKey).toBe(execFileSync("wg", ["show", link, "public-key"], { encoding: "utf8" }).trim());
    const retired = snapshotOf(await writer.retire(hub, written.fingerprint, NO_QUESTION));
    expect([retired.live, retired.file]).toEqual([null, null]);
    expect(labels).toEqual(["read", "write", "retire"].map((verb) => `wireguard hub-eu: ${verb}`));
    expect(server.connections()).toBe(1);
  });

  it.each([
    ["a changed host key", () => pinned("changed"), "denied", "not the pinned one"],
    ["an unknown host key", () => pinned("unknown"), "denied", "not in the knownHosts file"],
    ["a missing known_hosts file", () => ({ knownHosts: "nowhere" }), "invalid", "cannot be read"],
    [
      "a refused login",
      () => ({ identityFile: makeKey(folder, "stranger"), user: "nobody" }),
      "denied",
      "refused the SSH login",
    ],
    ["a closed port", () => ({ port: 1 }), "retryable", "does not answer SSH"],
    ["a name that does not resolve", () => ({ address: "nowhere.invalid" }), "retryable", "does not resolve"],
  ])("classifies %s", async (_what, more: () => Partial<Ssh>, failure, message) => {
    const trouble = troubleOf(await openHubReader(sessionOf(folder)).read(hubWith(more()), NO_QUESTION));
    expect(trouble).toMatchObject({ failure, message: expect.stringContaining(message) });
    expect(trouble.next).not.toBe("");
  });

  /** Another port's connection is another connection, so these cannot ride on the one that is open. */
  function pinned(how: "changed" | "unknown"): Partial<Ssh> {
    const line = how === "changed" ? knownHostsLine(server.port, makeKey(folder, "other_host_key")) : "";
    writeFileSync(join(folder, how), line);
    return { knownHosts: how, user: how };
  }
});
