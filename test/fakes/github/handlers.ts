import type { Handler } from "./call.ts";
import * as actions from "./handlers/actions.ts";
import * as checks from "./handlers/checks.ts";
import * as commits from "./handlers/commits.ts";
import * as contents from "./handlers/contents.ts";
import * as objects from "./handlers/git-objects.ts";
import * as refs from "./handlers/git-refs.ts";
import * as issues from "./handlers/issues.ts";
import * as merge from "./handlers/merge.ts";
import * as people from "./handlers/people.ts";
import * as pulls from "./handlers/pulls.ts";
import * as repos from "./handlers/repo.ts";
import * as reviews from "./handlers/reviews.ts";
import type { OperationName } from "./operations.ts";

const REPO = "/repos/{owner}/{repo}";

export const HANDLERS: Readonly<Record<OperationName, Handler>> = {
  "GET /app": people.getApp,
  "GET /meta": people.getMeta,
  "GET /rate_limit": people.getRateLimit,
  "GET /user": people.getAuthenticated,
  "GET /users/{username}": people.getUser,
  "POST /app/installations/{installation_id}/access_tokens": people.createInstallationToken,
  "GET /orgs/{org}/teams/{team_slug}/members": people.listTeamMembers,
  "GET /orgs/{org}/teams/{team_slug}/memberships/{username}": people.getTeamMembership,
  [`GET ${REPO}`]: repos.getRepo,
  [`GET ${REPO}/installation`]: people.getInstallation,

  [`GET ${REPO}/pulls`]: pulls.listPulls,
  [`POST ${REPO}/pulls`]: pulls.createPull,
  [`GET ${REPO}/pulls/{pull_number}`]: pulls.getPull,
  [`PATCH ${REPO}/pulls/{pull_number}`]: pulls.updatePull,
  [`GET ${REPO}/pulls/{pull_number}/files`]: pulls.listFiles,
  [`GET ${REPO}/pulls/{pull_number}/commits`]: pulls.listPullCommits,
  [`GET ${REPO}/pulls/{pull_number}/reviews`]: reviews.listReviews,
  [`POST ${REPO}/pulls/{pull_number}/reviews`]: reviews.createReview,
  [`PUT ${REPO}/pulls/{pull_number}/reviews/{review_id}/dismissals`]: reviews.dismissReview,
  [`GET ${REPO}/pulls/{pull_number}/merge`]: merge.checkMerged,
  [`PUT ${REPO}/pulls/{pull_number}/merge`]: merge.mergePull,
  [`PUT ${REPO}/pulls/{pull_number}/update-branch`]: pulls.updateBranch,

  [`GET ${REPO}/commits`]: commits.listCommits,
  [`GET ${REPO}/commits/{ref}`]: commits.getCommit,
  [`GET ${REPO}/commits/{commit_sha}/pulls`]: commits.listPullsOfCommit,
  [`GET ${REPO}/compare/{basehead}`]: commits.compare,
  [`GET ${REPO}/contents/{path}`]: contents.getContents,
  [`PUT ${REPO}/contents/{path}`]: contents.putContents,

  [`GET ${REPO}/git/ref/{ref}`]: refs.getRef,
  [`GET ${REPO}/git/matching-refs/{ref}`]: refs.matchingRefs,
  [`POST ${REPO}/git/refs`]: refs.createRef,
  [`PATCH ${REPO}/git/refs/{ref}`]: refs.updateRef,
  [`DELETE ${REPO}/git/refs/{ref}`]: refs.deleteRef,
  [`POST ${REPO}/git/blobs`]: objects.createBlob,
  [`GET ${REPO}/git/blobs/{file_sha}`]: objects.getBlob,
  [`POST ${REPO}/git/trees`]: objects.createTree,
  [`GET ${REPO}/git/trees/{tree_sha}`]: objects.getTree,
  [`POST ${REPO}/git/commits`]: objects.createCommit,
  [`GET ${REPO}/git/commits/{commit_sha}`]: objects.getGitCommit,
  [`POST ${REPO}/git/tags`]: objects.createTag,
  [`GET ${REPO}/git/tags/{tag_sha}`]: objects.getTag,

  [`GET ${REPO}/issues`]: issues.listIssues,
  [`POST ${REPO}/issues`]: issues.createOneIssue,
  [`GET ${REPO}/issues/{issue_number}`]: issues.getIssue,
  [`PATCH ${REPO}/issues/{issue_number}`]: issues.updateIssue,
  [`POST ${REPO}/issues/{issue_number}/labels`]: issues.addLabels,
  [`DELETE ${REPO}/issues/{issue_number}/labels/{name}`]: issues.removeLabel,
  [`GET ${REPO}/issues/{issue_number}/comments`]: issues.listComments,
  [`POST ${REPO}/issues/{issue_number}/comments`]: issues.createComment,
  [`GET ${REPO}/issues/comments/{comment_id}`]: issues.getComment,
  [`PATCH ${REPO}/issues/comments/{comment_id}`]: issues.updateComment,
  [`DELETE ${REPO}/issues/comments/{comment_id}`]: issues.deleteComment,
  [`GET ${REPO}/issues/comments/{comment_id}/reactions`]: issues.listReactions,
  [`POST ${REPO}/issues/comments/{comment_id}/reactions`]: issues.createReaction,
  [`DELETE ${REPO}/issues/comments/{comment_id}/reactions/{reaction_id}`]: issues.deleteReaction,

  [`POST ${REPO}/check-runs`]: checks.createCheck,
  [`GET ${REPO}/check-runs/{check_run_id}`]: checks.getCheck,
  [`PATCH ${REPO}/check-runs/{check_run_id}`]: checks.updateCheck,
  [`GET ${REPO}/check-runs/{check_run_id}/annotations`]: checks.listAnnotations,
  [`GET ${REPO}/commits/{ref}/check-runs`]: checks.listChecks,
  [`POST ${REPO}/statuses/{sha}`]: checks.createStatus,
  [`GET ${REPO}/commits/{ref}/status`]: checks.combineStatuses,
  [`GET ${REPO}/commits/{ref}/statuses`]: checks.listStatuses,

  [`GET ${REPO}/actions/runs`]: actions.listRuns,
  [`GET ${REPO}/actions/runs/{run_id}`]: actions.getRun,
  [`POST ${REPO}/actions/runs/{run_id}/rerun`]: actions.rerun,
  [`GET ${REPO}/actions/runs/{run_id}/artifacts`]: actions.listArtifacts,
  [`GET ${REPO}/actions/artifacts`]: actions.listAllArtifacts,
  [`GET ${REPO}/actions/artifacts/{artifact_id}`]: actions.getArtifact,
  [`GET ${REPO}/actions/artifacts/{artifact_id}/{archive_format}`]: actions.downloadArtifact,
  [`GET ${REPO}/actions/workflows/{workflow_id}`]: actions.getWorkflow,
  [`GET ${REPO}/actions/workflows/{workflow_id}/runs`]: actions.listWorkflowRuns,
  [`POST ${REPO}/actions/workflows/{workflow_id}/dispatches`]: actions.dispatchWorkflow,

  [`GET ${REPO}/collaborators/{username}/permission`]: people.getPermission,
  [`GET ${REPO}/branches/{branch}`]: repos.getBranch,
  [`GET ${REPO}/branches/{branch}/protection`]: repos.getProtection,
  [`GET ${REPO}/rulesets`]: repos.listRulesets,
  [`GET ${REPO}/rulesets/{ruleset_id}`]: repos.getRuleset,
  [`GET ${REPO}/rules/branches/{branch}`]: repos.listRules,
};
