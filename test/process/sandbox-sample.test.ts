import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openSandbox } from "../../src/sandbox/open-sandbox.ts";
import { type Ran, runReeve } from "../support/reeve.ts";

let cwd = "";
beforeAll(async () => {
  cwd = mkdtempSync(join(tmpdir(), "reeve-sample-"));
  cpSync(join(import.meta.dirname, "../../desired-state"), join(cwd, "desired-state"), { recursive: true });
  const start = new Date("2026-12-01T00:00:00Z");
  const sandbox = await openSandbox(join(cwd, ".reeve/sandbox"), { start, factor: 0 });
  await sandbox.close();
});
afterAll(() => rmSync(cwd, { recursive: true, force: true }));

function reeve(...words: readonly string[]): Promise<Ran> {
  return runReeve(words, { cwd });
}

test("the sample estate is applied as it stands, and is as its files say for years", async () => {
  expect((await reeve("apply", "--sandbox", "--auto-approve")).code).toBe(0);
  for (const wait of ["1h", "4w", "140w"]) {
    await reeve("sandbox", "workspaces", "advance", wait);
    const { code, stdout } = await reeve("plan", "--sandbox", "--detailed-exitcode");
    expect([wait, code, stdout.split("\n")[0]]).toEqual([wait, 0, expect.stringMatching(/no changes/)]);
  }
});
