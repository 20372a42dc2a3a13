import { execFile } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import type { KubernetesSandbox } from "../../src/sandbox/kubernetes/start-kubernetes-sandbox.ts";

/** Where `scripts/bring-kubectl.ts` puts one. */
const BROUGHT = join(import.meta.dirname, "../../node_modules/.cache/reeve-test/bin");

/** The first one of the PATH, or the one that was brought. */
function findKubectl(): string | null {
  const folders = [...(process.env.PATH ?? "").split(delimiter), BROUGHT];
  return folders.map((folder) => join(folder, "kubectl")).find((file) => existsSync(file)) ?? null;
}

/** Why kubectl cannot be tried here, or null. Where system tests are required, its absence is a failure. */
export function kubectlMissing(): string | null {
  if (findKubectl() !== null) return null;
  const text = "tests with kubectl need kubectl: npm run test:setup";
  if (process.env.REEVE_REQUIRE_SYSTEM_TESTS === "1") throw new Error(text);
  process.stderr.write(`SKIPPED: ${text}\n`);
  return text;
}

interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

export interface Kubectl {
  /** A command line, with what it reads from standard input. */
  (line: string, input?: string): Promise<Ran>;
  [Symbol.dispose](): void;
}

/** kubectl with a home of its own, whose only cluster is the stand-in. */
export function kubectlFor({ kubeconfig }: Pick<KubernetesSandbox, "kubeconfig">): Kubectl {
  const home = mkdtempSync(join(tmpdir(), "reeve-kubectl-"));
  const config = join(home, "kubeconfig");
  writeFileSync(config, kubeconfig);
  const program = findKubectl() ?? "kubectl";
  const run = (line: string, input = ""): Promise<Ran> =>
    new Promise((resolve) => {
      const env = { PATH: process.env.PATH ?? "", HOME: home, KUBECONFIG: config };
      const child = execFile(program, line.split(" "), { env }, (error, out, err) => {
        resolve({ code: error === null ? 0 : Number(error.code ?? 1), out, err });
      });
      child.stdin?.end(input);
    });
  return Object.assign(run, { [Symbol.dispose]: () => rmSync(home, { recursive: true, force: true }) });
}
