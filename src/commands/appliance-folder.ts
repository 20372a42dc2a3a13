import { atLeast, type Log } from "../appliance/log.ts";
import { openLog } from "../watch/log.ts";
import type { Arguments, Flag, Io } from "./command.ts";

const DEFAULT_FOLDER = "/var/lib/msp";

export const DIR_FLAG: Flag = {
  type: "string",
  value: "DIR",
  help: `the appliance's own folder (default ${DEFAULT_FOLDER}, or REEVE_APPLIANCE_DIR)`,
};

export const SERVER_FLAG: Flag = {
  type: "string",
  value: "URL",
  help: "the site server (or REEVE_APPLIANCE_SERVER)",
};

export const MAC_FLAG: Flag = {
  type: "string",
  value: "MAC",
  help: "the hardware address, where the machine has several",
};

/** `isChosen`: somebody said so, and then everything is kept there, whatever the configuration's stateDir says. */
export function applianceFolder(args: Arguments, io: Io): { readonly path: string; readonly isChosen: boolean } {
  const chosen = args.text("dir") ?? io.environment["REEVE_APPLIANCE_DIR"];
  return { path: chosen ?? DEFAULT_FOLDER, isChosen: chosen !== undefined };
}

export function serverAddress(args: Arguments, io: Io): string | undefined {
  return args.text("server") ?? io.environment["REEVE_APPLIANCE_SERVER"];
}

/** To stderr, a line an event; the configuration says later how much. */
export function applianceLog(args: Arguments, io: Io): Log {
  const isJson = args.text("format") === "json";
  const log = openLog({ write: io.err, format: isJson ? "json" : "logfmt", now: () => io.clock.now() });
  const write: Log = (event, fields, level = "info") => log(event, fields, level === "debug" ? "info" : level);
  const asked = args.text("log-level");
  return asked === undefined ? write : atLeast(write, () => levelOf(asked));
}

function levelOf(asked: string): "debug" | "info" | "error" {
  return asked === "quiet" ? "error" : asked === "debug" ? "debug" : "info";
}
