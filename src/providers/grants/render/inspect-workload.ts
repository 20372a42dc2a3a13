/** What runs, and how it is reached. Pure. */
import type { Measure } from "./inspect.ts";
import { type JsonRecord, listAt, type Problem, recordAt, recordsAt, textAt, unless } from "./json-walk.ts";
import { LABELS } from "./markers.ts";

/** Problems of workloads, services and routes; none for another kind. */
export function inspectWorkload(object: JsonRecord, measure: Measure): readonly Problem[] {
  const spec = recordAt(object, "spec");
  switch (measure.identity.kind) {
    case "ServiceAccount":
      return unless(object["automountServiceAccountToken"] === false, "the desktop gets no token of the API server");
    case "StatefulSet":
      return [
        ...labelProblems(recordAt(recordAt(recordAt(spec, "template"), "metadata"), "labels"), measure),
        ...podProblems(recordAt(recordAt(spec, "template"), "spec")),
      ];
    case "Service":
      return [
        ...unless(spec["type"] === "ClusterIP", "type must be ClusterIP: all else is a way around the gateway"),
        ...unless(Object.keys(recordAt(spec, "selector")).length > 0, "it must select the desktop"),
      ];
    case "HTTPRoute":
      return routeProblems(spec, measure);
    case "ReferenceGrant":
      return grantProblems(spec, measure);
    case "ClusterSPIFFEID":
      return identityProblems(spec);
    default:
      return [];
  }
}

/** What else it may say; where others' trust domains come in is not among it. */
const IDENTITY_FIELDS: ReadonlySet<string> = new Set(
  "spiffeIDTemplate namespaceSelector podSelector ttl jwtTtl className hint".split(" "),
);

/** Istio believes what stands here: another template would make a desktop the gateway, or another desktop. */
const OWN_IDENTITY = "spiffe://{{ .TrustDomain }}/ns/{{ .PodMeta.Namespace }}/sa/{{ .PodSpec.ServiceAccountName }}";

function identityProblems(spec: JsonRecord): readonly Problem[] {
  const labelsOf = (selector: string): JsonRecord => recordAt(recordAt(spec, selector), "matchLabels");
  const isSelecting =
    labelsOf("namespaceSelector")[LABELS.managedBy] === "reeve" &&
    labelsOf("podSelector")[LABELS.component] === "workstation";
  const foreign = Object.keys(spec).filter((key) => !IDENTITY_FIELDS.has(key));
  return [
    ...unless(isSelecting, "it must select Reeve's namespaces and desktops"),
    ...unless(spec["spiffeIDTemplate"] === OWN_IDENTITY, `spiffeIDTemplate must be ${OWN_IDENTITY}`),
    ...foreign.map((key) => `spec.${key} is never rendered`),
  ];
}

/** Others tell desktops apart by it. */
function labelProblems(labels: JsonRecord, { person }: Measure): readonly Problem[] {
  const slug = slugOf(person);
  return unless((labels[LABELS.user] ?? slug) === slug, `a desktop's label ${LABELS.user} must be ${slug}`);
}

function slugOf(person: Measure["person"]): string {
  return person?.namespace.slice("ws-".length) ?? "";
}

const VOLUMES: ReadonlySet<string> = new Set(["name", "persistentVolumeClaim", "emptyDir", "configMap"]);

function podProblems(pod: JsonRecord): readonly Problem[] {
  const containers = [...recordsAt(pod, "containers"), ...recordsAt(pod, "initContainers")];
  const security = recordAt(pod, "securityContext");
  return [
    ...unless(textAt(pod, "serviceAccountName") === "workstation", "it must run as the service account workstation"),
    ...unless(pod["automountServiceAccountToken"] === false, "the desktop gets no token of the API server"),
    ...unless(security["runAsNonRoot"] === true && security["runAsUser"] !== 0, "it must not run as root"),
    ...recordsAt(pod, "volumes").flatMap((volume) =>
      Object.keys(volume).flatMap((key) => unless(VOLUMES.has(key), `a volume of ${key} is never rendered`)),
    ),
    ...containers.flatMap(containerProblems),
  ];
}

