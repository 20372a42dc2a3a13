import type { JsonObject } from "./schema.ts";
import { isObject, listIn, objectOf, textOf } from "./schema.ts";
import { forbidden, type StatusError } from "./status.ts";
import { subjectOf, type Target } from "./target.ts";
import { allObjects, findObject, idOfObject, metadataOf, type World } from "./world.ts";

export interface User {
  readonly name: string;
  readonly groups: readonly string[];
}

export const ANONYMOUS: User = { name: "system:anonymous", groups: ["system:unauthenticated"] };

/** May do everything. */
export const MASTERS = "system:masters";
/** May look at everything and change nothing, without any role in the cluster. */
export const VIEWERS = "reeve:viewers";

/** What somebody wants to do to what. */
export interface Attributes {
  readonly verb: string;
  readonly group: string;
  readonly resource: string;
  readonly namespace: string;
  readonly name: string;
}

const READS: ReadonlySet<string> = new Set(["get", "list", "watch"]);

export function isAllowed(world: World, user: User, asked: Attributes): boolean {
  if (user.groups.includes(MASTERS)) return true;
  if (user.groups.includes(VIEWERS) && READS.has(asked.verb)) return true;
  return rulesOf(world, user, asked.namespace).some((rule) => covers(rule, asked));
}

const GROUP = "rbac.authorization.k8s.io";

function rulesOf(world: World, user: User, namespace: string): readonly JsonObject[] {
  const cluster = allObjects(world, `clusterrolebindings.${GROUP}`);
  const scoped = allObjects(world, `rolebindings.${GROUP}`);
  const here = scoped.filter((binding) => namespace !== "" && metadataOf(binding).namespace === namespace);
  return [...cluster, ...here]
    .filter((binding) => listIn(binding.subjects).some((subject) => isSubject(objectOf(subject), user)))
    .flatMap((binding) => roleRules(world, objectOf(binding.roleRef), namespace));
}

function isSubject({ kind, name, namespace }: JsonObject, user: User): boolean {
  if (kind === "Group") return user.groups.includes(textOf(name));
  if (kind === "ServiceAccount") return user.name === `system:serviceaccount:${textOf(namespace)}:${textOf(name)}`;
  return user.name === name;
}

function roleRules(world: World, { kind, name }: JsonObject, namespace: string): readonly JsonObject[] {
  const isRole = kind === "Role";
  const id = idOfObject(isRole ? namespace : "", textOf(name));
  const role = findObject(world, `${isRole ? "roles" : "clusterroles"}.${GROUP}`, id);
  return listIn(role?.rules).filter(isObject);
}

function covers(rule: JsonObject, { verb, group, resource, name }: Attributes): boolean {
  const has = (list: string, wanted: string): boolean => {
    const values = listIn(rule[list]);
    return values.includes("*") || values.includes(wanted);
  };
  const names = listIn(rule.resourceNames);
  return (
    has("verbs", verb) &&
    has("apiGroups", group) &&
    has("resources", resource) &&
    (names.length === 0 || names.includes(name))
  );
}

function attributesOf(target: Target, verb: string): Attributes {
  const { group, plural } = target.resource;
  const resource = target.subresource === "" ? plural : `${plural}/${target.subresource}`;
  return { verb, group, resource, namespace: target.namespace, name: target.name };
}

export function checkAccess(
  world: World,
  user: User,
  { target, verb }: { readonly target: Target; readonly verb: string },
): void {
  const asked = attributesOf(target, verb);
  if (!isAllowed(world, user, asked)) throw denied(target, user, asked);
}

function denied(target: Target, user: User, { verb, group, resource, namespace }: Attributes): StatusError {
  const where = namespace === "" ? "at the cluster scope" : `in the namespace "${namespace}"`;
  const why = `User "${user.name}" cannot ${verb} resource "${resource}" in API group "${group}" ${where}`;
  return forbidden(subjectOf(target), why);
}

const ROLES: ReadonlySet<string> = new Set(["Role", "ClusterRole"]);

/** Nobody gives away by a role what they do not have themselves. */
export function checkEscalation(
  world: World,
  user: User,
  { target, object }: { readonly target: Target; readonly object: JsonObject },
): void {
  if (!ROLES.has(target.resource.kind) || target.resource.group !== GROUP || user.groups.includes(MASTERS)) return;
  const missing = listIn(object.rules)
    .map(objectOf)
    .filter((rule) => !holds(world, user, { rule, namespace: target.namespace }));
  if (missing.length === 0) return;
  const groups = [...new Set([...user.groups, "system:authenticated"])].map((one) => JSON.stringify(one)).join(" ");
  const why = `user "${user.name}" (groups=[${groups}]) is attempting to grant RBAC permissions not currently held:\n${missing.map(printRule).join("\n")}`;
  throw forbidden(subjectOf(target), why);
}

function holds(
  world: World,
  user: User,
  { rule, namespace }: { readonly rule: JsonObject; readonly namespace: string },
): boolean {
  return listIn(rule.verbs).every((verb) =>
    listIn(rule.apiGroups).every((group) =>
      listIn(rule.resources).every((resource) =>
        isAllowed(world, user, {
          verb: textOf(verb),
          group: textOf(group),
          resource: textOf(resource),
          namespace,
          name: "",
        }),
      ),
    ),
  );
}

function printRule({ apiGroups, resources, verbs }: JsonObject): string {
  const list = (values: unknown): string =>
    `[${(Array.isArray(values) ? values : []).map((one) => JSON.stringify(one)).join(" ")}]`;
  return `{APIGroups:${list(apiGroups)}, Resources:${list(resources)}, Verbs:${list(verbs)}}`;
}
