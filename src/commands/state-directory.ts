import { statSync } from "node:fs";
import { userError } from "../support/user-error.ts";
import type { Arguments, Io } from "./command.ts";

/** Where the estate's documents are said to be, whether or not they are. */
export function namedStateDirectory(args: Arguments, io: Io): string {
  return args.text("state") ?? io.environment["REEVE_STATE"] ?? "desired-state";
}

/** The same, when it is there. */
export function stateDirectory(args: Arguments, io: Io): string {
  const stateDir = namedStateDirectory(args, io);
  if (statSync(stateDir, { throwIfNoEntry: false })?.isDirectory() === true) return stateDir;
  throw userError(
    "no-state-directory",
    `there is no state directory ${stateDir}`,
    "name it with --state DIR or REEVE_STATE",
  );
}