function containerProblems(container: JsonRecord): readonly Problem[] {
  const name = textAt(container, "name");
  const security = recordAt(container, "securityContext");
  const capabilities = recordAt(security, "capabilities");
  const isBare = listAt(capabilities, "drop").includes("ALL") && !("add" in capabilities);
  return [
    ...unless(/@sha256:[0-9a-f]{64}$/.test(textAt(container, "image")), `the image of ${name} must have its digest`),
    ...unless(security["allowPrivilegeEscalation"] === false, `${name} must not gain rights`),
    ...unless(isBare, `${name} must drop every capability`),
    ...unless(security["runAsUser"] !== 0 && security["runAsNonRoot"] !== false, `${name} must not run as root`),
  ];
}

/** A regular expression may take anybody's path. */
const PATH_TYPES: ReadonlySet<string> = new Set(["PathPrefix", "Exact"]);

const FILTERS: ReadonlySet<string> = new Set(["URLRewrite", "ResponseHeaderModifier", "RequestHeaderModifier"]);

function routeProblems(spec: JsonRecord, { cluster, person }: Measure): readonly Problem[] {
  const { gateway } = cluster;
  const parents = recordsAt(spec, "parentRefs");
  const isOurs = (parent: JsonRecord): boolean =>
    parent["kind"] === "Gateway" &&
    parent["name"] === gateway.name &&
    parent["namespace"] === gateway.namespace &&
    parent["sectionName"] === gateway.listener;
  const own = ownAddress(cluster, slugOf(person));
  const hosts = listAt(spec, "hostnames");
  return [
    ...unless(
      parents.length > 0 && parents.every(isOurs),
      `parentRefs must be the listener ${gateway.listener} of the cluster's Gateway alone`,
    ),
    ...unless(hosts.length > 0 && hosts.every((host) => host === own.host), `hostnames must be ${own.host} alone`),
    ...recordsAt(spec, "rules").flatMap((rule) =>
      ruleProblems(rule, { path: own.path, namespace: person?.namespace ?? "" }),
    ),
  ];
}

/** Where the documents put the desktop: a route for another host or path would take others' requests. */
function ownAddress({ address }: Measure["cluster"], slug: string): { readonly host: string; readonly path: string } {
  const { domain, path } = address;
  if (domain !== undefined) return { host: `${slug}.${domain}`, path: "" };
  return { host: path?.host ?? "", path: `${path?.prefix ?? ""}/${slug}` };
}

function ruleProblems(
  rule: JsonRecord,
  { path: own, namespace }: { readonly path: string; readonly namespace: string },
): readonly Problem[] {
  const backends = recordsAt(rule, "backendRefs");
  const isDesktop = (backend: JsonRecord): boolean =>
    backend["kind"] === "Service" && backend["name"] === "ws" && (backend["namespace"] ?? namespace) === namespace;
  const paths = recordsAt(rule, "matches").map((match) => recordAt(match, "path"));
  const isOwn = (path: JsonRecord): boolean => {
    const value = textAt(path, "value");
    const isPlain = /^\/(?!.*(\/\/|\.\.))/.test(value) && PATH_TYPES.has(textAt(path, "type"));
    return isPlain && (value === own || value.startsWith(`${own}/`));
  };
  return [
    ...unless(
      paths.length > 0 && paths.every(isOwn),
      `a rule must name the path ${own === "" ? "/" : own}, or paths below it`,
    ),
    ...unless(
      backends.length > 0 && backends.every(isDesktop),
      "backendRefs must be the person's own Service ws alone",
    ),
    ...recordsAt(rule, "filters").flatMap((filter) =>
      unless(FILTERS.has(textAt(filter, "type")), `a filter ${textAt(filter, "type")} would send requests elsewhere`),
    ),
  ];
}

function grantProblems(spec: JsonRecord, { cluster }: Measure): readonly Problem[] {
  const from = recordsAt(spec, "from");
  const to = recordsAt(spec, "to");
  const isRoute = (one: JsonRecord): boolean =>
    one["kind"] === "HTTPRoute" && one["namespace"] === cluster.gateway.namespace;
  const isService = (one: JsonRecord): boolean => one["kind"] === "Service" && one["name"] === "ws";
  return [
    ...unless(from.length === 1 && from.every(isRoute), "from must be routes of the gateway's namespace alone"),
    ...unless(to.length === 1 && to.every(isService), "to must be the Service ws alone"),
  ];
}
