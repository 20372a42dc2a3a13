import { checkWorkspace, rootOf } from "../apply/workspace.ts";
import { grants } from "../providers/grants/index.ts";
import { type AccessAnswer, answerAccess, type Question } from "../providers/grants/proof/answer.ts";
import { answerLines } from "../providers/grants/proof/answer-lines.ts";
import { desiredOf } from "../providers/survey.ts";
import { escapeText } from "../render/escape.ts";
import { renderJson } from "../render/json.ts";
import { UserError, userError } from "../support/user-error.ts";
import type { Arguments, Command, ExitCode, Flag, Io } from "./command.ts";
import { asOfLine, NOW_FLAG } from "./now-flag.ts";
import { openWorkspace } from "./open-workspace.ts";
import { SANDBOX_FLAG } from "./with-sandbox.ts";

const FLAGS: Readonly<Record<string, Flag>> = {
  planned: { type: "boolean", help: "answer for how it is once the plan is carried out" },
  now: NOW_FLAG,
  sandbox: SANDBOX_FLAG,
};

const SHARED = { maxOperands: 1, formats: ["text", "json"], flags: FLAGS } as const;

const READS = [
  "Reads the live clusters and changes nothing. Each way is told hop by hop; `!` is one that no grant means. What could not be",
  "looked at is said, and the exit code is then 1. docs/access-proof.md says what is evaluated.",
].join("\n");

export const whoCanReach: Command = {
  ...SHARED,
  name: "access who-can-reach",
  summary: "who gets into a workstation, and by which way",
  operands: "WORKSTATION",
  details: `A workstation is named by its person, its grant (of a workshop: all of its desktops) or its namespace.\n${READS}`,
  example: "reeve access who-can-reach alice",
  run: (args, io) => answer("who-can-reach", args, io),
};

export const whatCanReach: Command = {
  ...SHARED,
  name: "access what-can-reach",
  summary: "what a person gets to: desktops, and from theirs on",
  operands: "PERSON",
  details: `A person is named by the id that tokens name, as in the grant.\n${READS}`,
  example: "reeve access what-can-reach alice --planned",
  run: (args, io) => answer("what-can-reach", args, io),
};

async function answer(ask: Question["ask"], args: Arguments, io: Io): Promise<ExitCode> {
  const [name] = args.operands;
  if (name === undefined) throw missing(ask);
  const { workspace, progress, format } = openWorkspace(args, io);
  const checked = await checkWorkspace(workspace);
  if (checked.estate === null) throw new UserError(checked.diagnostics);
  const session = { ...workspace, estate: checked.estate.name, root: rootOf(workspace) };
  const desired = desiredOf(grants, checked.estate);
  const observation = await grants.observe(desired, grants.openReader(session), session);
  progress.stop();
  const said = answerAccess(desired, observation, { ask, name, world: args.has("planned") ? "planned" : "live" });
  io.out(format === "json" ? renderJson({ ...said, ...asOfOf(workspace) }) : `${asOfLine(workspace)}${textOf(said)}`);
  return said.unread.length > 0 ? 1 : 0;
}

function asOfOf({ asOf }: { readonly asOf?: Date }): { readonly asOf?: string } {
  return asOf === undefined ? {} : { asOf: asOf.toISOString() };
}

function textOf(said: AccessAnswer): string {
  return `${answerLines(said).map(escapeText).join("\n")}\n`;
}

function missing(ask: Question["ask"]): UserError {
  return ask === "who-can-reach"
    ? userError("missing-operand", "which workstation?", "write reeve access who-can-reach WORKSTATION")
    : userError("missing-operand", "which person?", "write reeve access what-can-reach PERSON");
}
