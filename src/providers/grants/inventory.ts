/** The parent of an estate's objects in a cluster, as `kubectl` and others know it (KEP-3659). Pure. */
import type { Address } from "../../estate/resource.ts";
import type { KubeObject } from "./kube-object.ts";
import { inventoryOf, LABELS } from "./render/markers.ts";
import type { RenderedObject } from "./render/render.ts";
import { DESKTOP_SLOTS, SHARED_SLOTS } from "./render/slots.ts";
import type { ApplyStep, Step } from "./steps.ts";
import type { ClusterDocument } from "./topology.ts";

/** Every kind that Reeve may make is listed from the start: what is listed too late would be lost after a crash. */
const GROUP_KINDS = [...new Set([...SHARED_SLOTS, ...DESKTOP_SLOTS].map(groupKindOf))].toSorted().join(",");

function groupKindOf({ apiVersion, kind }: { readonly apiVersion: string; readonly kind: string }): string {
  return apiVersion.includes("/") ? `${kind}.${apiVersion.split("/")[0] ?? ""}` : kind;
}

/**
 * Written before its members: `members` are those that should be there and those that are, itself among them. Names of
 * namespaces that are gone stay until there is another reason to write it: more than is there is never too little.
 */
export function renderInventory(
  cluster: ClusterDocument,
  estate: string,
  members: readonly KubeObject[],
): RenderedObject {
  const { name, namespace, id } = inventoryOf(
    estate,
    cluster.spec.inventoryNamespace ?? cluster.spec.gateway.namespace,
  );
  const namespaces = new Set(members.flatMap(({ metadata }) => metadata.namespace ?? []));
  namespaces.delete(namespace);
  const written = members.find(
    ({ kind, metadata }) => kind === "ConfigMap" && metadata.name === name && metadata.namespace === namespace,
  );
  const metadata = {
    name,
    namespace,
    labels: { [LABELS.inventory]: id, [LABELS.managedBy]: "reeve", [LABELS.estate]: estate },
    annotations: {
      "applyset.kubernetes.io/tooling": "reeve/v1",
      "applyset.kubernetes.io/contains-group-kinds": GROUP_KINDS,
      [NAMESPACES]: namespacesText(namespaces, written?.metadata.annotations?.[NAMESPACES]),
    },
  };
  const object = { apiVersion: "v1", kind: "ConfigMap", metadata };
  return { object, order: ORDER, mutability: "mutable", source: cluster };
}

/** Before all that is in it. */
const ORDER = 0;

const NAMESPACES = "applyset.kubernetes.io/additional-namespaces";

/** True for a step that does no more than list namespaces: what is made in them is what a person reads of. */
export function isListing(step: Step): step is ApplyStep {
  if (step.do !== "apply" || step.live === null || step.rendered.order !== ORDER) return false;
  const { fields, foreign, isAdopted } = step;
  return !isAdopted && foreign.length === 0 && fields.every(({ path }) => path.includes(NAMESPACES));
}

/** The documents whose namespaces are to be made; none where a namespace that is there was not listed. */
export function newcomersTo(
  { live, rendered: { object } }: ApplyStep,
  all: readonly RenderedObject[],
): readonly Address[] {
  const listed = live?.metadata.annotations?.[NAMESPACES]?.split(",") ?? [];
  const wanted = (object.metadata.annotations?.[NAMESPACES] ?? "").split(",");
  const made = all.filter(({ object: { kind, metadata } }) => kind === "Namespace" && !listed.includes(metadata.name));
  const names = new Set(made.map(({ object: { metadata } }) => metadata.name));
  const isEnough = wanted.every((name) => listed.includes(name) || names.has(name));
  return isEnough ? [...new Set(made.map(({ source }) => source.address))] : [];
}

function namespacesText(needed: ReadonlySet<string>, written: string | undefined): string {
  const listed = (written ?? "").split(",");
  const isEnough = written !== undefined && [...needed].every((one) => listed.includes(one));
  return isEnough && listed.toSorted().join(",") === written ? written : [...needed].toSorted().join(",");
}
