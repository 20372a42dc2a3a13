/** Files and folders that the system refuses: a user's to mend, and never called a bug of ours. */
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { runReeve } from "../support/reeve.ts";

/** Root is refused nothing until it lays that right down. */
const UNPRIVILEGED = process.getuid?.() === 0 ? ["setpriv", "--bounding-set=-dac_override,-dac_read_search"] : [];
const SITE = `apiVersion: reeve.dev/v1
kind: Estate
metadata: { name: robco }
spec: { providers: { sites: {} } }
---
apiVersion: reeve.dev/v1
kind: Partner
metadata: { name: nepa-it }
spec: { brandName: NEPA, primaryColor: "#2563EB" }
---
apiVersion: reeve.dev/v1
kind: ApplianceSite
metadata: { name: clinic }
spec: { partner: nepa-it, apiEndpoint: "https://mgmt.example.net", appliances: [{ name: front-desk, mac: "84:3A:5B:91:B6:61" }] }
`;

let root = "";

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "reeve-refused-"));
  mkdirSync(join(root, "desired-state"));
  writeFileSync(join(root, "desired-state/reeve.yaml"), SITE);
  mkdirSync(join(root, "locked"));
  writeFileSync(join(root, "locked/status.json"), "{}");
  writeFileSync(join(root, "watch.yaml"), "folder: locked\n");
});

afterEach(() => {
  for (const folder of ["locked", "desired-state"]) chmodSync(join(root, folder), 0o700);
  rmSync(root, { recursive: true });
});

test.each([
  { words: "watch pause why --config watch.yaml", refused: "locked/pause.json" },
  { words: "watch status --config watch.yaml", refused: "locked/status.json" },
  { words: "site mint-code clinic front-desk", refused: "desired-state/reeve.yaml" },
  { words: "appliance run --dir locked", refused: "locked" },
  { words: "appliance provision --dir locked --server http://127.0.0.1:2", refused: "locked" },
  { words: "appliance status --dir locked", refused: "locked" },
])("$words", async ({ words, refused }) => {
  chmodSync(join(root, "locked"), 0o000);
  chmodSync(join(root, "desired-state"), 0o555);
  const ran = await runReeve(words.split(" "), { cwd: root, prefix: UNPRIVILEGED });
  expect([ran.code, ran.stdout, ran.stderr]).toEqual([1, "", expect.stringMatching(/^error: .*EACCES/)]);
  expect(ran.stderr).toContain(refused);
});

test("a folder that cannot be made is said at once: none is below /proc", async () => {
  const words = ["appliance", "provision", "--dir", "/proc/reeve/deep", "--server", "http://127.0.0.1:2"];
  const { code, stderr } = await runReeve(words, { cwd: root });
  expect([code, stderr]).toEqual([1, expect.stringMatching(/^error: \/proc\/reeve\/deep: ENOENT/)]);
});
