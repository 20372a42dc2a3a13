import type { Commit } from "../git.ts";
import type { Artifact, CheckRun, Issue, Repo, Status, Workflow, WorkflowRun, World } from "../world.ts";
import { nodeId, presentApp, presentRepo, presentUser, repoPage, repoUrl, time, timeOrNull } from "./basics.ts";
import { type PullIssue, presentPullMinimal } from "./pulls.ts";

export function isPull(issue: Issue): issue is PullIssue {
  return issue.pull !== null;
}

/** Open pull requests of the repository itself whose head is this commit. Those of forks are not named: GitHub does so too. */
function pullsAtHead(repo: Repo, sha: string): readonly PullIssue[] {
  const pulls = [...repo.issues.values()].filter(isPull);
  return pulls.filter(({ pull, state }) => state === "open" && pull.headSha === sha && pull.headRepo === repo);
}

export function presentCheck(world: World, repo: Repo, check: CheckRun): object {
  const url = `${repoUrl(world, repo)}/check-runs/${check.id}`;
  const html = `${repoPage(world, repo)}/runs/${check.id}`;
  return {
    id: check.id,
    name: check.name,
    node_id: nodeId("CheckRun", check.id),
    head_sha: check.headSha,
    external_id: check.externalId,
    url,
    html_url: html,
    details_url: check.detailsUrl === "" ? html : check.detailsUrl,
    status: check.status,
    conclusion: check.conclusion,
    started_at: time(check.startedAt),
    completed_at: timeOrNull(check.completedAt),
    output: {
      title: check.title,
      summary: check.summary,
      text: check.text,
      annotations_count: check.annotations.length,
      annotations_url: `${url}/annotations`,
    },
    check_suite: { id: check.suite },
    app: presentApp(world, check.app),
    pull_requests: pullsAtHead(repo, check.headSha).map((pull) => presentPullMinimal(world, repo, pull)),
  };
}

export function presentStatus(world: World, repo: Repo, status: Status): Readonly<Record<string, unknown>> {
  const { id, sha, state, description, context, targetUrl, creator, createdAt } = status;
  return {
    url: `${repoUrl(world, repo)}/statuses/${sha}`,
    avatar_url: `${world.htmlUrl}/avatars/${world.users.get(creator)?.id ?? 0}`,
    id,
    node_id: nodeId("StatusContext", id),
    state,
    description,
    target_url: targetUrl,
    context,
    created_at: time(createdAt),
    updated_at: time(createdAt),
    creator: presentUser(world, creator),
  };
}

export function presentWorkflow(world: World, repo: Repo, { id, name, path }: Workflow): object {
  return {
    id,
    node_id: nodeId("Workflow", id),
    name,
    path,
    state: "active",
    created_at: time(repo.createdAt),
    updated_at: time(repo.createdAt),
    url: `${repoUrl(world, repo)}/actions/workflows/${id}`,
    html_url: `${repoPage(world, repo)}/blob/main/${path}`,
    badge_url: `${repoPage(world, repo)}/workflows/${encodeURIComponent(name)}/badge.svg`,
  };
}

export function presentRun(world: World, repo: Repo, run: WorkflowRun, head: Commit | undefined): object {
  const url = `${repoUrl(world, repo)}/actions/runs/${run.id}`;
  return {
    id: run.id,
    name: run.workflow.name,
    node_id: nodeId("WorkflowRun", run.id),
    head_branch: run.headBranch,
    head_sha: run.headSha,
    path: run.workflow.path,
    display_title: head?.message.split("\n")[0] ?? run.workflow.name,
    run_number: run.number,
    run_attempt: 1,
    event: run.event,
    status: run.status,
    conclusion: run.conclusion,
    workflow_id: run.workflow.id,
    check_suite_id: run.id,
    check_suite_node_id: nodeId("CheckSuite", run.id),
    url,
    html_url: `${repoPage(world, repo)}/actions/runs/${run.id}`,
    pull_requests: pullsAtHead(repo, run.headSha).map((pull) => presentPullMinimal(world, repo, pull)),
    created_at: time(run.createdAt),
    updated_at: time(run.createdAt),
    run_started_at: time(run.createdAt),
    actor: presentUser(world, run.actor),
    triggering_actor: presentUser(world, run.actor),
    jobs_url: `${url}/jobs`,
    logs_url: `${url}/logs`,
    check_suite_url: `${repoUrl(world, repo)}/check-suites/${run.id}`,
    artifacts_url: `${url}/artifacts`,
    cancel_url: `${url}/cancel`,
    rerun_url: `${url}/rerun`,
    previous_attempt_url: null,
    workflow_url: `${repoUrl(world, repo)}/actions/workflows/${run.workflow.id}`,
    head_commit: head === undefined ? null : presentSimpleCommit(head),
    repository: presentRepo(world, repo),
    head_repository: presentRepo(world, run.headRepo),
  };
}

function presentSimpleCommit({ sha, tree, message, author, committer }: Commit): object {
  return {
    id: sha,
    tree_id: tree,
    message,
    timestamp: time(committer.date),
    author: { name: author.name, email: author.email },
    committer: { name: committer.name, email: committer.email },
  };
}

export function presentArtifact(world: World, repo: Repo, artifact: Artifact): object {
  const { id, run, name, zip, createdAt, isExpired } = artifact;
  const url = `${repoUrl(world, repo)}/actions/artifacts/${id}`;
  return {
    id,
    node_id: nodeId("Artifact", id),
    name,
    size_in_bytes: zip.length,
    url,
    archive_download_url: `${url}/zip`,
    expired: isExpired,
    created_at: time(createdAt),
    updated_at: time(createdAt),
    expires_at: time(new Date(createdAt.getTime() + 90 * 86_400_000)),
    workflow_run: {
      id: run.id,
      repository_id: repo.id,
      head_repository_id: run.headRepo.id,
      head_branch: run.headBranch,
      head_sha: run.headSha,
    },
  };
}
