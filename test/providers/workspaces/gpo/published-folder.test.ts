import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { WorkspaceSecurityPolicySpec } from "../../../../src/generated/documents.ts";
import { type BundleComparison, comparePolicyBundle } from "../../../../src/providers/workspaces/gpo/compare-bundle.ts";
import {
  listPublished,
  publishFolder,
  readPublishedBundle,
  removePolicyBundle,
  writePolicyBundle,
} from "../../../../src/providers/workspaces/gpo/published-folder.ts";
import { BUNDLE_FILES } from "../../../../src/providers/workspaces/gpo/render-bundle.ts";
import { bundleOf, LOCKED_DOWN, sampleTemplate, TEMPLATE } from "./sample.ts";

const FOLDER = publishFolder("locked-down", undefined);
let root = "";

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "reeve-gpo-"));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function compare(spec: WorkspaceSecurityPolicySpec = LOCKED_DOWN, name?: string, estate?: string): BundleComparison {
  const published = readPublishedBundle(root, FOLDER);
  if ("trouble" in published) throw new Error(published.trouble);
  return comparePolicyBundle(bundleOf(spec, name, estate), published);
}

function publish(spec: WorkspaceSecurityPolicySpec = LOCKED_DOWN): void {
  writePolicyBundle(root, FOLDER, compare(spec));
}

const said = (value: unknown) => (typeof value === "string" ? value : "nothing");
const words = (comparison: BundleComparison) =>
  comparison.fields.map(({ path, before, after }) => `${path}: ${said(before)} -> ${said(after)}`);
const gptIni = () => readFileSync(join(root, FOLDER, "GPT.INI"), "utf8");

test("a first publication is every value and every file; then nothing is to be done", () => {
  const first = compare({ usb: "disabled", template: TEMPLATE });
  expect(first.owner).toBe("none");
  expect(words(first)).toEqual([
    'files["GPT.INI"]: nothing -> as rendered',
    'files["Machine/Registry.pol"]: nothing -> as rendered',
    'files["import-policy.ps1"]: nothing -> as rendered',
    'files["policy.json"]: nothing -> as rendered',
    'registry["SOFTWARE\\\\Policies\\\\Amazon\\\\WSP\\\\sample_usb"]: nothing -> 0',
  ]);
  publish({ usb: "disabled", template: TEMPLATE });
  expect(gptIni()).toBe("[General]\r\nVersion=1\r\ndisplayName=Reeve locked-down\r\n");
  expect(compare({ usb: "disabled", template: TEMPLATE })).toMatchObject({
    owner: "ours",
    fields: [],
    superfluous: [],
  });
});

test("a change is shown value by value, raises the version, and takes away what has no use any more", () => {
  publish({ usb: "enabled", clipboard: "copy-only", template: TEMPLATE });
  const change = compare({ usb: "disabled", template: TEMPLATE });
  expect(words(change).filter((line) => line.startsWith("registry"))).toEqual([
    'registry["SOFTWARE\\\\Policies\\\\Amazon\\\\WSP\\\\sample_clipboard"]: 1 -> nothing',
    'registry["SOFTWARE\\\\Policies\\\\Amazon\\\\WSP\\\\sample_clipboard_direction"]: 1 -> nothing',
    'registry["SOFTWARE\\\\Policies\\\\Amazon\\\\WSP\\\\sample_usb"]: 1 -> 0',
  ]);
  expect(change.superfluous).toEqual(["wsp.conf"]);
  publish({ usb: "disabled", template: TEMPLATE });
  expect(gptIni()).toContain("Version=2\r\n");
  expect(existsSync(join(root, FOLDER, "wsp.conf"))).toBe(false);
  expect(compare({ usb: "disabled", template: TEMPLATE }).fields).toEqual([]);
});

test("pinning the template that is there changes nothing", () => {
  publish();
  const { admxSha256, admlSha256 } = sampleTemplate();
  expect(compare({ ...LOCKED_DOWN, template: { ...TEMPLATE, admxSha256, admlSha256 } }).fields).toEqual([]);
});

describe("edits by hand are seen and mended", () => {
  test.each(BUNDLE_FILES)("%s", (file) => {
    publish();
    if (file !== "policy.json") {
      writeFileSync(join(root, FOLDER, file), "edited");
      expect(compare().fields.map(({ path }) => path)).toContain(`files["${file}"]`);
      publish();
    }
    rmSync(join(root, FOLDER, file));
    if (file === "policy.json") expect(compare().owner).toBe("other");
    else {
      publish();
      expect(compare().fields).toEqual([]);
    }
  });
});

test("a run that dies after any file carries on: the folder is its own, and the next run completes it", () => {
  const whole = [...compare().files.keys()];
  for (let count = 1; count < whole.length; count += 1) {
    const order = ["policy.json", ...whole.filter((name) => name !== "policy.json").toSorted()].slice(0, count);
    const partial = new Map([...compare().files].filter(([name]) => order.includes(name)));
    writePolicyBundle(root, FOLDER, { ...compare(), files: partial });
    expect(compare().owner).toBe("ours");
    publish();
    expect(compare().fields).toEqual([]);
    rmSync(join(root, FOLDER), { recursive: true });
  }
});

test("what another estate, another policy or a person put there is not touched", () => {
  publish();
  for (const other of [compare(LOCKED_DOWN, "locked-down", "umbrella"), compare(LOCKED_DOWN, "open")]) {
    expect(other).toMatchObject({ owner: "other", publisher: { estate: "robco", policy: "locked-down" } });
    expect(() => writePolicyBundle(root, FOLDER, other)).toThrow("did not publish");
  }
  removePolicyBundle(root, FOLDER, { estate: "umbrella", policy: "locked-down" });
  expect(listPublished(root)).toEqual([{ folder: FOLDER, publisher: { estate: "robco", policy: "locked-down" } }]);
});

test("a bundle is taken away whole, and what is not Reeve's stays", () => {
  publish();
  writeFileSync(join(root, FOLDER, "notes.txt"), "mine");
  removePolicyBundle(root, FOLDER, { estate: "robco", policy: "locked-down" });
  expect(readdirSync(join(root, FOLDER))).toEqual(["notes.txt"]);
  rmSync(join(root, FOLDER, "notes.txt"));
  publish();
  removePolicyBundle(root, FOLDER, { estate: "robco", policy: "locked-down" });
  expect(existsSync(join(root, FOLDER))).toBe(false);
  expect(listPublished(root)).toEqual([]);
});

test("no path leads out of the repository", () => {
  mkdirSync(join(root, ".reeve"));
  const outside = mkdtempSync(join(tmpdir(), "reeve-outside-"));
  symlinkSync(outside, join(root, ".reeve/published"));
  expect(readPublishedBundle(root, FOLDER)).toEqual({
    trouble: "it leads out of the repository through a symbolic link",
  });
  const comparison = comparePolicyBundle(bundleOf(LOCKED_DOWN), new Map());
  expect(() => writePolicyBundle(root, FOLDER, comparison)).toThrow("symbolic link");
  expect(() => writePolicyBundle(root, "../elsewhere", comparison)).toThrow("out of the repository");
  expect(() => writePolicyBundle(root, ".git/hooks", comparison)).toThrow("git's own files");
  expect(readdirSync(outside)).toEqual([]);
  rmSync(outside, { recursive: true });
});
