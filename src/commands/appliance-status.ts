import { folderAt } from "../appliance/keep/folder.ts";
import { readStatus, statusText } from "../appliance/status.ts";
import { renderJson } from "../render/json.ts";
import { applianceFolder, DIR_FLAG } from "./appliance-folder.ts";
import type { Command } from "./command.ts";

export const command: Command = {
  name: "appliance status",
  summary: "on an appliance: who it is, what it applied, what it met",
  maxOperands: 0,
  formats: ["text", "json"],
  flags: { dir: DIR_FLAG },
  details: [
    "Reads the appliance's folder and asks nobody; works while it runs. The exit code is 1 where the appliance has no place",
    "yet, or a trouble is on.",
  ].join("\n"),
  example: "reeve appliance status",
  run: async (args, io) => {
    const status = readStatus(folderAt(applianceFolder(args, io).path));
    io.out(args.text("format") === "json" ? renderJson(status) : statusText(status));
    return status.applianceId === null || status.conditions.length > 0 ? 1 : 0;
  },
};
