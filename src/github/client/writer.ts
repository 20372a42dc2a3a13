import type { Annotation, CheckReport, Sha } from "../model.ts";
import type { GitHubReader, GitHubWriter } from "./github.ts";
import { parseComment, parseIssue, parsePull } from "./parse.ts";
import { ask, type Connection, repoOf } from "./reader.ts";
import { isStatus, isUncertain } from "./trouble.ts";

/** GitHub takes so many annotations a request. */
const ANNOTATIONS_A_REQUEST = 50;

/**
 * Writes beside the reads. What makes something new is never sent again blindly: after a lost answer it is looked for
 * first, so that nobody gets the same comment twice.
 */
export function createWriter(connection: Connection, reader: GitHubReader): GitHubWriter {
  return { ...reader, ...writeTalk(connection, reader), ...writeChecks(connection), ...writeGit(connection, reader) };
}

/** Octokit's own retries would make things twice. */
const ONCE = { request: { retries: 0 } } as const;

/** Made once more where it was not; after as many lost answers GitHub is taken to be down. */
const ATTEMPTS = 3;

async function makeOnce<Out>(make: () => Promise<Out>, find: () => Promise<Out | undefined>): Promise<Out> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await make();
    } catch (error) {
      if (!isUncertain(error)) throw error;
      const found = await find();
      if (found !== undefined) return found;
      if (attempt === ATTEMPTS) throw error;
    }
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

/** A check run that is there, and how many annotations it has by now. */
interface MadeCheck {
  readonly id: number;
  readonly annotated: number;
}

function writeChecks(connection: Connection): Pick<GitHubWriter, "report"> {
  const { rest, paginate } = connection.octokit;
  const repo = repoOf(connection);
  const create = async (head_sha: Sha, report: CheckReport): Promise<MadeCheck> => {
    const { name, conclusion, externalId, detailsUrl, annotations } = report;
    const details = detailsUrl === null ? {} : { details_url: detailsUrl };
    const run = { ...repo, name, head_sha, status: "completed", conclusion, external_id: externalId } as const;
    const output = outputOf(report, annotations.slice(0, ANNOTATIONS_A_REQUEST));
    const { data } = await rest.checks.create({ ...run, ...details, output, ...ONCE });
    return { id: data.id, annotated: data.output.annotations_count };
  };
  /** One that says all of this already: whose answer was lost, or an earlier run's that has nothing else to say. */
  const find = async (ref: Sha, report: CheckReport): Promise<MadeCheck | undefined> => {
    const runs = await paginate(rest.checks.listForRef, { ...repo, ref, check_name: report.name, per_page: 100 });
    const same = runs.find(
      ({ external_id, conclusion, output }) =>
        external_id === report.externalId &&
        conclusion === report.conclusion &&
        output.title === report.title &&
        output.summary === report.summary,
    );
    return same && { id: same.id, annotated: same.output.annotations_count };
  };
  const append = async (check_run_id: number, output: ReturnType<typeof outputOf>): Promise<number> =>
    (await rest.checks.update({ ...repo, check_run_id, output, ...ONCE })).data.output.annotations_count;
  const count = async (check_run_id: number): Promise<number> =>
    (await rest.checks.get({ ...repo, check_run_id })).data.output.annotations_count;
  return {
    report: async (sha, report) => {
      const { name, annotations } = report;
      const make = () =>
        makeOnce(
          () => create(sha, report),
          () => find(sha, report),
        );
      const { id, annotated } = await ask(connection, `check ${name}`, make);
      for (let from = annotated; from < annotations.length; from += ANNOTATIONS_A_REQUEST) {
        const page = outputOf(report, annotations.slice(from, from + ANNOTATIONS_A_REQUEST));
        const isThere = async () => ((await count(id)) > from ? from : undefined);
        const more = () => makeOnce(() => append(id, page), isThere);
        await ask(connection, `annotations of check ${name}`, more);
      }
    },
  };
}

function outputOf({ title, summary, text }: CheckReport, annotations: readonly Annotation[]) {
  return { title, summary, ...(text === null ? {} : { text }), annotations: annotations.map(toRequest) };
}

function toRequest({ path, line, level, title, message }: Annotation) {
  return { path, start_line: line, end_line: line, annotation_level: level, title, message };
}

type Git = Pick<
  GitHubWriter,
  "createTree" | "createCommit" | "createRef" | "forwardRef" | "createPullRequest" | "rerun"
>;

function writeGit(connection: Connection, reader: GitHubReader): Git {
  const { rest } = connection.octokit;
  const repo = repoOf(connection);
  return {
    createTree: async (base_tree, files) => {
      const tree = [...files].map(([path, content]) => ({ path, content, mode: "100644", type: "blob" }) as const);
      const make = () => rest.git.createTree({ ...repo, base_tree, tree });
      return (await ask(connection, "new tree", make)).data.sha;
    },
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
      const find = async () => (await reader.openPullRequests()).find((pull) => pull.head.ref === head && !pull.isFork);
      return ask(connection, `new pull request ${head}`, () => makeOnce(make, find));
    },
    rerun: async (run_id) => {
      const make = () => rest.actions.reRunWorkflow({ ...repo, run_id, ...ONCE });
      // GitHub refuses to repeat what it repeats already: after a lost answer that was ourselves.
      const find = async () => {
        const answer = await rest.actions.getWorkflowRun({ ...repo, run_id });
        return answer.data.status === "completed" ? undefined : answer;
      };
      await ask(connection, `run ${run_id} again`, async () => void (await makeOnce<unknown>(make, find)));
    },
  };
}

/**
 * True where the ref is at `sha` in the end. A 422 is somebody else's ref. A lost answer is settled by a look; where nothing was
 * done it is tried once more, which is safe, because GitHub itself refuses where the ref has moved.
 */
async function settleRef(
  reader: GitHubReader,
  wanted: { readonly name: string; readonly sha: Sha },
  write: () => Promise<void>,
): Promise<boolean> {
  const isThere = async () => ((await reader.ref(wanted.name)) === wanted.sha ? true : undefined);
  const move = async () => {
    try {
      await write();
      return true;
    } catch (error) {
      if (isStatus(error, 422)) return false;
      throw error;
    }
  };
  return makeOnce(move, isThere);
}
