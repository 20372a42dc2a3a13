import type { Annotation, CheckReport, Sha } from "../model.ts";
import type { GitHubReader, GitHubWriter } from "./github.ts";
import { parseComment, parseIssue, parsePull } from "./parse.ts";
import { ask, type Connection, repoOf } from "./reader.ts";
import { isStatus, isUncertain } from "./trouble.ts";

/** GitHub takes so many annotations a request. */
export const ANNOTATIONS_A_REQUEST = 50;

/**
 * Writes beside the reads. What makes something new is never sent again blindly: after a lost answer it is looked for
 * first, so that nobody gets the same comment twice.
 */
export function createWriter(connection: Connection, reader: GitHubReader): GitHubWriter {
  return { ...reader, ...writeTalk(connection, reader), ...writeChecks(connection), ...writeGit(connection, reader) };
}

/** Octokit's own retries would make things twice. */
const ONCE = { request: { retries: 0 } } as const;

async function makeOnce<Out>(make: () => Promise<Out>, find: () => Promise<Out | undefined>): Promise<Out> {
  try {
    return await make();
  } catch (error) {
    if (!isUncertain(error)) throw error;
    return (await find()) ?? make();
  }
}

type Talk = Pick<GitHubWriter, "createComment" | "updateComment" | "reactTo" | "createIssue" | "updateIssue">;

function writeTalk(connection: Connection, reader: GitHubReader): Talk {
  const { rest } = connection.octokit;
  const repo = repoOf(connection);
  return {
    createComment: (issue_number, body) => {
      const make = async () =>
        parseComment((await rest.issues.createComment({ ...repo, issue_number, body, ...ONCE })).data);
      const find = async () => {
        const { login } = await reader.viewer();
        return (await reader.comments(issue_number)).findLast((one) => one.author.login === login && one.body === body);
      };
      return ask(connection, `comment on ${issue_number}`, () => makeOnce(make, find));
    },
    updateComment: async (comment_id, body) => {
      await ask(connection, `edit comment ${comment_id}`, () =>
        rest.issues.updateComment({ ...repo, comment_id, body }),
      );
    },
    reactTo: async (comment_id, content) => {
      const react = () => rest.reactions.createForIssueComment({ ...repo, comment_id, content });
      await ask(connection, `reaction to ${comment_id}`, react);
    },
    createIssue: ({ title, body, label }) => {
      const make = async () =>
        parseIssue((await rest.issues.create({ ...repo, title, body, labels: [label], ...ONCE })).data);
      const find = async () =>
        (await reader.issuesLabelled(label)).find((issue) => issue.body === body && issue.isOpen);
      return ask(connection, `new issue ${label}`, () => makeOnce(make, find));
    },
    updateIssue: async (issue_number, { body, isOpen }) => {
      const state = isOpen === undefined ? {} : ({ state: isOpen ? "open" : "closed" } as const);
      const change = { ...repo, issue_number, ...(body === undefined ? {} : { body }), ...state };
      await ask(connection, `issue ${issue_number}`, () => rest.issues.update(change));
    },
  };
}

function writeChecks(connection: Connection): Pick<GitHubWriter, "report"> {
  const { rest } = connection.octokit;
  const repo = repoOf(connection);
  const outputOf = ({ title, summary, text }: CheckReport, annotations: readonly Annotation[]) => ({
    title,
    summary,
    ...(text === null ? {} : { text }),
    annotations: annotations.map(toRequest),
  });
  return {
    report: async (head_sha, report) => {
      const { name, conclusion, externalId, detailsUrl, annotations } = report;
      const pages = pagesOf(annotations);
      const output = outputOf(report, pages[0] ?? []);
      const details = detailsUrl === null ? {} : { details_url: detailsUrl };
      const run = { ...repo, name, head_sha, status: "completed", conclusion, external_id: externalId } as const;
      const { data } = await ask(connection, `check ${name}`, () => rest.checks.create({ ...run, ...details, output }));
      for (const page of pages.slice(1)) {
        const more = { ...repo, check_run_id: data.id, output: outputOf(report, page) };
        await ask(connection, `annotations of check ${name}`, () => rest.checks.update(more));
      }
    },
  };
}

function toRequest({ path, line, level, title, message }: Annotation) {
  return { path, start_line: line, end_line: line, annotation_level: level, title, message };
}

function pagesOf(annotations: readonly Annotation[]): readonly (readonly Annotation[])[] {
  return Array.from({ length: Math.ceil(annotations.length / ANNOTATIONS_A_REQUEST) }, (_, index) =>
    annotations.slice(index * ANNOTATIONS_A_REQUEST, (index + 1) * ANNOTATIONS_A_REQUEST),
  );
}

type Git = Pick<GitHubWriter, "createCommit" | "createRef" | "forwardRef" | "createPullRequest" | "rerun">;

function writeGit(connection: Connection, reader: GitHubReader): Git {
  const { rest } = connection.octokit;
  const repo = repoOf(connection);
  return {
    createCommit: async ({ tree, parents, message }) => {
      const make = () => rest.git.createCommit({ ...repo, tree, parents: [...parents], message });
      return (await ask(connection, "new commit object", make)).data.sha;
    },
    createRef: (name, sha) =>
      ask(connection, `new ref ${name}`, () =>
        settleRef(reader, { name, sha }, async () => {
          await rest.git.createRef({ ...repo, ref: `refs/${name}`, sha, ...ONCE });
        }),
      ),
    forwardRef: (name, sha) =>
      ask(connection, `move ref ${name}`, () =>
        settleRef(reader, { name, sha }, async () => {
          await rest.git.updateRef({ ...repo, ref: name, sha, force: false, ...ONCE });
        }),
      ),
    createPullRequest: ({ title, body, head, base }) => {
      const make = async () => parsePull((await rest.pulls.create({ ...repo, title, body, head, base, ...ONCE })).data);
      const find = async () => (await reader.openPullRequests()).find((pull) => pull.head.ref === head);
      return ask(connection, `new pull request ${head}`, () => makeOnce(make, find));
    },
    rerun: async (run_id) => {
      await ask(connection, `run ${run_id} again`, () => rest.actions.reRunWorkflow({ ...repo, run_id }));
    },
  };
}

/** True where the ref is at `sha` in the end: a lost answer is settled by a look, a 422 is somebody else's ref. */
async function settleRef(
  reader: GitHubReader,
  wanted: { readonly name: string; readonly sha: Sha },
  write: () => Promise<void>,
): Promise<boolean> {
  try {
    await write();
    return true;
  } catch (error) {
    if (isUncertain(error)) return (await reader.ref(wanted.name)) === wanted.sha;
    if (isStatus(error, 422)) return false;
    throw error;
  }
}
