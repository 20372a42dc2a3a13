import { afterAll, beforeAll, expect, test } from "vitest";
import { ALL, appClientOf, clientOf, outcomeOf } from "./client.ts";
import { type GitHub, openGitHub } from "./open-github.ts";
import { OPERATIONS } from "./operations.ts";

const at = { owner: "acme", repo: "state" };
const pull = { ...at, pull_number: 1 };

let github: GitHub;
let job: ReturnType<typeof clientOf>;
let ada: ReturnType<typeof clientOf>;
let app: ReturnType<typeof clientOf>;
/** Of what the first rows make and the later ones ask for. */
const ids = {
  head: "",
  run: 0,
  artifact: 0,
  comment: 0,
  reaction: 0,
  check: 0,
  review: 0,
  blob: "",
  tree: "",
  commit: "",
  tag: "",
};

beforeAll(async () => {
  github = await openGitHub({ protection: { approvals: 1 }, teams: { operators: ["ada"] }, now: () => new Date() });
  ids.head = (await github.openPull({ branch: "grow", author: "bob", files: { "a.yaml": "a: 1\n" } })).head;
  const run = github.story.addRun({ workflow: "plan.yml", event: "pull_request", headSha: ids.head });
  ids.run = run.id;
  ids.artifact = github.story.addArtifact(run, "plan", { "plan.json": "{}" }).id;
  github.repo.rulesets.push({ id: 7, name: "main", branches: ["main"], rules: [{ type: "deletion" }] });
  job = clientOf(github, github.tokens.workflow(ALL));
  ada = clientOf(github, github.tokens.of("ada"));
  app = appClientOf(github, github.tokens.app({ slug: "reeve", permissions: { contents: "read" } }));
});

afterAll(async () => {
  await github.close();
});

type Row = readonly [name: string, status: string, request: () => Promise<{ readonly status: number }>];

/** Keeps what an answer says, for later rows. */
async function keep<Answer extends { readonly status: number }>(
  request: Promise<Answer>,
  take: (answer: Answer) => unknown,
): Promise<Answer> {
  const answer = await request;
  take(answer);
  return answer;
}

const set = <Key extends keyof typeof ids>(key: Key, value: (typeof ids)[Key]): void => {
  ids[key] = value;
};

