import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { ownFolder } from "../apply/workspace.ts";
import { suggest } from "../support/did-you-mean.ts";
import { durationSeconds } from "../support/duration.ts";
import { userError } from "../support/user-error.ts";
import type { ListenConfig, WatchConfig } from "../watch/config/config.ts";
import { readConfig } from "../watch/config/read-config.ts";
import type { Arguments, Flag, Io } from "./command.ts";
import { namedStateDirectory } from "./state-directory.ts";

export const CONFIG_FLAG: Flag = {
  type: "string",
  value: "FILE",
  help: "the daemon's own settings on this host (also REEVE_WATCH_CONFIG)",
};

/** The file, with what the command line says otherwise. */
export function watchConfig(args: Arguments, io: Io): WatchConfig {
  const { REEVE_WATCH_CONFIG } = io.environment;
  const file = args.text("config") ?? (REEVE_WATCH_CONFIG === "" ? undefined : REEVE_WATCH_CONFIG);
  const config = readConfig(file);
  const listen = args.text("listen");
  const sites = args.text("sites-listen");
  const interval = args.text("interval");
  return {
    ...config,
    ...(interval === undefined ? {} : { interval: durationWord(interval) }),
    ...(listen === undefined ? {} : { listen: listenAt(listen, config.listen) }),
    ...(sites === undefined ? {} : { sites: { trustProxies: [], ...config.sites, ...addressOf(sites, config.sites) } }),
    apply: applyWord(args.text("apply")) ?? config.apply,
  };
}

/** The daemon's own folder on this host. */
export function watchFolder(config: WatchConfig, args: Arguments, io: Io): string {
  const given = config.folder ?? io.environment["STATE_DIRECTORY"] ?? "";
  if (given !== "") return resolve(given);
  return join(ownFolder({ stateDir: namedStateDirectory(args, io) }), "watch");
}

/**
 * The folder of a daemon that an operator wants something of. Without settings to name it, one that nothing has watched from is
 * a mistake: whoever pauses it would believe that something is paused.
 */
export function watchedFolder(args: Arguments, io: Io): string {
  const folder = watchFolder(watchConfig(args, io), args, io);
  const isNamed = args.text("config") !== undefined || (io.environment["REEVE_WATCH_CONFIG"] ?? "") !== "";
  if (isNamed || existsSync(join(folder, "status.json"))) return folder;
  throw userError(
    "no-daemon",
    `nothing has watched from ${folder}`,
    "name the daemon's settings with --config, as its own command line does",
  );
}

function durationWord(text: string): string {
  if (/^[1-9]\d{0,5}[smhdw]$/.test(text) && durationSeconds(text) > 0) return text;
  throw userError("bad-duration", `"${text}" is no duration`, "write 30s, 10m or 1h");
}

function applyWord(text: string | undefined): WatchConfig["apply"] | undefined {
  if (text === undefined || text === "on-commit" || text === "drift-only") return text;
  throw userError("unknown-setting", `there is no setting "${text}"`, suggest(text, ["on-commit", "drift-only"]));
}

function listenAt(text: string, listen: ListenConfig | undefined): ListenConfig {
  return { tokens: [], ...listen, ...addressOf(text, listen) };
}

interface ListenAddress {
  readonly host: string;
  readonly port: number;
}

function addressOf(text: string, before: ListenAddress | undefined): ListenAddress {
  const [, host, port] = /^(?:(.+):)?(\d{1,5})$/.exec(text) ?? [];
  if (port === undefined || Number(port) > 65_535)
    throw userError("bad-address", `"${text}" is no address to listen at`, "write 7171 or 127.0.0.1:7171");
  return { host: host ?? before?.host ?? "127.0.0.1", port: Number(port) };
}
