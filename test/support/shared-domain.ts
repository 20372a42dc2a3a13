/** One domain controller for all tests of a run: provisioned by the first that needs it, taken away at the end. */
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";

declare module "vitest" {
  interface ProvidedContext {
    /** The controller's folder; not there until a test has opened it. */
    readonly domainController: string;
  }
}

/** Undone by what is returned. */
export function setup(project: TestProject): () => void {
  const folder = join(tmpdir(), `reeve-dc-${process.pid}`);
  project.provide("domainController", folder);
  return () => {
    if (existsSync(folder)) execFileSync("bash", [join(import.meta.dirname, "samba-dc.sh"), "clean", folder]);
  };
}
