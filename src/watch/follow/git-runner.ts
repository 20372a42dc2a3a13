import { execa } from "execa";
import { escapeText } from "../../render/escape.ts";

interface GitAnswer {
  readonly isOk: boolean;
  readonly out: string;
  /** What git wrote to stderr of what went wrong, on one line and without what a terminal would obey. */
  readonly trouble: string;
}

export type GitRunner = (args: readonly string[], signal?: AbortSignal) => Promise<GitAnswer>;

/** Nothing of a repository is run: no hooks, no filters, no transport that starts a program, no question at a terminal. */
const SETTINGS = [
  ["core.hooksPath", "/dev/null"],
  ["core.fsmonitor", "false"],
  ["protocol.ext.allow", "never"],
  ["filter.lfs.smudge", ""],
  ["filter.lfs.process", ""],
  ["filter.lfs.required", "false"],
  ["gc.auto", "0"],
  ["advice.detachedHead", "false"],
] as const;

/** A network that says nothing any more. */
const LONGEST_MS = 120_000;

export function openGit(environment: Readonly<Record<string, string | undefined>>): GitRunner {
  const settings = SETTINGS.flatMap(([key, value]) => ["-c", `${key}=${value}`]);
  return async (args, signal) => {
    const { GIT_DIR: _dir, GIT_WORK_TREE: _tree, GIT_INDEX_FILE: _index, ...inherited } = environment;
    const ran = await execa("git", [...settings, ...args], {
      env: { ...inherited, GIT_TERMINAL_PROMPT: "0", LC_ALL: "C" },
      extendEnv: false,
      stdin: "ignore",
      reject: false,
      timeout: LONGEST_MS,
      maxBuffer: 2 ** 28,
      ...(signal === undefined ? {} : { cancelSignal: signal }),
    });
    signal?.throwIfAborted();
    if (ran.code === "ENOENT") return { isOk: false, out: "", trouble: "there is no git on this host; install it" };
    return { isOk: !ran.failed, out: ran.stdout, trouble: escapeText(troubleIn(ran.stderr) || ran.shortMessage || "") };
  };
}

/** Git's own verdict; ssh and hosts say theirs before it, in the first lines. */
function troubleIn(stderr: string): string {
  const lines = stderr
    .trim()
    .split("\n")
    .filter((line) => line !== "");
  const verdict = lines.find((line) => /^(fatal|error): /.test(line));
  const [first = ""] = lines;
  return verdict === undefined || verdict === first ? first : `${first}; ${verdict}`;
}
