import { join } from "node:path";
import { ownFolder } from "../apply/workspace.ts";
import { escapeText } from "../render/escape.ts";
import { renderJson } from "../render/json.ts";
import { userError } from "../support/user-error.ts";
import { readApplies } from "../watch/listener/read-journal.ts";
import { describePause, readPause } from "../watch/pause.ts";
import { readStatus, type SavedStatus } from "../watch/saved-status.ts";
import type { Command } from "./command.ts";
import { namedStateDirectory } from "./state-directory.ts";
import { CONFIG_FLAG, watchConfig, watchFolder } from "./watch-config.ts";

export const command: Command = {
  name: "watch status",
  summary: "how the daemon on this host stands, from what it last wrote",
  maxOperands: 0,
  formats: ["text", "json"],
  flags: { config: CONFIG_FLAG },
  details: "Exit code 1 where something keeps the daemon from following or from finishing, or where it does not run.",
  example: "reeve watch status",
  run: async (args, io) => {
    const config = watchConfig(args, io);
    const folder = watchFolder(config, args, io);
    const saved = readStatus(folder);
    if (saved === null) throw userError("no-daemon", `nothing has watched from ${folder} yet`, "start reeve watch");
    const own =
      config.repository === undefined ? ownFolder({ stateDir: namedStateDirectory(args, io) }) : join(folder, "own");
    const [last] = readApplies(own);
    const status = { ...saved, status: { ...saved.status, pause: readPause(folder) } };
    if (args.text("format") === "json") io.out(renderJson({ formatVersion: 1, ...status, lastApply: last ?? null }));
    else
      io.out(
        `${linesOf(status, last?.at ?? null)
          .map(escapeText)
          .join("\n")}\n`,
      );
    return status.isRunning && status.status.troubles.length === 0 ? 0 : 1;
  },
};

function linesOf({ status, isRunning, pid }: SavedStatus, lastApply: string | null): readonly string[] {
  const { estate, source, tree, round, troubles, differences, pause, nextChangeAt, isApplied } = status;
  return [
    `${estate ?? "no estate yet"}: ${isRunning ? `process ${pid}` : "the daemon does not run"}`,
    `follows ${source}`,
    `at ${tree?.commit ?? tree?.id ?? "nothing yet"}${isApplied ? "" : ", not all of it applied"}`,
    ...(pause === null ? [] : [describePause(pause)]),
    ...troubles.flatMap(({ message, next, since }) => [`trouble since ${since}: ${message}`, `    ${next}`]),
    round === null ? "no round has ended yet" : `last round ${round.endedAt}: ${round.result}`,
    ...(lastApply === null ? [] : [`last apply ${lastApply}`]),
    ...(nextChangeAt === null ? [] : [`time alone changes the plan next at ${nextChangeAt}`]),
    ...differences
      .slice(0, 20)
      .map(({ address, since, left }) => `differs since ${since}: ${address} (${left ?? "being carried out"})`),
    ...(differences.length > 20 ? [`and ${differences.length - 20} more`] : []),
  ];
}
