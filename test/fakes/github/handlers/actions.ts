import { createHash } from "node:crypto";
import { type Answer, ApiError, created, noContent, notFound, ok, page } from "../answer.ts";
import { found, type Handler, needed, param, type RepoCall } from "../call.ts";
import { presentArtifact, presentRun, presentWorkflow } from "../present/checks.ts";
import { type Artifact, fullName, type Repo, type Workflow, type WorkflowRun, type World } from "../world.ts";
import { commitOf } from "./commits.ts";

async function present(call: RepoCall, run: WorkflowRun): Promise<object> {
  const [head] = await call.repo.git.commits("-1", run.headSha);
  return presentRun(call.world, call.repo, run, head);
}

async function listedRuns(call: RepoCall, runs: readonly WorkflowRun[]): Promise<Answer> {
  const { query } = call;
  const wanted: readonly (readonly [string, (run: WorkflowRun) => readonly (string | null)[]])[] = [
    ["event", ({ event }) => [event]],
    ["head_sha", ({ headSha }) => [headSha]],
    ["branch", ({ headBranch }) => [headBranch]],
    ["actor", ({ actor }) => [actor]],
    ["status", ({ status, conclusion }) => [status, conclusion]],
  ];
  const kept = runs.filter((run) =>
    wanted.every(([name, values]) => {
      const value = query.text(name);
      return value === undefined || values(run).includes(value);
    }),
  );
  const shown = await Promise.all(kept.toReversed().map((run) => present(call, run)));
  return page(shown, (run) => run, "workflow_runs");
}

export const listRuns: Handler = (call) => listedRuns(call, [...call.repo.runs.values()]);

function runOf(call: RepoCall): WorkflowRun {
  return found(call.repo.runs.get(Number(param(call, "run_id"))));
}

export const getRun: Handler = async (call) => ok(await present(call, runOf(call)));

/** The run waits for a runner once more; what it was started by, and its commit, stay. */
export const rerun: Handler = (call) => {
  const run = runOf(call);
  if (run.status !== "completed") throw new ApiError(403, "This workflow is already running");
  Object.assign(run, { status: "queued", conclusion: null });
  return created({});
};

export const listArtifacts: Handler = (call) => {
  const run = runOf(call);
  return listed(call, (artifact) => artifact.run === run);
};

export const listAllArtifacts: Handler = (call) => listed(call, () => true);

function listed({ world, repo, query }: RepoCall, isMeant: (artifact: Artifact) => boolean): Answer {
  const name = query.text("name");
  const artifacts = [...repo.artifacts.values()]
    .filter(isMeant)
    .filter((artifact) => name === undefined || artifact.name === name);
  return page(artifacts.toReversed(), (artifact) => presentArtifact(world, repo, artifact), "artifacts");
}

function artifactOf(call: RepoCall): Artifact {
  return found(call.repo.artifacts.get(Number(param(call, "artifact_id"))));
}

export const getArtifact: Handler = (call) => ok(presentArtifact(call.world, call.repo, artifactOf(call)));

/** Where an artifact is fetched, by whoever was told. */
export function storageUrl(world: World, repo: Repo, { id, zip }: Artifact): string {
  const signature = createHash("sha256").update(`${id}`).update(zip).digest("hex");
  return `${world.storage}/_storage/${fullName(repo)}/${id}?sig=${signature}`;
}

/** The zip is elsewhere: for a minute, and without a token. */
export const downloadArtifact: Handler = (call) => {
  const artifact = artifactOf(call);
  if (param(call, "archive_format") !== "zip") throw notFound();
  if (artifact.isExpired) throw new ApiError(410, "Artifact has expired");
  return { kind: "empty", status: 302, location: storageUrl(call.world, call.repo, artifact) };
};

function workflowOf(call: RepoCall): Workflow {
  const name = param(call, "workflow_id");
  const isMeant = ({ id, path }: Workflow): boolean => String(id) === name || path === `.github/workflows/${name}`;
  return found(call.repo.workflows.find(isMeant));
}

export const getWorkflow: Handler = (call) => ok(presentWorkflow(call.world, call.repo, workflowOf(call)));

export const listWorkflowRuns: Handler = (call) => {
  const workflow = workflowOf(call);
  return listedRuns(
    call,
    [...call.repo.runs.values()].filter((run) => run.workflow === workflow),
  );
};

/** Recorded; nothing is run. */
export const dispatchWorkflow: Handler = async (call) => {
  const { repo, body, token } = call;
  const { path } = workflowOf(call);
  const ref = needed(body, "ref");
  if ((await commitOf(repo, ref)) === null) throw new ApiError(422, `No ref found for: ${ref}`);
  const inputs = body.fields("inputs")?.tree ?? {};
  if (Object.keys(inputs).length > 25)
    throw new ApiError(422, "you may only define up to 25 `inputs` for a `workflow_dispatch` event");
  repo.dispatches.push({ workflow: path, ref, inputs, by: token.actor });
  return noContent;
};
