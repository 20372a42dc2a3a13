/** The appliance's folder. Everything in it is 0600, and replaced whole or not at all. */
import { readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { makeFolder } from "../../support/make-folder.ts";
import { replaceFile } from "../../support/replace-file.ts";
import { userError } from "../../support/user-error.ts";

/** What is made of a place's configuration and its domain. */
export const MADE = { inventory: "inventory.json", targets: "targets.json", scan: "scan.json" } as const;

export interface Folder {
  readonly path: string;
  /** Null where there is no such file. */
  read(name: string): string | null;
  write(name: string, text: string | Uint8Array): void;
  remove(name: string): void;
}

export function openFolder(path: string): Folder {
  try {
    makeFolder(path, 0o700);
  } catch (error) {
    throw userError(
      "no-folder",
      `${path}: ${codeOf(error)}`,
      "run as the user it belongs to, or name another by --dir",
    );
  }
  return folderAt(path);
}

/** What a program that was killed in the middle of writing left goes. For whoever has the folder alone. */
export function sweepFolder({ path }: Folder): void {
  for (const name of readdirSync(path)) if (/\.\d+\.tmp$/.test(name)) rmSync(join(path, name), { force: true });
}

/** One that is there, or is only looked into. */
export function folderAt(path: string): Folder {
  return {
    path,
    read: (name) => readText(join(path, name)),
    write: (name, text) => replaceFile(join(path, name), text, 0o600),
    remove: (name) => rmSync(join(path, name), { force: true }),
  };
}

function readText(path: string): string | null {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if (codeOf(error) === "ENOENT") return null;
    throw userError("unreadable", `${path}: ${codeOf(error)}`, "run as the user it belongs to");
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : String(error);
}

/** Null where there is no such file; a file of another form is a UserError. */
export function readJson<T>(folder: Folder, name: string): T | null {
  const text = folder.read(name);
  if (text === null) return null;
  try {
    return JSON.parse(text) as T;
  } catch {
    throw userError(
      "broken-file",
      `${join(folder.path, name)} is no JSON`,
      "restore it, or provision anew with a new code",
    );
  }
}

export function writeJson(folder: Folder, name: string, value: unknown): void {
  folder.write(name, `${JSON.stringify(value, null, 2)}\n`);
}
