import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync,
  chownSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openHubReader } from "../../../src/providers/wireguard/hub-reader.ts";
import { readRequest, writeRequest } from "../../../src/providers/wireguard/hub-request.ts";
import { openHubWriter } from "../../../src/providers/wireguard/hub-writer.ts";
import type { HubFile, HubQuestion, HubReading, HubSnapshot } from "../../../src/providers/wireguard/model.ts";
import { parseReading } from "../../../src/providers/wireguard/reading-parse.ts";
import { ended, folderOfPrograms, leftovers, runShell } from "../../support/hub-shell.ts";
import {
  fileOf,
  hubOf,
  NO_QUESTION,
  publicKeyOf,
  questionOf,
  sessionOf,
  snapshotOf,
  troubleOf,
  upsertOf,
} from "../../support/wireguard-hub.ts";

const hub = hubOf({ host: { file: {} }, configFile: "hub/wg0.conf", privateKeyFrom: { file: "hub/wg0.key" } });
const alice = { ...upsertOf(1), name: "alice" };
const secretOf = (byte: number): string => Buffer.alloc(32, byte).toString("base64");

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "reeve-file-"));
  mkdirSync(join(root, "hub"), { mode: 0o700 });
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const pathOf = (name: string): string => join(root, "hub", name);
const put = (name: string, text: string, mode = 0o600): void => writeFileSync(pathOf(name), text, { mode });
const text = (name: string): string => readFileSync(pathOf(name), "utf8");
const modeOf = (name: string): string => (statSync(pathOf(name)).mode & 0o777).toString(8);

async function read(question: HubQuestion = NO_QUESTION): Promise<HubSnapshot> {
  return snapshotOf(await openHubReader(sessionOf(root)).read(hub, question));
}

async function tryWrite(more: Partial<HubFile>, question: HubQuestion = NO_QUESTION): Promise<HubReading> {
  const { fingerprint } = await read(question);
  const write = { expectedFingerprint: fingerprint, file: fileOf(hub, more), delta: null };
  return openHubWriter(sessionOf(root)).write(hub, write, question);
}

async function write(more: Partial<HubFile>, question: HubQuestion = NO_QUESTION): Promise<HubSnapshot> {
  return snapshotOf(await tryWrite(more, question));
}

