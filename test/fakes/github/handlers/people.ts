import { ApiError, created, notFound, ok, page } from "../answer.ts";
import { found, type GlobalHandler, type Handler, param } from "../call.ts";
import { presentApp, presentUser, repoPage, time } from "../present/basics.ts";
import { roleOf } from "../roles.ts";
import { createFields } from "../tree.ts";
import type { App, Level, Repo, Role, Team, World } from "../world.ts";

const PROFILE = {
  name: null,
  company: null,
  blog: "",
  location: null,
  email: null,
  hireable: null,
  bio: null,
  public_repos: 1,
  public_gists: 0,
  followers: 0,
  following: 0,
  created_at: "2020-01-01T00:00:00Z",
  updated_at: "2020-01-01T00:00:00Z",
};
const PRIVATE_PROFILE = {
  private_gists: 0,
  total_private_repos: 1,
  owned_private_repos: 1,
  disk_usage: 0,
  collaborators: 0,
  two_factor_authentication: true,
};

export const getUser: GlobalHandler = (call) => {
  const login = param(call, "username");
  if (!call.world.users.has(login)) throw notFound();
  return ok({ ...presentUser(call.world, login), ...PROFILE });
};

export const getAuthenticated: GlobalHandler = ({ world, token }) =>
  ok({ ...presentUser(world, token.actor), ...PROFILE, ...PRIVATE_PROFILE });

/** Teams are shown to those within. */
function isMember(world: World, org: string, login: string): boolean {
  return world.teams.some((team) => team.org === org && team.members.has(login));
}

function shownTeam(call: Parameters<GlobalHandler>[0]): Team {
  const [org, slug] = ["org", "team_slug"].map((name) => param(call, name));
  const team = found(call.world.teams.find((each) => each.org === org && each.slug === slug));
  if (call.token.app === null && !isMember(call.world, team.org, call.token.actor)) throw notFound();
  return team;
}

export const listTeamMembers: GlobalHandler = (call) =>
  page([...shownTeam(call).members], (login) => presentUser(call.world, login));

export const getTeamMembership: GlobalHandler = (call) => {
  const login = param(call, "username");
  const { org, slug, members } = shownTeam(call);
  if (login === undefined || !members.has(login)) throw notFound();
  const url = `${call.world.url}/orgs/${org}/teams/${slug}/memberships/${login}`;
  return ok({ state: "active", role: "member", url });
};

/** The old four words; `role_name` has the new ones too. */
const OLD_NAME: Readonly<Record<Role, string>> = {
  admin: "admin",
  maintain: "write",
  write: "write",
  triage: "read",
  read: "read",
  none: "none",
};

export const getPermission: Handler = (call) => {
  const { world, repo } = call;
  const login = param(call, "username");
  const user = found(world.users.get(login));
  const role = roleOf(repo, user.login);
  const ranks = ["read", "triage", "write", "maintain", "admin"];
  const upTo = (least: string): boolean => ranks.indexOf(role) >= ranks.indexOf(least);
  const permissions = {
    pull: upTo("read"),
    triage: upTo("triage"),
    push: upTo("write"),
    maintain: upTo("maintain"),
    admin: upTo("admin"),
  };
  return ok({
    permission: OLD_NAME[role],
    role_name: role,
    user: { ...presentUser(world, login), permissions, role_name: role },
  });
};

export const getApp: GlobalHandler = ({ world, token }) => ok(presentApp(world, found(token.app)));

export const getInstallation: Handler = ({ world, repo, token }) =>
  ok(presentInstallation(world, repo, found(token.app)));

function presentInstallation(world: World, repo: Repo, app: App): object {
  const url = `${world.url}/app/installations/${app.installationId}`;
  return {
    id: app.installationId,
    account: presentUser(world, repo.owner),
    repository_selection: "selected",
    access_tokens_url: `${url}/access_tokens`,
    repositories_url: `${world.url}/installation/repositories`,
    html_url: `${repoPage(world, repo)}/settings/installations/${app.installationId}`,
    app_id: app.id,
    app_slug: app.slug,
    client_id: `Iv23li${app.id}`,
    target_id: world.users.get(repo.owner)?.id ?? 0,
    target_type: "Organization",
    permissions: app.permissions,
    events: ["pull_request", "push"],
    created_at: time(repo.createdAt),
    updated_at: time(repo.createdAt),
    single_file_name: null,
    suspended_by: null,
    suspended_at: null,
  };
}

const HOUR = 3_600_000;

/** For an hour, on the repositories asked for, with no more than the App was granted. */
export const createInstallationToken: GlobalHandler = (call) => {
  const { world, body, token } = call;
  const app = found(token.app);
  if (Number(param(call, "installation_id")) !== app.installationId) throw notFound();
  const permissions = narrowed(app, body.fields("permissions")?.tree);
  const names = body.list("repositories")?.map((name) => `${app.owner}/${String(name)}`) ?? null;
  if (names?.some((name) => !world.repos.has(name)) === true)
    throw new ApiError(
      422,
      "There is at least one repository that does not exist or is not accessible to the parent installation.",
    );
  const expiresAt = new Date(world.now().getTime() + HOUR);
  const text = `ghs_${app.slug}${world.nextId()}`;
  world.tokens.set(text, { kind: "installation", actor: app.bot, app, permissions, repos: names, expiresAt });
  return created({
    token: text,
    expires_at: time(expiresAt),
    permissions,
    repository_selection: names === null ? "all" : "selected",
  });
};

function narrowed(app: App, wanted: Readonly<Record<string, unknown>> | undefined): Readonly<Record<string, Level>> {
  if (wanted === undefined) return app.permissions;
  const fields = createFields(wanted);
  const names = Object.keys(wanted);
  const isOver = (name: string): boolean =>
    app.permissions[name] === undefined || (fields.text(name) === "write" && app.permissions[name] === "read");
  if (names.some(isOver)) throw new ApiError(422, "The permissions requested are not granted to this installation.");
  return Object.fromEntries(names.map((name) => [name, fields.text(name) === "write" ? "write" : "read"]));
}

export const getMeta: GlobalHandler = ({ world }) =>
  ok({ verifiable_password_authentication: false, domains: { website: [world.htmlUrl] }, hooks: ["127.0.0.0/8"] });

const RESOURCES = ["core", "search", "graphql", "integration_manifest"] as const;

export const getRateLimit: GlobalHandler = ({ budget }) =>
  ok({ rate: budget, resources: Object.fromEntries(RESOURCES.map((name) => [name, budget])) });
