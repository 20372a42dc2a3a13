/** Says to systemd that the daemon is ready, lives, stops. Node opens no datagram sockets of Unix, so its own tool does. */
import { execFile } from "node:child_process";
import type { Log } from "./log.ts";

export interface ServiceManager {
  ready(): void;
  /** One line for `systemctl status`. */
  tell(line: string): void;
  stopping(): void;
  close(): void;
}

type Environment = Readonly<Record<string, string | undefined>>;

const SILENT: ServiceManager = {
  ready: () => undefined,
  tell: () => undefined,
  stopping: () => undefined,
  close: () => undefined,
};

/**
 * `WATCHDOG_USEC` is answered from a timer of the event loop: a loop that hangs is a daemon that hangs. A long apply does not
 * stop it, since it waits for calls and not for the processor.
 */
export function openServiceManager(environment: Environment, log: Log): ServiceManager {
  const { NOTIFY_SOCKET, WATCHDOG_USEC } = environment;
  if (NOTIFY_SOCKET === undefined || NOTIFY_SOCKET === "") return SILENT;
  let hasFailed = false;
  const notify = (...words: readonly string[]): void => {
    execFile("systemd-notify", [`--pid=${process.pid}`, ...words], { timeout: 10_000, env: environment }, (error) => {
      if (error !== null && !hasFailed) log("notify-failed", { why: error.message }, "warning");
      hasFailed = error !== null;
    });
  };
  const halfTime = Number(WATCHDOG_USEC ?? "0") / 2000;
  const timer = halfTime > 0 ? setInterval(() => notify("WATCHDOG=1"), halfTime) : undefined;
  timer?.unref();
  return {
    ready: () => notify("--ready"),
    tell: (line) => notify(`--status=${line}`),
    stopping: () => notify("STOPPING=1"),
    close: () => clearInterval(timer),
  };
}
