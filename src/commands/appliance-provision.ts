import { join } from "node:path";
import { CONFIG_FILE } from "../appliance/keep/configuration-file.ts";
import { readDevice } from "../appliance/keep/device.ts";
import { openFolder } from "../appliance/keep/folder.ts";
import { holdAlone } from "../appliance/keep/sole.ts";
import { thisMachine } from "../appliance/machine.ts";
import { askCode } from "../appliance/provision/ask-code.ts";
import { completeText, welcomeText } from "../appliance/provision/dialogue.ts";
import { type Provisioned, provision } from "../appliance/provision/provision.ts";
import { readEndpoint } from "../appliance/server/endpoint.ts";
import { readStatus } from "../appliance/status.ts";
import { renderJson } from "../render/json.ts";
import { durationSeconds } from "../support/duration.ts";
import { userError } from "../support/user-error.ts";
import { applianceFolder, applianceLog, DIR_FLAG, MAC_FLAG, SERVER_FLAG, serverAddress } from "./appliance-folder.ts";
import type { Arguments, Command, ExitCode, Io } from "./command.ts";
import { keepMemoryOffDisk } from "./keep-memory-off-disk.ts";

export const command: Command = {
  name: "appliance provision",
  summary: "on an appliance: claim its declared place with a provision code",
  operands: "[CODE]",
  maxOperands: 1,
  formats: ["text", "json"],
  flags: {
    server: SERVER_FLAG,
    dir: DIR_FLAG,
    "code-file": { type: "string", value: "FILE", help: "read the code from a file; - is stdin" },
    mac: MAC_FLAG,
    patience: { type: "string", value: "TIME", help: "how long to try where nobody answers (default 5m)" },
  },
  details: [
    "Makes the appliance's keys, claims the place that the code belongs to, and fetches its configuration. With no code it",
    "asks for one. An answer that was lost costs nothing: run it again with the same code. The code is used up by the claim,",
    "so what stays of a CODE in a history opens nothing; scripts give it by --code-file. Provisioned already, and with no",
    "code given, it says so and is done.",
  ].join("\n"),
  example: "reeve appliance provision --server https://mgmt.example.net",
  run: async (args, io) => {
    await keepMemoryOffDisk();
    const { path } = applianceFolder(args, io);
    const folder = openFolder(path);
    const isJson = args.text("format") === "json";
    const print = isJson ? () => undefined : io.out;
    return holdAlone(path, async (): Promise<ExitCode> => {
      const device = readDevice(folder);
      const isGiven = args.operands.length > 0 || args.has("code-file");
      if (device !== null && !isGiven)
        print(`provisioned already, as ${device.applianceId} of ${device.partner.brandName}\n`);
      else print(completeText(await claim(args, io, { folder, print }), join(path, CONFIG_FILE)));
      if (isJson) io.out(renderJson(readStatus(folder)));
      return 0;
    });
  },
};

interface Place {
  readonly folder: ReturnType<typeof openFolder>;
  readonly print: (text: string) => void;
}

async function claim(args: Arguments, io: Io, { folder, print }: Place): Promise<Provisioned> {
  const server = serverAddress(args, io);
  if (server === undefined)
    throw userError("no-server", "which site server?", "write --server https://mgmt.example.net");
  const endpoint = readEndpoint(server);
  const machine = thisMachine(args.text("mac"));
  const patienceMs = 1000 * readPatience(args.text("patience") ?? "5m");
  print(welcomeText(machine));
  const [operand] = args.operands;
  const code = await askCode({ operand, file: args.text("code-file"), ask: io.ask, print });
  print("Provisioning...\n\n");
  const { clock, signal } = io;
  const log = applianceLog(args, io);
  return provision({ endpoint, code, machine, patienceMs, clock, signal, random: Math.random, log, folder });
}

function readPatience(text: string): number {
  if (/^[0-9]{1,6}[smhd]$/.test(text)) return durationSeconds(text);
  throw userError("bad-duration", `"${text}" is no time`, "write 30s, 5m or 2h");
}
