import { expect, test } from "vitest";
import { describeDiagnostic } from "../../src/support/diagnostic.ts";
import { ESTATE, HUB, KEY, load, peer } from "./state-dir.ts";

const spec = (lines: string): string => peer("a", `  hubs: [hub-eu]\n  publicKey: ${KEY}\n${lines}`);
const hub = (from: string, to: string): string => HUB.replace("hub-eu", "hub-x").replace(from, to);

test.each([
  {
    name: "unknown field",
    text: spec("  adresses: []"),
    expect: '7:3 unknown-field: spec has no field "adresses" | did you mean "addresses"?',
  },
  {
    name: "unknown top field",
    text: `${spec("")}stauts: 1`,
    expect: '7:1 unknown-field: a document has no field "stauts" | known: apiVersion, kind, metadata, spec',
  },
  {
    name: "missing field",
    text: peer("a", "  hubs: [hub-eu]"),
    expect: "4:1 missing-field: spec.publicKey is missing: The peer's public key.",
  },
  {
    name: "missing name",
    text: spec("").replace("name: a", "labels: {}"),
    expect: "3:1 missing-field: metadata.name is missing: The resource's name",
  },
  {
    name: "missing spec",
    text: spec("").split("spec:")[0] ?? "",
    expect: "2:1 missing-field: spec is missing: Which hubs the peer dials",
  },
  {
    name: "missing apiVersion",
    text: spec("").replace("apiVersion: reeve.dev/v1\n", ""),
    expect: "1:1 missing-field: apiVersion is missing",
  },
  {
    name: "old apiVersion",
    text: spec("").replace("/v1", "/v0"),
    expect: '1:13 wrong-api-version: apiVersion: "reeve.dev/v0" is not reeve.dev/v1 | write reeve.dev/v1',
  },
  {
    name: "missing kind",
    text: "apiVersion: reeve.dev/v1\n",
    expect: "1:1 missing-kind: the document has no kind | add `kind:` with one of:",
  },
  {
    name: "unknown kind",
    text: "kind: WireguardPeer",
    expect: '1:7 unknown-kind: kind: "WireguardPeer" is not a kind that Reeve knows | did you mean "WireGuardPeer"?',
  },
  {
    name: "number for text",
    text: spec("  nodeVersion: 1.5"),
    expect: "7:16 wrong-type: spec.nodeVersion: 1.5 is the wrong kind of value; text is needed | put it in quotes",
  },
  {
    name: "number for a duration",
    text: spec("  keepalive: 25"),
    expect:
      "7:14 wrong-type: spec.keepalive: 25 is the wrong kind of value; text is needed | write its unit, too: 25s, 25m or 25h",
  },
  {
    name: "yes for true",
    text: spec("  suspended: yes"),
    expect:
      '7:14 wrong-type: spec.suspended: "yes" is the wrong kind of value; true or false is needed | write true or false',
  },
  {
    name: "text for a number",
    text: hub("  endpoint", '  mtu: "1420"\n  endpoint'),
    expect:
      '9:8 wrong-type: spec.mtu: "1420" is the wrong kind of value; a whole number is needed | write the number without quotes',
  },
  {
    name: "text with a unit for a number",
    text: hub("  endpoint", "  mtu: 1420B\n  endpoint"),
    expect: '9:8 wrong-type: spec.mtu: "1420B" is the wrong kind of value; a whole number is needed | for example 1420',
  },
  {
    name: "text for a list",
    text: spec("  addresses: 10.8.0.2"),
    expect:
      '7:14 wrong-type: spec.addresses: "10.8.0.2" is the wrong kind of value; a list (- item) is needed | write a list, even of one item: [10.8.0.23]',
  },
  {
    name: "empty value",
    text: spec("  expiresAt:"),
    expect: "7:3 wrong-type: spec.expiresAt: the value is empty; text is needed | for example 2027-01-01T00:00:00Z",
  },
  {
    name: "pattern",
    text: spec("  keepalive: 25 seconds"),
    expect:
      '7:14 bad-value: spec.keepalive: "25 seconds" is not of the form that is needed. A whole number and a unit: s, m, h, d or w. | for example 30m; the pattern is ^',
  },
  {
    name: "date without zone",
    text: spec("  expiresAt: 2027-01-01T00:00:00"),
    expect:
      '7:14 bad-value: spec.expiresAt: "2027-01-01T00:00:00" is not a point in time as it is written here: RFC 3339 with its zone',
  },
  {
    name: "choice",
    text: hub("  endpoint", "  peers: { unmanaged: prun }\n  endpoint"),
    expect: '9:23 bad-value: spec.peers.unmanaged: "prun" is not one of: report, prune | did you mean "prune"?',
  },
  {
    name: "too small",
    text: hub("  endpoint", "  mtu: 1000\n  endpoint"),
    expect: "9:8 bad-value: spec.mtu: 1000 is less than 1280, the least that is allowed | for example 1420",
  },
  {
    name: "too large",
    text: hub("  endpoint", "  listenPort: 65536\n  endpoint"),
    expect: "9:15 bad-value: spec.listenPort: 65536 is more than 65535",
  },
  {
    name: "too long",
    text: hub("  endpoint", `  reserved: [{ range: 10.8.0.2, reason: ${"x".repeat(256)} }]\n  endpoint`),
    expect: `9:41 bad-value: spec.reserved[0].reason: "${"x".repeat(40)}…" is longer than 255 characters`,
  },
  {
    name: "hash in a reason",
    text: hub("  endpoint", '  reserved: [{ range: 10.8.0.2, reason: "a # PostUp" }]\n  endpoint'),
    expect: '9:41 bad-value: spec.reserved[0].reason: "a # PostUp" is not of the form',
  },
  {
    name: "empty list",
    text: peer("a", `  hubs: []\n  publicKey: ${KEY}`),
    expect: "5:9 bad-value: spec.hubs needs at least 1 item",
  },
  {
    name: "hub twice",
    text: peer("a", `  hubs: [hub-eu, hub-eu]\n  publicKey: ${KEY}`),
    expect: "5:18 bad-value: spec.hubs holds the same item twice | remove one of them",
  },
  {
    name: "one hub as text",
    text: peer("a", `  hubs: hub-eu\n  publicKey: ${KEY}`),
    expect:
      '5:9 wrong-type: spec.hubs: "hub-eu" fits none of the forms that are allowed. The hubs this peer may dial: names, or labels that select them. | for example [hub-eu], or { matchLabels: { region: eu } }',
  },
  {
    name: "a number among hubs",
    text: peer("a", `  hubs: [12]\n  publicKey: ${KEY}`),
    expect: "5:10 wrong-type: spec.hubs[0]: 12 is the wrong kind of value; text is needed | put it in quotes",
  },
  {
    name: "wrong selector",
    text: peer("a", `  hubs: { matchLabel: { region: eu } }\n  publicKey: ${KEY}`),
    expect: "5:3 missing-field: spec.hubs.matchLabels is missing",
  },
  {
    name: "no host",
    text: hub("{ file: {} }", "{}"),
    expect: "5:9 bad-value: spec.host needs one of: local, file, ssh | for example { local: {} }",
  },
  {
    name: "two sources",
    text: spec("  presharedKeyFrom: { file: psk, env: REEVE_PSK }"),
    expect: "7:21 bad-value: spec.presharedKeyFrom takes only one of: file, env",
  },
  {
    name: "label name",
    text: spec("").replace("name: a", 'name: a, labels: { "-x": y }'),
    expect: '3:32 bad-name: metadata.labels: the name "-x" is not allowed',
  },
  {
    name: "label value",
    text: spec("").replace("name: a", "name: a, labels: { x: 1 }"),
    expect: "3:35 wrong-type: metadata.labels.x: 1 is the wrong kind of value; text is needed | put it in quotes",
  },
  {
    name: "upper-case name",
    text: spec("").replace("name: a", "name: Alice"),
    expect: '3:19 bad-value: metadata.name: "Alice" is not of the form that is needed.',
  },
])("$name", async (row) => {
  const loaded = await load({ "reeve.yaml": `${ESTATE}---\n${HUB}`, "x.yaml": row.text });
  const [first] = loaded.diagnostics;
  const line = `${first?.at?.line}:${first?.at?.column} ${first?.code}: ${first?.message} | ${first?.hint}`;
  expect(line.slice(0, row.expect.length)).toBe(row.expect);
  expect(first?.at?.file).toBe("desired-state/x.yaml");
});

