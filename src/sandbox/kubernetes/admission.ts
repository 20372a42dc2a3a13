import { podSecurityViolation } from "./pod-security.ts";
import { exceededQuota } from "./quota.ts";
import { isObject, type JsonObject, listIn, objectOf, textOf } from "./schema.ts";
import { forbidden, StatusError } from "./status.ts";
import { subjectOf, type Target } from "./target.ts";
import { allObjects, findObject, idOfObject, metadataOf, type World } from "./world.ts";

interface Admitting {
  readonly target: Target;
  readonly object: JsonObject;
  readonly operation: "CREATE" | "UPDATE";
}

/** Pod Security, quota and webhooks. Answers warnings; throws what they refuse. */
export function admit(world: World, { target, object, operation }: Admitting): readonly string[] {
  callWebhooks(world, target, operation);
  const warnings = podSecurity(world, target, object);
  const isNew = operation === "CREATE" && target.resource.namespaced;
  const exceeded = isNew ? exceededQuota(world, target.resource, object) : null;
  if (exceeded !== null) throw forbidden(subjectOf(target), exceeded);
  return warnings;
}

const LABEL = "pod-security.kubernetes.io/";

function podSecurity(world: World, target: Target, object: JsonObject): readonly string[] {
  const namespace = findObject(world, "namespaces", idOfObject("", target.namespace));
  const labels = objectOf(metadataOf(namespace ?? {}).labels);
  const spec = objectOf(object.spec);
  const isPod = target.resource.kind === "Pod";
  const pod = isPod ? spec : objectOf(objectOf(spec.template).spec);
  if (!isPod && !isObject(spec.template)) return [];
  const refused = isPod ? podSecurityViolation(pod, textOf(labels[`${LABEL}enforce`])) : null;
  if (refused !== null) throw forbidden(subjectOf(target), `violates PodSecurity ${refused}`);
  const warned = podSecurityViolation(pod, textOf(labels[`${LABEL}warn`]));
  return warned === null ? [] : [`would violate PodSecurity ${warned}`];
}

const WEBHOOK_KINDS = ["mutatingwebhookconfigurations", "validatingwebhookconfigurations"] as const;

/** Nothing answers webhooks here, so those that a write must pass are down. */
function callWebhooks(world: World, target: Target, operation: string): void {
  const kinds = WEBHOOK_KINDS.map((plural) => `${plural}.admissionregistration.k8s.io`);
  if (target.resource.group === "admissionregistration.k8s.io") return;
  const webhooks = kinds.flatMap((key) => allObjects(world, key)).flatMap(({ webhooks }) => listIn(webhooks));
  const down = webhooks
    .map(objectOf)
    .find((hook) => hook.failurePolicy === "Fail" && concerns(hook, target, operation));
  if (down === undefined) return;
  const url = textOf(objectOf(down.clientConfig).url) || "https://webhook.invalid:443/";
  const seconds = typeof down.timeoutSeconds === "number" ? down.timeoutSeconds : 10;
  const name = textOf(down.name);
  const why = `failed calling webhook "${name}": failed to call webhook: Post "${url}?timeout=${seconds}s": dial tcp ${hostOf(url)}: connect: connection refused`;
  throw new StatusError({
    code: 500,
    reason: "InternalError",
    message: `Internal error occurred: ${why}`,
    details: { causes: [{ message: why }] },
  });
}

function hostOf(url: string): string {
  return /^https?:\/\/([^/]+)/.exec(url)?.[1] ?? url;
}

function concerns(hook: JsonObject, { resource, version }: Target, operation: string): boolean {
  const has = (list: readonly unknown[], wanted: string): boolean => list.includes("*") || list.includes(wanted);
  return listIn(hook.rules)
    .map(objectOf)
    .some(
      ({ operations, apiGroups, apiVersions, resources }) =>
        has(listIn(operations), operation) &&
        has(listIn(apiGroups), resource.group) &&
        has(listIn(apiVersions), version) &&
        has(listIn(resources), resource.plural),
    );
}
