import { userOf } from "../create-world.ts";
import { type App, fullName, type Repo, type World } from "../world.ts";

/** GitHub gives times to the second. */
export function time(date: Date): string {
  return date.toISOString().replace(/\.\d{3}Z$/, "Z");
}

export function timeOrNull(date: Date | null): string | null {
  return date === null ? null : time(date);
}

export function nodeId(kind: string, id: number | string): string {
  return Buffer.from(`0${kind.length}:${kind}${id}`).toString("base64");
}

export function presentUser(world: World, login: string): Readonly<Record<string, unknown>> {
  const { id, type } = userOf(world, login);
  const url = `${world.url}/users/${encodeURIComponent(login)}`;
  return {
    login,
    id,
    node_id: nodeId("User", id),
    avatar_url: `${world.htmlUrl}/avatars/${id}`,
    gravatar_id: "",
    url,
    html_url: type === "Bot" ? `${world.htmlUrl}/apps/${login.replace("[bot]", "")}` : `${world.htmlUrl}/${login}`,
    followers_url: `${url}/followers`,
    following_url: `${url}/following{/other_user}`,
    gists_url: `${url}/gists{/gist_id}`,
    starred_url: `${url}/starred{/owner}{/repo}`,
    subscriptions_url: `${url}/subscriptions`,
    organizations_url: `${url}/orgs`,
    repos_url: `${url}/repos`,
    events_url: `${url}/events{/privacy}`,
    received_events_url: `${url}/received_events`,
    type,
    user_view_type: "public",
    site_admin: false,
  };
}

export function presentUserOrNull(world: World, login: string | null): unknown {
  return login === null ? null : presentUser(world, login);
}

/** As events name the owner. */
export function presentOrganization(world: World, login: string): Readonly<Record<string, unknown>> {
  const { id } = userOf(world, login);
  const url = `${world.url}/orgs/${login}`;
  return {
    login,
    id,
    node_id: nodeId("Organization", id),
    url,
    repos_url: `${url}/repos`,
    events_url: `${url}/events`,
    hooks_url: `${url}/hooks`,
    issues_url: `${url}/issues`,
    members_url: `${url}/members{/member}`,
    public_members_url: `${url}/public_members{/member}`,
    avatar_url: `${world.htmlUrl}/avatars/${id}`,
    description: null,
  };
}

export function presentApp(world: World, app: App): Readonly<Record<string, unknown>> {
  return {
    id: app.id,
    slug: app.slug,
    node_id: nodeId("Integration", app.id),
    client_id: `Iv23li${app.id}`,
    owner: presentUser(world, app.owner),
    name: app.name,
    description: "",
    external_url: `${world.htmlUrl}/apps/${app.slug}`,
    html_url: `${world.htmlUrl}/apps/${app.slug}`,
    created_at: "2018-07-30T09:30:17Z",
    updated_at: "2024-04-10T20:33:16Z",
    permissions: app.permissions,
    events: ["pull_request", "push"],
  };
}

/** As a GitHub App's comment or issue shows which App it is; null for people. */
export function presentAppOrNull(world: World, app: App | null): unknown {
  return app === null ? null : presentApp(world, app);
}

const REPO_LINKS = {
  archive_url: "{/archive_format}{/ref}",
  assignees_url: "/assignees{/user}",
  blobs_url: "/git/blobs{/sha}",
  branches_url: "/branches{/branch}",
  collaborators_url: "/collaborators{/collaborator}",
  comments_url: "/comments{/number}",
  commits_url: "/commits{/sha}",
  compare_url: "/compare/{base}...{head}",
  contents_url: "/contents/{+path}",
  contributors_url: "/contributors",
  deployments_url: "/deployments",
  downloads_url: "/downloads",
  events_url: "/events",
  forks_url: "/forks",
  git_commits_url: "/git/commits{/sha}",
  git_refs_url: "/git/refs{/sha}",
  git_tags_url: "/git/tags{/sha}",
  hooks_url: "/hooks",
  issue_comment_url: "/issues/comments{/number}",
  issue_events_url: "/issues/events{/number}",
  issues_url: "/issues{/number}",
  keys_url: "/keys{/key_id}",
  labels_url: "/labels{/name}",
  languages_url: "/languages",
  merges_url: "/merges",
  milestones_url: "/milestones{/number}",
  notifications_url: "/notifications{?since,all,participating}",
  pulls_url: "/pulls{/number}",
  releases_url: "/releases{/id}",
  stargazers_url: "/stargazers",
  statuses_url: "/statuses/{sha}",
  subscribers_url: "/subscribers",
  subscription_url: "/subscription",
  tags_url: "/tags",
  teams_url: "/teams",
  trees_url: "/git/trees{/sha}",
} as const;

export function repoUrl(world: World, repo: Repo): string {
  return `${world.url}/repos/${fullName(repo)}`;
}

export function repoPage(world: World, repo: Repo): string {
  return `${world.htmlUrl}/${fullName(repo)}`;
}

export function presentRepo(world: World, repo: Repo): Readonly<Record<string, unknown>> {
  const url = repoUrl(world, repo);
  const html = repoPage(world, repo);
  const open = [...repo.issues.values()].filter(({ state }) => state === "open").length;
  return {
    id: repo.id,
    node_id: nodeId("Repository", repo.id),
    name: repo.name,
    full_name: fullName(repo),
    private: repo.isPrivate,
    owner: presentUser(world, repo.owner),
    html_url: html,
    description: null,
    fork: repo.parent !== null,
    url,
    ...Object.fromEntries(Object.entries(REPO_LINKS).map(([name, path]) => [name, `${url}${path}`])),
    git_url: `git://github.test/${fullName(repo)}.git`,
    ssh_url: `git@github.test:${fullName(repo)}.git`,
    clone_url: `${html}.git`,
    svn_url: html,
    homepage: null,
    mirror_url: null,
    language: null,
    license: null,
    topics: [],
    visibility: repo.isPrivate ? "private" : "public",
    default_branch: "main",
    archived: false,
    disabled: false,
    is_template: false,
    allow_forking: true,
    has_issues: true,
    has_projects: false,
    has_downloads: false,
    has_wiki: false,
    has_pages: false,
    has_discussions: false,
    web_commit_signoff_required: false,
    forks: 0,
    forks_count: 0,
    stargazers_count: 0,
    watchers: 0,
    watchers_count: 0,
    size: 1,
    open_issues: open,
    open_issues_count: open,
    network_count: 0,
    subscribers_count: 0,
    created_at: time(repo.createdAt),
    updated_at: time(repo.createdAt),
    pushed_at: time(repo.createdAt),
  };
}
