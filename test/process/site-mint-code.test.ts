/** `reeve site mint-code`: printed once, its hash in the document, everything else as it was. */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { hashCode, readCode } from "../../src/protocol/codes.ts";
import { runReeve } from "../support/reeve.ts";

let root = "";

const ESTATE =
  "apiVersion: reeve.dev/v1\nkind: Estate\nmetadata: { name: robco }\nspec: { providers: { sites: {} } }\n";
const HEAD = `apiVersion: reeve.dev/v1
kind: Partner
metadata: { name: nepa-it }
spec: { brandName: "NEPA <IT>", primaryColor: "#2563EB" }
---
# our first customer
apiVersion: reeve.dev/v1
kind: ApplianceSite
metadata: { name: clinic }
spec:
  partner: nepa-it
  apiEndpoint: https://mgmt.example.net
  appliances:
`;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "reeve-mint-"));
  mkdirSync(join(root, "desired-state"));
  writeFileSync(join(root, "desired-state/reeve.yaml"), ESTATE);
});

afterEach(() => rmSync(root, { recursive: true }));

const FILE = "desired-state/sites.yaml";

function mint(args: readonly string[]) {
  return runReeve(["site", "mint-code", ...args], { cwd: root });
}

const IDENTITY = `identity: { signKey: "${"A".repeat(43)}=", recipient: age1${"q".repeat(58)} }`;
const OLD = `codeHash: "sha256:${"0".repeat(64)}"`;

test.each([
  {
    name: "an appliance without a code",
    before: `    - name: front-desk # by the door\n      mac: "84:3A:5B:91:B6:61"\n`,
    after: `    - name: front-desk # by the door\n      mac: "84:3A:5B:91:B6:61"\n      provisioning: { codeHash: "HASH", expiresAt: "END" }\n`,
  },
  {
    name: "one with a code that was withdrawn, and a pinned key",
    before: `    - name: other\n      mac: "84:3A:5B:91:B6:62"\n    - name: front-desk\n      mac: "84:3A:5B:91:B6:61"\n      provisioning:\n        ${OLD} # lost\n        expiresAt: 2026-01-01T00:00:00Z\n        revoked: true\n      ${IDENTITY}\n      # the end\n`,
    after: `    - name: other\n      mac: "84:3A:5B:91:B6:62"\n    - name: front-desk\n      mac: "84:3A:5B:91:B6:61"\n      provisioning:\n        codeHash: "HASH" # lost\n        expiresAt: "END"\n      # the end\n`,
  },
])("$name", async ({ before, after }) => {
  writeFileSync(join(root, FILE), HEAD + before);
  const ran = await mint(["clinic", "front-desk", "--format", "json", "--expires-in", "12h"]);
  const { code, codeHash, expiresAt } = JSON.parse(ran.stdout) as { code: string; codeHash: string; expiresAt: string };
  const read = readCode(code);
  expect(read === null ? null : hashCode(read)).toBe(codeHash);
  expect(readFileSync(join(root, FILE), "utf8")).toBe(HEAD + after.replace("HASH", codeHash).replace("END", expiresAt));
  expect((await runReeve(["validate"], { cwd: root })).code).toBe(0);
});

test("as text and as a sheet, and the code is in neither the repository nor anywhere else", async () => {
  writeFileSync(join(root, FILE), `${HEAD}    - { name: front-desk, mac: "84:3A:5B:91:B6:61" }\n`);
  const { stdout } = await mint(["clinic", "front-desk", "--sheet", "sheet.html"]);
  const [code = ""] = /[0-9A-Z]{4}(-[0-9A-Z]{4}){3}/.exec(stdout) ?? [];
  const sheet = readFileSync(join(root, "sheet.html"), "utf8");
  expect([sheet.includes(code), sheet.includes("<svg"), sheet.includes("NEPA &lt;IT&gt;")]).toEqual([true, true, true]);
  expect(statSync(join(root, "sheet.html")).mode & 0o777).toBe(0o600);
  const document = readFileSync(join(root, FILE), "utf8");
  expect([document.includes(code), document.includes(code.replaceAll("-", ""))]).toEqual([false, false]);
});

const PLACE = `    - { name: front-desk, mac: "84:3A:5B:91:B6:61" }\n`;

test("a document that cannot be replaced is a user's to mend, and its sheet goes again", async () => {
  const name = `${"s".repeat(250)}.yaml`;
  writeFileSync(join(root, "desired-state", name), HEAD + PLACE);
  const { code, stdout, stderr } = await mint(["clinic", "front-desk", "--sheet", "sheet.html"]);
  expect([code, stdout, stderr]).toEqual([1, "", expect.stringMatching(/the name is too long \(ENAMETOOLONG\)/)]);
  expect(existsSync(join(root, "sheet.html"))).toBe(false);
});

test("in a pipe without colours; it says where the hash is, and what becomes of the code before", async () => {
  writeFileSync(join(root, FILE), HEAD + PLACE);
  const first = await mint(["clinic", "front-desk", "--sheet", "sheet.html"]);
  const second = await runReeve(["site", "mint-code", "clinic", "front-desk"], {
    cwd: root,
    environment: { NO_COLOR: undefined },
  });
  for (const { stdout } of [first, second]) {
    expect(stdout).not.toContain("\u001b");
    expect(stdout).toMatch(/Its hash is in desired-state\/sites\.yaml:14:\d\d+: commit it/);
  }
  const dies = "The code before it works no more";
  expect([first.stdout.includes(dies), second.stdout.includes(dies)]).toEqual([false, true]);
  expect(readFileSync(join(root, "sheet.html"), "utf8")).toContain(
    "<code>reeve-appliance provision --server https://mgmt.example.net</code>",
  );
});

test("a sheet that was there and could be read by all is nobody else's afterwards", async () => {
  writeFileSync(join(root, FILE), `${HEAD}    - { name: front-desk, mac: "84:3A:5B:91:B6:61" }\n`);
  writeFileSync(join(root, "sheet.html"), "old", { mode: 0o644 });
  expect((await mint(["clinic", "front-desk", "--sheet", "sheet.html"])).code).toBe(0);
  expect(statSync(join(root, "sheet.html")).mode & 0o777).toBe(0o600);
});

test.each([
  { name: "no such site", args: ["clinik", "front-desk"], says: 'did you mean "clinic"?' },
  { name: "no such appliance", args: ["clinic", "front"], says: "known: front-desk" },
  { name: "no appliance named", args: ["clinic"], says: "which appliance of which site?" },
  { name: "for too long", args: ["clinic", "front-desk", "--expires-in", "31d"], says: "30d at most" },
  {
    name: "a sheet that cannot be",
    args: ["clinic", "front-desk", "--sheet", "no/where.html"],
    says: "no code has been made",
  },
  {
    name: "a folder where the sheet is to be",
    args: ["clinic", "front-desk", "--sheet", "desired-state"],
    says: "no code has been made",
  },
  { name: "for no time", args: ["clinic", "front-desk", "--expires-in", "0d"], says: "30d at most" },
])("$name", async ({ args, says }) => {
  const text = `${HEAD}    - { name: front-desk, mac: "84:3A:5B:91:B6:61" }\n`;
  writeFileSync(join(root, FILE), text);
  const ran = await mint(args);
  expect([ran.code, ran.stderr.includes(says) ? says : ran.stderr]).toEqual([1, says]);
  expect(readFileSync(join(root, FILE), "utf8")).toBe(text);
});
