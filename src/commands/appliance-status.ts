import { readApplied } from "../appliance/keep/configuration-file.ts";
import { readDevice } from "../appliance/keep/device.ts";
import { folderAt } from "../appliance/keep/folder.ts";
import { readProgress } from "../appliance/keep/progress.ts";
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
    const folder = folderAt(applianceFolder(args, io).path);
    const device = readDevice(folder);
    const applied = device === null ? null : readApplied(folder, device.applianceId);
    const { seq, answered, domain, enumerated, scanned, conditions } = readProgress(folder);
    const shown = {
      appliance: device?.applianceId ?? null,
      partner: device?.partner.brandName ?? null,
      configHash: applied?.hash ?? null,
      lastAnswer: answered?.at ?? null,
      commit: answered?.commit ?? null,
      checkins: seq,
      domain,
      computers: enumerated?.count ?? null,
      enumeratedAt: enumerated?.at ?? null,
      reachable: scanned === null ? null : `${scanned.reachable} of ${scanned.of}`,
    };
    if (args.text("format") === "json") io.out(renderJson({ formatVersion: 1, ...shown, conditions }));
    else io.out(textOf(shown, conditions));
    return device === null || conditions.length > 0 ? 1 : 0;
  },
};

function textOf(
  shown: Readonly<Record<string, string | number | null>>,
  conditions: readonly { readonly type: string; readonly message: string }[],
): string {
  const rows = Object.entries(shown).map(([name, value]) => `${name.padEnd(14)}${value ?? "-"}\n`);
  return [...rows, ...conditions.map(({ type, message }) => `! ${type}: ${message}\n`)].join("");
}
