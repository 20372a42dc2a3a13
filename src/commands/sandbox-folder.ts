import { dirname, join, resolve } from "node:path";
import type { Arguments, Io } from "./command.ts";
import { namedStateDirectory } from "./state-directory.ts";

/** `.reeve/sandbox` beside the state directory, whether or not that exists yet. */
export function sandboxFolder(args: Arguments, io: Io): string {
  return join(dirname(resolve(namedStateDirectory(args, io))), ".reeve", "sandbox");
}
