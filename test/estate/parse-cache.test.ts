import { chmodSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { loadEstate } from "../../src/estate/load-estate.ts";
import { openParseCache } from "../../src/estate/parse-cache.ts";
import { ESTATE, folderWith, HUB, peer } from "./state-dir.ts";

const FILE = ".reeve/cache/parsed-documents";

function save(root: string, texts: readonly string[], version = "1.0.0"): void {
  const cache = openParseCache(join(root, ".reeve/cache"), version);
  for (const text of texts) cache.parse(text);
  cache.save();
}

/** Rewrites the cache file as something else that is not Reeve would, keeping its mode unless told. */
function tamper(root: string, change: (text: string) => string, mode = 0o400): void {
  const path = join(root, FILE);
  const text = change(readFileSync(path, "utf8"));
  rmSync(path);
  writeFileSync(path, text, { mode });
  chmodSync(path, mode);
}

test("keeps what was used, drops the rest, and is written only when that changes", () => {
  const root = folderWith({});
  save(root, ["a: 1", "b: 2"]);
  const keys = (): number => readFileSync(join(root, FILE), "utf8").trim().split("\n").length - 1;
  expect(keys()).toBe(2);
  const before = statSync(join(root, FILE)).ino;
  save(root, ["b: 2", "a: 1"]);
  expect(statSync(join(root, FILE)).ino).toBe(before);
  save(root, ["b: 2", "c: ["]);
  expect(keys()).toBe(1);
  expect(readdirSync(join(root, ".reeve/cache"))).toEqual(["parsed-documents"]);
});

test("a warm run gives what a cold run gives, places and defaults too", async () => {
  const root = folderWith({
    "desired-state/reeve.yaml": `${ESTATE}---\n${HUB}`,
    "desired-state/a.yaml": `# x\n---\n${peer("a")}---\n${peer("b")}`,
  });
  const options = { stateDir: join(root, "desired-state"), cacheDir: join(root, ".reeve/cache") };
  const cold = await loadEstate({ ...options, cacheDir: null });
  const first = await loadEstate(options);
  const warm = await loadEstate(options);
  expect(first.estate).toEqual(cold.estate);
  expect(warm.estate).toEqual(cold.estate);
});

const lie = (text: string): string => text.replaceAll('"a":1', '"a":2');

test.each([
  { name: "damaged", change: lie },
  { name: "cut short", change: (text: string) => text.slice(0, -9) },
  { name: "of another format", change: (text: string) => text.replace("parsed-documents 1", "parsed-documents 0") },
  { name: "foreign", change: () => "\0\0\0" },
  { name: "empty", change: () => "" },
])("a cache file that is $name is not taken, and is replaced", ({ change }) => {
  const root = folderWith({});
  save(root, ["a: 1"]);
  const good = readFileSync(join(root, FILE), "utf8");
  tamper(root, change);
  const cache = openParseCache(join(root, ".reeve/cache"), "1.0.0");
  expect(cache.parse("a: 1")[0]?.value).toEqual({ a: 1 });
  cache.save();
  expect(readFileSync(join(root, FILE), "utf8")).toBe(good);
});

test("a cache of another version of Reeve is not taken", () => {
  const root = folderWith({});
  save(root, ["a: 1"], "0.9.0");
  save(root, ["a: 1"], "1.0.0");
  expect(readFileSync(join(root, FILE), "utf8")).toMatch(/^reeve parsed-documents 1 1\.0\.0 [0-9a-f]{64}\n/);
});

test("a cache that came with the repository is not taken: git makes no file of mode 0400", () => {
  const root = folderWith({});
  save(root, ["a: 2"]);
  const entry = readFileSync(join(root, FILE), "utf8");
  tamper(root, () => entry, 0o644);
  save(root, ["a: 1"]);
  expect(statSync(join(root, FILE)).mode & 0o777).toBe(0o400);
});

test("a linked cache folder is neither read nor written", () => {
  const root = folderWith({ "elsewhere/keep": "" });
  mkdirSync(join(root, ".reeve"));
  symlinkSync("../elsewhere", join(root, ".reeve/cache"));
  save(root, ["a: 1"]);
  expect(readdirSync(join(root, "elsewhere"))).toEqual(["keep"]);
});
