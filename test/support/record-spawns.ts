/** Loaded before Reeve (`--import`): writes down every child process that it starts, with its arguments and environment. */
import childProcess from "node:child_process";
import { appendFileSync } from "node:fs";
import { syncBuiltinESMExports } from "node:module";

const record = process.env["REEVE_TEST_SPAWNS"] ?? "";

for (const name of ["spawn", "spawnSync", "execFile", "execFileSync"] as const) {
  const original = childProcess[name] as (...args: unknown[]) => unknown;
  const recorded = (...args: unknown[]): unknown => {
    appendFileSync(record, `${JSON.stringify(args.filter((one) => typeof one !== "function"))}\n`);
    return original(...args);
  };
  Object.assign(childProcess, { [name]: Object.assign(recorded, original) });
}
syncBuiltinESMExports();
