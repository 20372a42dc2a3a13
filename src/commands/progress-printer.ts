import { escapeText } from "../render/escape.ts";
import type { Progress } from "../support/progress.ts";
import { systemClock } from "../support/system-clock.ts";
import type { Io } from "./command.ts";

/** Nothing is said of what takes less than this (design: progress on anything over a second). */
const SILENT_MS = 1000;

export interface ProgressPrinter extends Progress {
  stop(): void;
}

export type LogLevel = "quiet" | "info" | "debug";

/**
 * Says on stderr what runs now, from the first second on (real ones, in the sandbox too): one line that rewrites itself
 * on a terminal; elsewhere a plain line a step, each once, so that a long wait fills no log. `debug` says every step.
 */
export function printProgress(io: Io, level: LogLevel): ProgressPrinter {
  const began = systemClock.now().getTime();
  const said = new Set<string>();
  let pending: string | null = null;
  const flush = (): void => {
    if (pending === null) return;
    const isRepeated = !io.isErrTerminal && level !== "debug" && said.has(pending);
    if (!isRepeated) io.err(io.isErrTerminal ? `\r\u001b[K${pending}` : `${pending}\n`);
    said.add(pending);
    pending = null;
  };
  const timer = setTimeout(flush, SILENT_MS);
  timer.unref();
  return {
    step: (text, count) => {
      if (level === "quiet") return;
      pending = `${escapeText(text)}${count === undefined ? "" : ` (${count.done}/${count.of})`}`;
      if (level === "debug" || systemClock.now().getTime() - began >= SILENT_MS) flush();
    },
    stop: () => {
      clearTimeout(timer);
      const isShown = io.isErrTerminal && pending === null && systemClock.now().getTime() - began >= SILENT_MS;
      if (isShown && level !== "quiet") io.err("\r\u001b[K");
      pending = null;
    },
  };
}
