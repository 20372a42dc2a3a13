import { renderJson } from "../render/json.ts";
import { askConsole } from "../sandbox/ask-console.ts";
import { describeActs, describeFaults } from "../sandbox/workspaces/describe-console.ts";
import { suggest } from "../support/did-you-mean.ts";
import { userError } from "../support/user-error.ts";
import type { Arguments, Command } from "./command.ts";
import { sandboxFolder } from "./sandbox-folder.ts";
import { parseWhole, wholeNumber } from "./whole-number.ts";

/** What one word of the console sends, and how its answer reads. */
interface Action {
  readonly usage: string;
  readonly operands: number;
  request(operands: readonly string[], args: Arguments): Request;
  print(answer: Readonly<Record<string, unknown>>): string;
}

interface Request {
  readonly path: string;
  /** Left out: a read. */
  readonly body?: object;
}

const MOST = 1_000_000;

const ACTIONS: Readonly<Record<string, Action>> = {
  list: { usage: "list", operands: 0, request: () => ({ path: "workspaces" }), print: printDesktops },
  status: { usage: "status", operands: 0, request: () => ({ path: "" }), print: renderJson },
  advance: {
    usage: "advance DURATION",
    operands: 1,
    request: ([duration]) => ({ path: "advance", body: { duration } }),
    print: ({ now }) => `it is now ${String(now)} in the sandbox\n`,
  },
  edit: { usage: "edit DESKTOP FIELD=VALUE", operands: 2, request: editRequest, print: printDesktop },
  login: {
    usage: "login USER",
    operands: 1,
    request: ([desktop]) => ({ path: "act", body: { desktop, act: "login" } }),
    print: printDesktop,
  },
  act: {
    usage: "act WHAT DESKTOP",
    operands: 2,
    request: ([act, desktop]) => ({ path: "act", body: { act, desktop } }),
    print: printDesktop,
  },
  fault: { usage: "fault OPERATION KIND", operands: 2, request: faultRequest, print: printFaults },
  quota: {
    usage: "quota N",
    operands: 1,
    request: ([quota = ""]) => ({ path: "quota", body: { quota: parseWhole(quota, "quota", MOST) } }),
    print: printQuotas,
  },
  reset: {
    usage: "reset",
    operands: 0,
    request: () => ({ path: "reset", body: {} }),
    print: () => "the sandbox begins anew\n",
  },
};

export const command: Command = {
  name: "sandbox workspaces",
  summary: "the sandbox's console: list desktops, advance time, edit by hand, inject faults",
  operands:
    "list | status | advance DURATION | edit DESKTOP FIELD=VALUE | login USER | act WHAT DESKTOP | fault OPERATION KIND | quota N | reset",
  maxOperands: 3,
  formats: ["text", "json"],
  flags: {
    nth: { type: "string", value: "N", help: "fault: strike the Nth matching call from now (default 1)" },
    times: { type: "string", value: "N", help: "fault: strike so many calls in a row (default 1)" },
  },
  details: [
    "Speaks to the sandbox that runs, or changes its saved state. A desktop is named by its id or its user.",
    "",
    "act:",
    ...describeActs().map((line) => `  ${line}`),
    "",
    "fault (OPERATION is an API operation, or '*'):",
    ...describeFaults().map((line) => `  ${line}`),
  ].join("\n"),
  example: [
    "reeve sandbox workspaces advance 6h",
    "reeve sandbox workspaces edit jdoe RunningMode=ALWAYS_ON",
    "reeve sandbox workspaces fault CreateWorkspaces drop-after --nth 2",
  ].join("\n"),
  run: async (args, io) => {
    const [word = "list", ...operands] = args.operands;
    const action = Object.hasOwn(ACTIONS, word) ? ACTIONS[word] : undefined;
    if (action === undefined)
      throw userError("unknown-action", `unknown word "${word}"`, suggest(word, Object.keys(ACTIONS)));
    if (operands.length !== action.operands) {
      throw userError(
        "bad-operands",
        `${word} takes ${action.operands} more`,
        `write reeve sandbox workspaces ${action.usage}`,
      );
    }
    const answer = await askConsole(sandboxFolder(args, io), action.request(operands, args));
    io.out(args.text("format") === "json" ? renderJson({ formatVersion: 1, ...answer }) : action.print(answer));
    return 0;
  },
};

function editRequest([desktop, assignment = ""]: readonly string[]): Request {
  const at = assignment.indexOf("=");
  if (at < 1)
    throw userError("bad-assignment", `"${assignment}" assigns nothing`, "write FIELD=VALUE, for example State=ERROR");
  return { path: "edit", body: { desktop, field: assignment.slice(0, at), value: assignment.slice(at + 1) } };
}

function faultRequest([operation, kind]: readonly string[], args: Arguments): Request {
  const counts = { ...wholeNumber(args, "nth", MOST), ...wholeNumber(args, "times", MOST) };
  return { path: "fault", body: { operation, kind, ...counts } };
}

type Row = Readonly<Record<string, unknown>>;

function printQuotas({ regions }: Row): string {
  return (regions as readonly Row[])
    .map(({ name, desktops, quota }) => `${String(name)}: ${String(desktops)} desktops of ${String(quota)}\n`)
    .join("");
}

function printDesktops({ now, desktops }: Row): string {
  const rows = (desktops as readonly Row[]).map((row) => {
    const properties = row["WorkspaceProperties"] as Row;
    return [
      row["WorkspaceId"],
      row["region"],
      row["UserName"],
      row["State"],
      properties["RunningMode"],
      properties["ComputeTypeName"],
    ];
  });
  const table = [["ID", "REGION", "USER", "STATE", "MODE", "COMPUTE"], ...rows.map((row) => row.map(String))];
  const widths = [0, 1, 2, 3, 4].map((column) => Math.max(...table.map((row) => (row[column] ?? "").length)));
  const lines = table.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd(),
  );
  return `${[...lines, "", `it is ${String(now)} in the sandbox`].join("\n")}\n`;
}

function printDesktop(row: Row): string {
  return `${String(row["WorkspaceId"])} of ${String(row["UserName"])} is ${String(row["State"])}\n`;
}

function printFaults({ faults }: Row): string {
  const lines = (faults as readonly Row[]).map(({ operation, kind, skip, times }) => {
    const count = Number(times) === 1 ? "once" : `${String(times)} times`;
    return `${String(operation)}: ${String(kind)}, ${count}, after ${String(skip)} more`;
  });
  return `${lines.join("\n")}\n`;
}
