/** From what is granted to the objects of a cluster. Pure. */
import type { Resource } from "../../../estate/resource.ts";
import { digestOf } from "../../../support/digest.ts";
import { UserError } from "../../../support/user-error.ts";
import { asObject, type KubeObject } from "../kube-object.ts";
import { type ClusterDocument, type Desktop, desktopsAt, type GrantFacts, type Topology } from "../topology.ts";
import { fill, type Values } from "./fill.ts";
import { type Identity, inspectObject, type Measure } from "./inspect.ts";
import { isRecord, type JsonRecord, recordAt } from "./json-walk.ts";
import { ANNOTATIONS, inventoryOf, LABELS } from "./markers.ts";
import { DESKTOP_SLOTS, type DesktopSlot, type Mutability, SHARED_SLOTS, type SharedSlot } from "./slots.ts";
import type { Template } from "./template.ts";
import { clusterValues, desktopValues } from "./values.ts";

/** An object as it should be in a cluster. */
export interface RenderedObject {
  readonly object: KubeObject;
  /** Written in this order, taken away in reverse. */
  readonly order: number;
  readonly mutability: Mutability;
  /** The grant, or the cluster for what is shared. */
  readonly source: Resource;
}

/** By name: `route` for `templates/grants/route.hbs`. */
export type Templates = ReadonlyMap<string, Template>;

/** What rendering needs beside the cluster. */
export interface Scene {
  readonly topology: Topology;
  readonly templates: Templates;
  readonly now: Date;
}

/** All that should be in a cluster at an instant, sorted by order, then namespace and name. */
export function renderCluster(cluster: ClusterDocument, scene: Scene): readonly RenderedObject[] {
  const desktops = desktopsAt(scene.topology, scene.now).filter(({ facts }) => facts.cluster.name === cluster.name);
  tryTemplates(desktops, scene);
  return [...renderShared(cluster, scene), ...desktops.flatMap((desktop) => renderDesktop(desktop, scene))].toSorted(
    compareObjects,
  );
}

/**
 * What is made when access begins, of those who have none now: a template that fails must not pass until then, and hold up
 * everybody's plan at that instant.
 */
function tryTemplates(desktops: readonly Desktop[], scene: Scene): void {
  for (const { facts, state, home } of desktops) {
    if (state !== "active") renderDesktop({ facts, state: "active", home: facts.home === null ? home : facts }, scene);
  }
}

/** Objects that are there once, whoever has access. */
export function renderShared(cluster: ClusterDocument, { topology, templates }: Scene): readonly RenderedObject[] {
  const values = clusterValues(cluster.spec, topology.estate);
  return SHARED_SLOTS.filter((slot) => slot.isWanted(cluster.spec)).map((slot) => {
    const measure = { identity: sharedIdentity(slot, cluster, topology.estate), cluster: cluster.spec, person: null };
    const marks = {
      labels: commonLabels(cluster, topology.estate),
      annotations: { [ANNOTATIONS.source]: cluster.address },
    };
    return finish(render(templates, slot.template, { values, measure }), { slot, marks, source: cluster });
  });
}

/** One person's objects, as the desktop's state wants them. Sorted by order. */
export function renderDesktop(desktop: Desktop, { topology, templates }: Scene): readonly RenderedObject[] {
  const { facts } = desktop;
  const values = desktopValues(desktop, topology.estate);
  const person = { id: facts.person, namespace: facts.namespace };
  return DESKTOP_SLOTS.filter((slot) => slot.isWanted(desktop)).map((slot) => {
    const measure = { identity: desktopIdentity(slot, facts), cluster: facts.cluster.spec, person };
    const owner = ownerOf(slot, desktop);
    const marks = desktopMarks(owner, topology.estate);
    return finish(render(templates, slot.template, { values, measure }), { slot, marks, source: owner.grant });
  });
}

/** The volume may be an earlier grant's, and is then kept as that one says. */
function ownerOf({ kind }: DesktopSlot, { facts, home }: Desktop): GrantFacts {
  return kind === "PersistentVolumeClaim" ? (home ?? facts) : facts;
}

