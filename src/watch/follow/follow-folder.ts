/** A folder on this host: its files are copied when they have been quiet, and only whole copies are ever planned. */
import { createHash } from "node:crypto";
import {
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
} from "node:fs";
import { basename, dirname, join, relative, resolve } from "node:path";
import { watch } from "chokidar";
import type { ChangedFile } from "../../github/model.ts";
import type { Clock } from "../../support/clock.ts";
import type { Follower, Sighting, Tree } from "../tree.ts";

export interface FolderOptions {
  readonly stateDir: string;
  /** The daemon's own. */
  readonly folder: string;
  readonly clock: Clock;
}

/** Nothing may have been written for so long before the files count as whole. */
const QUIET_MS = 300;
const MOST_LOOKS = 20;

export function followFolder({ stateDir, folder, clock }: FolderOptions): Follower {
  const state = resolve(stateDir);
  const trees = join(folder, "trees");
  const place: Place = { state, trees };
  return {
    source: `the folder ${relative(process.cwd(), state) || "."}`,
    look: async (_anchor, signal) => {
      for (let looks = 0; looks < MOST_LOOKS; looks += 1) {
        const before = fingerprint(state);
        const tree = isInTheMiddle(state) ? null : takeCopy(place);
        if (tree !== null && "status" in tree) return tree;
        await clock.sleep(QUIET_MS, signal);
        if (tree !== null && before === fingerprint(state)) return { status: "seen", tree };
      }
      return MOVING;
    },
    treeOf: async (id) => (existsSync(treeAt(place, id).documents) ? treeAt(place, id) : null),
    changedFiles: async (before, after) => changedFiles(before, after),
    follows: async () => true,
    keepOnly: async (ids) => keepOnly(trees, new Set(ids.map(folderName))),
    onChange: (call) => watchFolder(state, call),
  };
}

interface Place {
  readonly state: string;
  readonly trees: string;
}

const MOVING: Sighting = {
  status: "refused",
  code: "moving",
  why: "the files are being written all the time",
  next: "nothing: they are looked at again when they are quiet",
};

function treeAt({ state, trees }: Place, id: string): Tree {
  return { id, commit: null, documents: join(trees, folderName(id), basename(state)), stateDir: state };
}

function folderName(id: string): string {
  return id.replace(/^sha256:/, "");
}

/** Every file's name, size and time: cheap to take twice. */
function fingerprint(state: string): string {
  const lines = filesIn(state).map((path) => {
    const stats = lstatSync(join(state, path), { throwIfNoEntry: false });
    return `${path} ${stats?.size ?? -1} ${stats?.mtimeMs ?? -1} ${stats?.ino ?? -1}`;
  });
  return lines.join("\n");
}

/** Relative to the state directory, sorted; what is hidden is nobody's document. */
function filesIn(state: string): readonly string[] {
  if (!existsSync(state)) return [];
  const entries = readdirSync(state, { withFileTypes: true }).filter(({ name }) => !name.startsWith("."));
  return entries
    .flatMap((entry) => {
      if (!entry.isDirectory()) return [entry.name];
      return filesIn(join(state, entry.name)).map((path) => `${entry.name}/${path}`);
    })
    .toSorted();
}

/** Where the files are: the state directory itself may be a link, which others turn to a new folder. */
function placeOf(state: string): string {
  return existsSync(state) ? realpathSync(state) : state;
}

/** Git writes a tree file by file, and has this lock meanwhile. */
function isInTheMiddle(state: string): boolean {
  for (let folder = placeOf(state); folder !== dirname(folder); folder = dirname(folder)) {
    if (existsSync(join(folder, ".git"))) return existsSync(join(folder, ".git", "index.lock"));
  }
  return false;
}

/** Null where a file went away while it was copied. */
function takeCopy(place: Place): Tree | Sighting | null {
  const { state, trees } = place;
  const part = join(trees, `part-${process.pid}`);
  const source = placeOf(state);
  const filter = (path: string): boolean => path === source || !basename(path).startsWith(".");
  try {
    rmSync(part, { recursive: true, force: true });
    mkdirSync(part, { recursive: true });
    cpSync(source, join(part, basename(state)), { recursive: true, verbatimSymlinks: true, filter });
    const tree = treeAt(place, digestOfFiles(join(part, basename(state))));
    const target = dirname(tree.documents);
    if (existsSync(target)) return tree;
    // Parsed documents are kept where the state directory keeps them.
    symlinkSync(join(dirname(state), ".reeve"), join(part, ".reeve"));
    renameSync(part, target);
    return tree;
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "";
    if (code === "ENOENT") return existsSync(state) ? null : unreadable("it is not there");
    if (code === "EACCES" || code.startsWith("ERR_FS_CP")) return unreadable(code);
    throw error;
  } finally {
    rmSync(part, { recursive: true, force: true });
  }
}

function unreadable(why: string): Sighting {
  const next = "see that its files are plain files which the daemon may read";
  return { status: "refused", code: "unreadable", why: `the folder cannot be read: ${why}`, next };
}

function digestOfFiles(folder: string): string {
  const hash = createHash("sha256");
  for (const path of filesIn(folder)) {
    const text = contentOf(join(folder, path));
    hash.update(`${Buffer.byteLength(path)} ${path} ${text.length}\n`).update(text);
  }
  return `sha256:${hash.digest("hex")}`;
}

/** Links are refused by whoever loads the documents, and so never followed here. */
function contentOf(path: string): Buffer {
  return lstatSync(path).isSymbolicLink() ? Buffer.from(readlinkSync(path)) : readFileSync(path);
}

function changedFiles(before: Tree, after: Tree): readonly ChangedFile[] {
  const name = basename(after.documents);
  const [was, is] = [new Set(filesIn(before.documents)), new Set(filesIn(after.documents))];
  const all = [...new Set([...was, ...is])].toSorted();
  return all.flatMap((path): readonly ChangedFile[] => {
    const file = { path: `${name}/${path}`, previousPath: null };
    if (!was.has(path)) return [{ ...file, status: "added" }];
    if (!is.has(path)) return [{ ...file, status: "removed" }];
    const isSame = contentOf(join(before.documents, path)).equals(contentOf(join(after.documents, path)));
    return isSame ? [] : [{ ...file, status: "modified" }];
  });
}

function keepOnly(trees: string, names: ReadonlySet<string>): void {
  if (!existsSync(trees)) return;
  for (const name of readdirSync(trees)) {
    if (!names.has(name)) rmSync(join(trees, name), { recursive: true, force: true });
  }
}

function watchFolder(state: string, call: () => void): { close(): Promise<void> } {
  const watcher = watch([...new Set([state, placeOf(state)])], { ignoreInitial: true, followSymlinks: false });
  // What cannot be watched is still looked at on the interval.
  watcher.on("all", call).on("error", () => undefined);
  return { close: () => watcher.close() };
}
