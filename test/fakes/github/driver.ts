import { addUser } from "./create-world.ts";
import { createEvents, type Events } from "./events.ts";
import type { FaultRequest } from "./faults.ts";
import type { MergeMethod } from "./merging.ts";
import type { OperationName } from "./operations.ts";
import { type AppOptions, commitFiles, type Files, forkRepo, type InstalledApp, installApp } from "./seed.ts";
import type { LoggedRequest, Service } from "./service.ts";
import { createStory, type Story } from "./story.ts";
import { syncRepo } from "./sync.ts";
import { fullName, type Level, type Repo, type Token, type World } from "./world.ts";

interface NewPull {
  readonly branch: string;
  readonly files: Files;
  readonly author: string;
  readonly title?: string;
  readonly body?: string;
  readonly isDraft?: boolean;
  /** `main` when left out. */
  readonly base?: string;
  /** From the author's fork, which is made where there is none. */
  readonly isFork?: boolean;
}

interface Push {
  readonly by?: string;
  readonly message?: string;
  /** Where the branch is: the repository itself when left out. */
  readonly repo?: Repo;
  /** Upon what; where the branch is, else `main`, when left out. */
  readonly parent?: string;
}

interface OpenedPull {
  readonly number: number;
  readonly head: string;
}

/** What a test does to the stand-in besides talking to it: everything that people and runners do. */
export interface Driver {
  readonly repo: Repo;
  readonly world: World;
  /** For git as a client. */
  readonly dir: string;
  readonly log: readonly LoggedRequest[];
  readonly violations: readonly string[];
  readonly tokens: Tokens;
  readonly story: Story;
  readonly events: Events;
  /** Moves time. */
  advance(seconds: number): void;
  inject(fault: FaultRequest): void;
  /** Leaves everybody so many requests until the hour is over. */
  leaveRequests(remaining: number): void;
  /** Does something just before an operation, once: what happens between two requests of a client. */
  before(operation: OperationName, act: () => Promise<unknown>): void;
  /** Counts requests by operation since the start or `clearLog`. */
  counts(): Readonly<Record<string, number>>;
  /** What was written, `METHOD path` with numbers and names in place. */
  writes(): readonly string[];
  clearLog(): void;

  openPull(pull: NewPull): Promise<OpenedPull>;
  /** A commit upon a branch, or a new branch; its hash. */
  pushTo(branch: string, files: Files, push?: Push): Promise<string>;
  /** The branch's own commits are replaced by one upon `main`. */
  forcePush(branch: string, files: Files, push?: Push): Promise<string>;
  review(number: number, by: string, state: "APPROVE" | "REQUEST_CHANGES" | "COMMENT", body?: string): Promise<number>;
  comment(number: number, by: string, body: string): Promise<number>;
  editComment(id: number, by: string, body: string): Promise<void>;
  /** The new tip of the base branch. */
  merge(number: number, method: MergeMethod, by: string): Promise<string>;
  closePull(number: number, by: string): Promise<void>;
  /** The commit that a branch is at. */
  headOf(branch: string): Promise<string>;
  state(): Promise<GitHubState>;
}

interface Tokens {
  /** A person's. */
  of(login: string): string;
  /** `github-actions[bot]`'s, with a job's `permissions:`. */
  workflow(permissions: Readonly<Record<string, Level>>): string;
  /** A workflow's that a fork's pull request gets: it reads and no more. */
  readonly fork: string;
  /** An App, to be installed: its key signs for its tokens. */
  app(options: Omit<AppOptions, "owner">): InstalledApp;
}

/** Everything visible, for one look in a test. */
interface GitHubState {
  readonly issues: readonly object[];
  readonly comments: readonly object[];
  readonly checks: readonly object[];
  readonly statuses: readonly object[];
  readonly reviews: readonly object[];
  readonly dispatches: readonly object[];
  readonly refs: Readonly<Record<string, string>>;
}

export interface DriverParts {
  readonly service: Service;
  readonly repo: Repo;
  readonly folder: string;
  advance(seconds: number): void;
}

export function createDriver(parts: DriverParts): Driver {
  const { service, repo, advance } = parts;
  const { world, log, faults, budgets } = service;
  const tokens = createTokens(world, repo);
  return {
    repo,
    world,
    log,
    tokens,
    advance,
    violations: service.violations,
    dir: repo.git.dir,
    story: createStory(world, repo),
    events: createEvents(world, repo, service.violations),
    inject: faults.inject,
    leaveRequests: budgets.leave,
    before: service.before,
    counts: () => countBy(log),
    writes: () => log.filter(({ isWrite, isDone }) => isWrite && isDone).map(pathOf),
    clearLog: () => {
      log.length = 0;
    },
    ...createPushes(parts),
    ...createActs(parts),
    headOf: (branch) => repo.git.out("rev-parse", `refs/heads/${branch}`),
    state: () => readState(service, repo),
  };
}

function createTokens(world: World, repo: Repo): Tokens {
  const add = (text: string, token: Token): string => {
    world.tokens.set(text, token);
    return text;
  };
  const workflow = (permissions: Readonly<Record<string, Level>>): string =>
    add(`ghs_workflow${world.nextId()}`, {
      kind: "installation",
      actor: world.actions.bot,
      app: world.actions,
      permissions,
      repos: [fullName(repo)],
      expiresAt: null,
    });
  const readsAll = ["contents", "pull_requests", "issues", "checks", "actions", "statuses"].map((name) => [
    name,
    "read",
  ]);
  return {
    of: (login) => add(`ghp_${addUser(world, login).login}`, personToken(login)),
    workflow,
    fork: workflow(Object.fromEntries(readsAll)),
    app: (options) => installApp(world, { ...options, owner: repo.owner }),
  };
}

