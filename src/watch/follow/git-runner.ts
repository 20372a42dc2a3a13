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
  ["http.lowSpeedLimit", "1"],
  ["http.lowSpeedTime", "20"],
  ["advice.detachedHead", "false"],
] as const;

/** A network that says nothing any more. */
const LONGEST_MS = 120_000;

export function openGit(environment: Readonly<Record<string, string | undefined>>, longestMs = LONGEST_MS): GitRunner {
  const settings = SETTINGS.flatMap(([key, value]) => ["-c", `${key}=${value}`]);
  return async (args, signal) => {
    const { GIT_DIR: _dir, GIT_WORK_TREE: _tree, GIT_INDEX_FILE: _index, ...inherited } = environment;
    signal?.throwIfAborted();
    const running = execa("git", [...settings, ...args], {
      env: { ...inherited, GIT_TERMINAL_PROMPT: "0", LC_ALL: "C" },
      extendEnv: false,
      stdin: "ignore",
      reject: false,
      detached: true,
      maxBuffer: 2 ** 28,
    });
    const late = AbortSignal.timeout(longestMs);
    const unbind = endWith(running.pid, signal === undefined ? late : AbortSignal.any([signal, late]));
    const ran = await running.finally(unbind);
    signal?.throwIfAborted();
    if (ran.code === "ENOENT") return { isOk: false, out: "", trouble: "there is no git on this host; install it" };
    const silence = ran.failed && late.aborted ? `no answer in ${Math.ceil(longestMs / 1000)} s` : null;
    return {
      isOk: !ran.failed,
      out: ran.stdout,
      trouble: escapeText(silence ?? (troubleIn(ran.stderr) || ran.shortMessage || "")),
    };
  };
}

const LAST_WORDS_MS = 2000;

/**
 * Ends git and all that it has started: what it talks to a remote with is a process of its own, outlives it, and holds its
 * output open.
 */
function endWith(pid: number | undefined, signal: AbortSignal): () => void {
  if (pid === undefined) return () => undefined;
  let timer: NodeJS.Timeout | undefined;
  const end = (): void => {
    endGroup(pid, "SIGTERM");
    timer = setTimeout(() => endGroup(pid, "SIGKILL"), LAST_WORDS_MS);
  };
  signal.addEventListener("abort", end, { once: true });
  return () => {
    signal.removeEventListener("abort", end);
    clearTimeout(timer);
  };
}

function endGroup(pid: number, word: "SIGTERM" | "SIGKILL"): void {
  try {
    process.kill(-pid, word);
  } catch {
    // All of it has ended.
  }
}

/** Git's own verdict; ssh and hosts say theirs before it, in the first lines. */
function troubleIn(stderr: string | undefined): string {
  const lines = (stderr ?? "")
    .trim()
    .split("\n")
    .filter((line) => line !== "");
  const verdict = lines.find((line) => /^(fatal|error): /.test(line));
  const [first = ""] = lines;
  return verdict === undefined || verdict === first ? first : `${first}; ${verdict}`;
}
