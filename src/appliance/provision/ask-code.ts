/** Where the code comes from. It is never printed again, and kept nowhere. */
import { readFileSync } from "node:fs";
import { type ProvisionCode, readCode } from "../../protocol/codes.ts";
import { userError } from "../../support/user-error.ts";
import { CODE_LINES, CODE_QUESTION } from "./dialogue.ts";

export interface CodeSources {
  readonly operand: string | undefined;
  /** `-` is stdin. */
  readonly file: string | undefined;
  readonly ask: (question: string) => Promise<string | null>;
  readonly print: (text: string) => void;
}

const HINT = "16 letters and digits, as they are on the sheet";

export async function askCode(sources: CodeSources): Promise<ProvisionCode> {
  const { operand, file } = sources;
  if (operand !== undefined && file !== undefined)
    throw userError("two-codes", "the code is given twice", "give it once: as CODE, or by --code-file");
  const given = operand ?? (file === undefined ? null : readFile(file));
  return given === null ? askPerson(sources) : checked(given);
}

function checked(text: string): ProvisionCode {
  const code = readCode(text.trim());
  if (code === null) throw userError("code-unknown", "Invalid provision code", HINT);
  return code;
}

function readFile(path: string): string {
  try {
    return readFileSync(path === "-" ? 0 : path, "utf8");
  } catch {
    throw userError("no-code", `${path === "-" ? "stdin" : path} cannot be read`, "name another file by --code-file");
  }
}

const TRIES = 3;

async function askPerson({ ask, print }: CodeSources): Promise<ProvisionCode> {
  print(CODE_LINES);
  for (let tries = 1; tries <= TRIES; tries += 1) {
    const typed = await ask(CODE_QUESTION);
    if (typed === null)
      throw userError("no-code", "there is nobody to ask for the code", "give it by --code-file FILE, or - for stdin");
    const code = readCode(typed);
    if (code !== null) return code;
    print(`Invalid provision code: ${HINT}\n\n`);
  }
  throw userError("code-unknown", "Invalid provision code", HINT);
}
