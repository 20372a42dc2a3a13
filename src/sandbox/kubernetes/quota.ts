import { quantityValue, sumOfQuantities } from "./quantity.ts";
import { type Resource, resourceKey } from "./resource.ts";
import { type JsonObject, listIn, objectOf, textOf } from "./schema.ts";
import { contentsOf, metadataOf, putObject, type World, withMetadata } from "./world.ts";

const PLAIN_COUNTS: ReadonlySet<string> = new Set([
  "configmaps",
  "persistentvolumeclaims",
  "pods",
  "resourcequotas",
  "secrets",
  "services",
]);

/** What one object uses up of each thing that a quota can limit. */
function usageOf(resource: Resource, object: JsonObject): Readonly<Record<string, string>> {
  const key = resourceKey(resource);
  return {
    [`count/${key}`]: "1",
    ...(PLAIN_COUNTS.has(key) ? { [key]: "1" } : {}),
    ...(key === "persistentvolumeclaims" ? claimUsage(object) : {}),
    ...(key === "pods" ? podUsage(object) : {}),
    ...(key === "services" ? serviceUsage(object) : {}),
  };
}

function claimUsage(object: JsonObject): Readonly<Record<string, string>> {
  const requests = objectOf(objectOf(objectOf(object.spec).resources).requests);
  return { "requests.storage": textOf(requests.storage) };
}

function serviceUsage(object: JsonObject): Readonly<Record<string, string>> {
  const { type } = objectOf(object.spec);
  return {
    ...(type === "NodePort" || type === "LoadBalancer" ? { "services.nodeports": "1" } : {}),
    ...(type === "LoadBalancer" ? { "services.loadbalancers": "1" } : {}),
  };
}

function podUsage(object: JsonObject): Readonly<Record<string, string>> {
  const containers = listIn(objectOf(object.spec).containers).map(objectOf);
  const usage: Record<string, string> = {};
  for (const bound of ["requests", "limits"] as const) {
    for (const thing of ["cpu", "memory"] as const) {
      const amounts = containers.map(({ resources }) => textOf(objectOf(objectOf(resources)[bound])[thing]));
      usage[`${bound}.${thing}`] = sumOfQuantities(amounts);
    }
  }
  return { ...usage, cpu: usage["requests.cpu"] ?? "0", memory: usage["requests.memory"] ?? "0" };
}

/** Why a new object does not fit, or null. A quota binds only once its status has been filled. */
export function exceededQuota(world: World, resource: Resource, object: JsonObject): string | null {
  const { namespace } = metadataOf(object);
  const usage = usageOf(resource, object);
  for (const quota of quotasIn(world, textOf(namespace))) {
    const { hard, used } = objectOf(quota.status);
    const over = Object.entries(objectOf(hard)).filter(([thing, limit]) => {
      const asked = usage[thing];
      return (
        asked !== undefined &&
        quantityValue(sumOfQuantities([textOf(objectOf(used)[thing]), asked])) > quantityValue(textOf(limit))
      );
    });
    if (over.length === 0) continue;
    const list = (amountOf: (thing: string) => string): string =>
      over.map(([thing]) => `${thing}=${amountOf(thing)}`).join(",");
    const requested = list((thing) => usage[thing] ?? "0");
    const inUse = list((thing) => textOf(objectOf(used)[thing]) || "0");
    const limited = list((thing) => textOf(objectOf(hard)[thing]));
    return `exceeded quota: ${textOf(metadataOf(quota).name)}, requested: ${requested}, used: ${inUse}, limited: ${limited}`;
  }
  return null;
}

function quotasIn(world: World, namespace: string): readonly JsonObject[] {
  return contentsOf(world, namespace).flatMap(({ key, object }) => (key === "resourcequotas" ? [object] : []));
}

/** What the quota controller does for some namespaces: the limits and what is used of them, into the status. */
export function fillQuotas(world: World, resources: readonly Resource[], namespaces: ReadonlySet<string>): void {
  const byKey = new Map(resources.map((resource) => [resourceKey(resource), resource]));
  for (const quota of [...namespaces].flatMap((namespace) => quotasIn(world, namespace))) {
    const hard = objectOf(objectOf(quota.spec).hard);
    const usages = contentsOf(world, textOf(metadataOf(quota).namespace)).flatMap(({ key, object }) => {
      const resource = byKey.get(key);
      return resource === undefined ? [] : [usageOf(resource, object)];
    });
    const used = Object.fromEntries(
      Object.keys(hard).map((thing) => [thing, sumOfQuantities(usages.map((usage) => usage[thing] ?? "0"))]),
    );
    const status = { hard, used };
    if (JSON.stringify(objectOf(quota.status)) === JSON.stringify(status)) continue;
    putObject(world, "resourcequotas", withMetadata({ ...quota, status }, {}));
  }
}
