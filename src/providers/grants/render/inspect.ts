/**
 * The last look at a rendered object: a template may be anybody's, and so may a value. What is refused here would open a
 * way around what the documents say, whoever asked for it. Pure.
 */
import type { WorkstationClusterSpec } from "../../../generated/documents.ts";
import type { Json } from "../../../support/json.ts";
import { steeringOf } from "../security-paths.ts";
import { inspectPolicy } from "./inspect-policies.ts";
import { inspectWorkload } from "./inspect-workload.ts";
import { isRecord, type JsonRecord, type Problem, recordAt, showJson, textAt } from "./json-walk.ts";
import { ANNOTATIONS } from "./markers.ts";

/** What an object has to be: its template says so too, and may not say otherwise. */
export interface Identity {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  /** Null for an object of the whole cluster. */
  readonly namespace: string | null;
}

/** What an object is measured by. */
export interface Measure {
  readonly identity: Identity;
  readonly cluster: WorkstationClusterSpec;
  /** Null for what is shared. */
  readonly person: { readonly id: string; readonly namespace: string } | null;
}

const METADATA: ReadonlySet<string> = new Set(["name", "namespace", "labels", "annotations"]);

/** Fields that no object here needs, and that open the machine, the mesh or the network. */
const NEVER: ReadonlySet<string> = new Set([
  "downstream",
  "admin",
  "hostNetwork",
  "hostPID",
  "hostIPC",
  "hostPath",
  "hostPort",
  "privileged",
  "externalIPs",
  "externalName",
  "loadBalancerIP",
  "loadBalancerClass",
  "nodePort",
  "ephemeralContainers",
  "shareProcessNamespace",
  "serviceAccountToken",
  "imagePullPolicy",
  "finalizers",
  "ownerReferences",
]);

/** Members whose names are people's words and mean no field. */
const WORDS: ReadonlySet<string> = new Set(["labels", "annotations", "matchLabels", "data", "hard"]);

/** Everything that is wrong with the object; an empty list for a good one. */
export function inspectObject(object: Json, measure: Measure): readonly Problem[] {
  if (!isRecord(object)) return ["it is no object"];
  const { kind } = measure.identity;
  return [
    ...identityProblems(object, measure.identity),
    ...fieldProblems(object, ""),
    ...markProblems(object, kind),
    ...markTexts(recordAt(object, "metadata")),
    ...(kind === "Namespace" ? namespaceProblems(object) : []),
    ...inspectPolicy(object, measure),
    ...inspectWorkload(object, measure),
  ];
}

function identityProblems(object: JsonRecord, identity: Identity): readonly Problem[] {
  const metadata = recordAt(object, "metadata");
  const found = {
    apiVersion: object["apiVersion"],
    kind: object["kind"],
    name: metadata["name"],
    namespace: metadata["namespace"] ?? null,
  };
  const wrong = (["apiVersion", "kind", "name", "namespace"] as const).filter((part) => found[part] !== identity[part]);
  const foreign = Object.keys(metadata).filter((key) => !METADATA.has(key));
  return [
    ...wrong.map((part) => `${part} must be ${showJson(identity[part])}, not ${showJson(found[part])}`),
    ...foreign.map((key) => `metadata.${key} is the server's`),
  ];
}

function fieldProblems(value: Json, path: string): readonly Problem[] {
  if (Array.isArray(value)) return value.flatMap((item: Json, index) => fieldProblems(item, `${path}[${index}]`));
  if (!isRecord(value)) return [];
  return Object.entries(value).flatMap(([key, member]) => {
    const at = path === "" ? key : `${path}.${key}`;
    if (NEVER.has(key)) return [`${at} is never rendered`];
    return WORDS.has(key) ? [] : fieldProblems(member, at);
  });
}

/** Marks that steer, and are a template's to set all the same: by kind, or of a desktop's pod. */
const MAY_STEER: Readonly<Record<string, RegExp>> = {
  Namespace: /^(istio-injection|istio\.io\/rev|pod-security\.kubernetes\.io\/.+)$/,
  // How much the proxy gets changes nothing of what it does.
  StatefulSet: /^sidecar\.istio\.io\/proxy(CPU|Memory)(Limit)?$/,
};

/** Labels and annotations by which a mesh, a network or Reeve itself would do something else. */
function markProblems(object: JsonRecord, kind: string): readonly Problem[] {
  const pod = recordAt(recordAt(recordAt(object, "spec"), "template"), "metadata");
  return [recordAt(object, "metadata"), pod]
    .flatMap((metadata) => [...keysAt(metadata, "labels"), ...keysAt(metadata, "annotations")])
    .flatMap((name) => {
      const why = MAY_STEER[kind]?.test(name) === true ? null : (steeringOf(name) ?? ownSteering(name, kind));
      return why === null ? [] : [`${name} is never rendered: it ${why}`];
    });
}

/** A number or a word like `true` without quotes is what a server refuses, in words that name no template. */
function markTexts(metadata: JsonRecord): readonly Problem[] {
  return (["labels", "annotations"] as const).flatMap((part) =>
    Object.entries(recordAt(metadata, part))
      .filter(([, value]) => typeof value !== "string")
      .map(([name, value]) => `metadata.${part}.${name} must be a text, not ${showJson(value)}`),
  );
}

function keysAt(metadata: JsonRecord, part: string): readonly string[] {
  return Object.keys(recordAt(metadata, part));
}

/** What is to be kept for good is said of what holds something: a way in that is kept would never end. */
function ownSteering(name: string, kind: string): string | null {
  if (name === ANNOTATIONS.endedAt) return "says when a grant ended, which Reeve notes";
  if (name !== ANNOTATIONS.prune || kind === "Namespace" || kind === "PersistentVolumeClaim") return null;
  return "would keep access from ending";
}

function namespaceProblems(object: JsonRecord): readonly Problem[] {
  const labels = recordAt(recordAt(object, "metadata"), "labels");
  const injection = textAt(labels, "istio-injection") === "enabled" || textAt(labels, "istio.io/rev") !== "";
  return [
    ...(labels["pod-security.kubernetes.io/enforce"] === "restricted"
      ? []
      : ["the label pod-security.kubernetes.io/enforce must be restricted"]),
    ...(injection ? [] : ["without a sidecar (istio-injection or istio.io/rev) no policy is kept"]),
  ];
}
