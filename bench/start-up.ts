import { ms, pair, run, table } from "./measure.ts";

/** `reeve --version` against bare Node. */
export function benchStartUp(cli: string): string {
  const version = [process.execPath, cli, "--version"];
  const bare = [process.execPath, "-e", "0"];
  run(version);
  run(bare);
  const { a, b, ratio } = pair(
    25,
    () => run(version).milliseconds,
    () => run(bare).milliseconds,
  );
  return `## Start-up\n\n${table(["reeve --version", "node -e 0", "ratio", "aim"], [[ms(a), ms(b), ratio.toFixed(2), "at most 1.5"]])}`;
}
