/** A Lease in a cluster, as the stand-in keeps it. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { kubernetesLeaseStore } from "../../src/commands/kubernetes-lease.ts";
import {
  type KubernetesSandbox,
  startKubernetesSandbox,
} from "../../src/sandbox/kubernetes/start-kubernetes-sandbox.ts";
import { systemClock } from "../../src/support/system-clock.ts";
import type { LeaseStore } from "../../src/watch/lease/record-lease.ts";

let sandbox: KubernetesSandbox;
let folder: string;
beforeEach(async () => {
  sandbox = await startKubernetesSandbox();
  folder = mkdtempSync(join(tmpdir(), "reeve-lease-"));
  writeFileSync(join(folder, "kubeconfig"), sandbox.kubeconfig);
});
afterEach(async () => {
  await sandbox.close();
  rmSync(folder, { recursive: true });
});

function store(): LeaseStore {
  const place = { kubeconfig: join(folder, "kubeconfig"), namespace: "default", name: "reeve", duration: "60s" };
  return kubernetesLeaseStore({ place, environment: {}, clock: systemClock, durationMs: 60_000 });
}

test("made once, replaced only as it was seen", async () => {
  const [one, two] = [store(), store()];
  expect(await one.read()).toBeNull();
  const made = await one.write({ holder: "one", commit: null }, null);
  expect(await two.write({ holder: "two", commit: null }, null)).toBeNull();
  expect(await two.read()).toEqual({ record: { holder: "one", commit: null }, version: made });
  const renewed = await one.write({ holder: "one", commit: "c0ffee" }, made);
  expect(await two.write({ holder: "two", commit: null }, made)).toBeNull();
  expect(await two.write({ holder: "two", commit: "c0ffee" }, renewed)).not.toBeNull();
  expect((await one.read())?.record).toEqual({ holder: "two", commit: "c0ffee" });
});
