import { endPause } from "../watch/pause.ts";
import type { Command } from "./command.ts";
import { CONFIG_FLAG, watchConfig, watchFolder } from "./watch-config.ts";

export const command: Command = {
  name: "watch resume",
  summary: "end a pause",
  maxOperands: 0,
  formats: ["text"],
  flags: { config: CONFIG_FLAG },
  details: "The daemon sees it at its next round and then does what has waited.",
  example: "reeve watch resume",
  run: async (args, io) => {
    const wasPaused = endPause(watchFolder(watchConfig(args, io), args, io));
    io.out(wasPaused ? "The pause is over.\n" : "Nothing was paused.\n");
    return 0;
  },
};
