import { join } from "node:path";
import type { Arguments, Command, Flag, Io } from "./command.ts";
import { sandboxFolder } from "./sandbox-folder.ts";
import { stateDirectory } from "./state-directory.ts";

/** Taken by every command that works on an estate. */
export const SANDBOX_FLAG: Flag = {
  type: "boolean",
  help: "work on the stand-ins, with their state in .reeve/sandbox (also REEVE_SANDBOX=1)",
};

/**
 * Runs a command in the sandbox's world where that was asked for: its accounts and its time. The stand-ins are closed at
 * the end, whatever happens.
 */
export async function withSandbox<Result>(
  { command, args, io }: { readonly command: Command; readonly args: Arguments; readonly io: Io },
  run: (io: Io) => Promise<Result>,
): Promise<Result> {
  if (!isSandboxed(command, args, io)) return run(io);
  // A wrong folder is left as it is found.
  const stateDir = stateDirectory(args, io);
  const [{ openSandbox }, { openSandboxSites }] = await Promise.all([
    import("../sandbox/open-sandbox.ts"),
    import("./sandbox-sites.ts"),
  ]);
  const folder = sandboxFolder(args, io);
  const sandbox = await openSandbox(folder, { signal: io.signal, isLent: command.goesOn === true });
  const environment = { ...io.environment, ...sandbox.environment };
  const world = { ...io, environment, clock: sandbox.clock };
  const sites = await openSandboxSites({ folder: join(folder, "sites"), stateDir, io: world });
  try {
    return await run({ ...world, environment: { ...environment, ...sites.environment } });
  } finally {
    await Promise.all([sandbox.close(), sites.close()]);
  }
}

function isSandboxed(command: Command, args: Arguments, io: Io): boolean {
  if (!Object.hasOwn(command.flags, "sandbox")) return false;
  return args.has("sandbox") || !["", "0", "false"].includes(io.environment["REEVE_SANDBOX"] ?? "");
}
