import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";

const ROOT = join(import.meta.dirname, "../..");

/** Each file breaks one rule; the finding is what oxlint must say of it. */
const OFFENDERS: readonly { readonly file: string; readonly source: string; readonly finding: string }[] = [
  imports("src/support/a.ts", "../plan/plan.ts", "support must not import plan"),
  imports("src/estate/a.ts", "../plan/plan.ts", "estate must not import plan"),
  imports("src/plan/a.ts", "../providers/provider.ts", "plan must not import providers"),
  imports("src/plan/b.ts", "../render/words.ts", "plan must not import render"),
  imports("src/render/a.ts", "../estate/estate.ts", "render must not import estate"),
  imports("src/apply/a.ts", "../commands/command.ts", "apply must not import commands"),
  imports("src/apply/b.ts", "../providers/wireguard/index.ts", "apply must not import providers/wireguard"),
  imports("src/providers/survey.ts", "./wireguard/index.ts", "providers must not import providers/wireguard"),
  imports("src/providers/sites/a.ts", "../wireguard/index.ts", "providers/sites must not import providers/wireguard"),
  imports(
    "src/providers/sites/deep/a.ts",
    "../../wireguard/index.ts",
    "providers/sites must not import providers/wireguard",
  ),
  imports("src/providers/sites/b.ts", "../../sandbox/server.ts", "providers/sites must not import sandbox"),
  imports("src/apply/j.ts", "../sandbox/open-sandbox.ts", "apply must not import sandbox"),
  imports("src/sandbox/a.ts", "../providers/provider.ts", "sandbox must not import providers"),
  imports("src/action.ts", "./commands/plan.ts", "action must not import commands"),
  imports("src/commands/a.ts", "../../test/support/x.ts", "src/ must not import ../../test/support/x.ts"),
  {
    file: "src/plan/c.ts",
    source: `export const plan = () => import("../apply/x.ts");`,
    finding: "plan must not import apply",
  },
  { file: "src/plan/d.ts", source: `export * from "../apply/x.ts";`, finding: "plan must not import apply" },
  imports("src/plan/e.ts", "node:fs", "a pure file must not use node:fs"),
  imports("src/estate/b.ts", "node:child_process", "a pure file must not use node:child_process"),
  imports("src/render/b.ts", "@aws-sdk/client-workspaces", "a pure file must not use @aws-sdk/client-workspaces"),
  imports("src/plan/f.ts", "../support/system-clock.ts", "a pure file must not use ../support/system-clock.ts"),
  pure("src/providers/sites/compare.ts", "new Date()"),
  pure("src/providers/sites/check-names.ts", "Date.now()"),
  pure("src/plan/g.ts", "Math.random()"),
  pure("src/plan/h.ts", "process.env"),
  pure("src/estate/c.ts", `fetch("http://x.example")`),
  { file: "src/apply/c.ts", source: "export default 1;", finding: "no-default-export" },
  { file: "src/apply/d.ts", source: "export const a = (x: any) => x;", finding: "no-explicit-any" },
  { file: "src/apply/e.ts", source: "export const a = (x: string | null) => x!;", finding: "no-non-null-assertion" },
  {
    file: "src/apply/f.ts",
    source: "const go = async () => {};\nexport const a = () => { go(); };",
    finding: "no-floating-promises",
  },
  {
    file: "src/apply/g.ts",
    source: `export function a(x: "b" | "c") { switch (x) { case "b": return 1; } return 2; }`,
    finding: "switch-exhaustiveness-check",
  },
  {
    file: "src/apply/h.ts",
    source: "export const a = (b: 1, c: 2, d: 3, e: 4) => [b, c, d, e];",
    finding: "max-params",
  },
  {
    file: "src/apply/i.ts",
    source: Array.from({ length: 301 }, (_, n) => `export const a${n} = ${n};`).join("\n"),
    finding: "max-lines",
  },
];

/** What looks alike and is fine. */
const INNOCENT: readonly { readonly file: string; readonly source: string }[] = [
  imports("src/providers/registry.ts", "./wireguard/index.ts", ""),
  imports("src/providers/wireguard/index.ts", "../provider.ts", ""),
  imports("src/commands/peer.ts", "../providers/wireguard/index.ts", ""),
  imports("src/commands/stand-ins.ts", "../sandbox/open-sandbox.ts", ""),
  imports("src/providers/wireguard/observe.ts", "node:fs", ""),
  { file: "src/plan/fine.ts", source: "export const at = (text: string) => new Date(text).getTime();" },
  { file: "src/plan/types.ts", source: `import type { Stats } from "node:fs";\nexport type Size = Stats["size"];` },
];

let folder: string;
let findings: readonly string[];

function imports(file: string, specifier: string, finding: string) {
  return { file, source: `import { x } from "${specifier}";\nexport const y = [x];`, finding };
}

function pure(file: string, expression: string) {
  const used = expression === "process.env" ? expression : expression.replace(/\(.*/, "");
  return {
    file,
    source: `export const y = () => ${expression};`,
    finding: `a pure file must not use ${used.replace("new Date", "new Date()")}`,
  };
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "reeve-lint-"));
  for (const file of [".oxlintrc.json", "tsconfig.json", "package.json", "scripts/lint-rules.ts"]) {
    cpSync(join(ROOT, file), join(folder, file), { recursive: true });
  }
  symlinkSync(join(ROOT, "node_modules"), join(folder, "node_modules"));
  for (const { file, source } of [...OFFENDERS, ...INNOCENT]) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), `${source}\n`);
  }
  const oxlint = join(ROOT, "node_modules/.bin/oxlint");
  const { stdout } = spawnSync(oxlint, ["--type-aware", "--format=unix", "src"], { cwd: folder, encoding: "utf8" });
  findings = stdout.split("\n").map((line) => line.replace(`${folder}/`, ""));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

test.each(OFFENDERS)("$file: $finding", ({ file, finding }) => {
  expect(findings.filter((line) => line.startsWith(`${file}:`)).join("\n")).toContain(finding);
});

test.each(INNOCENT)("nothing of $file", ({ file }) => {
  expect(findings.filter((line) => line.startsWith(`${file}:`))).toEqual([]);
});