describe("a file hub", () => {
  it("keeps a foreign block byte for byte, and writes nothing when nothing changes", async () => {
    const foreign = `# Bob's laptop, ask him first\n[Peer]\n  publickey=${publicKeyOf(8)}  # typed by hand\nPresharedKey = ${secretOf(3)}\n\nAllowedIPs = 10.8.0.8/32`;
    put(
      "wg0.conf",
      `[Interface]\nPrivateKey = ${secretOf(8)}\nListenPort = 51820\n\n${foreign}\n\n\n[Peer]\nPublicKey = ${publicKeyOf(9)}\n`,
    );
    const keep = { blocks: [alice, { keep: publicKeyOf(8) }] };
    const after = await write(keep);
    expect(text("wg0.conf").endsWith(`\n\n${foreign}\n`)).toBe(true);
    expect(after.file?.peers.map((peer) => [peer.name, peer.preshared])).toEqual([
      ["alice", "none"],
      [null, "other"],
    ]);
    const before = statSync(pathOf("wg0.conf")).ino;
    expect(await write(keep)).toEqual(after);
    expect(statSync(pathOf("wg0.conf")).ino).toBe(before);
    expect(troubleOf(await tryWrite({ blocks: [{ keep: publicKeyOf(77) }] })).failure).toBe("conflict");
  });

  it("takes over the identity of a file that has a key of its own", async () => {
    put("wg0.conf", `[Interface]\nPrivateKey = ${secretOf(8)}\nListenPort = 51820\n`, 0o644);
    const before = await read();
    expect(before).toMatchObject({ publicKey: null, file: { marker: null, isIntact: false, mode: "644" } });
    const after = await write({});
    expect(after.publicKey).toBe(before.file?.publicKey);
    expect(["wg0.conf", "wg0.key", "wg0.conf.reeve-1"].map(modeOf)).toEqual(["600", "600", "600"]);
  });

  it("reports hooks, SaveConfig and unknown lines by name, never by value", async () => {
    await write({ blocks: [alice] });
    const written = text("wg0.conf");
    put(
      "wg0.conf",
      written.replace(
        "[Interface]",
        `[Interface]\nPostUp = echo ${secretOf(5)}\nSaveConfig = true\n${secretOf(6)} = 1`,
      ),
    );
    const after = await read();
    expect(after.file).toMatchObject({ isIntact: false, unknownKeys: ["PostUp", "SaveConfig", "line 7"] });
    expect(after.file?.marker).toEqual({ estate: "robco", hub: "hub-eu", interface: "wg0" });
  });

  it("writes through a symbolic link, keeps the last five versions and sweeps what was left", async () => {
    mkdirSync(join(root, "real"), { mode: 0o700 });
    symlinkSync("../real/mine.conf", pathOf("wg0.conf"));
    writeFileSync(join(root, "real", ".mine.conf.reeve-tmp.1234"), "left", { mode: 0o600 });
    for (let index = 1; index <= 8; index += 1) await write({ blocks: [{ ...upsertOf(index), name: "alice" }] });
    expect(readlinkSync(pathOf("wg0.conf"))).toBe("../real/mine.conf");
    const versions = [3, 4, 5, 6, 7].map((number) => `mine.conf.reeve-${number}`);
    expect(readdirSync(join(root, "real")).toSorted()).toEqual([".wg0.reeve.lock", "mine.conf", ...versions]);
  });

  it("refuses a write that was planned before a change, and one beside another writer", async () => {
    const { fingerprint } = await write({ blocks: [alice] });
    put("wg0.conf", `${text("wg0.conf")}# a note\n`);
    const late = { expectedFingerprint: fingerprint, file: fileOf(hub), delta: null };
    expect(troubleOf(await openHubWriter(sessionOf(root)).write(hub, late, NO_QUESTION)).message).toContain(
      "has changed",
    );
    const holder = spawn("flock", [pathOf(".wg0.reeve.lock"), "-c", "echo held; exec sleep 60"], { detached: true });
    await once(holder.stdout, "data");
    expect(troubleOf(await tryWrite({}))).toMatchObject({
      failure: "conflict",
      message: "another apply is at work on this hub",
    });
    await ended(holder);
  });

  it("compares preshared keys on the hub, by file and by value", async () => {
    put("psk", `${secretOf(4)}\n`);
    const byFile = questionOf({ [alice.publicKey]: { file: "hub/psk" } });
    const set = await write({ blocks: [{ ...alice, preshared: { file: "hub/psk" } }] }, byFile);
    expect(set.file?.peers[0]?.preshared).toBe("same");
    expect((await read(questionOf({ [alice.publicKey]: { value: secretOf(4) } }))).file?.peers[0]?.preshared).toBe(
      "same",
    );
    expect((await read(questionOf({ [alice.publicKey]: { value: secretOf(5) } }))).file?.peers[0]?.preshared).toBe(
      "other",
    );
    expect((await read(questionOf({ [alice.publicKey]: { file: "hub/none" } }))).troubles[0]?.about).toBe(
      alice.publicKey,
    );
    const folder = await openHubReader(sessionOf(root)).read(hub, questionOf({ [alice.publicKey]: { file: "hub" } }));
    expect(troubleOf(folder)).toMatchObject({ failure: "invalid", message: `${join(root, "hub")} is not a file` });
    const before = text("wg0.conf");
    expect(troubleOf(await tryWrite({ blocks: [{ ...alice, preshared: { file: "hub" } }] })).failure).toBe("invalid");
    expect(text("wg0.conf")).toBe(before);
    const missing = await tryWrite({ blocks: [{ ...alice, preshared: { file: "hub/none" } }] });
    expect(troubleOf(missing)).toMatchObject({ failure: "invalid", message: expect.stringContaining("hub/none") });
    expect((await write({ blocks: [alice] }, byFile)).file?.peers[0]?.preshared).toBe("none");
  });

  it.each(["", "not a key", secretOf(1).slice(0, 43), `${secretOf(1)}x`])(
    "refuses a key file that holds %j",
    async (held) => {
      put("wg0.key", `${held}\n`);
      expect((await read()).troubles[0]).toMatchObject({ about: "private-key" });
      expect(troubleOf(await tryWrite({})).failure).toBe("invalid");
      expect([text("wg0.key"), leftovers(join(root, "hub"), ["wg0.key", ".wg0.reeve.lock"])]).toEqual([
        `${held}\n`,
        [],
      ]);
    },
  );

  it("retires the file, the key stays", async () => {
    const { fingerprint } = await write({ blocks: [alice] });
    const after = snapshotOf(await openHubWriter(sessionOf(root)).retire(hub, fingerprint, NO_QUESTION));
    expect([after.file, readdirSync(join(root, "hub")).toSorted()]).toEqual([
      null,
      [".wg0.reeve.lock", "wg0.conf.reeve-1", "wg0.key"],
    ]);
  });

  it("gives back what it wrote", async () => {
    const prefix = fc
      .tuple(fc.integer({ min: 0, max: 255 }), fc.integer({ min: 0, max: 255 }))
      .map(([a, b]) => `10.${a}.${b}.0/24`);
    const peer = fc.record({
      name: fc.stringMatching(/^[a-z0-9]([a-z0-9.-]{0,20}[a-z0-9])?$/),
      allowedIps: fc.uniqueArray(prefix, { maxLength: 4 }).map((list) => list.toSorted()),
      keepalive: fc.integer({ min: 0, max: 65_535 }),
      endpoint: fc.constantFrom(null, "192.0.2.1:1", "[2001:db8::1]:51820"),
    });
    const files = fc.record({
      peers: fc.array(peer, { maxLength: 6 }),
      mtu: fc.integer({ min: 1280, max: 9000 }),
      listenPort: fc.integer({ min: 1, max: 65_535 }),
      routes: fc.constantFrom([], ["10.20.0.0/16", "fd00:9::/64"]),
      recorded: fc.stringMatching(/^[!-~]([ -~]{0,40}[!-~])?$/),
      leaving: fc.constantFrom(
        { peers: [], addresses: [] },
        { peers: [{ name: "gone", publicKey: publicKeyOf(99) }], addresses: ["10.7.0.1/24"] },
      ),
    });
    const check = async ({
      peers,
      ...rest
    }: typeof files extends fc.Arbitrary<infer One> ? One : never): Promise<void> => {
      const blocks = peers.map((one, index) => ({ ...one, publicKey: publicKeyOf(index), preshared: null }));
      const after = await write({ ...rest, blocks });
      const expected = peers.map((one, index) => ({ ...one, publicKey: publicKeyOf(index), preshared: "none" }));
      expect(after.file).toMatchObject({ ...rest, isIntact: true, unknownKeys: [], peers: expected });
      expect(after.troubles).toEqual([]);
    };
    await fc.assert(fc.asyncProperty(files, check), { numRuns: 25 });
  });
});

