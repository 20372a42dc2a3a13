/** A small process that starts programs for `run-program.ts`. */
import { execFile } from "node:child_process";
import type { Order, Report } from "./run-program.ts";

process.on("message", ({ id, program, args, input, env }: Order) => {
  const options = { env, maxBuffer: 1 << 28, encoding: "buffer" as const };
  const child = execFile(program, args, options, (error, out, err) => {
    const code = error === null ? 0 : typeof error.code === "number" ? error.code : -1;
    const report: Report = { id, code, out, err: code === -1 ? `${error?.message}` : err.toString() };
    process.send?.(report);
  });
  // A program that ends before it has read all says so by its exit code.
  child.stdin?.on("error", () => {});
  child.stdin?.end(input);
});
