/**
 * Parsed documents kept by the hash of their text, since parsing is nine tenths of an offline run. The cache can only
 * save time: an entry is taken for the very same text by the very same version of Reeve, values go through JSON on a
 * cold run too, and documents with problems are parsed again.
 */
import { createHash, hash, randomBytes } from "node:crypto";
import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import type { Json } from "../support/json.ts";
import { type ParsedDocument, parseChunk } from "./parse-chunk.ts";

/** Raised by whoever changes what a parse gives or refuses. */
const FORMAT = 1;
const FILE = "parsed-documents";

export interface ParseCache {
  parse(text: string): readonly ParsedDocument[];
  /** Writes what was used, if that differs from what was there. A cache that cannot be written is no error. */
  save(): void;
}

/** `folder` null: nothing is kept. `version` is Reeve's own. */
export function openParseCache(folder: string | null, version: string): ParseCache {
  const header = `reeve ${FILE} ${FORMAT} ${version}`;
  const before = folder === null ? new Map<string, string>() : readEntries(folder, header);
  const used = new Map<string, string>();
  return {
    parse(text) {
      const key = hash("sha256", text);
      const kept = used.get(key) ?? before.get(key);
      const entry = kept ?? freshEntry(text);
      if (typeof entry !== "string") return entry;
      if (folder !== null) used.set(key, entry);
      return revive(entry);
    },
    save() {
      const isSame = used.size === before.size && used.keys().every((key) => before.has(key));
      if (folder !== null && !isSame) writeEntries(folder, header, used);
    },
  };
}

/** The chunk's entry, or the parse itself where it has problems and is not to be kept. */
function freshEntry(text: string): string | readonly ParsedDocument[] {
  const documents = parseChunk(text);
  if (documents.some((document) => document.problems.length > 0)) return documents;
  return JSON.stringify(documents.map(({ value, at }) => [at.line, at.column, value]));
}

function revive(entry: string): readonly ParsedDocument[] {
  const rows = JSON.parse(entry) as [number, number, Json][];
  return rows.map(([line, column, value]) => ({ value, at: { line, column }, problems: [] }));
}

/** What the cache file holds; nothing where it is missing, damaged, of another version, or not written by Reeve. */
function readEntries(folder: string, header: string): Map<string, string> {
  const entries = new Map<string, string>();
  const text = isOwnFolder(folder) ? readOwnFile(join(folder, FILE)) : null;
  if (text === null) return entries;
  const end = text.indexOf("\n");
  const body = text.slice(end + 1);
  if (text.slice(0, end) !== `${header} ${checksum(body)}`) return entries;
  for (const line of body.split("\n")) {
    if (line.length > 65) entries.set(line.slice(0, 64), line.slice(65));
  }
  return entries;
}

/**
 * The file's text if this user wrote it with mode 0400. Git makes no file of that mode: a cache that somebody committed
 * beside a document, to have Reeve apply something else than the document says, is not taken.
 */
function readOwnFile(path: string): string | null {
  try {
    const descriptor = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    try {
      const stats = fstatSync(descriptor);
      const isOwn = stats.isFile() && stats.uid === process.getuid?.() && (stats.mode & 0o777) === 0o400;
      return isOwn ? readFileSync(descriptor, "utf8") : null;
    } finally {
      closeSync(descriptor);
    }
  } catch {
    return null;
  }
}

/** True where `.reeve` and `.reeve/cache` are folders, not links that a repository brought. */
function isOwnFolder(folder: string): boolean {
  try {
    return lstatSync(folder).isDirectory() && lstatSync(dirname(folder)).isDirectory();
  } catch {
    return false;
  }
}

function writeEntries(folder: string, header: string, entries: ReadonlyMap<string, string>): void {
  const temporary = join(folder, `.${FILE}.${randomBytes(6).toString("hex")}`);
  try {
    mkdirSync(folder, { recursive: true });
    if (!isOwnFolder(folder)) return;
    const body = Array.from(entries, ([key, entry]) => `${key} ${entry}\n`).join("");
    writeFileSync(temporary, `${header} ${checksum(body)}\n${body}`, { flag: "wx", mode: 0o400 });
    renameSync(temporary, join(folder, FILE));
  } catch {
    rmSync(temporary, { force: true });
  }
}

function checksum(body: string): string {
  return createHash("sha256").update(body).digest("hex");
}