const ROWS: readonly Row[] = [
  ["meta", "200", () => job.meta.get()],
  ["rate limit", "200", () => job.rateLimit.get()],
  ["a user", "200", () => job.users.getByUsername({ username: "ada" })],
  ["oneself", "200", () => ada.users.getAuthenticated()],
  [
    "a team's member",
    "200",
    () => ada.teams.getMembershipForUserInOrg({ org: "acme", team_slug: "operators", username: "ada" }),
  ],
  ["a team's members", "200", () => ada.teams.listMembersInOrg({ org: "acme", team_slug: "operators" })],
  ["the App", "200", () => app.apps.getAuthenticated()],
  ["the App's installation", "200", () => app.apps.getRepoInstallation(at)],
  ["as the App's installation", "200", () => app.repos.getContent({ ...at, path: "README.md" })],
  ["repository", "200", () => job.repos.get(at)],
  ["collaborator", "200", () => job.repos.getCollaboratorPermissionLevel({ ...at, username: "bob" })],
  ["branch", "200", () => job.repos.getBranch({ ...at, branch: "main" })],
  ["protection", "200", () => ada.repos.getBranchProtection({ ...at, branch: "main" })],
  ["rulesets", "200", () => job.repos.getRepoRulesets(at)],
  ["ruleset", "200", () => job.repos.getRepoRuleset({ ...at, ruleset_id: 7 })],
  ["rules of a branch", "200", () => job.repos.getBranchRules({ ...at, branch: "main" })],

  ["pulls", "200", () => job.pulls.list(at)],
  ["pull", "200", () => job.pulls.get(pull)],
  ["pull, changed", "200", () => job.pulls.update({ ...pull, title: "Grow a" })],
  ["files", "200", () => job.pulls.listFiles(pull)],
  ["commits of a pull", "200", () => job.pulls.listCommits(pull)],
  [
    "review",
    "200",
    () => keep(ada.pulls.createReview({ ...pull, event: "APPROVE" }), ({ data }) => set("review", data.id)),
  ],
  ["reviews", "200", () => job.pulls.listReviews(pull)],
  ["dismissal", "200", () => job.pulls.dismissReview({ ...pull, review_id: ids.review, message: "Not yet" })],

  ["blob", "201", () => keep(job.git.createBlob({ ...at, content: "x" }), ({ data }) => set("blob", data.sha))],
  ["blob, read", "200", () => job.git.getBlob({ ...at, file_sha: ids.blob })],
  [
    "tree",
    "201",
    () =>
      keep(
        job.git.createTree({
          ...at,
          base_tree: ids.head,
          tree: [{ path: "b/c.yaml", mode: "100644", type: "blob", content: "c: 1\n" }],
        }),
        ({ data }) => set("tree", data.sha),
      ),
  ],
  ["tree, read", "200", () => job.git.getTree({ ...at, tree_sha: ids.tree, recursive: "1" })],
  [
    "commit object",
    "201",
    () =>
      keep(job.git.createCommit({ ...at, tree: ids.tree, parents: [ids.head], message: "c" }), ({ data }) =>
        set("commit", data.sha),
      ),
  ],
  ["commit object, read", "200", () => job.git.getCommit({ ...at, commit_sha: ids.commit })],
  [
    "tag object",
    "201",
    () =>
      keep(job.git.createTag({ ...at, tag: "lock", message: "{}", object: ids.commit, type: "commit" }), ({ data }) =>
        set("tag", data.sha),
      ),
  ],
  ["tag object, read", "200", () => job.git.getTag({ ...at, tag_sha: ids.tag })],
  ["reference", "201", () => job.git.createRef({ ...at, ref: "refs/reeve/lock", sha: ids.tag })],
  ["reference, read", "200", () => job.git.getRef({ ...at, ref: "reeve/lock" })],
  ["references", "200", () => job.git.listMatchingRefs({ ...at, ref: "heads/" })],
  ["reference, moved", "200", () => job.git.updateRef({ ...at, ref: "reeve/lock", sha: ids.commit, force: true })],
  ["reference, gone", "204", () => job.git.deleteRef({ ...at, ref: "reeve/lock" })],
  [
    "file, put",
    "201",
    () =>
      job.repos.createOrUpdateFileContents({ ...at, path: "d/e.txt", branch: "grow", message: "e", content: "ZQ==" }),
  ],
  ["file", "200", () => job.repos.getContent({ ...at, path: "README.md" })],
  ["folder", "200", () => job.repos.getContent({ ...at, path: "d", ref: "grow" })],
  ["root folder", "200", () => job.repos.getContent({ ...at, path: "" })],
  ["commits", "200", () => job.repos.listCommits(at)],
  ["commit", "200", () => job.repos.getCommit({ ...at, ref: ids.head })],
  ["pulls of a commit", "200", () => job.repos.listPullRequestsAssociatedWithCommit({ ...at, commit_sha: ids.head })],
  ["comparison", "200", () => job.repos.compareCommitsWithBasehead({ ...at, basehead: "main...grow" })],

  ["issue", "201", () => job.issues.create({ ...at, title: "Drift", body: "b", labels: ["reeve"] })],
  ["issues", "200", () => job.issues.listForRepo({ ...at, state: "all", labels: "reeve" })],
  ["issue, read", "200", () => job.issues.get({ ...at, issue_number: 2 })],
  ["issue, closed", "200", () => job.issues.update({ ...at, issue_number: 2, state: "closed" })],
  ["labels", "200", () => job.issues.addLabels({ ...at, issue_number: 2, labels: ["late"] })],
  ["label, gone", "200", () => job.issues.removeLabel({ ...at, issue_number: 2, name: "late" })],
  [
    "comment",
    "201",
    () =>
      keep(job.issues.createComment({ ...at, issue_number: 1, body: "Plan" }), ({ data }) => set("comment", data.id)),
  ],
  ["comments", "200", () => job.issues.listComments({ ...at, issue_number: 1 })],
  ["comment, read", "200", () => job.issues.getComment({ ...at, comment_id: ids.comment })],
  ["comment, edited", "200", () => job.issues.updateComment({ ...at, comment_id: ids.comment, body: "Plan 2" })],
  [
    "reaction",
    "201",
    () =>
      keep(job.reactions.createForIssueComment({ ...at, comment_id: ids.comment, content: "eyes" }), ({ data }) =>
        set("reaction", data.id),
      ),
  ],
  ["reactions", "200", () => job.reactions.listForIssueComment({ ...at, comment_id: ids.comment })],
  [
    "reaction, gone",
    "204",
    () => job.reactions.deleteForIssueComment({ ...at, comment_id: ids.comment, reaction_id: ids.reaction }),
  ],
  ["comment, gone", "204", () => job.issues.deleteComment({ ...at, comment_id: ids.comment })],

  [
    "check",
    "201",
    () =>
      keep(job.checks.create({ ...at, name: "reeve/plan", head_sha: ids.head }), ({ data }) => set("check", data.id)),
  ],
  ["check, read", "200", () => job.checks.get({ ...at, check_run_id: ids.check })],
  [
    "check, done",
    "200",
    () =>
      job.checks.update({
        ...at,
        check_run_id: ids.check,
        conclusion: "success",
        output: {
          title: "t",
          summary: "s",
          annotations: [{ path: "a.yaml", start_line: 1, end_line: 1, annotation_level: "notice", message: "m" }],
        },
      }),
  ],
  ["annotations", "200", () => job.checks.listAnnotations({ ...at, check_run_id: ids.check })],
  ["checks", "200", () => job.checks.listForRef({ ...at, ref: ids.head })],
  ["status", "201", () => job.repos.createCommitStatus({ ...at, sha: ids.head, state: "success", context: "c" })],
  ["statuses", "200", () => job.repos.listCommitStatusesForRef({ ...at, ref: ids.head })],
  ["combined status", "200", () => job.repos.getCombinedStatusForRef({ ...at, ref: ids.head })],

  ["workflow", "200", () => job.actions.getWorkflow({ ...at, workflow_id: "plan.yml" })],
  ["runs", "200", () => job.actions.listWorkflowRunsForRepo({ ...at, head_sha: ids.head })],
  ["runs of a workflow", "200", () => job.actions.listWorkflowRuns({ ...at, workflow_id: "plan.yml" })],
  ["run", "200", () => job.actions.getWorkflowRun({ ...at, run_id: ids.run })],
  ["run again", "201", () => job.actions.reRunWorkflow({ ...at, run_id: ids.run })],
  ["artifacts", "200", () => job.actions.listWorkflowRunArtifacts({ ...at, run_id: ids.run })],
  ["artifacts of all runs", "200", () => job.actions.listArtifactsForRepo({ ...at, name: "plan" })],
  ["artifact", "200", () => job.actions.getArtifact({ ...at, artifact_id: ids.artifact })],
  [
    "artifact's zip",
    "200",
    () => job.actions.downloadArtifact({ ...at, artifact_id: ids.artifact, archive_format: "zip" }),
  ],
  [
    "dispatch",
    "204",
    () => ada.actions.createWorkflowDispatch({ ...at, workflow_id: "plan.yml", ref: "main", inputs: { a: "b" } }),
  ],

  [
    "second pull",
    "201",
    () => keep(job.git.createRef({ ...at, ref: "refs/heads/record", sha: ids.commit }), () => undefined),
  ],
  ["second pull, opened", "201", () => job.pulls.create({ ...at, title: "Record", head: "record", base: "main" })],
  [
    "main moves",
    "201",
    () => ada.repos.createOrUpdateFileContents({ ...at, path: "f.txt", message: "f", content: "Zg==" }),
  ],
  ["branch brought up to date", "202", () => job.pulls.updateBranch(pull)],
  ["merge", "200", () => ada.pulls.merge({ ...pull, merge_method: "squash" })],
  ["merged", "204", () => job.pulls.checkIfMerged(pull)],
];

/** In order, on one repository: each row is a request of the real client, and its answer fits GitHub's description. */
test.each(ROWS)("%s", async (_, status, request) => {
  const known = github.violations.length;
  expect(await outcomeOf(request())).toBe(status);
  expect(github.violations.slice(known)).toEqual([]);
});

test("every operation of the stand-in was asked for", () => {
  const asked = new Set<string>(github.log.map(({ operation }) => operation));
  expect(Object.keys(OPERATIONS).filter((name) => !asked.has(name))).toEqual([]);
});
