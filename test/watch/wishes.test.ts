/** What an operator leaves in the daemon's folder is heeded at once. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { writeAccepted } from "../../src/watch/accepted.ts";
import { openWaker, type Waker } from "../../src/watch/keep-watch.ts";
import { endPause, writePause } from "../../src/watch/pause.ts";
import { heedWishes } from "../../src/watch/wishes.ts";

let folder: string;
let waker: Waker;
let watching: { close(): Promise<void> };

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "reeve-wishes-"));
  waker = openWaker();
});

afterEach(async () => {
  await watching.close();
  rmSync(folder, { recursive: true });
});

const pause = (): void => writePause(folder, { reason: "why", by: "ada", since: "2026-01-01T00:00:00Z" });

test.each([
  { name: "a pause", before: () => undefined, wish: pause },
  { name: "its end", before: pause, wish: () => void endPause(folder) },
  { name: "an acceptance", before: () => undefined, wish: () => writeAccepted(folder, "a".repeat(40)) },
])("$name", async ({ before, wish }) => {
  before();
  const heeded = heedWishes(folder, waker);
  watching = heeded;
  await heeded.ready;
  expect(waker.take()).toBeNull();
  wish();
  await waker.woken();
  expect(waker.take()).toBe("round");
});
