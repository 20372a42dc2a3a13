import { once } from "node:events";
import { type OpenSandboxOptions, openSandbox } from "../sandbox/open-sandbox.ts";
import type { Arguments, Command } from "./command.ts";
import { sandboxFolder } from "./sandbox-folder.ts";
import { wholeNumber } from "./whole-number.ts";

export const command: Command = {
  name: "sandbox",
  summary: "run the stand-ins in the foreground, print what to export to use them",
  maxOperands: 0,
  formats: ["text"],
  flags: {
    port: { type: "string", value: "PORT", help: "listen on this port (default: a free one)" },
    factor: { type: "string", value: "N", help: "virtual seconds in a real one (default 1800); 0 moves by hand alone" },
    quota: { type: "string", value: "N", help: "desktops a region, in a state that begins anew (default 1000)" },
  },
  details: [
    "Amazon WorkSpaces, its tagging API, CloudWatch, STS and the price list on 127.0.0.1, and a Kubernetes API server for",
    "each WorkstationCluster (kubectl finds them too), with their state in .reeve/sandbox. The clock stands still while",
    "nothing runs. `reeve sandbox workspaces` is the console; docs/sandbox.md says what is like AWS and what is not.",
  ].join("\n"),
  example: "reeve sandbox --port 4570 --factor 60",
  run: async (args, io) => {
    const { signal } = io;
    const sandbox = await openSandbox(sandboxFolder(args, io), { ...optionsOf(args), isShared: true, signal });
    const lines = Object.entries(sandbox.environment).map(([name, value]) =>
      value === undefined ? `unset ${name}` : `export ${name}=${inShell(value)}`,
    );
    io.out(`${lines.join("\n")}\n`);
    io.err("The sandbox runs; Ctrl-C ends it and keeps its state.\n");
    if (!signal.aborted) await once(signal, "abort");
    await sandbox.close();
    return 0;
  },
};

/** As one word of a shell. */
function inShell(value: string): string {
  return /^[\w./:@-]*$/.test(value) ? value : `'${value.replaceAll("'", `'\\''`)}'`;
}

function optionsOf(args: Arguments): OpenSandboxOptions {
  return {
    ...wholeNumber(args, "port", 65_535),
    ...wholeNumber(args, "factor", 1_000_000),
    ...wholeNumber(args, "quota", 1_000_000),
  };
}
