import { dirname, join, resolve } from "node:path";
import type { Arguments, Io } from "./command.ts";

/** `.reeve/sandbox` beside the state directory, whether or not that exists yet. */
export function sandboxFolder(args: Arguments, io: Io): string {
  const stateDir = args.text("state") ?? io.environment["REEVE_STATE"] ?? "desired-state";
  return join(dirname(resolve(stateDir)), ".reeve", "sandbox");
}