const NEAR =
  "for example { city: Seattle, country: US }, or { ip: 203.0.113.42 }, or { latitude: 47.6, longitude: -122.3 }";

test.each([
  {
    near: "{ latitude: -91, longitude: 0 }",
    expect: ["5:34 bad-value: spec.placement.near.latitude: -91 is less than -90, the least that is allowed"],
  },
  { near: "{ latitude: 47 }", expect: ["5:16 missing-field: spec.placement.near.longitude is missing: Degrees east."] },
  {
    near: "{ city: Oslo }",
    expect: ["5:16 missing-field: spec.placement.near.country is missing: The country's two-letter code (ISO 3166-1)."],
  },
  {
    near: "{ city: Oslo, country: NO, zip: 1 }",
    expect: ['5:49 unknown-field: spec.placement.near has no field "zip"'],
  },
  {
    near: "{ city: Oslo, latitude: 1 }",
    expect: ["5:22 wrong-type: spec.placement.near: a mapping fits none of the forms that are allowed."],
    hint: NEAR,
  },
  {
    near: "{}",
    expect: ["5:22 wrong-type: spec.placement.near: a mapping fits none of the forms that are allowed."],
    hint: NEAR,
  },
])("of several forms, the one that was meant is explained: $near", async ({ near, expect: wanted, hint }) => {
  const text = `apiVersion: reeve.dev/v1\nkind: Workspace\nmetadata: { name: a }\nspec:\n  placement: { near: ${near} }\n  user: a\n  blueprint: b\n`;
  const { diagnostics } = await load({ "reeve.yaml": ESTATE, "x.yaml": text });
  const lines = diagnostics.map(({ at, code, message }) => `${at?.line}:${at?.column} ${code}: ${message}`);
  expect(lines.map((line, index) => line.slice(0, wanted[index]?.length ?? 200))).toEqual(wanted);
  if (hint !== undefined) expect(diagnostics[0]?.hint).toBe(hint);
});

