import { type App, fullName, type Repo, type User, type World } from "./world.ts";

/** GitHub's own numbers for the App behind workflow tokens. */
export const ACTIONS: App = {
  id: 15368,
  slug: "github-actions",
  name: "GitHub Actions",
  owner: "github",
  bot: "github-actions[bot]",
  installationId: 1,
  permissions: { checks: "write", contents: "write", issues: "write", pull_requests: "write" },
  publicKey: null,
};

export function createWorld(now: () => Date, mergeableLag: number): World {
  let lastId = 1000;
  return {
    url: "",
    storage: "",
    mergeableLag,
    htmlUrl: "https://github.test",
    now: () => new Date(Math.floor(now().getTime() / 1000) * 1000),
    nextId: () => ++lastId,
    users: new Map<string, User>([
      [ACTIONS.bot, { login: ACTIONS.bot, id: 41898282, type: "Bot" }],
      ["github", { login: "github", id: 9919, type: "Organization" }],
    ]),
    apps: [ACTIONS],
    actions: ACTIONS,
    tokens: new Map(),
    teams: [],
    repos: new Map(),
  };
}

export function addUser(world: World, login: string, type: User["type"] = "User"): User {
  const known = world.users.get(login);
  if (known !== undefined) return known;
  const user: User = { login, id: world.nextId(), type };
  world.users.set(login, user);
  return user;
}

export function userOf(world: World, login: string): User {
  const user = world.users.get(login);
  if (user === undefined) throw new Error(`the stand-in GitHub has no user ${login}`);
  return user;
}

export type RepoParts = Pick<Repo, "owner" | "name" | "git" | "parent" | "isPrivate" | "actionsMayOpenPulls">;

export function addRepo(world: World, parts: RepoParts): Repo {
  const repo: Repo = {
    ...parts,
    id: world.nextId(),
    createdAt: world.now(),
    roles: new Map(),
    issues: new Map(),
    comments: new Map(),
    reviews: new Map(),
    checks: new Map(),
    suites: new Map(),
    statuses: [],
    workflows: [],
    runs: new Map(),
    artifacts: new Map(),
    dispatches: [],
    protections: new Map(),
    rulesets: [],
  };
  world.repos.set(fullName(repo), repo);
  return repo;
}
