import { execFileSync } from "node:child_process";
import { chmodSync, closeSync, ftruncateSync, openSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { loadEstate } from "../../src/estate/load-estate.ts";
import type { Finding } from "../../src/estate/resource.ts";
import { ESTATE, folderWith, HUB, KEY, load, peer, places } from "./state-dir.ts";

test("a sound state directory becomes an estate with defaults, references and places", async () => {
  const loaded = await load({
    "reeve.yaml": `# the estate\n${ESTATE}---\n${HUB}`,
    "peers/b.yml": peer("b"),
    "peers/a.yaml": `---\n${peer("a", `  hubs: { matchLabels: { region: eu } }\n  publicKey: ${KEY}\n`)}---\n# nothing\n---\n${peer("c")}`,
    ".hidden/x.yaml": "not: read",
    "notes.txt": "not read",
  });
  expect(loaded.diagnostics).toEqual([]);
  expect(loaded.counts).toEqual({ Estate: 1, WireGuardHub: 1, WireGuardPeer: 3 });
  const { estate } = loaded;
  expect(estate).toBe(loaded.checkable);
  expect(estate?.name).toBe("robco");
  expect(estate?.settings).toEqual({ safety: { maxDeletes: { percent: 30, atLeast: 3 } } });
  expect(
    estate?.resources.map((one) => `${one.address} ${one.source.file}:${one.source.line} #${one.documentIndex}`),
  ).toEqual([
    "WireGuardHub/hub-eu desired-state/reeve.yaml:7 #1",
    "WireGuardPeer/a desired-state/peers/a.yaml:3 #0",
    "WireGuardPeer/b desired-state/peers/b.yml:2 #0",
    "WireGuardPeer/c desired-state/peers/a.yaml:12 #2",
  ]);
  expect(estate?.byAddress.get("WireGuardPeer/b")?.spec).toEqual({
    hubs: ["hub-eu"],
    publicKey: KEY,
    addresses: [],
    routedNetworks: [],
    suspended: false,
  });
  expect([...(estate?.references ?? [])]).toEqual(
    ["a", "b", "c"].map((name) => [`WireGuardPeer/${name}`, ["WireGuardHub/hub-eu"]]),
  );
});

test("acknowledgements are collected", async () => {
  const plan = `sha256:${"ab".repeat(32)}`;
  const text = `apiVersion: reeve.dev/v1\nkind: Acknowledgement\nmetadata: { name: move }\nspec: { plan: "${plan}", reason: moved }\n`;
  const { estate } = await load({ "reeve.yaml": ESTATE, "ack.yaml": text });
  expect([...(estate?.acknowledged ?? [])]).toEqual([plan]);
  expect(estate?.resources).toEqual([]);
});

test.each([
  { name: "no reeve.yaml", files: { "hub.yaml": HUB }, expect: ["reeve.yaml:1:1 missing-estate"] },
  { name: "no Estate in reeve.yaml", files: { "reeve.yaml": HUB }, expect: ["reeve.yaml:1:1 missing-estate"] },
  { name: "Estate elsewhere", files: { "reeve.yaml": HUB, "e.yaml": ESTATE }, expect: ["e.yaml:2:1 misplaced-estate"] },
  {
    name: "two Estates",
    files: { "reeve.yaml": `${ESTATE}---\n${ESTATE.replace("robco", "other")}` },
    expect: ["reeve.yaml:6:1 second-estate"],
  },
  {
    name: "an Estate with a fault",
    files: { "reeve.yaml": `${ESTATE}spec: { safty: {} }` },
    expect: ["reeve.yaml:4:9 unknown-field"],
  },
  {
    name: "one address twice",
    files: { "reeve.yaml": `${ESTATE}---\n${HUB}`, "a.yaml": peer("a"), "b.yaml": peer("a") },
    expect: ["b.yaml:3:19 duplicate-address"],
  },
  {
    name: "unknown hub",
    files: {
      "reeve.yaml": `${ESTATE}---\n${HUB}`,
      "a.yaml": peer("a", `  hubs: [hub-eu, hub-ue]\n  publicKey: ${KEY}\n`),
    },
    expect: ["a.yaml:5:18 unknown-reference"],
  },
  {
    name: "labels that select nothing",
    files: {
      "reeve.yaml": `${ESTATE}---\n${HUB}`,
      "a.yaml": peer("a", `  hubs:\n    matchLabels: { region: us }\n  publicKey: ${KEY}\n`),
    },
    expect: ["a.yaml:6:18 empty-selection"],
  },
  {
    name: "a reference to a document with faults is no second fault",
    files: { "reeve.yaml": `${ESTATE}---\n${HUB.replace("interface", "interfase")}`, "a.yaml": peer("a") },
    expect: ["reeve.yaml:8:1 missing-field", "reeve.yaml:10:3 unknown-field"],
  },
  {
    name: "a provider that the estate does not use",
    files: { "reeve.yaml": `${ESTATE}spec: { providers: {} }\n---\n${HUB}` },
    expect: ["reeve.yaml:7:7 provider-not-used"],
  },
  {
    name: "everything is reported in one run",
    files: { "reeve.yaml": ESTATE, "a.yaml": "a: [", "b.yaml": "kind: Peer", "c.yaml": "- 1", "d.yaml": peer("d") },
    expect: [
      "a.yaml:1:5 yaml-syntax",
      "b.yaml:1:7 unknown-kind",
      "c.yaml:1:1 not-a-mapping",
      "d.yaml:5:10 unknown-reference",
    ],
  },
])("$name", async (row) => {
  const loaded = await load(row.files);
  expect(places(loaded)).toEqual(row.expect);
  expect(loaded.estate).toBeNull();
});

test("what can be checked leaves out faulty documents and all that refers to them", async () => {
  const loaded = await load({
    "reeve.yaml": `${ESTATE}---\n${HUB}---\n${HUB.replace("hub-eu", "hub-us").replace("wg0\n", "way/too/long\n")}`,
    "a.yaml": peer("a"),
    "b.yaml": peer("b", `  hubs: [hub-us]\n  publicKey: ${KEY}\n`),
  });
  expect(loaded.checkable.resources.map((one) => one.address)).toEqual(["WireGuardHub/hub-eu", "WireGuardPeer/a"]);
});

test("files that are no plain UTF-8 text files are refused, and nothing is skipped", async () => {
  const root = folderWith({
    "desired-state/reeve.yaml": ESTATE,
    "desired-state/latin1.yaml": Buffer.from("a: ok\nb: caf\xe9\n", "latin1"),
    "desired-state/utf16.yaml": Buffer.from("\ufeffa: 1", "utf16le"),
    "desired-state/bom.yaml": `\ufeff${HUB}`,
    "elsewhere/hub.yaml": HUB,
  });
  const state = join(root, "desired-state");
  symlinkSync("../elsewhere/hub.yaml", join(state, "link.yaml"));
  symlinkSync("../elsewhere", join(state, "folder"));
  symlinkSync("../elsewhere", join(state, "readme"));
  execFileSync("mkfifo", [join(state, "pipe.yaml")]);
  const sparse = openSync(join(state, "sparse.yaml"), "w");
  ftruncateSync(sparse, 100 * 1024 * 1024);
  closeSync(sparse);
  const loaded = await loadEstate({ stateDir: state, cacheDir: null });
  expect(places(loaded)).toEqual([
    "folder:1:1 symbolic-link",
    "latin1.yaml:2:1 not-utf8",
    "link.yaml:1:1 symbolic-link",
    "pipe.yaml:1:1 not-a-file",
    "readme:1:1 symbolic-link",
    "sparse.yaml:1:1 file-too-large",
    "utf16.yaml:1:1 not-utf8",
  ]);
  expect(loaded.counts).toEqual({ Estate: 1, WireGuardHub: 1 });
});

test("a file with a hostile name is refused and its name printed escaped", async () => {
  const loaded = await load({ "reeve.yaml": ESTATE, "a\u202eb.yaml": HUB });
  expect(places(loaded)).toEqual(["a\\u{202e}b.yaml:1:1 bad-file-name"]);
});

test("a missing state directory is one clear error", async () => {
  const loaded = await loadEstate({ stateDir: join(folderWith({}), "desired-state"), cacheDir: null });
  expect(places(loaded)).toEqual(["desired-state:1:1 unreadable-folder", "reeve.yaml:1:1 missing-estate"]);
});

test("a file that may not be read is an error", async () => {
  const root = folderWith({ "desired-state/reeve.yaml": ESTATE, "desired-state/a.yaml": HUB });
  chmodSync(join(root, "desired-state/a.yaml"), 0o000);
  const loaded = await loadEstate({ stateDir: join(root, "desired-state"), cacheDir: null });
  expect(places(loaded)).toEqual(process.getuid?.() === 0 ? [] : ["a.yaml:1:1 unreadable-file"]);
});

test("an aborted load throws the signal's reason", async () => {
  const root = folderWith({ "desired-state/reeve.yaml": ESTATE });
  const signal = AbortSignal.abort(new Error("Ctrl-C"));
  await expect(loadEstate({ stateDir: join(root, "desired-state"), cacheDir: null, signal })).rejects.toThrow("Ctrl-C");
});

test("a provider's findings are placed at the very value, or at the nearest parent that is written", async () => {
  const loaded = await load({
    "reeve.yaml": `${ESTATE}---\n${HUB}`,
    "p.yaml": `# first\n---\n${peer("a")}---\n${peer("b", `  hubs: &h\n    - hub-eu\n  publicKey: ${KEY}\n  addresses:\n    - 10.8.0.7\n    - fd00::1\n`)}`,
  });
  const resource = loaded.estate?.byAddress.get("WireGuardPeer/b");
  if (resource === undefined) throw new Error("no peer b");
  const at = (path: Finding["path"], atKey?: true): Finding => ({
    severity: "error",
    code: path.join("."),
    message: "m",
    resource,
    path,
    ...(atKey === undefined ? {} : { atKey }),
  });
  const findings = [
    at([]),
    at(["spec", "addresses", 1]),
    at(["spec", "addresses"], true),
    at(["spec", "suspended"]),
    at(["spec", "hubs", 0]),
  ];
  expect(loaded.placeFindings(findings).map((one) => `${one.at?.line}:${one.at?.column} ${one.code}`)).toEqual([
    "11:1 ",
    "13:1 spec.suspended",
    "15:7 spec.hubs.0",
    "17:3 spec.addresses",
    "19:7 spec.addresses.1",
  ]);
});

test("findings keep the document's own place when the file is gone or changed meanwhile", async () => {
  const root = folderWith({ "desired-state/reeve.yaml": `${ESTATE}---\n${HUB}` });
  const file = join(root, "desired-state/reeve.yaml");
  const loaded = await loadEstate({ stateDir: join(root, "desired-state"), cacheDir: null });
  const resource = loaded.estate?.resources[0];
  if (resource === undefined) throw new Error("no hub");
  writeFileSync(file, "");
  const [placed] = loaded.placeFindings([
    { severity: "error", code: "c", message: "m", resource, path: ["spec", "mtu"] },
  ]);
  expect(placed?.at).toEqual({ file: "desired-state/reeve.yaml", line: 6, column: 1 });
});
