import { endPause } from "../watch/pause.ts";
import type { Command } from "./command.ts";
import { CONFIG_FLAG, watchedFolder } from "./watch-config.ts";

export const command: Command = {
  name: "watch resume",
  summary: "end a pause",
  maxOperands: 0,
  formats: ["text"],
  flags: { config: CONFIG_FLAG },
  details: "The daemon sees it at once, and does what has waited.",
  example: "reeve watch resume",
  run: async (args, io) => {
    const wasPaused = endPause(watchedFolder(args, io));
    io.out(wasPaused ? "The pause is over.\n" : "Nothing was paused.\n");
    return 0;
  },
};
