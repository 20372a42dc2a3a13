import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ms, run, table } from "./measure.ts";

/** A plan of as many of Terraform's built-in resources, which call no API either. */
export function benchTerraform(sizes: readonly number[]): string {
  if (spawnSync("terraform", ["version"], { stdio: "ignore" }).status !== 0)
    return "Terraform left out: it is not on this machine\n";
  const rows = sizes.map((size) => {
    const folder = mkdtempSync(join(tmpdir(), "reeve-bench-tf-"));
    try {
      const resources = Array.from(
        { length: size },
        (_, index) => `resource "terraform_data" "p${index}" {\n  input = { name = "peer-${index}" }\n}\n`,
      );
      writeFileSync(join(folder, "main.tf"), resources.join(""));
      const env = { TF_IN_AUTOMATION: "1", CHECKPOINT_DISABLE: "1" };
      run(["terraform", "init", "-input=false"], { cwd: folder, env });
      return [
        String(size),
        ms(run(["terraform", "plan", "-input=false", "-out=plan"], { cwd: folder, env }).milliseconds),
      ];
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
  return `## Terraform, as many terraform_data resources\n\n${table(["resources", "plan of all of them"], rows)}`;
}