const SECRET = "aPrivateKeyThatNobodyMaySee0000000000000000=";

test.each([
  { name: "private key", text: spec(`  privateKey: ${SECRET}`), code: "secret-in-yaml", hint: "privateKeyFrom" },
  { name: "private_key", text: spec(`  private_key: ${SECRET}`), code: "secret-in-yaml", hint: "privateKeyFrom" },
  { name: "preshared key", text: spec(`  presharedKey: ${SECRET}`), code: "secret-in-yaml", hint: "presharedKeyFrom" },
  { name: "an unknown token", text: spec(`  apiToken: [${SECRET}]`), code: "secret-in-yaml", hint: "From field" },
  {
    name: "an annotation",
    text: spec("").replace("name: a", `name: a, annotations: { privateKey: ${SECRET} }`),
    code: "secret-in-yaml",
    hint: "privateKeyFrom",
  },
  {
    name: "a key where its source belongs",
    text: spec(`  presharedKeyFrom: ${SECRET}`),
    code: "wrong-type",
    hint: "file",
  },
  {
    name: "a key where its file belongs",
    text: spec(`  presharedKeyFrom: { file: "${SECRET} " }`),
    code: "bad-value",
    hint: "pattern",
  },
])("a secret is refused and never printed: $name", async (row) => {
  const loaded = await load({ "reeve.yaml": `${ESTATE}---\n${HUB}`, "x.yaml": row.text });
  expect(loaded.diagnostics.map((one) => one.code)).toEqual([row.code]);
  expect(loaded.diagnostics[0]?.hint).toContain(row.hint);
  expect(loaded.diagnostics.map(describeDiagnostic).join("\n")).not.toContain(SECRET.slice(0, 8));
});
