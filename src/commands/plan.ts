import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { checkWorkspace, ownFolder, planWorkspace } from "../apply/workspace.ts";
import type { Plan } from "../plan/plan.ts";
import { escapeText } from "../render/escape.ts";
import { renderJson } from "../render/json.ts";
import { renderPlanMarkdown } from "../render/plan-markdown.ts";
import { renderPlanText } from "../render/plan-text.ts";
import { UserError, userError } from "../support/user-error.ts";
import { describePause, type Pause, readPause } from "../watch/pause.ts";
import type { Arguments, Command, ExitCode, Io } from "./command.ts";
import { NOW_FLAG } from "./now-flag.ts";
import { ONLY_FLAG, openWorkspace, selectionOf } from "./open-workspace.ts";
import { namedStateDirectory } from "./state-directory.ts";
import { SANDBOX_FLAG } from "./with-sandbox.ts";

export const command: Command = {
  name: "plan",
  summary: "show what would change",
  maxOperands: 0,
  formats: ["text", "markdown", "json"],
  flags: {
    out: { type: "string", value: "FILE", help: "also write the plan as JSON, for `reeve apply FILE`" },
    only: ONLY_FLAG,
    now: NOW_FLAG,
    sandbox: SANDBOX_FLAG,
    "detailed-exitcode": { type: "boolean", help: "exit with 2 when the plan holds changes" },
  },
  details: "Validates, reads the live world and compares. Planning cannot write, and never locks.",
  example: "reeve plan --out plan.json",
  run: async (args, io) => {
    const { workspace, progress, paint, format } = openWorkspace(args, io);
    const selects = selectionOf(args);
    const { plan } = await planWorkspace(workspace, await checkWorkspace(workspace), selects);
    progress.stop();
    const out = args.text("out");
    if (out !== undefined) await writePlan(out, plan);
    if (format === "json") io.out(renderJson(plan));
    else io.out(format === "markdown" ? renderPlanMarkdown(plan) : renderPlanText(plan, paint));
    if (format === "text") io.out(nextStep(plan, args));
    const pause = await pauseHere(args, io);
    if (pause !== null) io.err(`reeve watch is ${escapeText(describePause(pause))}\n`);
    return exitCode(plan, args.has("detailed-exitcode"));
  },
};

/** Of the daemon on this host, wherever its settings put its folder. Settings that cannot be read here stop no plan. */
async function pauseHere(args: Arguments, io: Io): Promise<Pause | null> {
  const usual = join(ownFolder({ stateDir: namedStateDirectory(args, io) }), "watch");
  const { REEVE_WATCH_CONFIG = "" } = io.environment;
  if (REEVE_WATCH_CONFIG === "") return readPause(usual);
  const { watchConfig, watchFolder } = await import("./watch-config.ts");
  try {
    return readPause(watchFolder(watchConfig(args, io), args, io));
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return readPause(usual);
  }
}

async function writePlan(path: string, plan: Plan): Promise<void> {
  await writeFile(path, renderJson(plan), { mode: 0o600 }).catch((cause: unknown) => {
    const reason = cause instanceof Error && "code" in cause ? String(cause.code) : "unwritable";
    throw userError("cannot-write", `cannot write the plan ${path}: ${reason}`, "name another file with --out");
  });
}

/** In the same world, and of the same changes. None where apply would do nothing: the plan says at each change what it needs first. */
function nextStep(plan: Plan, args: Arguments): string {
  if (plan.blockers.length > 0 || plan.changes.every(({ blocked }) => blocked !== undefined)) return "";
  const [out, state] = [args.text("out"), args.text("state")];
  const what = out === undefined ? args.list("only").map((address) => `--only '${address}'`) : [out];
  const where = [...(args.has("sandbox") ? ["--sandbox"] : []), ...(state === undefined ? [] : [`--state ${state}`])];
  return `Next: ${["reeve apply", ...where, ...what].join(" ")}\n`;
}

function exitCode(plan: Plan, isDetailed: boolean): ExitCode {
  const isHeld = plan.changes.some(({ blocked }) => blocked !== undefined);
  if (isHeld || plan.diagnostics.some(({ severity }) => severity === "error" || severity === "held")) return 1;
  return isDetailed && plan.changes.length > 0 ? 2 : 0;
}
