import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { WorkflowEvent } from "./events.ts";
import {
  type Artifact,
  DEFAULT_BRANCH,
  fullName,
  type Repo,
  type Workflow,
  type WorkflowRun,
  type World,
} from "./world.ts";
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
  /** A run that has begun, and the environment that its steps see. The payload is written into `folder`. */
  start(event: WorkflowEvent, job: Job): Promise<StartedRun>;
  addArtifact(run: WorkflowRun, name: string, files: Readonly<Record<string, string | Buffer>>): Artifact;
}

interface Job {
  readonly workflow: string;
  readonly token: string;
  readonly folder: string;
}

interface StartedRun {
  readonly run: WorkflowRun;
  readonly env: Readonly<Record<string, string>>;
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
  const addRun: Story["addRun"] = ({ workflow, event, headSha, status = "completed", ...run }) => {
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
  };
  return {
    addWorkflow,
    addRun,
    start: async (event, job) => {
      const { pull } = event.pull ?? { pull: null };
      const run = addRun({
        workflow: job.workflow,
        event: event.name,
        headSha: pull?.headSha ?? event.sha,
        headBranch: pull?.headRef ?? DEFAULT_BRANCH,
        headRepo: pull?.headRepo ?? repo,
        actor: event.actor,
        status: "in_progress",
      });
      return { run, env: await environment({ world, repo }, { event, job, run }) };
    },
    addArtifact: (run, name, files) => {
      const zip = zipFiles(files);
      const artifact: Artifact = { id: world.nextId(), run, name, zip, createdAt: world.now(), isExpired: false };
      repo.artifacts.set(artifact.id, artifact);
      return artifact;
    },
  };
}

interface Started {
  readonly event: WorkflowEvent;
  readonly job: Job;
  readonly run: WorkflowRun;
}

/** What a runner sets for every step, as GitHub documents it. */
async function environment(
  { world, repo }: { readonly world: World; readonly repo: Repo },
  { event, job, run }: Started,
): Promise<Readonly<Record<string, string>>> {
  const path = join(job.folder, `event-${run.id}.json`);
  await writeFile(path, JSON.stringify(event.payload));
  return {
    CI: "true",
    GITHUB_ACTIONS: "true",
    GITHUB_ACTOR: event.actor,
    GITHUB_API_URL: world.url,
    GITHUB_BASE_REF: event.pull?.pull.baseRef ?? "",
    GITHUB_EVENT_NAME: event.name,
    GITHUB_EVENT_PATH: path,
    GITHUB_HEAD_REF: event.pull?.pull.headRef ?? "",
    GITHUB_REF: event.ref,
    GITHUB_REPOSITORY: fullName(repo),
    GITHUB_REPOSITORY_OWNER: repo.owner,
    GITHUB_RUN_ATTEMPT: "1",
    GITHUB_RUN_ID: String(run.id),
    GITHUB_RUN_NUMBER: String(run.number),
    GITHUB_SERVER_URL: world.htmlUrl,
    GITHUB_SHA: event.sha,
    GITHUB_TOKEN: job.token,
    GITHUB_WORKFLOW: run.workflow.name,
    GITHUB_WORKFLOW_REF: `${fullName(repo)}/${run.workflow.path}@${event.ref}`,
  };
}