function personToken(actor: string): Token {
  return { kind: "person", actor, app: null, permissions: {}, repos: null, expiresAt: null };
}

type Pushes = Pick<Driver, "openPull" | "pushTo" | "forcePush">;

function createPushes({ service, repo, folder, advance }: DriverParts): Pushes {
  const { world } = service;
  const push = async (
    branch: string,
    files: Files,
    { by, message, repo: at = repo, parent }: Push,
  ): Promise<string> => {
    advance(1);
    const ref = `refs/heads/${branch}`;
    const from = parent ?? (await at.git.resolve(ref)) ?? (await at.git.out("rev-parse", "refs/heads/main"));
    const words = message ?? `Change ${Object.keys(files).join(", ")}`;
    return service.alone(async () => {
      const sha = await commitFiles(world, at.git, { files, by: by ?? repo.owner, message: words, parent: from });
      await at.git.run(["update-ref", ref, sha]);
      await syncRepo(world, repo);
      return sha;
    });
  };
  const forkOf = async (owner: string): Promise<Repo> =>
    world.repos.get(`${owner}/${repo.name}`) ?? (await forkRepo(world, folder, { parent: repo, owner }));
  return {
    pushTo: (branch, files, how = {}) => push(branch, files, how),
    forcePush: async (branch, files, how = {}) => {
      const at = how.repo ?? repo;
      return push(branch, files, { parent: await at.git.out("rev-parse", "refs/heads/main"), ...how });
    },
    openPull: async ({ branch, files, author, isFork = false, base = "main", ...words }) => {
      const from = isFork ? await forkOf(author) : repo;
      if (isFork && repo.isPrivate && !repo.roles.has(author)) repo.roles.set(author, "read");
      const sha = await push(branch, files, { by: author, repo: from });
      const body = {
        title: words.title ?? branch,
        body: words.body ?? "",
        head: isFork ? `${author}:${branch}` : branch,
        base,
        draft: words.isDraft ?? false,
      };
      const opened = await service.act(personToken(addUser(world, author).login), {
        name: "POST /repos/{owner}/{repo}/pulls",
        params: { owner: repo.owner, repo: repo.name },
        query: {},
        body,
      });
      return { number: Number(memberOf(opened, "number")), head: sha };
    },
  };
}

type Acts = Pick<Driver, "review" | "comment" | "editComment" | "merge" | "closePull">;

function createActs({ service, repo, advance }: DriverParts): Acts {
  const place = { owner: repo.owner, repo: repo.name };
  const act = (by: string, name: OperationName, { params, body }: Said): Promise<unknown> => {
    advance(1);
    const token = personToken(addUser(service.world, by).login);
    return service.act(token, { name, params: { ...place, ...params }, query: {}, body });
  };
  const idOf = (answer: unknown): number => Number(memberOf(answer, "id"));
  const at = (number: number, key = "pull_number"): Readonly<Record<string, string>> => ({ [key]: String(number) });
  return {
    review: async (number, by, event, body) =>
      idOf(
        await act(by, "POST /repos/{owner}/{repo}/pulls/{pull_number}/reviews", {
          params: at(number),
          body: { event, body: body ?? (event === "APPROVE" ? "" : "Please look again") },
        }),
      ),
    comment: async (number, by, body) =>
      idOf(
        await act(by, "POST /repos/{owner}/{repo}/issues/{issue_number}/comments", {
          params: at(number, "issue_number"),
          body: { body },
        }),
      ),
    editComment: async (id, by, body) => {
      await act(by, "PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}", {
        params: at(id, "comment_id"),
        body: { body },
      });
    },
    merge: async (number, method, by) => {
      const name = "PUT /repos/{owner}/{repo}/pulls/{pull_number}/merge";
      return String(memberOf(await act(by, name, { params: at(number), body: { merge_method: method } }), "sha"));
    },
    closePull: async (number, by) => {
      const name = "PATCH /repos/{owner}/{repo}/pulls/{pull_number}";
      await act(by, name, { params: at(number), body: { state: "closed" } });
    },
  };
}

interface Said {
  readonly params: Readonly<Record<string, string>>;
  readonly body: unknown;
}

function memberOf(value: unknown, key: string): unknown {
  return (value as Readonly<Record<string, unknown>>)[key];
}

function countBy(log: readonly LoggedRequest[]): Readonly<Record<string, number>> {
  const counts = new Map<string, number>();
  for (const { operation } of log) counts.set(operation, (counts.get(operation) ?? 0) + 1);
  return Object.fromEntries([...counts].toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

function pathOf({ operation, params }: LoggedRequest): string {
  const path = operation.replace("/repos/{owner}/{repo}", "");
  return path.replace(/\{(\w+)\}/g, (_, name: string) => params[name] ?? "");
}

async function readState({ world }: Service, repo: Repo): Promise<GitHubState> {
  await syncRepo(world, repo);
  const refs = await repo.git.out("for-each-ref", "--format=%(refname) %(objectname)");
  const withoutRepos = <Thing extends object>(things: Iterable<Thing>): readonly object[] =>
    [...things].map((thing) =>
      JSON.parse(JSON.stringify(thing, (key, value: unknown) => (isBulky(key) ? undefined : value))),
    );
  return {
    issues: withoutRepos(repo.issues.values()),
    comments: withoutRepos(repo.comments.values()),
    checks: withoutRepos(repo.checks.values()),
    statuses: withoutRepos(repo.statuses),
    reviews: withoutRepos(repo.reviews.values()),
    dispatches: withoutRepos(repo.dispatches),
    refs: Object.fromEntries(refs.split("\n").map((line) => line.split(" "))),
  };
}

function isBulky(key: string): boolean {
  return key === "headRepo" || key === "app";
}