describe("the hub's script", () => {
  const request = (): string => {
    const file = fileOf(hub, { blocks: [{ ...alice, preshared: { value: secretOf(4) } }, { keep: publicKeyOf(8) }] });
    const fingerprint = snapshotOf(
      parseReading(runShell({ hub, root, verb: "read", input: readRequest({ hub, root }, NO_QUESTION) }).stdout),
    ).fingerprint;
    return writeRequest({ hub, root }, { expectedFingerprint: fingerprint, file, delta: null }, NO_QUESTION);
  };

  it.each([
    ["dash and this machine's tools", "machine", ["/bin/sh"]],
    ["busybox alone", "busybox", ["/usr/bin/busybox", "sh"]],
  ] as const)("works with %s, without wireguard-tools", (_what, from, shell) => {
    put("wg0.conf", `[Peer]\nPublicKey = ${publicKeyOf(8)}\nAllowedIPs = 10.8.0.8/32\n`);
    const path = folderOfPrograms(join(root, "bin"), from);
    const done = runShell({ hub, root, verb: "write", input: request(), path, shell });
    const after = snapshotOf(parseReading(done.stdout, done.stderr));
    expect(done.stderr).toBe("");
    expect(after.publicKey).toBe(execFileSync("wg", ["pubkey"], { input: text("wg0.key"), encoding: "utf8" }).trim());
    expect(after.file).toMatchObject({ isIntact: true, mode: "600", publicKey: after.publicKey });
    expect(after.file?.peers).toHaveLength(2);
  });

  it("lets no key out, whatever a file holds", () => {
    const canaries = [11, 12, 13, 14, 15, 16, 17].map(secretOf);
    const [own = "", psk = "", hook = "", comment = "", loose = "", wrong = "", declared = ""] = canaries;
    put("wg0.key", `${own}\n`);
    put("psk", `${declared}\n`);
    const lines = [
      `# PrivateKey = ${comment}`,
      loose,
      "[Interface]",
      `PrivateKey = ${own}`,
      `PostUp = wg set %i private-key ${hook}`,
      `PrivatKey = ${wrong}`,
      `ListenPort = ${wrong}`,
      `Address = ${wrong}`,
      `${loose}`,
      "[Peer]",
      `PublicKey = ${publicKeyOf(8)}`,
      `PresharedKey = ${psk}`,
      `Endpoint = ${wrong}`,
      `AllowedIPs = ${wrong}`,
      "[Peer]",
      `PresharedKey = ${psk.slice(0, 43)}`,
      `PublicKey = ${wrong}${wrong}`,
    ];
    put("wg0.conf", `${lines.join("\n")}\n`);
    const question = questionOf({ [publicKeyOf(8)]: { value: declared }, [publicKeyOf(9)]: { file: "hub/psk" } });
    const reading = runShell({ hub, root, verb: "read", input: readRequest({ hub, root }, question) });
    const runs = [
      reading,
      runShell({ hub, root, verb: "write", input: request() }),
      runShell({ hub, root, verb: "write", input: "x" }),
    ];
    for (const canary of canaries) {
      for (const run of runs) expect(run.stdout + run.stderr).not.toContain(canary.slice(0, 30));
    }
    expect(snapshotOf(parseReading(reading.stdout)).troubles.length).toBeGreaterThan(5);
  });

  it("has no writing verb in what planning sends", () => {
    const input = request();
    const command = runShell({ hub, root, verb: "read", input });
    expect(snapshotOf(parseReading(command.stdout)).file).toBeNull();
    expect(leftovers(join(root, "hub"), [])).toEqual([]);
  });

  it.runIf(process.getuid?.() === 0)("needs no privilege, and says so where it lacks permission", () => {
    const shell = ["/usr/bin/setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "/bin/sh"] as const;
    put("wg0.key", `${secretOf(1)}\n`);
    const input = readRequest({ hub, root }, NO_QUESTION);
    expect(troubleOf(parseReading(runShell({ hub, root, verb: "read", input, shell }).stdout)).failure).toBe("denied");
    rmSync(pathOf("wg0.key"));
    chmodSync(root, 0o755);
    chownSync(join(root, "hub"), 65_534, 65_534);
    const done = runShell({ hub, root, verb: "write", input: request().replace(/^\|@@keep.*\n/m, ""), shell });
    expect(snapshotOf(parseReading(done.stdout)).file).toMatchObject({ isIntact: true, mode: "600" });
  });
});
