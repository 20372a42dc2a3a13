import { appendFile, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openObjectNames } from "./object-names.ts";
import { runProgram } from "./run-program.ts";

export interface Person {
  readonly name: string;
  readonly email: string;
  readonly date: Date;
}

export interface Commit {
  readonly sha: string;
  readonly tree: string;
  readonly parents: readonly string[];
  readonly author: Person;
  readonly committer: Person;
  readonly message: string;
}

/** A file to put into a tree: text, an object that is there already, or null to take it out. */
export interface Entry {
  readonly path: string;
  readonly mode: string;
  readonly put: { readonly text: string | Buffer } | { readonly sha: string } | null;
}

interface NewCommit {
  readonly tree: string;
  readonly parents: readonly string[];
  readonly message: string;
  readonly author: Person;
  readonly committer: Person;
}

interface RunOptions {
  readonly input?: string | Buffer;
  readonly env?: Readonly<Record<string, string>>;
  /** Exit codes that are answers, not failures. */
  readonly allow?: readonly number[];
  /** The output as latin1, a byte a character. */
  readonly isBinary?: boolean;
  /** A shell's script and its parameters, where several gits in a row make one step. */
  readonly isScript?: boolean;
}

interface Ran {
  readonly out: string;
  readonly code: number;
}

/** A bare repository, by git's own program. */
export interface Git {
  readonly dir: string;
  run(args: readonly string[], options?: RunOptions): Promise<Ran>;
  out(...args: readonly string[]): Promise<string>;
  bytes(...args: readonly string[]): Promise<Buffer>;
  /** The object that a name or a hash means, or null. */
  resolve(name: string): Promise<string | null>;
  /** Lets go of the git that answers `resolve`. */
  close(): Promise<void>;
  commits(...args: readonly string[]): Promise<readonly Commit[]>;
  writeTree(base: string | null, entries: readonly Entry[]): Promise<string>;
  writeBlob(content: Buffer): Promise<string>;
  writeCommit(commit: NewCommit): Promise<string>;
  isAncestor(older: string, newer: string): Promise<boolean>;
}

const QUIET = { GIT_CONFIG_GLOBAL: "/dev/null", GIT_CONFIG_SYSTEM: "/dev/null", GIT_TERMINAL_PROMPT: "0", LC_ALL: "C" };
const LOG_FORMAT = "%H%x00%T%x00%P%x00%an%x00%ae%x00%aI%x00%cn%x00%ce%x00%cI%x00%B%x01";

export class GitError extends Error {
  override readonly name = "GitError";
}

export async function openGit(dir: string): Promise<Git> {
  const git = gitIn(dir);
  await git.run(["init", "--quiet", "--bare", "--template=", "--initial-branch=main", dir]);
  await appendFile(join(dir, "config"), "[gc]\n\tauto = 0\n[core]\n\tfsync = none\n");
  return git;
}

function gitIn(dir: string): Git {
  const run = (args: readonly string[], options: RunOptions = {}): Promise<Ran> => execGit(dir, args, options);
  const names = openObjectNames(environment(dir));
  const out = async (...args: readonly string[]): Promise<string> => (await run(args)).out.trimEnd();
  return {
    dir,
    run,
    out,
    bytes: async (...args) => Buffer.from((await run(args, { isBinary: true })).out, "latin1"),
    resolve: names.resolve,
    close: names.close,
    commits: async (...args) => parseLog(await out("log", `--format=${LOG_FORMAT}`, ...args)),
    writeTree: (base, entries) => writeTree(run, base, entries),
    writeBlob: async (content) => (await run(["hash-object", "-w", "--stdin"], { input: content })).out.trim(),
    writeCommit: async ({ tree, parents, message, author, committer }) => {
      const args = ["commit-tree", tree, ...parents.flatMap((parent) => ["-p", parent])];
      const env = { ...personEnv("AUTHOR", author), ...personEnv("COMMITTER", committer) };
      return (await run(args, { input: message, env })).out.trim();
    },
    isAncestor: async (older, newer) =>
      (await run(["merge-base", "--is-ancestor", older, newer], { allow: [1] })).code === 0,
  };
}

/** Nothing of the caller's: a git hook that runs the tests has variables of its own. */
function environment(dir: string): NodeJS.ProcessEnv {
  return { PATH: process.env["PATH"], ...QUIET, GIT_DIR: dir };
}

async function execGit(dir: string, args: readonly string[], options: RunOptions): Promise<Ran> {
  const { input = "", env, allow = [], isBinary = false, isScript = false } = options;
  const [program, all] = isScript ? ["sh", ["-c", ...args]] : ["git", args];
  const { code, out, err } = await runProgram({ program, args: all, input, env: { ...environment(dir), ...env } });
  if (code !== 0 && !allow.includes(code)) throw new GitError(`git ${args.join(" ")}: ${err}`);
  return { out: out.toString(isBinary ? "latin1" : "utf8"), code };
}

function personEnv(role: string, { name, email, date }: Person): Record<string, string> {
  return {
    [`GIT_${role}_NAME`]: name,
    [`GIT_${role}_EMAIL`]: email,
    [`GIT_${role}_DATE`]: `${Math.floor(date.getTime() / 1000)} +0000`,
  };
}

function parseLog(text: string): readonly Commit[] {
  return text
    .split("\u0001")
    .map((record) => record.replace(/^\n/, "").split("\0"))
    .filter((fields) => fields.length > 1)
    .map(([sha = "", tree = "", parents = "", an = "", ae = "", ad = "", cn = "", ce = "", cd = "", message = ""]) => ({
      sha,
      tree,
      parents: parents === "" ? [] : parents.split(" "),
      author: { name: an, email: ae, date: new Date(ad) },
      committer: { name: cn, email: ce, date: new Date(cd) },
      message: message.trimEnd(),
    }));
}

/** Through an index of its own, so that two writers do not meet. */
async function writeTree(run: Git["run"], base: string | null, entries: readonly Entry[]): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "github-index-"));
  try {
    const env = { GIT_INDEX_FILE: join(folder, "index") };
    const shas = await hashTexts(run, folder, entries);
    const lines = entries.map(({ path, mode, put }) => {
      if (put === null) return `0 ${"0".repeat(40)}\t${path}\0`;
      return `${mode} ${"sha" in put ? put.sha : shas.get(path)}\t${path}\0`;
    });
    const script = 'git read-tree "$1" && git update-index -z --index-info && git write-tree';
    const args = [script, "sh", base ?? "--empty"];
    return (await run(args, { env, input: lines.join(""), isScript: true })).out.trim();
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** All texts by one process: five thousand files are five thousand lines, not five thousand gits. */
async function hashTexts(run: Git["run"], folder: string, entries: readonly Entry[]): Promise<Map<string, string>> {
  const texts = entries.flatMap(({ path, put }) => (put !== null && "text" in put ? [{ path, text: put.text }] : []));
  if (texts.length === 0) return new Map();
  const places = texts.map((_, index) => join(folder, String(index)));
  await Promise.all(texts.map(({ text }, index) => writeFile(places[index] ?? "", text)));
  const { out } = await run(["hash-object", "-w", "--no-filters", "--stdin-paths"], { input: places.join("\n") });
  const shas = out.split("\n");
  return new Map(texts.map(({ path }, index) => [path, shas[index] ?? ""]));
}
