/** The rim: finds and reads the files of a state directory, and refuses what a repository should not hold. */
import { isUtf8 } from "node:buffer";
import {
  closeSync,
  constants,
  type Dirent,
  fstatSync,
  openSync,
  readdirSync,
  readFileSync,
  type Stats,
  statSync,
} from "node:fs";
import { join, relative, sep } from "node:path";
import type { Diagnostic } from "../support/diagnostic.ts";
import { escapeHostile, firstHostile } from "./hostile-text.ts";

const MAX_FILE = 32 * 1024 * 1024;
const MAX_FOLDER_DEPTH = 32;

const DOCUMENT_NAME = /\.ya?ml$/i;

/** Files by their path below the root, with forward slashes, sorted; and what was refused. */
export interface FoundFiles {
  readonly files: readonly string[];
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Every `*.yaml` and `*.yml` below the state directory, hidden folders aside. What looks like desired state and cannot
 * be read is an error, never skipped: a document that goes unseen would be deleted from the live world.
 */
export function findStateFiles(root: string, stateDir: string): FoundFiles {
  const files: string[] = [];
  const diagnostics: Diagnostic[] = [];
  const start = relative(root, stateDir).split(sep).join("/") || ".";
  const folders = [{ path: start, depth: 0 }];
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    for (const entry of listFolder(root, folder.path, diagnostics)) {
      const path = folder.path === "." ? entry.name : `${folder.path}/${entry.name}`;
      const refusal = refuseEntry(entry, join(root, path), folder.depth);
      if (refusal !== null) diagnostics.push(fileError(path, refusal));
      else if (entry.isDirectory()) folders.push({ path, depth: folder.depth + 1 });
      else if (DOCUMENT_NAME.test(entry.name)) files.push(path);
    }
  }
  return { files: files.toSorted(), diagnostics };
}

function listFolder(root: string, path: string, diagnostics: Diagnostic[]): readonly Dirent[] {
  try {
    return readdirSync(join(root, path), { withFileTypes: true }).filter((entry) => !entry.name.startsWith("."));
  } catch (error) {
    const message = `the folder cannot be listed: ${reasonOf(error)}`;
    const hint = "check that it exists and who may read it";
    diagnostics.push(fileError(path, { code: "unreadable-folder", message, hint }));
    return [];
  }
}

/** Why a file or folder is refused, and what to do next. */
interface Refusal {
  readonly code: string;
  readonly message: string;
  readonly hint: string;
}

function refuseEntry(entry: Dirent, path: string, depth: number): Refusal | null {
  const isDocument = DOCUMENT_NAME.test(entry.name);
  if (entry.isDirectory()) {
    if (firstHostile(entry.name) !== null) return badName();
    return depth < MAX_FOLDER_DEPTH ? null : tooDeep();
  }
  if (entry.isSymbolicLink()) {
    return isDocument || leadsToFolder(path) ? symbolicLink() : null;
  }
  if (!isDocument) return null;
  if (firstHostile(entry.name) !== null) return badName();
  return entry.isFile() ? null : notAFile();
}

function badName(): Refusal {
  return { code: "bad-file-name", message: "the name holds a control or invisible character", hint: "rename it" };
}

function tooDeep(): Refusal {
  const message = `folders nest more than ${MAX_FOLDER_DEPTH} levels deep here`;
  return { code: "too-deep", message, hint: "move the files up" };
}

function symbolicLink(): Refusal {
  return {
    code: "symbolic-link",
    message: "a symbolic link is not followed: it could lead out of the state directory",
    hint: "put the file itself here",
  };
}

function notAFile(): Refusal {
  return { code: "not-a-file", message: "this is a pipe, socket or device, not a file", hint: "remove it" };
}

function leadsToFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}

/** The text of a file, or why it is refused. */
export type ReadFile = { readonly text: string } | { readonly refusal: Diagnostic };

/**
 * Reads one file by one descriptor, so that what was checked is what is read: no link is followed, a pipe does not
 * block, and the size is known before the first byte.
 */
export function readStateFile(root: string, path: string): ReadFile {
  let descriptor: number;
  try {
    descriptor = openSync(join(root, path), constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (error) {
    const message = `the file cannot be read: ${reasonOf(error)}`;
    const hint = "check that it exists and who may read it";
    return { refusal: fileError(path, { code: "unreadable-file", message, hint }) };
  }
  try {
    const refusal = refuseFile(fstatSync(descriptor));
    return refusal === null ? decode(path, readFileSync(descriptor)) : { refusal: fileError(path, refusal) };
  } finally {
    closeSync(descriptor);
  }
}

function refuseFile(stats: Stats): Refusal | null {
  if (!stats.isFile()) return notAFile();
  if (stats.size <= MAX_FILE) return null;
  return {
    code: "file-too-large",
    message: `the file has ${stats.size} bytes; the limit is ${MAX_FILE} (32 MiB)`,
    hint: "split it into several files",
  };
}

function decode(path: string, bytes: Buffer): ReadFile {
  if (isUtf8(bytes)) {
    const hasMark = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
    return { text: bytes.toString("utf8", hasMark ? 3 : 0) };
  }
  const isUtf16 = (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff);
  const message = isUtf16 ? "the file is UTF-16" : "the file is not valid UTF-8 here";
  const refusal = { code: "not-utf8", message, hint: "save it as UTF-8" };
  return { refusal: fileError(path, refusal, isUtf16 ? 1 : badLine(bytes)) };
}

/** The first line that is not valid UTF-8, from 1. A line break byte is never part of another character. */
function badLine(bytes: Buffer): number {
  let line = 1;
  for (let start = 0; start < bytes.length; line += 1) {
    const next = bytes.indexOf(0x0a, start);
    const end = next === -1 ? bytes.length : next + 1;
    if (!isUtf8(bytes.subarray(start, end))) return line;
    start = end;
  }
  return 1;
}

export function fileError(path: string, refusal: Refusal, line = 1): Diagnostic {
  return { severity: "error", ...refusal, at: { file: escapeHostile(path), line, column: 1 } };
}

/** Node's own code for what happened, without the path that its message repeats. */
function reasonOf(error: unknown): string {
  const code = error instanceof Error && "code" in error ? String(error.code) : "unknown error";
  return code === "ENOENT" ? "it does not exist (ENOENT)" : code === "EACCES" ? "permission denied (EACCES)" : code;
}
