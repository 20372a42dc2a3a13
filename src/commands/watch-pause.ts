import { userInfo } from "node:os";
import { userError } from "../support/user-error.ts";
import { describePause, readPause, writePause } from "../watch/pause.ts";
import type { Command } from "./command.ts";
import { CONFIG_FLAG, watchedFolder } from "./watch-config.ts";

export const command: Command = {
  name: "watch pause",
  summary: "let the daemon on this host change nothing until `reeve watch resume`",
  operands: "REASON",
  maxOperands: 1,
  formats: ["text"],
  flags: { config: CONFIG_FLAG },
  details: [
    "It goes on looking and reporting, and every plan, page and status shows the reason. An apply that is under way comes to",
    "its end. Nothing ends on time meanwhile either: access that expires stays until `reeve watch resume`.",
  ].join("\n"),
  example: 'reeve watch pause "moving hub-eu to new hardware"',
  run: async (args, io) => {
    const reason = args.operands[0]?.trim() ?? "";
    if (reason === "") throw userError("no-reason", "a pause needs a reason", 'reeve watch pause "why"');
    const folder = watchedFolder(args, io);
    writePause(folder, { reason, by: userInfo().username, since: io.clock.now().toISOString() });
    const pause = readPause(folder);
    if (pause !== null) io.out(`${describePause(pause)}\n`);
    return 0;
  },
};
