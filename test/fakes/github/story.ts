import type { Artifact, Repo, Workflow, WorkflowRun, World } from "./world.ts";
import { zipFiles } from "./zip.ts";

interface NewRun {
  /** The workflow's file: `plan.yml`. */
  readonly workflow: string;
  readonly event: string;
  readonly headSha: string;
  /** `main` when left out. */
  readonly headBranch?: string;
  readonly headRepo?: Repo;
  readonly actor?: string;
  readonly status?: string;
  readonly conclusion?: string | null;
}

/** What GitHub's runners leave behind: the stand-in runs no workflow. */
export interface Story {
  addWorkflow(file: string): Workflow;
  addRun(run: NewRun): WorkflowRun;
  addArtifact(run: WorkflowRun, name: string, files: Readonly<Record<string, string | Buffer>>): Artifact;
}

export function createStory(world: World, repo: Repo): Story {
  const addWorkflow = (file: string): Workflow => {
    const path = `.github/workflows/${file}`;
    const known = repo.workflows.find((workflow) => workflow.path === path);
    if (known !== undefined) return known;
    const workflow = { id: world.nextId(), name: file.replace(/\.ya?ml$/, ""), path };
    repo.workflows.push(workflow);
    return workflow;
  };
  return {
    addWorkflow,
    addRun: ({ workflow, event, headSha, status = "completed", ...run }) => {
      const made: WorkflowRun = {
        id: world.nextId(),
        number: repo.runs.size + 1,
        workflow: addWorkflow(workflow),
        event,
        headSha,
        status,
        headBranch: run.headBranch ?? "main",
        headRepo: run.headRepo ?? repo,
        actor: run.actor ?? world.actions.bot,
        createdAt: world.now(),
        conclusion: run.conclusion ?? (status === "completed" ? "success" : null),
      };
      repo.runs.set(made.id, made);
      return made;
    },
    addArtifact: (run, name, files) => {
      const zip = zipFiles(files);
      const artifact: Artifact = { id: world.nextId(), run, name, zip, createdAt: world.now(), isExpired: false };
      repo.artifacts.set(artifact.id, artifact);
      return artifact;
    },
  };
}
