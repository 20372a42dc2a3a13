import { canonicalJson, type Json } from "../../../support/json.ts";
import type { Allocation, KindRules } from "../resource.ts";
import { isObject, type JsonObject, listIn, objectOf, textOf } from "../schema.ts";
import { type Cause, fieldError, fieldForbidden, fieldRequired } from "../status.ts";

/** An image without a tag, or with `latest`, is always pulled. */
function pullPolicy(image: string): string {
  if (image.includes("@")) return "IfNotPresent";
  const last = image.slice(image.lastIndexOf("/") + 1);
  const tag = last.includes(":") ? last.slice(last.indexOf(":") + 1) : "latest";
  return tag === "latest" ? "Always" : "IfNotPresent";
}

function completeContainer(container: Json): Json {
  if (!isObject(container)) return container;
  return { ...container, imagePullPolicy: container.imagePullPolicy ?? pullPolicy(textOf(container.image)) };
}

const CONTAINERS = ["initContainers", "containers", "ephemeralContainers"] as const;

function completePodSpec(spec: JsonObject): JsonObject {
  const lists = CONTAINERS.filter((list) => spec[list] !== undefined).map(
    (list) => [list, listIn(spec[list]).map(completeContainer)] as const,
  );
  const account = spec.serviceAccountName ?? spec.serviceAccount;
  const accounts = account === undefined ? {} : { serviceAccountName: account, serviceAccount: account };
  return { ...spec, ...Object.fromEntries(lists), ...accounts };
}

export function inSpec(object: JsonObject, change: (spec: JsonObject) => JsonObject): JsonObject {
  return { ...object, spec: change(objectOf(object.spec)) };
}

function completeTemplate(spec: JsonObject): JsonObject {
  const template = objectOf(spec.template);
  return { ...spec, template: { ...template, spec: completePodSpec(objectOf(template.spec)) } };
}

function labelsMatch(spec: JsonObject): boolean {
  const labels = objectOf(objectOf(objectOf(spec.template).metadata).labels);
  return Object.entries(objectOf(objectOf(spec.selector).matchLabels)).every(([key, value]) => labels[key] === value);
}

function workloadCauses(object: JsonObject): readonly Cause[] {
  const spec = objectOf(object.spec);
  if (spec.selector === undefined) return [fieldRequired("spec.selector")];
  const labels = objectOf(objectOf(spec.template).metadata).labels;
  const mismatch = labelsMatch(spec)
    ? []
    : [fieldError("spec.template.metadata.labels", labels, "`selector` does not match template `labels`")];
  return [...mismatch, ...podCauses(objectOf(objectOf(spec.template).spec), "spec.template.spec")];
}

function podCauses(spec: JsonObject, path: string): readonly Cause[] {
  const containers = listIn(spec.containers);
  if (containers.length === 0) return [fieldRequired(`${path}.containers`)];
  return containers.flatMap((container, index) => {
    const at = `${path}.containers[${index}]`;
    const { name, image } = objectOf(container);
    return [
      ...(textOf(name) === "" ? [fieldRequired(`${at}.name`)] : []),
      ...(textOf(image) === "" ? [fieldRequired(`${at}.image`)] : []),
    ];
  });
}

const differs = (a: Json | undefined, b: Json | undefined): boolean =>
  canonicalJson(a ?? null) !== canonicalJson(b ?? null);

const QUARTER = "25%";

export const deployment: KindRules = {
  complete: (object) =>
    inSpec(object, (spec) => {
      const strategy = objectOf(spec.strategy);
      const type = strategy.type ?? "RollingUpdate";
      const rolling = { maxUnavailable: QUARTER, maxSurge: QUARTER, ...objectOf(strategy.rollingUpdate) };
      return {
        ...completeTemplate(spec),
        strategy: { ...strategy, type, ...(type === "RollingUpdate" ? { rollingUpdate: rolling } : {}) },
      };
    }),
  validate: workloadCauses,
  validateUpdate: (object, live) => {
    const { selector } = objectOf(object.spec);
    const isChanged = differs(selector, objectOf(live.spec).selector);
    return isChanged ? [fieldError("spec.selector", selector, "field is immutable")] : [];
  },
};

