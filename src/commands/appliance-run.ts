import { readNetwork } from "../appliance/domain/read-network.ts";
import { readDevice } from "../appliance/keep/device.ts";
import { type Folder, openFolder } from "../appliance/keep/folder.ts";
import { ensureKeys } from "../appliance/keep/keys.ts";
import { holdAlone } from "../appliance/keep/sole.ts";
import { thisMachine } from "../appliance/machine.ts";
import { sendHeartbeat } from "../appliance/provision/heartbeat.ts";
import { type RanOnce, runAppliance, runOnce } from "../appliance/run/run-appliance.ts";
import { readEndpoint } from "../appliance/server/endpoint.ts";
import { nextStep } from "../appliance/server/next-step.ts";
import { Unreachable } from "../appliance/server/send.ts";
import { Refused, Unsigned } from "../appliance/server/trouble.ts";
import { readStatus } from "../appliance/status.ts";
import { renderJson } from "../render/json.ts";
import { userError } from "../support/user-error.ts";
import { applianceFolder, applianceLog, DIR_FLAG, MAC_FLAG, SERVER_FLAG, serverAddress } from "./appliance-folder.ts";
import type { Arguments, Command, ExitCode, Io } from "./command.ts";
import { keepMemoryOffDisk } from "./keep-memory-off-disk.ts";

/** Set by the build. */
declare const REEVE_VERSION: string | undefined;

export const command: Command = {
  name: "appliance run",
  summary: "on an appliance: check in, follow the configuration, list the domain's computers",
  maxOperands: 0,
  formats: ["text", "json"],
  flags: {
    dir: DIR_FLAG,
    once: { type: "boolean", help: "check in until there is nothing new, then end" },
    server: SERVER_FLAG,
    mac: MAC_FLAG,
  },
  details: [
    "Checks in as often as the configuration says, spread; after trouble less and less often. The configuration is",
    "written whole or not at all, mode 0600. Credentials are held in memory and nowhere else. Logs go to stderr, a line an",
    "event (--format json: JSON, and at the end how it stands, to stdout). SIGTERM ends it in order. Where the appliance has no place yet, it gives the server",
    "of --server a sign of life and ends with 1.",
  ].join("\n"),
  example: "reeve appliance run",
  run: async (args, io) => {
    const mayDump = await keepMemoryOffDisk();
    const { path, isChosen } = applianceFolder(args, io);
    const folder = openFolder(path);
    return holdAlone(path, async (): Promise<ExitCode> => {
      await beatWithoutPlace(folder, args, io);
      const { clock, signal } = io;
      const log = applianceLog(args, io);
      if (mayDump !== null) log("core-dumps", { why: mayDump }, "warning");
      const version = typeof REEVE_VERSION === "undefined" ? "source" : REEVE_VERSION;
      const world = { folder, isFolderChosen: isChosen, clock, random: Math.random, log, signal, version };
      const isJson = args.text("format") === "json";
      const run = args.has("once") ? runOnce : runAppliance;
      const ran = await run({ ...world, network: () => readNetwork() }).catch(sayTrouble);
      if (ran !== undefined) (isJson ? io.err : io.out)(`${onceLine(ran)}\n`);
      if (isJson) io.out(renderJson(readStatus(folder)));
      return 0;
    });
  },
};

function onceLine({ appliance, configHash, missing }: RanOnce): string {
  const done = `${appliance} has checked in: ${configHash === null ? "no configuration yet" : `configuration ${configHash} is in force`}`;
  const lacks = `the server does not give ${missing.join(", ")}: its log says why`;
  return missing.length === 0 ? done : `${done}; ${lacks}`;
}

async function beatWithoutPlace(folder: Folder, args: Arguments, io: Io): Promise<void> {
  const server = serverAddress(args, io);
  if (server === undefined || readDevice(folder) !== null) return;
  const machine = thisMachine(args.text("mac"));
  const keys = await ensureKeys(folder);
  const endpoint = readEndpoint(server);
  const beat = sendHeartbeat({ endpoint, keys, machine, now: io.clock.now(), signal: io.signal });
  const isTaken = await beat.catch(() => false);
  io.err(`${isTaken ? "the site server knows now that this machine waits" : "the site server does not answer"}\n`);
}

/** What a server refuses, or does not answer, is no bug here. */
function sayTrouble(error: unknown): never {
  const isTrouble = error instanceof Refused || error instanceof Unsigned || error instanceof Unreachable;
  if (!isTrouble) throw error;
  const detail = error instanceof Refused && error.detail !== null ? `: ${error.detail}` : "";
  const hint = nextStep(error instanceof Refused ? error.problem : null);
  throw userError("no-check-in", error.message + detail, hint);
}
