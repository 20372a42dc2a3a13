import { ApiError, created, notFound, ok } from "../answer.ts";
import { type Handler, needed, param, type RepoCall } from "../call.ts";
import type { Person } from "../git.ts";
import { repoPage, repoUrl } from "../present/basics.ts";
import { addressOf, presentGitCommit } from "../present/git.ts";
import { DEFAULT_BRANCH } from "../world.ts";
import { commitOf, readCommit } from "./commits.ts";
import { inLines, readBlob } from "./git-objects.ts";

/** Larger files come without their content. */
const LARGEST_SHOWN = 1024 * 1024;

interface Placed {
  readonly path: string;
  readonly type: string;
  readonly sha: string;
  readonly size: number;
}

export const getContents: Handler = async (call) => {
  const { repo, query } = call;
  const path = param(call, "path").replace(/^\/|\/$/g, "");
  const ref = query.text("ref") ?? DEFAULT_BRANCH;
  const commit = await commitOf(repo, ref);
  if (commit === null) throw new ApiError(404, `No commit found for the ref ${ref}`);
  const sha = await repo.git.resolve(`${commit}:${path}`);
  if (sha === null) throw notFound();
  const type = await repo.git.out("cat-file", "-t", sha);
  if (type === "tree") return ok(await listFolder(call, { path, sha, ref }));
  return ok(await presentFile(call, { path, sha, ref }));
};

interface Place {
  readonly path: string;
  readonly sha: string;
  readonly ref: string;
}

async function listFolder(call: RepoCall, { path, sha, ref }: Place): Promise<readonly object[]> {
  const listing = await call.repo.git.out("ls-tree", "-z", "-l", sha);
  return [...listing.matchAll(/\d+ (\w+) (\w+) +(\d+|-)\t([^\0]+)\0?/g)].map(([, type, object, size, name]) => {
    const placed = { path: path === "" ? `${name}` : `${path}/${name}`, sha: `${object}`, size: Number(size) || 0 };
    return presentEntry(call, { ...placed, type: type === "tree" ? "dir" : "file" }, ref);
  });
}

async function presentFile(call: RepoCall, { path, sha, ref }: Place): Promise<object> {
  const content = await readBlob(call.repo, sha);
  const entry = presentEntry(call, { path, sha, type: "file", size: content.length }, ref);
  const isShown = content.length <= LARGEST_SHOWN;
  return { ...entry, content: isShown ? inLines(content) : "", encoding: isShown ? "base64" : "none" };
}

function presentEntry({ world, repo }: RepoCall, { path, sha, size, type }: Placed, ref: string): object {
  const self = `${repoUrl(world, repo)}/contents/${path}?ref=${encodeURIComponent(ref)}`;
  const git = `${repoUrl(world, repo)}/git/${type === "dir" ? "trees" : "blobs"}/${sha}`;
  const html = `${repoPage(world, repo)}/${type === "dir" ? "tree" : "blob"}/${ref}/${path}`;
  return {
    name: path.split("/").at(-1),
    path,
    sha,
    size,
    type,
    url: self,
    html_url: html,
    git_url: git,
    download_url: type === "dir" ? null : `${world.htmlUrl}/raw/${ref}/${path}`,
    _links: { self, git, html },
  };
}

export const putContents: Handler = async (call) => {
  const { world, repo, body, token } = call;
  const path = param(call, "path");
  const branch = body.text("branch") ?? DEFAULT_BRANCH;
  const tip = await repo.git.resolve(`refs/heads/${branch}`);
  if (tip === null) throw new ApiError(404, `Branch ${branch} not found`);
  const old = await repo.git.resolve(`${tip}:${path}`);
  refuseStale(path, old, body.text("sha"));
  const text = Buffer.from(needed(body, "content"), "base64");
  const tree = await repo.git.writeTree(tip, [{ path, mode: "100644", put: { text } }]);
  const author: Person = { name: token.actor, email: addressOf(world, token.actor), date: world.now() };
  const message = needed(body, "message");
  const sha = await repo.git.writeCommit({ tree, parents: [tip], message, author, committer: author });
  await repo.git.run(["update-ref", `refs/heads/${branch}`, sha, tip]);
  const blob = await repo.git.out("rev-parse", `${sha}:${path}`);
  const answer = {
    content: presentEntry(call, { path, sha: blob, type: "file", size: text.length }, branch),
    commit: presentGitCommit(world, repo, await readCommit(repo, sha)),
  };
  return old === null ? created(answer) : ok(answer);
};

function refuseStale(path: string, old: string | null, given: string | undefined): void {
  if (old !== null && given === undefined) throw new ApiError(422, `Invalid request.\n\n"sha" wasn't supplied.`);
  if (given !== undefined && given !== old) throw new ApiError(409, `${path} does not match ${given}`);
}
