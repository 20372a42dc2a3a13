import { canonicalJson } from "../../../support/json.ts";
import type { KubeObject } from "../kube-object.ts";
import { fields, items, text, textMap, wholeNumber } from "./fields.ts";
import { type Labels, matchesLabels, selectorOf } from "./labels.ts";
import type { ContainerPort, Pod, Transport } from "./model.ts";

/** Where the one way in stands. */
export interface GatewayPlace {
  readonly namespace: string;
  readonly name: string;
  /** The labels of its pods. */
  readonly labels: Readonly<Record<string, string>>;
  readonly account: string;
}

interface Surroundings {
  readonly namespaces: ReadonlyMap<string, Labels>;
  readonly gateway: GatewayPlace;
}

const TEMPLATED: ReadonlySet<string> = new Set(
  "Deployment StatefulSet DaemonSet ReplicaSet ReplicationController Job".split(" "),
);

/** The pods that an object is or makes, whether or not any runs at present. */
export function readPod(object: KubeObject, around: Surroundings): readonly Pod[] {
  const spec = fields(object.spec);
  if (object.kind === "Pod") return [podOf(object, object, around)];
  if (TEMPLATED.has(object.kind)) return [podOf(object, spec.template, around)];
  if (object.kind === "CronJob") return [podOf(object, fields(fields(spec.jobTemplate).spec).template, around)];
  return [];
}

function podOf(object: KubeObject, template: unknown, around: Surroundings): Pod {
  const { metadata, spec } = fields(template);
  const pod = fields(spec);
  const namespace = object.metadata.namespace ?? "default";
  const labels = { known: textMap(fields(metadata).labels) };
  const annotations = textMap(fields(metadata).annotations);
  const ports = items(pod.containers).flatMap((container) => items(fields(container).ports).map(readContainerPort));
  const gateway = gatewayServed(labels, namespace, around.gateway);
  return {
    kind: "pod",
    name: `${object.kind} ${namespace}/${object.metadata.name}`,
    namespace,
    labels,
    account: text(pod.serviceAccountName) ?? text(pod.serviceAccount) ?? "default",
    ports,
    sidecar:
      pod.hostNetwork !== true &&
      (gateway !== undefined ||
        (object.kind === "Pod"
          ? hasProxy(pod)
          : isInjected(around.namespaces.get(namespace), labels.known, annotations))),
    uncaptured: uncapturedPorts(annotations, ports),
    ...(gateway === undefined ? {} : { gateway }),
    ...(TEMPLATED.has(object.kind) && fields(object.spec).replicas === 0 ? { isOff: true } : {}),
    ...(pod.hostNetwork === true ? { hostNetwork: true } : {}),
  };
}

function readContainerPort(value: unknown): ContainerPort {
  const { name, containerPort, protocol } = fields(value);
  const named = text(name);
  return {
    port: wholeNumber(containerPort) ?? 0,
    protocol: transport(protocol),
    ...(named === undefined ? {} : { name: named }),
  };
}

export function transport(value: unknown): Transport {
  return value === "UDP" || value === "SCTP" ? value : "TCP";
}

function gatewayServed(
  { known }: { known: Labels["known"] },
  namespace: string,
  gateway: GatewayPlace,
): string | undefined {
  const serves = namespace === gateway.namespace && matchesLabels(selectorOf(gateway.labels), { known }) === "yes";
  return serves ? gateway.name : known["gateway.networking.k8s.io/gateway-name"];
}

/** A live pod shows whether the proxy is there. */
function hasProxy(pod: Readonly<Record<string, unknown>>): boolean {
  const containers = [...items(pod.containers), ...items(pod.initContainers)];
  return containers.some((container) => fields(container).name === "istio-proxy");
}

/** A template only tells what injection will do: the pod's own word first, then the namespace's. */
function isInjected(namespace: Labels | undefined, labels: Labels["known"], annotations: Labels["known"]): boolean {
  const own = labels["sidecar.istio.io/inject"] ?? annotations["sidecar.istio.io/inject"];
  if (own === "false" || namespace?.known["istio-injection"] === "disabled") return false;
  if (namespace?.known["istio-injection"] === "enabled") return true;
  return namespace?.known["istio.io/rev"] !== undefined || labels["istio.io/rev"] !== undefined || own === "true";
}

/** Ports which annotations take past the proxy, so that no policy of Istio holds there. */
function uncapturedPorts(annotations: Labels["known"], ports: readonly ContainerPort[]): readonly number[] {
  const list = (name: string): readonly string[] =>
    (annotations[`traffic.sidecar.istio.io/${name}`] ?? "").split(",").map((port) => port.trim());
  const excluded = list("excludeInboundPorts")
    .filter((port) => port !== "")
    .map(Number);
  const included = list("includeInboundPorts");
  const named = annotations["traffic.sidecar.istio.io/includeInboundPorts"] !== undefined && !included.includes("*");
  const rest = named ? ports.map(({ port }) => port).filter((port) => !included.includes(String(port))) : [];
  return [...excluded, ...rest];
}

/** The gateway's own pods: those in the world, or what the cluster's document says of them. */
export function gatewayPods(pods: readonly Pod[], place: GatewayPlace): readonly Pod[] {
  const live = pods.filter(({ gateway }) => gateway === place.name);
  if (live.length > 0) return distinct(live);
  return [
    {
      kind: "pod",
      name: `the gateway ${place.namespace}/${place.name}`,
      namespace: place.namespace,
      labels: { known: place.labels },
      account: place.account,
      ports: [],
      sidecar: true,
      uncaptured: [],
      gateway: place.name,
    },
  ];
}

/** A Deployment, its ReplicaSets and their pods are one for everybody who asks. */
function distinct(pods: readonly Pod[]): readonly Pod[] {
  const seen = new Map(pods.map((pod) => [canonicalJson({ ...pod, name: "" }), pod]));
  return [...seen.values()];
}
