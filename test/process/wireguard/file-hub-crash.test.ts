import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { writeRequest } from "../../../src/providers/wireguard/hub-request.ts";
import { openHubWriter } from "../../../src/providers/wireguard/hub-writer.ts";
import type { HubFile } from "../../../src/providers/wireguard/model.ts";
import { armKillers, folderOfKillers, leftovers } from "../../support/hub-shell.ts";
import { fileOf, hubOf, NO_QUESTION, sessionOf, snapshotOf, upsertOf } from "../../support/wireguard-hub.ts";

const hub = hubOf({ host: { file: {} }, configFile: "hub/wg0.conf", privateKeyFrom: { file: "hub/wg0.key" } });
const first = fileOf(hub, { blocks: [{ ...upsertOf(1), name: "alice" }] });
const second = fileOf(hub, { blocks: [1, 2].map((index) => ({ ...upsertOf(index), name: `peer-${index}` })) });
const MOST_CALLS = 150;
const NAMES = [".wg0.reeve.lock", "wg0.conf", "wg0.key", "wg0.conf.reeve-1"];

describe("a writer that is killed at any of its calls", () => {
  let root: string;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "reeve-crash-"));
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  const write = async (file: HubFile, path?: string) => {
    const session = sessionOf(root, path === undefined ? process.env : { PATH: path });
    const { fingerprint } = snapshotOf(await openHubWriter(sessionOf(root)).read(hub, NO_QUESTION));
    return openHubWriter(session).write(hub, { expectedFingerprint: fingerprint, file, delta: null }, NO_QUESTION);
  };
  const bytes = (name: string): string => readFileSync(join(root, "hub", name), "utf8");
  const modes = (): readonly string[] =>
    readdirSync(join(root, "hub")).map((name) => (statSync(join(root, "hub", name)).mode & 0o777).toString(8));

  it("leaves the old file or the new one, whole, and the next run converges", { timeout: 240_000 }, async () => {
    const killers = folderOfKillers(join(root, "bin"));
    let finished = false;
    for (let killAt = 1; !finished && killAt < MOST_CALLS; killAt += 1) {
      rmSync(join(root, "hub"), { recursive: true, force: true });
      await write(first);
      const [before, key] = [bytes("wg0.conf"), bytes("wg0.key")];
      armKillers(killers, killAt);
      finished = "snapshot" in (await write(second, killers));
      const torn = bytes("wg0.conf");
      if (torn !== before)
        expect(snapshotOf(await openHubWriter(sessionOf(root)).read(hub, NO_QUESTION)).file?.isIntact).toBe(true);
      expect(modes().every((mode) => mode === "600")).toBe(true);
      const after = snapshotOf(await write(second));
      expect(after.file).toMatchObject({ isIntact: true, mode: "600" });
      expect(after.file?.peers.map((peer) => peer.name)).toEqual(["peer-1", "peer-2"]);
      expect([bytes("wg0.key"), bytes("wg0.conf.reeve-1")]).toEqual([key, before]);
      expect(leftovers(join(root, "hub"), NAMES)).toEqual([]);
    }
    expect(finished).toBe(true);
  });

  it("never leaves half a private key, and makes only one", { timeout: 240_000 }, async () => {
    const killers = folderOfKillers(join(root, "bin"));
    let finished = false;
    for (let killAt = 1; !finished && killAt < MOST_CALLS; killAt += 2) {
      rmSync(join(root, "hub"), { recursive: true, force: true });
      armKillers(killers, killAt);
      finished = "snapshot" in (await write(first, killers));
      const made =
        readdirSync(root).includes("hub") && readdirSync(join(root, "hub")).includes("wg0.key")
          ? bytes("wg0.key")
          : null;
      const after = snapshotOf(await write(first));
      expect(bytes("wg0.key")).toMatch(/^[A-Za-z0-9+/]{43}=\n$/);
      if (made !== null) expect(bytes("wg0.key")).toBe(made);
      expect(after.file?.publicKey).toBe(after.publicKey);
      expect(leftovers(join(root, "hub"), NAMES)).toEqual([]);
    }
    expect(finished).toBe(true);
  });

  it("asks for the same bytes each time", () => {
    const request = { expectedFingerprint: "", file: second, delta: null };
    expect(writeRequest({ hub, root }, request, NO_QUESTION)).toBe(writeRequest({ hub, root }, request, NO_QUESTION));
  });
});
