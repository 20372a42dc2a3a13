/** State repositories whose estate says what is done about drift, and what a look at them shows. */
import { execFileSync } from "node:child_process";
import { type Loop, type LoopOptions, openLoop } from "./github-loop.ts";

/** An estate of file hubs with these modes: `WireGuardPeer: correct`. */
export function modes(words: string, more = ""): LoopOptions {
  return { estate: `  providers: { wireguard: {} }\n  safety: { modes: { ${words} }${more} }\n` };
}

/** A repository whose last commit an apply has done, by its own workflow. */
export async function openApplied(options: LoopOptions): Promise<Loop> {
  const loop = await openLoop(options);
  const before = await loop.github.headOf("main");
  await loop.github.pushTo("main", { "README.md": "Again\n" }, { by: "ada" });
  const { code, out, err } = await loop.apply(before);
  if (code !== 0) throw new Error(`${out}${err}`);
  loop.github.clearLog();
  return loop;
}

export function git({ github }: Loop, ...args: readonly string[]): string {
  const who = ["-c", "user.name=ada", "-c", "user.email=ada@x.test"];
  return execFileSync("git", ["--git-dir", github.dir, ...who, ...args], { encoding: "utf8" });
}

interface SeenPull {
  readonly number: number;
  readonly author: string;
  readonly body: string;
  readonly state: string;
  readonly headRef: string;
}

/** Every pull request, the oldest first. */
export async function pulls({ github }: Loop): Promise<readonly SeenPull[]> {
  const { issues } = await github.state();
  return (issues as readonly (SeenPull & { readonly pull: { readonly headRef: string } | null })[])
    .flatMap((issue) => (issue.pull === null ? [] : [{ ...issue, headRef: issue.pull.headRef }]))
    .toSorted((a, b) => a.number - b.number);
}
