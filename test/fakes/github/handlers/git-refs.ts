import { ApiError, created, noContent, notFound, ok, page } from "../answer.ts";
import { type Handler, needed, param } from "../call.ts";
import type { Git } from "../git.ts";
import { presentRef, type RefValue } from "../present/git.ts";
import { DEFAULT_BRANCH } from "../world.ts";

const refusal = (message: string): ApiError => new ApiError(422, message);

async function refsUnder(git: Git, pattern: string): Promise<readonly RefValue[]> {
  const format = "--format=%(objectname) %(objecttype) %(refname)";
  const lines = (await git.out("for-each-ref", format, "refs")).split("\n");
  return lines
    .map((line) => line.split(" "))
    .map(([sha = "", type = "", name = ""]) => ({ sha, type, name }))
    .filter(({ name }) => name.startsWith(pattern));
}

async function readRef(git: Git, name: string): Promise<RefValue | undefined> {
  return (await refsUnder(git, name)).find((ref) => ref.name === name);
}

export const getRef: Handler = async (call) => {
  const { world, repo } = call;
  const ref = await readRef(repo.git, `refs/${param(call, "ref")}`);
  if (ref === undefined) throw notFound();
  return ok(presentRef(world, repo, ref));
};

export const matchingRefs: Handler = async (call) => {
  const { world, repo } = call;
  return page(await refsUnder(repo.git, `refs/${param(call, "ref")}`), (ref) => presentRef(world, repo, ref));
};

/** Atomic: of two that create the same reference, git lets one through. */
export const createRef: Handler = async (call) => {
  const { world, repo, body } = call;
  const [name, sha] = [needed(body, "ref"), needed(body, "sha")];
  if (!/^refs\/[^/]+\/./.test(name))
    throw refusal("Reference name must start with 'refs/' and contain at least two slashes.");
  if ((await repo.git.resolve(sha)) === null) throw refusal("Object does not exist");
  if ((await repo.git.run(["check-ref-format", name], { allow: [1] })).code !== 0)
    throw refusal(`${name} is not a valid ref name.`);
  if ((await readRef(repo.git, name)) !== undefined) throw refusal("Reference already exists");
  const { code } = await repo.git.run(["update-ref", name, sha, "0".repeat(40)], { allow: [128] });
  if (code !== 0) throw refusal("Reference update failed");
  return created(presentRef(world, repo, await written(repo.git, name)));
};

async function written(git: Git, name: string): Promise<RefValue> {
  const ref = await readRef(git, name);
  if (ref === undefined) throw new Error(`${name} was written and is not there`);
  return ref;
}

export const updateRef: Handler = async (call) => {
  const { world, repo, body } = call;
  const name = `refs/${param(call, "ref")}`;
  const sha = needed(body, "sha");
  const old = await readRef(repo.git, name);
  if (old === undefined) throw refusal("Reference does not exist");
  if ((await repo.git.resolve(sha)) === null) throw refusal("Object does not exist");
  if (body.flag("force") !== true && !(await isForward(repo.git, old, sha)))
    throw refusal("Update is not a fast forward");
  const { code } = await repo.git.run(["update-ref", name, sha, old.sha], { allow: [128] });
  if (code !== 0) throw refusal("Reference update failed");
  return ok(presentRef(world, repo, await written(repo.git, name)));
};

/** Of tags and of what lies under other objects, no value follows from another. */
async function isForward(git: Git, old: RefValue, sha: string): Promise<boolean> {
  const type = await git.out("cat-file", "-t", sha);
  return old.type === "commit" && type === "commit" && (await git.isAncestor(old.sha, sha));
}

export const deleteRef: Handler = async (call) => {
  const { repo } = call;
  const name = `refs/${param(call, "ref")}`;
  if ((await readRef(repo.git, name)) === undefined) throw refusal("Reference does not exist");
  if (name === `refs/heads/${DEFAULT_BRANCH}`) throw refusal("Cannot delete the default branch");
  await repo.git.run(["update-ref", "-d", name]);
  return noContent;
};
