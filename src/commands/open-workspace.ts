import type { Workspace } from "../apply/workspace.ts";
import type { Address } from "../estate/resource.ts";
import { PROVIDERS } from "../providers/registry.ts";
import { coloured, type Paint, plain } from "../render/paint.ts";
import { directCalls } from "../support/calls.ts";
import { suggest } from "../support/did-you-mean.ts";
import { userError } from "../support/user-error.ts";
import type { Arguments, Flag, Io } from "./command.ts";
import { asOfFlag } from "./now-flag.ts";
import { type LogLevel, type ProgressPrinter, printProgress } from "./progress-printer.ts";
import { stateDirectory } from "./state-directory.ts";

export const ONLY_FLAG: Flag = {
  type: "string",
  multiple: true,
  value: "ADDRESS",
  help: "look at these resources only, for example 'WireGuardPeer/swarm-*'",
};

export interface OpenWorkspace {
  readonly workspace: Workspace;
  readonly paint: Paint;
  readonly format: string;
  /** Ends the progress line; call it before the result is printed. */
  readonly progress: ProgressPrinter;
}

/** What every command that works on an estate begins with. */
export function openWorkspace(args: Arguments, io: Io): OpenWorkspace {
  const stateDir = stateDirectory(args, io);
  const progress = printProgress(io, logLevel(args));
  const { clock, signal, environment } = io;
  const world = { clock, calls: directCalls, progress, signal, environment };
  const workspace = { stateDir, providers: PROVIDERS, ...world, ...asOfFlag(args) };
  return { workspace, progress, paint: paintFor(args, io), format: args.text("format") ?? "text" };
}

/** Colours where a person looks at a terminal and has not said no. */
function paintFor(args: Arguments, io: Io): Paint {
  const { NO_COLOR, FORCE_COLOR } = io.environment;
  if (args.has("no-color") || (NO_COLOR ?? "") !== "") return plain;
  return io.isOutTerminal || (FORCE_COLOR ?? "") !== "" ? coloured : plain;
}

function logLevel(args: Arguments): LogLevel {
  const level = args.text("log-level") ?? "info";
  if (level === "quiet" || level === "info" || level === "debug") return level;
  throw userError("unknown-log-level", `there is no log level "${level}"`, suggest(level, ["quiet", "info", "debug"]));
}

/** `--only` as a predicate; undefined selects everything. */
export function selectionOf(args: Arguments): ((address: Address) => boolean) | undefined {
  const patterns = args.list("only");
  if (patterns.length === 0) return undefined;
  const bare = patterns.find((pattern) => !pattern.includes("/"));
  if (bare !== undefined) {
    throw userError(
      "bad-address",
      `"${bare}" is no address`,
      `write Kind/name, for example --only 'WireGuardPeer/${bare}'`,
    );
  }
  const globs = patterns.map(globExpression);
  return (address) => globs.some((glob) => glob.test(address));
}

function globExpression(pattern: string): RegExp {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, "\\$&")
    .replaceAll("*", ".*")
    .replaceAll("?", ".");
  return new RegExp(`^${source}$`, "u");
}
