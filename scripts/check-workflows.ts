/**
 * Holds every workflow to `workflow-rules.ts`: those of this repository, those that `reeve init` writes, and those in the docs.
 * Part of `npm run lint`.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { filesOf, type StateRepository } from "../src/commands/state-repository.ts";
import { checkWorkflow, type Finding } from "./workflow-rules.ts";

const ROOT = join(import.meta.dirname, "..");

export interface Workflow {
  readonly file: string;
  readonly text: string;
}

/** One with everything in it and one with as little as there can be. */
const SAMPLES: readonly StateRepository[] = [
  sample({ wireguard: true, workspaces: { account: "123456789012", region: "us-west-2" } }),
  sample({ wireguard: true, workspaces: null }),
];

function sample(providers: Pick<StateRepository, "wireguard" | "workspaces">): StateRepository {
  const action = { repository: "example/reeve", commit: "0123456789abcdef0123456789abcdef01234567", version: "v1.0.0" };
  return { ...providers, estate: "example", owner: "@example/platform", branch: "main", action };
}

/** Every workflow that leaves this repository. */
export function allWorkflows(): readonly Workflow[] {
  return [...ownWorkflows(), ...SAMPLES.flatMap(initWorkflows), ...documentedWorkflows()];
}

function ownWorkflows(): readonly Workflow[] {
  const folder = ".github/workflows";
  return namesIn(folder, /\.ya?ml$/).map((name) => read(`${folder}/${name}`));
}

/** As `reeve init` writes them. */
function initWorkflows(repository: StateRepository): readonly Workflow[] {
  const kind = repository.workspaces === null ? "without" : "with";
  return filesOf(repository)
    .filter(({ path }) => path.startsWith(".github/workflows/"))
    .map(({ path, text }) => ({ file: `reeve init (${kind} workspaces): ${path}`, text }));
}

/** Blocks of YAML in the docs that are whole workflows. Their lines are counted from the block's own first. */
function documentedWorkflows(): readonly Workflow[] {
  const pages = ["README.md", ...namesIn("docs", /\.md$/).map((name) => `docs/${name}`)];
  return pages.flatMap((page) => {
    const blocks = [...read(page).text.matchAll(/^```ya?ml\n([^]*?)^```/gm)].map((match) => match[1] ?? "");
    return blocks
      .filter((text) => /^jobs:/m.test(text))
      .map((text, at) => ({ file: `${page} (workflow ${at + 1})`, text }));
  });
}

function namesIn(folder: string, pattern: RegExp): readonly string[] {
  if (!existsSync(join(ROOT, folder))) return [];
  return readdirSync(join(ROOT, folder))
    .filter((name) => pattern.test(name))
    .toSorted();
}

function read(path: string): Workflow {
  return { file: path, text: readFileSync(join(ROOT, path), "utf8") };
}

function describe({ file, line, rule, message }: Finding): string {
  return `${file}:${line}: ${message} [${rule}]`;
}

if (import.meta.main) {
  const workflows = allWorkflows();
  const findings = workflows.flatMap(({ file, text }) => checkWorkflow(file, text));
  if (findings.length > 0) process.stderr.write(`${findings.map(describe).join("\n")}\n`);
  process.stdout.write(`${workflows.length} workflows, ${findings.length} findings\n`);
  process.exitCode = findings.length > 0 ? 1 : 0;
}
