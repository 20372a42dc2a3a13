import { type ChildProcess, fork } from "node:child_process";

export interface Program {
  readonly program: string;
  readonly args: readonly string[];
  readonly input: string | Buffer;
  readonly env: NodeJS.ProcessEnv;
}

export interface Order extends Program {
  readonly id: number;
}

export interface Report {
  readonly id: number;
  /** -1 for a program that could not be started or was killed. */
  readonly code: number;
  readonly out: Buffer;
  readonly err: string;
}

let worker: ChildProcess | undefined;
let lastId = 0;
const waiting = new Map<number, (report: Report) => void>();

/**
 * Runs a program to its end. It is a small process that starts it: to fork one that has loaded a test runner, a compiler
 * and a description of GitHub takes ten times as long as git itself.
 */
export function runProgram(program: Program): Promise<Report> {
  worker ??= startWorker();
  const id = ++lastId;
  worker.channel?.ref();
  worker.send({ ...program, id } satisfies Order);
  return new Promise((resolve) => {
    waiting.set(id, resolve);
  });
}

/** One for all; it keeps nobody waiting, and ends with its parent. */
function startWorker(): ChildProcess {
  const started = fork(new URL("run-worker.ts", import.meta.url), { serialization: "advanced", execArgv: [] });
  started.unref();
  started.on("message", (report: Report) => {
    waiting.get(report.id)?.({ ...report, out: Buffer.from(report.out) });
    waiting.delete(report.id);
    if (waiting.size === 0) started.channel?.unref();
  });
  return started;
}
