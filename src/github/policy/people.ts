/** Who is meant by `role:…`, `team:…`, `user:…` and `anyone`. Pure. */
import type { Policy } from "../../generated/documents.ts";
import type { Actor, Permission, PolicyQuestion } from "../model.ts";

/** Logins are ASCII and case is nothing; other letters must not fold into ASCII, as the Kelvin sign does into k. */
function foldLogin(login: string): string {
  return login.replaceAll(/[A-Z]/g, (letter) => letter.toLowerCase());
}

/** The same account, by its number where there is one, since logins can be changed. */
export function isSamePerson(a: Actor, b: Actor): boolean {
  return (a.id > 0 && a.id === b.id) || foldLogin(a.login) === foldLogin(b.login);
}

/** Tells whether somebody is among those that the policy names. */
export type Roster = (principals: readonly string[], actor: Actor) => boolean;

const CAN_WRITE: ReadonlySet<Permission> = new Set<Permission>(["write", "maintain", "admin"]);

/** What cannot be looked up (an unknown role, a team that does not exist) is nobody. */
export function createRoster(
  policy: Policy,
  { teams, permissions }: Pick<PolicyQuestion, "teams" | "permissions">,
): Roster {
  const members = new Map(
    [...teams].map(([team, logins]) => [team.toLowerCase(), new Set([...logins].map(foldLogin))]),
  );
  const writers = new Set(
    [...permissions].flatMap(([login, permission]) => (CAN_WRITE.has(permission) ? [foldLogin(login)] : [])),
  );
  const isNamed = (principal: string, actor: Actor): boolean => {
    const login = foldLogin(actor.login);
    if (principal === "anyone") return writers.has(login);
    if (principal.startsWith("user:")) return foldLogin(principal.slice("user:".length)) === login;
    return principal.startsWith("team:") && members.get(principal.toLowerCase())?.has(login) === true;
  };
  return (principals, actor) =>
    principals.some((principal) => membersOf(policy, principal).some((one) => isNamed(one, actor)));
}

/** A role's members; a team, a user and `anyone` are themselves. */
export function membersOf(policy: Policy, principal: string): readonly string[] {
  const role = roleName(principal);
  if (role === null) return [principal];
  return Object.hasOwn(policy.roles, role) ? (policy.roles[role] ?? []) : [];
}

/** The name in `role:NAME`; null for anything else. */
export function roleName(principal: string): string | null {
  return principal.startsWith("role:") ? principal.slice("role:".length) : null;
}

/** Everybody that the policy names anywhere, sorted. */
export function principalsOf(policy: Policy): readonly string[] {
  const named = [
    ...Object.values(policy.roles).flat(),
    ...policy.rules.flatMap((rule) => [...rule.changeBy, ...rule.approvals.flatMap((one) => one.from)]),
    ...(policy.override?.by ?? []),
  ];
  return [...new Set(named)].toSorted();
}

/** The teams whose members a question must say, as the policy names them. */
export function teamsOf(policy: Policy): readonly string[] {
  return principalsOf(policy).filter((principal) => principal.startsWith("team:"));
}
