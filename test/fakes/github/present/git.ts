import type { Change } from "../changes.ts";
import type { Commit, Person } from "../git.ts";
import type { Repo, World } from "../world.ts";
import { nodeId, presentUser, repoPage, repoUrl, time } from "./basics.ts";

const UNSIGNED = { verified: false, reason: "unsigned", signature: null, payload: null, verified_at: null };

function person({ name, email, date }: Person): object {
  return { name, email, date: time(date) };
}

/** The account that a commit's address belongs to, as GitHub links it. */
function account(world: World, { email }: Person): unknown {
  const login = /^(?:\d+\+)?(.+)@users\.noreply\.github\.test$/.exec(email)?.[1];
  return login !== undefined && world.users.has(login) ? presentUser(world, login) : null;
}

export function addressOf(world: World, login: string): string {
  return `${world.users.get(login)?.id ?? 0}+${login}@users.noreply.github.test`;
}

export function presentCommit(world: World, repo: Repo, commit: Commit): Readonly<Record<string, unknown>> {
  const { sha, tree, parents, message } = commit;
  const url = `${repoUrl(world, repo)}/commits/${sha}`;
  return {
    sha,
    node_id: nodeId("Commit", sha),
    commit: {
      author: person(commit.author),
      committer: person(commit.committer),
      message,
      tree: { sha: tree, url: `${repoUrl(world, repo)}/git/trees/${tree}` },
      url: `${repoUrl(world, repo)}/git/commits/${sha}`,
      comment_count: 0,
      verification: UNSIGNED,
    },
    url,
    html_url: `${repoPage(world, repo)}/commit/${sha}`,
    comments_url: `${url}/comments`,
    author: account(world, commit.author),
    committer: account(world, commit.committer),
    parents: parents.map((parent) => presentParent(world, repo, parent)),
  };
}

function presentParent(world: World, repo: Repo, sha: string): object {
  const html_url = `${repoPage(world, repo)}/commit/${sha}`;
  return { sha, url: `${repoUrl(world, repo)}/commits/${sha}`, html_url };
}

/** As the git database shows it: without accounts. */
export function presentGitCommit(world: World, repo: Repo, commit: Commit): Readonly<Record<string, unknown>> {
  const { sha, tree, parents, message } = commit;
  return {
    sha,
    node_id: nodeId("Commit", sha),
    url: `${repoUrl(world, repo)}/git/commits/${sha}`,
    html_url: `${repoPage(world, repo)}/commit/${sha}`,
    author: person(commit.author),
    committer: person(commit.committer),
    tree: { sha: tree, url: `${repoUrl(world, repo)}/git/trees/${tree}` },
    message,
    parents: parents.map((parent) => presentParent(world, repo, parent)),
    verification: UNSIGNED,
  };
}

export function presentRef(world: World, repo: Repo, ref: RefValue): object {
  const { name, sha, type } = ref;
  return {
    ref: name,
    node_id: nodeId("Ref", name),
    url: `${repoUrl(world, repo)}/git/${name}`,
    object: { sha, type, url: `${repoUrl(world, repo)}/git/${type}s/${sha}` },
  };
}

export interface RefValue {
  readonly name: string;
  readonly sha: string;
  readonly type: string;
}

export function presentChange(
  world: World,
  repo: Repo,
  { change, at }: { readonly change: Change; readonly at: string },
): object {
  const { path, previous, patch, additions, deletions, status, sha } = change;
  const place = path.split("/").map(encodeURIComponent).join("/");
  return {
    sha,
    filename: path,
    status,
    additions,
    deletions,
    changes: additions + deletions,
    blob_url: `${repoPage(world, repo)}/blob/${at}/${place}`,
    raw_url: `${repoPage(world, repo)}/raw/${at}/${place}`,
    contents_url: `${repoUrl(world, repo)}/contents/${place}?ref=${at}`,
    ...(patch === null ? {} : { patch }),
    ...(previous === null ? {} : { previous_filename: previous }),
  };
}