const MUTABLE = [
  "replicas",
  "ordinals",
  "template",
  "updateStrategy",
  "revisionHistoryLimit",
  "persistentVolumeClaimRetentionPolicy",
  "minReadySeconds",
] as const;

const STATEFUL_SET_WHY =
  "updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden";

const fixedPart = (object: JsonObject): JsonObject =>
  Object.fromEntries(Object.entries(objectOf(object.spec)).filter(([name]) => !MUTABLE.some((one) => one === name)));

export const statefulSet: KindRules = {
  complete: (object) =>
    inSpec(object, (spec) => {
      const templates = listIn(spec.volumeClaimTemplates);
      const claims = templates.map((claim) => ({
        kind: "PersistentVolumeClaim",
        apiVersion: "v1",
        ...objectOf(claim),
        status: { phase: "Pending", ...objectOf(objectOf(claim).status) },
      }));
      const strategy = objectOf(spec.updateStrategy);
      const rolling =
        strategy.type === "RollingUpdate"
          ? { rollingUpdate: { partition: 0, ...objectOf(strategy.rollingUpdate) } }
          : {};
      return {
        ...completeTemplate(spec),
        updateStrategy: { ...strategy, ...rolling },
        ...(templates.length === 0 ? {} : { volumeClaimTemplates: claims }),
      };
    }),
  prepare: (object) => ({ ...object, status: { replicas: 0, availableReplicas: 0, ...objectOf(object.status) } }),
  validate: workloadCauses,
  validateUpdate: (object, live) =>
    differs(fixedPart(object), fixedPart(live)) ? [fieldForbidden("spec", STATEFUL_SET_WHY)] : [],
};

function jobLabels(name: string, uid: string): JsonObject {
  return {
    "batch.kubernetes.io/controller-uid": uid,
    "batch.kubernetes.io/job-name": name,
    "controller-uid": uid,
    "job-name": name,
  };
}

function prepareJob(object: JsonObject, { uid }: Allocation): JsonObject {
  const metadata = objectOf(object.metadata);
  const labels = jobLabels(textOf(metadata.name), uid);
  const withSpec = inSpec(object, (spec) => {
    const template = objectOf(spec.template);
    const templateMetadata = objectOf(template.metadata);
    const templateLabels = { ...objectOf(templateMetadata.labels), ...labels };
    return {
      ...spec,
      selector: { matchLabels: { "batch.kubernetes.io/controller-uid": uid } },
      template: { ...template, metadata: { ...templateMetadata, labels: templateLabels } },
    };
  });
  return { ...withSpec, metadata: { ...metadata, labels: { ...labels, ...objectOf(metadata.labels) } } };
}

export const job: KindRules = {
  complete: (object) => inSpec(object, completeTemplate),
  prepare: prepareJob,
  validate: (object) => podCauses(objectOf(objectOf(objectOf(object.spec).template).spec), "spec.template.spec"),
  validateUpdate: (object, live) => {
    const { template } = objectOf(object.spec);
    const isChanged = differs(template, objectOf(live.spec).template);
    return isChanged ? [fieldError("spec.template", template, "field is immutable")] : [];
  },
};

const POD_WHY =
  "pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)";

/** The part of a pod that never changes. */
function fixedPod(object: JsonObject): Json {
  const { activeDeadlineSeconds: _deadline, tolerations: _tolerations, ...spec } = objectOf(object.spec);
  const lists = CONTAINERS.map((list) =>
    listIn(spec[list]).map((container) => ({ ...objectOf(container), image: "" })),
  );
  return [{ ...spec, containers: [], initContainers: [] }, lists];
}

export const pod: KindRules = {
  complete: (object) => inSpec(object, completePodSpec),
  prepare: (object) => ({
    ...object,
    status: { phase: "Pending", qosClass: "BestEffort", ...objectOf(object.status) },
  }),
  validate: (object) => podCauses(objectOf(object.spec), "spec"),
  validateUpdate: (object, live) =>
    differs(fixedPod(object), fixedPod(live)) ? [fieldForbidden("spec", POD_WHY)] : [],
};
