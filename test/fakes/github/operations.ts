/** A permission of a token and how much of it, `a|b` where either does. `none`: any caller; `user`: people only; `app`: an App's JWT. */
export type Need = `${string}:read` | `${string}:write` | "none" | "user" | "app";

const REPO = "/repos/{owner}/{repo}";

/** Every operation that the stand-in has, as GitHub's description names it, and what a token needs for it. */
export const OPERATIONS = {
  "GET /app": "app",
  "GET /meta": "none",
  "GET /rate_limit": "none",
  "GET /user": "user",
  "GET /users/{username}": "none",
  "POST /app/installations/{installation_id}/access_tokens": "app",
  "GET /orgs/{org}/teams/{team_slug}/members": "members:read",
  "GET /orgs/{org}/teams/{team_slug}/memberships/{username}": "members:read",
  [`GET ${REPO}`]: "metadata:read",
  [`GET ${REPO}/installation`]: "app",

  [`GET ${REPO}/pulls`]: "pull_requests:read",
  [`POST ${REPO}/pulls`]: "pull_requests:write",
  [`GET ${REPO}/pulls/{pull_number}`]: "pull_requests|contents:read",
  [`PATCH ${REPO}/pulls/{pull_number}`]: "pull_requests:write",
  [`GET ${REPO}/pulls/{pull_number}/files`]: "pull_requests:read",
  [`GET ${REPO}/pulls/{pull_number}/commits`]: "pull_requests:read",
  [`GET ${REPO}/pulls/{pull_number}/reviews`]: "pull_requests:read",
  [`POST ${REPO}/pulls/{pull_number}/reviews`]: "pull_requests:write",
  [`PUT ${REPO}/pulls/{pull_number}/reviews/{review_id}/dismissals`]: "pull_requests:write",
  [`GET ${REPO}/pulls/{pull_number}/merge`]: "contents:read",
  [`PUT ${REPO}/pulls/{pull_number}/merge`]: "contents:write",
  [`PUT ${REPO}/pulls/{pull_number}/update-branch`]: "pull_requests:write",

  [`GET ${REPO}/commits`]: "contents:read",
  [`GET ${REPO}/commits/{ref}`]: "contents:read",
  [`GET ${REPO}/commits/{commit_sha}/pulls`]: "pull_requests|contents:read",
  [`GET ${REPO}/compare/{basehead}`]: "contents:read",
  [`GET ${REPO}/contents/{path}`]: "contents:read",
  [`PUT ${REPO}/contents/{path}`]: "contents:write",

  [`GET ${REPO}/git/ref/{ref}`]: "contents:read",
  [`GET ${REPO}/git/matching-refs/{ref}`]: "contents:read",
  [`POST ${REPO}/git/refs`]: "contents:write",
  [`PATCH ${REPO}/git/refs/{ref}`]: "contents:write",
  [`DELETE ${REPO}/git/refs/{ref}`]: "contents:write",
  [`POST ${REPO}/git/blobs`]: "contents:write",
  [`GET ${REPO}/git/blobs/{file_sha}`]: "contents:read",
  [`POST ${REPO}/git/trees`]: "contents:write",
  [`GET ${REPO}/git/trees/{tree_sha}`]: "contents:read",
  [`POST ${REPO}/git/commits`]: "contents:write",
  [`GET ${REPO}/git/commits/{commit_sha}`]: "contents:read",
  [`POST ${REPO}/git/tags`]: "contents:write",
  [`GET ${REPO}/git/tags/{tag_sha}`]: "contents:read",

  [`GET ${REPO}/issues`]: "issues|pull_requests:read",
  [`POST ${REPO}/issues`]: "issues:write",
  [`GET ${REPO}/issues/{issue_number}`]: "issues|pull_requests:read",
  [`PATCH ${REPO}/issues/{issue_number}`]: "issues|pull_requests:write",
  [`POST ${REPO}/issues/{issue_number}/labels`]: "issues|pull_requests:write",
  [`DELETE ${REPO}/issues/{issue_number}/labels/{name}`]: "issues|pull_requests:write",
  [`GET ${REPO}/issues/{issue_number}/comments`]: "issues|pull_requests:read",
  [`POST ${REPO}/issues/{issue_number}/comments`]: "issues|pull_requests:write",
  [`GET ${REPO}/issues/comments/{comment_id}`]: "issues|pull_requests:read",
  [`PATCH ${REPO}/issues/comments/{comment_id}`]: "issues|pull_requests:write",
  [`DELETE ${REPO}/issues/comments/{comment_id}`]: "issues|pull_requests:write",
  [`GET ${REPO}/issues/comments/{comment_id}/reactions`]: "issues|pull_requests:read",
  [`POST ${REPO}/issues/comments/{comment_id}/reactions`]: "issues|pull_requests:write",
  [`DELETE ${REPO}/issues/comments/{comment_id}/reactions/{reaction_id}`]: "issues|pull_requests:write",

  [`POST ${REPO}/check-runs`]: "checks:write",
  [`GET ${REPO}/check-runs/{check_run_id}`]: "checks:read",
  [`PATCH ${REPO}/check-runs/{check_run_id}`]: "checks:write",
  [`GET ${REPO}/check-runs/{check_run_id}/annotations`]: "checks:read",
  [`GET ${REPO}/commits/{ref}/check-runs`]: "checks:read",
  [`POST ${REPO}/statuses/{sha}`]: "statuses:write",
  [`GET ${REPO}/commits/{ref}/status`]: "statuses:read",
  [`GET ${REPO}/commits/{ref}/statuses`]: "statuses:read",

  [`GET ${REPO}/actions/runs`]: "actions:read",
  [`GET ${REPO}/actions/runs/{run_id}`]: "actions:read",
  [`POST ${REPO}/actions/runs/{run_id}/rerun`]: "actions:write",
  [`GET ${REPO}/actions/runs/{run_id}/artifacts`]: "actions:read",
  [`GET ${REPO}/actions/artifacts`]: "actions:read",
  [`GET ${REPO}/actions/artifacts/{artifact_id}`]: "actions:read",
  [`GET ${REPO}/actions/artifacts/{artifact_id}/{archive_format}`]: "actions:read",
  [`GET ${REPO}/actions/workflows/{workflow_id}`]: "actions:read",
  [`GET ${REPO}/actions/workflows/{workflow_id}/runs`]: "actions:read",
  [`POST ${REPO}/actions/workflows/{workflow_id}/dispatches`]: "actions:write",

  [`GET ${REPO}/collaborators/{username}/permission`]: "metadata:read",
  [`GET ${REPO}/branches/{branch}`]: "contents:read",
  [`GET ${REPO}/branches/{branch}/protection`]: "administration:read",
  [`GET ${REPO}/rulesets`]: "metadata:read",
  [`GET ${REPO}/rulesets/{ruleset_id}`]: "metadata:read",
  [`GET ${REPO}/rules/branches/{branch}`]: "metadata:read",
} as const satisfies Readonly<Record<string, Need>>;

export type OperationName = keyof typeof OPERATIONS;

/** Events whose payloads the stand-in builds, by their name in GitHub's description. */
export const EVENTS = [
  "issue-comment-created",
  "issue-comment-edited",
  "pull-request-closed",
  "pull-request-opened",
  "pull-request-review-submitted",
  "pull-request-synchronize",
  "push",
  "workflow-dispatch",
] as const;

export type EventName = (typeof EVENTS)[number];
