import { cpSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { documentOf } from "./estate-on-disk.ts";

const SAMPLES = join(import.meta.dirname, "../desired-state/grants");

/** How fast Reeve may call. */
export interface Pace {
  readonly qps: number;
  readonly burst: number;
  readonly concurrency: number;
}

/** A state repository with the sample cluster, its tiers and policies, and as many grants as asked for, one document a file. */
export function writeGrants(count: number): string {
  const folder = mkdtempSync(join(tmpdir(), "reeve-bench-"));
  const state = join(folder, "desired-state");
  mkdirSync(join(state, "people"), { recursive: true });
  writeFileSync(join(state, "reeve.yaml"), documentOf("Estate", "bench", ["providers: { grants: {} }"]));
  cpSync(join(SAMPLES, "tiers.yaml"), join(state, "tiers.yaml"));
  const policies = readFileSync(join(SAMPLES, "policies.yaml"), "utf8");
  writeFileSync(
    join(state, "policies.yaml"),
    policies.replace("people: [alice,", "mailDomains: [bench.example.com], people: [alice,"),
  );
  for (let index = 0; index < count; index += 1) {
    const name = `person-${String(index).padStart(5, "0")}`;
    writeFileSync(join(state, "people", `${name}.yaml`), grantOf(name));
  }
  return folder;
}

function grantOf(name: string): string {
  return documentOf("WorkstationGrant", name, [
    "cluster: lab",
    `person: ${name}@bench.example.com`,
    "tier: standard",
    "policy: staff",
    "startsAt: 2026-01-05T08:00:00Z",
    "expiresAt: 2035-12-31T18:00:00Z",
    "home: { sizeGib: 20, retainFor: 30d }",
    "challenges: [{ name: web-101, ports: [80, 8000-8100] }]",
    "reason: Benchmark",
    "approvals: [{ by: dana, at: 2026-01-02T10:00:00Z }]",
  ]);
}

/** Says how fast Reeve may call. */
export function writeClusterPace(folder: string, pace: Pace | null): void {
  const cluster = readFileSync(join(SAMPLES, "lab.yaml"), "utf8");
  const limits =
    pace === null ? "" : `  limits: { qps: ${pace.qps}, burst: ${pace.burst}, concurrency: ${pace.concurrency} }\n`;
  writeFileSync(join(folder, "desired-state/lab.yaml"), `${cluster.trimEnd()}\n${limits}`);
}
