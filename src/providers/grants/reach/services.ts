import type { KubeObject } from "../kube-object.ts";
import { fields, items, text, textMap, wholeNumber } from "./fields.ts";
import { matchesLabels, selectorOf } from "./labels.ts";
import type { Pod } from "./model.ts";
import { transport } from "./pods.ts";
import type { World } from "./world.ts";

interface ServicePort {
  readonly port: number;
  readonly target: number | string;
  readonly protocol: string;
  readonly speaks: "http" | "tcp" | "undeclared";
}

export interface Service {
  readonly title: string;
  readonly namespace: string;
  readonly name: string;
  readonly selector?: Readonly<Record<string, string>>;
  readonly ports: readonly ServicePort[];
}

export function readService(object: KubeObject): Service {
  const spec = fields(object.spec);
  const namespace = object.metadata.namespace ?? "default";
  return {
    title: `Service ${namespace}/${object.metadata.name}`,
    namespace,
    name: object.metadata.name,
    ports: items(spec.ports).map(readServicePort),
    ...(spec.selector === undefined ? {} : { selector: textMap(spec.selector) }),
  };
}

const HTTP = /^(http|http2|grpc|grpc-web|kubernetes\.io\/(h2c|ws))$/;

function readServicePort(value: unknown): ServicePort {
  const { name, port, targetPort, protocol, appProtocol } = fields(value);
  const number = wholeNumber(port) ?? 0;
  const named = /^(grpc-web|[^-]+)/.exec(text(name) ?? "")?.[0] ?? "";
  const declared = text(appProtocol) ?? (KNOWN.has(named) ? named : "");
  return {
    port: number,
    target: wholeNumber(targetPort) ?? text(targetPort) ?? number,
    protocol: transport(protocol),
    speaks: declared === "" ? "undeclared" : HTTP.test(declared) ? "http" : "tcp",
  };
}

/** What a port's name may begin with to declare its protocol to Istio. */
const KNOWN: ReadonlySet<string> = new Set("http http2 grpc grpc-web https tls tcp udp mongo mysql redis".split(" "));

/** The pods behind one port of a service, and the port of theirs. */
export function backends(world: World, service: Service, port: number): readonly { pod: Pod; port: number }[] {
  const wanted = service.ports.find((one) => one.port === port);
  if (wanted === undefined) return [];
  return podsOf(world, service).flatMap((pod) => {
    const target = resolve(wanted.target, pod);
    return target === undefined ? [] : [{ pod, port: target }];
  });
}

function podsOf(world: World, { namespace, selector }: Service): readonly Pod[] {
  if (selector === undefined || Object.keys(selector).length === 0) return [];
  const wanted = selectorOf(selector);
  return (world.pods.get(namespace) ?? []).filter((pod) => matchesLabels(wanted, pod.labels) !== "no");
}

function resolve(target: number | string, pod: Pod): number | undefined {
  return typeof target === "number" ? target : pod.ports.find(({ name }) => name === target)?.port;
}

/** What the proxy takes a pod's port to speak: what its services declare; undeclared it looks at the bytes. */
export function declaredProtocol(world: World, pod: Pod, port: number | undefined): "http" | "tcp" | "undeclared" {
  const declared = (world.services.get(pod.namespace) ?? [])
    .filter((service) => podsOf(world, service).includes(pod))
    .flatMap(({ ports }) => ports)
    .filter(({ target }) => resolve(target, pod) === port)
    .map(({ speaks }) => speaks);
  const [first = "undeclared", ...others] = new Set(declared);
  return others.length === 0 ? first : "undeclared";
}