function sharedIdentity(slot: SharedSlot, { spec }: ClusterDocument, estate: string): Identity {
  const { apiVersion, kind } = slot;
  return { apiVersion, kind, name: slot.name(spec, estate), namespace: slot.namespace(spec) };
}

function desktopIdentity({ apiVersion, kind, name }: DesktopSlot, { namespace, cluster }: GrantFacts): Identity {
  const { gateway } = cluster.spec;
  if (kind === "Namespace") return { apiVersion, kind, name: namespace, namespace: null };
  const isApart = kind === "HTTPRoute" && gateway.routes === "beside-gateway";
  return isApart
    ? { apiVersion, kind, name: namespace, namespace: gateway.namespace }
    : { apiVersion, kind, name, namespace };
}

interface Marks {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

function commonLabels(cluster: ClusterDocument, estate: string): Readonly<Record<string, string>> {
  const inventory = inventoryOf(estate, cluster.spec.inventoryNamespace ?? cluster.spec.gateway.namespace);
  return {
    [LABELS.managedBy]: "reeve",
    [LABELS.partOf]: "workstation",
    [LABELS.estate]: estate,
    [LABELS.applySet]: inventory.id,
  };
}

function desktopMarks({ grant, cluster, slug, person, window, home }: GrantFacts, estate: string): Marks {
  return {
    labels: { ...commonLabels(cluster, estate), [LABELS.grant]: grant.name, [LABELS.user]: slug },
    annotations: {
      [ANNOTATIONS.source]: grant.address,
      [ANNOTATIONS.userId]: person,
      [ANNOTATIONS.expiresAt]: window.expiresAt.toISOString(),
      ...(home === null ? {} : { [ANNOTATIONS.retainFor]: home.retainFor }),
    },
  };
}

/** Throws a `UserError` where the template or a value would make something else of it than it is for. */
function render(
  templates: Templates,
  name: string,
  { values, measure }: { values: Values; measure: Measure },
): JsonRecord {
  const template = templates.get(name);
  if (template === undefined) throw new TypeError(`there is no template ${name}`);
  const filled = fill(template, values);
  const problems = inspectObject(filled, measure);
  if (problems.length === 0 && isRecord(filled)) return filled;
  const { kind, name: object, namespace } = measure.identity;
  const where = `${kind} ${namespace === null ? "" : `${namespace}/`}${object}`;
  const diagnostics = problems.map((problem) => ({
    severity: "error" as const,
    code: "rendered-object",
    message: `${where}: ${problem}`,
    hint: "mend the template, or the value that it was filled with",
    at: { file: template.file, line: 1, column: 1 },
  }));
  throw new UserError(diagnostics);
}

interface Finishing {
  readonly slot: { readonly order: number; readonly mutability: Mutability };
  readonly marks: Marks;
  readonly source: Resource;
}

/** Reeve's labels and annotations go over the template's: a template cannot make an object somebody else's. */
function finish(filled: JsonRecord, { slot, marks, source }: Finishing): RenderedObject {
  const metadata = recordAt(filled, "metadata");
  const labels = { ...recordAt(metadata, "labels"), ...marks.labels };
  const annotations = { ...recordAt(metadata, "annotations"), ...marks.annotations };
  const hash = digestOf({ ...filled, metadata: { ...metadata, labels, annotations } });
  const marked = { ...metadata, labels, annotations: { ...annotations, [ANNOTATIONS.specHash]: hash } };
  const object = { ...filled, metadata: marked };
  return { object: asObject(object), order: slot.order, mutability: slot.mutability, source };
}

function compareObjects(a: RenderedObject, b: RenderedObject): number {
  return a.order - b.order || compareText(placeOf(a), placeOf(b));
}

function placeOf({ object }: RenderedObject): string {
  return `${object.metadata.namespace ?? ""}/${object.metadata.name}`;
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
