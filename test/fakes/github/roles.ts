import type { Association, Repo, Role, World } from "./world.ts";

const RANK: Readonly<Record<Role, number>> = { none: 0, read: 1, triage: 2, write: 3, maintain: 4, admin: 5 };

/** What somebody may do in a repository: anybody reads a public one. */
export function roleOf(repo: Repo, login: string): Role {
  return repo.roles.get(login) ?? (repo.owner === login ? "admin" : repo.isPrivate ? "none" : "read");
}

export function hasRole(repo: Repo, login: string, least: Role): boolean {
  return RANK[roleOf(repo, login)] >= RANK[least];
}

export function associationOf(world: World, repo: Repo, login: string): Association {
  if (repo.owner === login) return "OWNER";
  if (world.teams.some(({ org, members }) => org === repo.owner && members.has(login))) return "MEMBER";
  if (repo.roles.has(login)) return "COLLABORATOR";
  const hasMerged = [...repo.issues.values()].some((issue) => issue.author === login && issue.pull?.merged);
  return hasMerged ? "CONTRIBUTOR" : "NONE";
}
