import type { KubeObject } from "../kube-object.ts";
import { fields, items, text, texts, wholeNumber } from "./fields.ts";
import { readSelector, type Selector } from "./labels.ts";

export interface NetworkPort {
  readonly protocol: string;
  /** Absent: the whole protocol. */
  readonly port?: number | string;
  readonly endPort?: number;
}

export type NetworkPeer =
  | { readonly cidr: string; readonly except: readonly string[] }
  | { readonly namespaces?: Selector; readonly pods?: Selector };

/** One rule; no peers means all peers, no ports all ports. */
export interface NetworkRule {
  readonly peers: readonly NetworkPeer[];
  readonly ports: readonly NetworkPort[];
}

export interface NetworkPolicy {
  readonly title: string;
  readonly namespace: string;
  readonly selector: Selector;
  /** Absent: the policy says nothing about this direction. */
  readonly ingress?: readonly NetworkRule[];
  readonly egress?: readonly NetworkRule[];
}

export function readNetworkPolicy(object: KubeObject): NetworkPolicy {
  const spec = fields(object.spec);
  const namespace = object.metadata.namespace ?? "default";
  const types = texts(spec.policyTypes);
  // The server's default: egress counts only with at least one rule, so `egress: []` alone restricts nothing.
  const restricts = (type: string, byDefault: boolean): boolean =>
    types.length === 0 ? byDefault : types.includes(type);
  return {
    title: `NetworkPolicy ${namespace}/${object.metadata.name}`,
    namespace,
    selector: readSelector(spec.podSelector),
    ...(restricts("Ingress", true) ? { ingress: items(spec.ingress).map((rule) => readRule(rule, "from")) } : {}),
    ...(restricts("Egress", items(spec.egress).length > 0)
      ? { egress: items(spec.egress).map((rule) => readRule(rule, "to")) }
      : {}),
  };
}

function readRule(value: unknown, side: "from" | "to"): NetworkRule {
  const rule = fields(value);
  return { peers: items(rule[side]).map(readPeer), ports: items(rule.ports).map(readPort) };
}

function readPeer(value: unknown): NetworkPeer {
  const { ipBlock, namespaceSelector, podSelector } = fields(value);
  if (ipBlock !== undefined) {
    const { cidr, except } = fields(ipBlock);
    return { cidr: text(cidr) ?? "", except: texts(except) };
  }
  return {
    ...(namespaceSelector === undefined ? {} : { namespaces: readSelector(namespaceSelector) }),
    ...(podSelector === undefined ? {} : { pods: readSelector(podSelector) }),
  };
}

function readPort(value: unknown): NetworkPort {
  const { protocol, port, endPort } = fields(value);
  const number = wholeNumber(port) ?? text(port);
  const end = wholeNumber(endPort);
  return {
    protocol: text(protocol) ?? "TCP",
    ...(number === undefined ? {} : { port: number }),
    ...(end === undefined ? {} : { endPort: end }),
  };
}
