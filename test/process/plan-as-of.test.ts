/** `--now`: how it will be, and nothing of it is ever carried out. */
import { cpSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openSandbox } from "../../src/sandbox/open-sandbox.ts";
import { type Ran, runReeve } from "../support/reeve.ts";

let cwd = "";
beforeAll(async () => {
  cwd = mkdtempSync(join(tmpdir(), "reeve-as-of-"));
  cpSync(join(import.meta.dirname, "../../desired-state"), join(cwd, "desired-state"), { recursive: true });
  const start = new Date("2026-12-01T00:00:00Z");
  const sandbox = await openSandbox(join(cwd, ".reeve/sandbox"), { start, factor: 0 });
  await sandbox.close();
  expect(await reeve("apply", "--auto-approve")).toMatchObject({ code: 0 });
});
afterAll(() => rmSync(cwd, { recursive: true, force: true }));

const GRANTS = ["--only", "WorkstationGrant/*"];

function reeve(...words: readonly string[]): Promise<Ran> {
  return runReeve(words, { cwd, environment: { REEVE_SANDBOX: "1" } });
}

test("a plan as of another instant says so, changes nothing, and cannot be applied", async () => {
  const then = await reeve("plan", ...GRANTS, "--now", "2036-01-10T01:00:00+01:00", "--out", "then.json");
  expect(then.stdout).toContain("as of 2036-01-10T00:00:00.000Z: 3 to start or stop");
  expect(then.stdout).toContain("Cannot apply: this is the plan as of 2036-01-10T00:00:00.000Z, not of now");
  expect(then.stdout).not.toContain("Next: reeve apply");
  expect(JSON.parse(readFileSync(join(cwd, "then.json"), "utf8"))).toMatchObject({ asOf: "2036-01-10T00:00:00.000Z" });
  expect(await reeve("apply", "then.json")).toMatchObject({
    code: 1,
    stdout: "",
    stderr: expect.stringContaining("plan again without --now"),
  });
  const now = await reeve("plan", ...GRANTS, "--detailed-exitcode");
  expect([now.code, now.stdout.split("\n")[0]]).toEqual([0, expect.stringContaining(": no changes")]);
});

test.each([
  [["list", ...GRANTS, "--now", "2031-01-01T00:00:00Z"], 0, "As of 2031-01-01T00:00:00.000Z, not of now:"],
  [["validate", "--now", "2031-01-01T00:00:00Z"], 0, "As of 2031-01-01T00:00:00.000Z, not of now:"],
  [["plan", "--now", "2031-01-01"], 1, '--now takes an instant with its zone, not "2031-01-01"'],
  [["plan", "--now", "2031-02-30T00:00:00Z"], 1, "--now takes an instant"],
  [["plan", "--now", "2031-01-01T24:30:00Z"], 1, "--now takes an instant"],
  [["apply", "--now", "2031-01-01T00:00:00Z"], 1, "unknown flag --now"],
] as const)("reeve %j ends with %i and says so", async (words, code, says) => {
  const ran = await reeve(...words);
  expect([ran.code, ran.stdout + ran.stderr]).toEqual([code, expect.stringContaining(says)]);
});
