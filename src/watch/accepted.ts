/** A person's word that a commit may be followed though it does not follow on the last one. */
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { makeFolder } from "../support/make-folder.ts";
import { replaceFile } from "../support/replace-file.ts";

export function readAccepted(folder: string): string | null {
  try {
    return readFileSync(fileIn(folder), "utf8").trim();
  } catch {
    return null;
  }
}

export function writeAccepted(folder: string, commit: string): void {
  makeFolder(folder, 0o700);
  replaceFile(fileIn(folder), `${commit}\n`, 0o600);
}

export function forgetAccepted(folder: string): void {
  rmSync(fileIn(folder), { force: true });
}

function fileIn(folder: string): string {
  return join(folder, "accepted");
}
