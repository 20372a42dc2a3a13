import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { createInterface } from "node:readline";

/** What names mean, asked of one git that stays: to start one for every question takes longer than all the rest. */
export interface ObjectNames {
  /** The hash of the object that a name means, or null. */
  resolve(name: string): Promise<string | null>;
  close(): Promise<void>;
}

export function openObjectNames(env: NodeJS.ProcessEnv): ObjectNames {
  let child: ChildProcessWithoutNullStreams | undefined;
  const waiting: ((line: string) => void)[] = [];
  const start = (): ChildProcessWithoutNullStreams => {
    const started = spawn("git", ["cat-file", "--batch-check"], { env });
    createInterface({ input: started.stdout }).on("line", (line) => waiting.shift()?.(line));
    started.on("exit", () => {
      for (const answer of waiting.splice(0)) answer("git is gone");
    });
    return started;
  };
  return {
    resolve: (name) => {
      if (name.includes("\n")) return Promise.resolve(null);
      child ??= start();
      child.stdin.write(`${name}\n`);
      return new Promise((resolve) => {
        waiting.push((line) => resolve(/^([0-9a-f]{40}) \w+ \d+$/.exec(line)?.[1] ?? null));
      });
    },
    close: () =>
      new Promise((resolve) => {
        if (child === undefined || child.exitCode !== null) return resolve();
        child.on("exit", () => resolve());
        child.stdin.end();
      }),
  };
}
