import { isObject, type JsonObject, listIn, objectOf, textOf } from "./schema.ts";

const LISTS = ["initContainers", "containers", "ephemeralContainers"] as const;

interface Named {
  readonly name: string;
  readonly security: JsonObject;
  readonly ports: readonly JsonObject[];
}

function containersOf(spec: JsonObject): readonly Named[] {
  return LISTS.flatMap((list) => listIn(spec[list]).map(objectOf)).map(({ name, securityContext, ports }) => ({
    name: textOf(name),
    security: objectOf(securityContext),
    ports: listIn(ports).map(objectOf),
  }));
}

/** `container "c"`, `containers "c", "d"`. */
function named(containers: readonly Named[]): string {
  const names = containers.map(({ name }) => JSON.stringify(name)).join(", ");
  return `container${containers.length === 1 ? "" : "s"} ${names}`;
}

function baseline(spec: JsonObject): readonly string[] {
  const containers = containersOf(spec);
  const host = ["hostNetwork", "hostPID", "hostIPC"].filter((name) => spec[name] === true);
  const privileged = containers.filter(({ security }) => security.privileged === true);
  const hostPorts = containers.filter(({ ports }) => ports.some(({ hostPort }) => (hostPort ?? 0) !== 0));
  const hostPaths = listIn(spec.volumes)
    .map(objectOf)
    .filter((volume) => volume.hostPath !== undefined);
  const volumes = hostPaths.map(({ name }) => JSON.stringify(textOf(name))).join(", ");
  return [
    ...(host.length === 0 ? [] : [`host namespaces (${host.map((name) => `${name}=true`).join(", ")})`]),
    ...(privileged.length === 0
      ? []
      : [`privileged (${named(privileged)} must not set securityContext.privileged=true)`]),
    ...(hostPaths.length === 0 ? [] : [`hostPath volumes (volume${hostPaths.length === 1 ? "" : "s"} ${volumes})`]),
    ...(hostPorts.length === 0 ? [] : [`hostPort (${named(hostPorts)} uses hostPorts)`]),
  ];
}

function dropsAll(security: JsonObject): boolean {
  return listIn(objectOf(security.capabilities).drop).includes("ALL");
}

const SECCOMP = ["RuntimeDefault", "Localhost"];

function hasSeccomp(security: JsonObject): boolean {
  return SECCOMP.includes(textOf(objectOf(security.seccompProfile).type));
}

function restricted(spec: JsonObject): readonly string[] {
  const pod = objectOf(spec.securityContext);
  const containers = containersOf(spec);
  const escalating = containers.filter(({ security }) => security.allowPrivilegeEscalation !== false);
  const capable = containers.filter(({ security }) => !dropsAll(security));
  const root = containers.filter(({ security }) => (security.runAsNonRoot ?? pod.runAsNonRoot) !== true);
  const open = containers.filter(({ security }) => !hasSeccomp(isObject(security.seccompProfile) ? security : pod));
  return [
    ...(escalating.length === 0
      ? []
      : [
          `allowPrivilegeEscalation != false (${named(escalating)} must set securityContext.allowPrivilegeEscalation=false)`,
        ]),
    ...(capable.length === 0
      ? []
      : [`unrestricted capabilities (${named(capable)} must set securityContext.capabilities.drop=["ALL"])`]),
    ...(root.length === 0
      ? []
      : [`runAsNonRoot != true (pod or ${named(root)} must set securityContext.runAsNonRoot=true)`]),
    ...(open.length === 0
      ? []
      : [
          `seccompProfile (pod or ${named(open)} must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost")`,
        ]),
  ];
}

/** What a pod violates of a level of the Pod Security Standards, or null. */
export function podSecurityViolation(spec: JsonObject, level: string): string | null {
  if (level !== "baseline" && level !== "restricted") return null;
  const faults = [...baseline(spec), ...(level === "restricted" ? restricted(spec) : [])];
  return faults.length === 0 ? null : `"${level}:latest": ${faults.join(", ")}`;
}
