/** What runs, and how it is reached. Pure. */
import type { Measure } from "./inspect.ts";
import {
  isRecord,
  type JsonRecord,
  listAt,
  type Problem,
  recordAt,
  recordsAt,
  showJson,
  textAt,
  unless,
} from "./json-walk.ts";

/** Problems of workloads, services and routes; none for another kind. */
export function inspectWorkload(object: JsonRecord, measure: Measure): readonly Problem[] {
  const spec = recordAt(object, "spec");
  switch (measure.identity.kind) {
    case "ServiceAccount":
      return unless(object["automountServiceAccountToken"] === false, "the desktop gets no token of the API server");
    case "StatefulSet":
      return podProblems(recordAt(recordAt(spec, "template"), "spec"));
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
      return unless(
        isRecord(spec["namespaceSelector"]) && isRecord(spec["podSelector"]),
        "it must select Reeve's namespaces and desktops",
      );
    default:
      return [];
  }
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

const FILTERS: ReadonlySet<string> = new Set(["URLRewrite", "ResponseHeaderModifier", "RequestHeaderModifier"]);

function routeProblems(spec: JsonRecord, { cluster, person }: Measure): readonly Problem[] {
  const { gateway } = cluster;
  const parents = recordsAt(spec, "parentRefs");
  const isOurs = (parent: JsonRecord): boolean =>
    parent["kind"] === "Gateway" && parent["name"] === gateway.name && parent["namespace"] === gateway.namespace;
  const hosts = listAt(spec, "hostnames").map(showJson);
  return [
    ...unless(parents.length > 0 && parents.every(isOurs), "parentRefs must be the cluster's Gateway alone"),
    ...unless(hosts.length > 0 && !hosts.some((host) => host.includes("*")), "hostnames must name one host"),
    ...recordsAt(spec, "rules").flatMap((rule) => ruleProblems(rule, person?.namespace ?? "")),
  ];
}

function ruleProblems(rule: JsonRecord, namespace: string): readonly Problem[] {
  const backends = recordsAt(rule, "backendRefs");
  const isDesktop = (backend: JsonRecord): boolean =>
    backend["kind"] === "Service" && backend["name"] === "ws" && (backend["namespace"] ?? namespace) === namespace;
  const paths = recordsAt(rule, "matches").map((match) => textAt(recordAt(match, "path"), "value"));
  return [
    ...unless(paths.length > 0 && paths.every((path) => /^\/(?!.*(\/\/|\.\.))/.test(path)), "a rule must name a path"),
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
