/**
 * One pull request for one estate's drift, from a branch of its own. The branch only ever moves forward: what is to be recorded
 * otherwise is one more commit on it, which the last line of its message tells from the commits of people.
 */
import { digestOf } from "../../support/digest.ts";
import { userError } from "../../support/user-error.ts";
import type { GitHubWriter } from "../client/github.ts";
import { renderProposal, renderProposalOver } from "../comment/proposal-text.ts";
import type { PullRequest, Sha } from "../model.ts";
import type { RecordedDocuments } from "./record-in-documents.ts";

export interface ProposalPlace {
  readonly github: GitHubWriter;
  readonly estate: string;
  /** What the pull request is for, and its commit that was compared. */
  readonly branch: string;
  readonly sha: Sha;
  readonly runUrl: string;
}

export interface Proposal {
  /** Of the pull request that is open for all of this; null where there is none. */
  readonly number: number | null;
  /** Why there is none, or why it does not say all of this; null where all is well. */
  readonly trouble: string | null;
}

const NONE: Proposal = { number: null, trouble: null };

export async function keepProposal(place: ProposalPlace, recorded: RecordedDocuments): Promise<Proposal> {
  const scene = await lookAround(place);
  if (recorded.files.size === 0) {
    if (scene.open?.isOurs === true) await closeProposal(place, scene, scene.open.pull);
    return NONE;
  }
  const marks = marksOf(recorded);
  const obstacle = obstacleTo(scene, marks);
  if (obstacle !== null) return { number: null, trouble: obstacle };
  const isNew = scene.marks === null || scene.marks.files !== marks.files;
  if (isNew) await commit(place, scene, { files: recorded.files, message: messageOf(recorded, marks) });
  return { number: await showPull(place, scene, { recorded, isNew }), trouble: null };
}

/** What a commit of ours records: the edits as such, and the files that they make. */
interface Marks {
  readonly edits: string;
  readonly files: string;
}

/** The branch and its pull requests, as they are. */
interface Scene {
  readonly head: string;
  readonly tip: Sha | null;
  /** Of the branch's last commit; null where there is none, or where it is somebody else's. */
  readonly marks: Marks | null;
  readonly open: { readonly pull: PullRequest; readonly isOurs: boolean } | null;
  /** The latest, where none is open and people closed it, with what it would have recorded. */
  readonly rejected: { readonly number: number; readonly marks: Marks | null } | null;
}

async function lookAround({ github, estate, branch }: ProposalPlace): Promise<Scene> {
  const head = `reeve/drift/${estate}`;
  const [tip, pulls, { login }] = await Promise.all([
    github.ref(`heads/${head}`),
    github.pullRequestsFrom(head),
    github.viewer(),
  ]);
  const fitting = pulls.filter(({ isFork, base }) => !isFork && base.ref === branch);
  const open = fitting.find(({ state }) => state === "open");
  const marks = tip === null ? null : readMarks((await github.commit(tip)).message);
  if (open !== undefined) {
    return { head, tip, marks, open: { pull: open, isOurs: open.author.login === login }, rejected: null };
  }
  const last = fitting.toSorted((a, b) => b.number - a.number)[0];
  const isRejected = last !== undefined && last.mergedAt === null && (tip === null || tip === last.head.sha);
  const rejected = isRejected
    ? { number: last.number, marks: tip === null ? readMarks((await github.commit(last.head.sha)).message) : marks }
    : null;
  return { head, tip, marks, open: null, rejected };
}

/** Null where nothing stands in the way. */
function obstacleTo({ open, marks, rejected, head }: Scene, wanted: Marks): string | null {
  if (open !== null && !open.isOurs) return `somebody else has opened #${open.pull.number} from the branch ${head}`;
  if (open !== null && marks === null) return `somebody has pushed to #${open.pull.number}: it is left to its people`;
  return rejected?.marks?.edits === wanted.edits ? `#${rejected.number}, which would record it, was closed` : null;
}

interface Content {
  readonly files: ReadonlyMap<string, string>;
  readonly message: string;
}

/** On top of what the branch has, and of the commit that was compared: the difference between the two is what is recorded. */
async function commit(
  { github, sha }: ProposalPlace,
  { head, tip }: Scene,
  { files, message }: Content,
): Promise<void> {
  const base = (await github.commit(sha)).tree;
  const tree = files.size === 0 ? base : await github.createTree(base, files);
  const made = await github.createCommit({ tree, parents: [...new Set([tip ?? sha, sha])], message });
  const name = `heads/${head}`;
  const isMoved = tip === null ? await github.createRef(name, made) : await github.forwardRef(name, made);
  if (!isMoved) throw userError("branch-moved", `somebody pushed to ${head} meanwhile`, "the next run looks again");
}

async function showPull(
  { github, estate, branch, runUrl }: ProposalPlace,
  { open, head }: Scene,
  { recorded, isNew }: { readonly recorded: RecordedDocuments; readonly isNew: boolean },
): Promise<number> {
  const { text: body } = renderProposal({ estate, recordings: recorded.recordings, runUrl });
  if (open === null) {
    const title = `Record what is there of ${estate}`;
    return (await github.createPullRequest({ title, body, head, base: branch })).number;
  }
  if (isNew) await github.updateIssue(open.pull.number, { body });
  return open.pull.number;
}

/** Its branch then says nothing any more, which tells it from a proposal that people have closed. */
async function closeProposal(place: ProposalPlace, scene: Scene, { number }: PullRequest): Promise<void> {
  if (scene.marks !== null)
    await commit(place, scene, { files: new Map(), message: `Nothing is left to record\n\n${markLine(NOTHING)}\n` });
  const { text } = renderProposalOver(place);
  await place.github.updateIssue(number, { body: text, isOpen: false });
}

const NOTHING: Marks = { edits: "nothing", files: "nothing" };
const MARK = "Reeve-Records:";

function markLine({ edits, files }: Marks): string {
  return `${MARK} ${edits} ${files}`;
}

function readMarks(message: string): Marks | null {
  const line = message.trimEnd().split("\n").at(-1) ?? "";
  const [mark, edits, files, more] = line.split(" ");
  if (mark !== MARK || edits === undefined || files === undefined || more !== undefined) return null;
  return { edits, files };
}

function marksOf({ recordings, files }: RecordedDocuments): Marks {
  const edits = recordings.map(({ resource, edits: all }) => ({
    address: resource.address,
    edits: all.map(({ path, value }) => [path.join("\n"), JSON.stringify(value)]),
  }));
  return { edits: digestOf(edits), files: digestOf([...files].map(([path, text]) => [path, text])) };
}

function messageOf({ recordings }: RecordedDocuments, marks: Marks): string {
  const lines = recordings.slice(0, 100).map(({ resource }) => `- ${resource.address}`);
  const more = recordings.length - lines.length;
  const list = [...lines, ...(more > 0 ? [`- and ${more} more`] : [])].join("\n");
  return `Record what is there\n\n${list}\n\n${markLine(marks)}\n`;
}
