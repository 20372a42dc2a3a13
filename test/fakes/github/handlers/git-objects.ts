import { ApiError, created, notFound, ok } from "../answer.ts";
import { type Handler, needed, param, type RepoCall } from "../call.ts";
import { type Entry, GitError, type Person } from "../git.ts";
import { nodeId, repoUrl } from "../present/basics.ts";
import { addressOf, presentGitCommit } from "../present/git.ts";
import { createFields, type Fields, isTree } from "../tree.ts";
import type { Repo, World } from "../world.ts";

const OBJECT = /^[0-9a-f]{40}$/;

/** The object if it is of this type, by its whole hash. */
async function objectOf(repo: Repo, sha: string, type: string): Promise<string> {
  if (!OBJECT.test(sha) || (await repo.git.resolve(`${sha}^{${type}}`)) === null) throw notFound();
  return sha;
}

export const createBlob: Handler = async ({ world, repo, body }) => {
  const content = Buffer.from(needed(body, "content"), body.text("encoding") === "base64" ? "base64" : "utf8");
  const sha = await repo.git.writeBlob(content);
  return created({ url: `${repoUrl(world, repo)}/git/blobs/${sha}`, sha });
};

export const getBlob: Handler = async (call) => {
  const { world, repo } = call;
  const sha = await objectOf(repo, param(call, "file_sha"), "blob");
  const content = await readBlob(repo, sha);
  return ok({
    sha,
    node_id: nodeId("Blob", sha),
    size: content.length,
    url: `${repoUrl(world, repo)}/git/blobs/${sha}`,
    content: inLines(content),
    encoding: "base64",
  });
};

export async function readBlob(repo: Repo, sha: string): Promise<Buffer> {
  return repo.git.bytes("cat-file", "blob", sha);
}

/** Base64 as GitHub wraps it. */
export function inLines(content: Buffer): string {
  return content.toString("base64").replace(/.{60}/g, "$&\n");
}

export const createTree: Handler = async (call) => {
  const { repo, body } = call;
  const base = body.text("base_tree") ?? null;
  if (base !== null && (await repo.git.resolve(`${base}^{tree}`)) === null)
    throw new ApiError(422, "base_tree is not a valid tree oid");
  const entries = (body.list("tree") ?? []).filter(isTree).map((entry) => entryOf(createFields(entry)));
  try {
    const sha = await repo.git.writeTree(base, entries);
    return created(await presentTree(call, sha, false));
  } catch (error) {
    if (error instanceof GitError) throw new ApiError(422, "GitRPC::BadObjectState");
    throw error;
  }
};

function entryOf(fields: Fields): Entry {
  const [path, mode] = [fields.text("path"), fields.text("mode") ?? "100644"];
  if (path === undefined) throw new ApiError(422, "tree.path must be a valid path");
  const content = fields.text("content");
  if (content !== undefined) return { path, mode, put: { text: content } };
  const sha = fields.text("sha");
  return { path, mode, put: sha === undefined ? null : { sha } };
}

export const getTree: Handler = async (call) => {
  const { repo, query } = call;
  const sha = await repo.git.resolve(`${param(call, "tree_sha")}^{tree}`);
  if (sha === null) throw notFound();
  return ok(await presentTree(call, sha, query.has("recursive")));
};

async function presentTree({ world, repo }: RepoCall, sha: string, isRecursive: boolean): Promise<object> {
  const url = `${repoUrl(world, repo)}/git`;
  const listing = await repo.git.out("ls-tree", "-z", "-l", ...(isRecursive ? ["-r", "-t"] : []), sha);
  const tree = [...listing.matchAll(/(\d+) (\w+) (\w+) +(\d+|-)\t([^\0]+)\0?/g)].map(([, ...fields]) => {
    const [mode = "", type = "", object = "", size = "", path = ""] = fields;
    const base = { path, mode, type, sha: object, url: `${url}/${type}s/${object}` };
    return type === "blob" ? { ...base, size: Number(size) } : base;
  });
  return { sha, url: `${url}/trees/${sha}`, tree, truncated: false };
}

/** Who signs: as the body says, else the caller, now. */
function signature(world: World, fields: Fields | undefined, login: string): Person {
  const date = fields?.text("date");
  return {
    name: fields?.text("name") ?? login,
    email: fields?.text("email") ?? addressOf(world, login),
    date: date === undefined ? world.now() : new Date(date),
  };
}

export const createCommit: Handler = async ({ world, repo, body, token }) => {
  const tree = needed(body, "tree");
  const parents = (body.list("parents") ?? []).map(String);
  if ((await repo.git.resolve(`${tree}^{tree}`)) === null) throw new ApiError(422, "Tree SHA does not exist");
  for (const parent of parents) {
    if ((await repo.git.resolve(`${parent}^{commit}`)) === null)
      throw new ApiError(422, "Parent SHA does not exist or is not a commit object");
  }
  const author = signature(world, body.fields("author"), token.actor);
  const committer = body.has("committer") ? signature(world, body.fields("committer"), token.actor) : author;
  const sha = await repo.git.writeCommit({ tree, parents, message: needed(body, "message"), author, committer });
  const [commit] = await repo.git.commits("-1", sha);
  if (commit === undefined) throw new Error(`commit ${sha} was written and is not there`);
  return created(presentGitCommit(world, repo, commit));
};

export const getGitCommit: Handler = async (call) => {
  const { world, repo } = call;
  const sha = await objectOf(repo, param(call, "commit_sha"), "commit");
  const [commit] = await repo.git.commits("-1", sha);
  if (commit === undefined) throw notFound();
  return ok(presentGitCommit(world, repo, commit));
};

export const createTag: Handler = async ({ world, repo, body, token }) => {
  const { name, email, date } = signature(world, body.fields("tagger"), token.actor);
  const object = needed(body, "object");
  if ((await repo.git.resolve(object)) === null) throw new ApiError(422, "Object does not exist");
  const stamp = `${Math.floor(date.getTime() / 1000)} +0000`;
  const head = [`object ${object}`, `type ${needed(body, "type")}`, `tag ${needed(body, "tag")}`];
  const text = [...head, `tagger ${name} <${email}> ${stamp}`, "", needed(body, "message")].join("\n");
  const { out } = await repo.git.run(["mktag"], { input: `${text}\n` });
  return created(await presentTag(world, repo, out.trim()));
};

export const getTag: Handler = async (call) => {
  const { world, repo } = call;
  const sha = param(call, "tag_sha");
  if ((await repo.git.resolve(`${sha}^{tag}`)) === null) throw notFound();
  return ok(await presentTag(world, repo, sha));
};

async function presentTag(world: World, repo: Repo, sha: string): Promise<object> {
  const text = await repo.git.out("cat-file", "tag", sha);
  const [head = "", ...message] = text.split("\n\n");
  const field = (name: string): string => new RegExp(`^${name} (.*)$`, "m").exec(head)?.[1] ?? "";
  const [, name, email, seconds] = /^(.*) <(.*)> (\d+)/.exec(field("tagger")) ?? [];
  const url = `${repoUrl(world, repo)}/git`;
  const [object, type] = [field("object"), field("type")];
  return {
    sha,
    node_id: nodeId("Tag", sha),
    url: `${url}/tags/${sha}`,
    tag: field("tag"),
    message: message.join("\n\n"),
    tagger: { name, email, date: new Date(Number(seconds) * 1000).toISOString().replace(".000", "") },
    object: { sha: object, type, url: `${url}/${type}s/${object}` },
    verification: { verified: false, reason: "unsigned", signature: null, payload: null, verified_at: null },
  };
}
