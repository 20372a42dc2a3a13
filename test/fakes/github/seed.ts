import { generateKeyPairSync } from "node:crypto";
import { join } from "node:path";
import { addRepo, addUser } from "./create-world.ts";
import { type Entry, type Git, openGit } from "./git.ts";
import { addressOf } from "./present/git.ts";
import type { App, Level, Repo, Role, World } from "./world.ts";

/** Files by path; null takes one out. */
export type Files = Readonly<Record<string, string | null>>;

export interface RepoOptions {
  readonly owner: string;
  readonly name: string;
  readonly files: Files;
  readonly isPrivate: boolean;
  readonly actionsMayOpenPulls: boolean;
  readonly people: Readonly<Record<string, Role>>;
}

function entriesOf(files: Files): readonly Entry[] {
  return Object.entries(files).map(([path, text]) => ({ path, mode: "100644", put: text === null ? null : { text } }));
}

export interface Commitment {
  readonly files: Files;
  readonly by: string;
  readonly message: string;
  /** Upon what: a commit, or null for a root. */
  readonly parent: string | null;
}

export async function commitFiles(world: World, git: Git, commitment: Commitment): Promise<string> {
  const { files, by, message, parent } = commitment;
  const tree = await git.writeTree(parent, entriesOf(files));
  const author = { name: by, email: addressOf(world, by), date: world.now() };
  return git.writeCommit({ tree, parents: parent === null ? [] : [parent], message, author, committer: author });
}

/** A repository with one commit on `main`. */
export async function seedRepo(world: World, folder: string, options: RepoOptions): Promise<Repo> {
  const { owner, name, isPrivate, actionsMayOpenPulls } = options;
  addUser(world, owner, "Organization");
  for (const login of Object.keys(options.people)) addUser(world, login);
  const git = await openGit(join(folder, owner, `${name}.git`));
  const repo = addRepo(world, { owner, name, git, parent: null, isPrivate, actionsMayOpenPulls });
  for (const [login, role] of Object.entries(options.people)) repo.roles.set(login, role);
  const message = "The state as it is";
  const sha = await commitFiles(world, git, { files: options.files, by: owner, message, parent: null });
  await git.run(["update-ref", "refs/heads/main", sha]);
  return repo;
}

/** A copy that belongs to somebody, with the branches as they are now. */
export async function forkRepo(world: World, folder: string, { parent, owner }: Forking): Promise<Repo> {
  addUser(world, owner);
  const git = await openGit(join(folder, owner, `${parent.name}.git`));
  await git.run(["fetch", "--quiet", parent.git.dir, "+refs/heads/*:refs/heads/*"]);
  const { name, isPrivate } = parent;
  return addRepo(world, { owner, name, git, parent, isPrivate, actionsMayOpenPulls: false });
}

export interface Forking {
  readonly parent: Repo;
  readonly owner: string;
}

export interface InstalledApp {
  readonly app: App;
  readonly privateKey: string;
}

export interface AppOptions {
  readonly slug: string;
  readonly owner: string;
  readonly permissions: Readonly<Record<string, Level>>;
}

/** A GitHub App with a key of its own. */
export function installApp(world: World, { slug, owner, permissions }: AppOptions): InstalledApp {
  const { publicKey, privateKey } = generateKeyPairSync("rsa", {
    modulusLength: 2048,
    publicKeyEncoding: { type: "spki", format: "pem" },
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
  });
  const bot = `${slug}[bot]`;
  addUser(world, bot, "Bot");
  const ids = { id: world.nextId(), installationId: world.nextId() };
  const app: App = { ...ids, slug, name: slug, owner, bot, permissions, publicKey };
  world.apps.push(app);
  return { app, privateKey };
}
