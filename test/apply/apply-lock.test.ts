import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { takeApplyLock } from "../../src/apply/apply-lock.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "reeve-lock-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const take = (pid: number) => takeApplyLock(folder, { pid, since: "2026-01-01T00:00:00.000Z" });

test("whoever comes second is told who holds it, and has it when it is given back", () => {
  const first = take(1);
  expect(() => take(2)).toThrow("another apply is at work here (process 1, since 2026-01-01T00:00:00.000Z)");
  first.release();
  take(3).release();
});

test("a holder that cannot be written down has the lock all the same, and is not named", () => {
  const owner = join(folder, "apply.lock.owner.json");
  mkdirSync(owner);
  const first = take(1);
  expect(() => take(2)).toThrow("another apply is at work here [locked]");
  first.release();
  take(2).release();
});
