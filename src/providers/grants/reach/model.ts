import type { Json } from "../../../support/json.ts";
import type { Labels } from "./labels.ts";
import type { Ternary } from "./ternary.ts";

export type Transport = "TCP" | "UDP" | "SCTP";

export interface ContainerPort {
  readonly name?: string;
  readonly port: number;
  readonly protocol: Transport;
}

/** A pod, or a class of pods: with open labels, every pod that carries at least the known ones. */
export interface Pod {
  readonly kind: "pod";
  /** Said in words: `StatefulSet ws-alice/desktop`, `any pod of ws-bob`. */
  readonly name: string;
  readonly namespace: string;
  readonly labels: Labels;
  readonly account: string;
  readonly ports: readonly ContainerPort[];
  /** Whether Istio's proxy stands before it: enforces policies there, and gives it an identity. */
  readonly sidecar: boolean;
  /** Ports that its annotations take out of the proxy's hands. */
  readonly uncaptured: readonly number[];
  /** The Gateway that it serves, for policies which target one. */
  readonly gateway?: string;
  /** Of a workload that is told to run none: it reaches nothing, and must be as safe as if it ran. */
  readonly isOff?: boolean;
  /** In its node's network: no NetworkPolicy holds for it. */
  readonly hostNetwork?: boolean;
}

/** A place outside of all pods: the metadata address, the API server, the internet. Without an address: any. */
export interface Address {
  readonly kind: "address";
  readonly name: string;
  readonly address?: string;
}

/** A cluster's machine, or a process in its network. */
export interface Node {
  readonly kind: "node";
  readonly name: string;
}

export type Peer = Pod | Address | Node;

/** A token as it is presented. Claims that are not known may hold anything when `open`. */
export interface Token {
  readonly issuer: string;
  /** Absent: whatever subject its forger likes. */
  readonly subject?: string;
  readonly audiences: readonly string[];
  readonly claims: Readonly<Record<string, Json>>;
  readonly open?: boolean;
  /** Where the key that signed it is published. */
  readonly keys: string;
  readonly expired?: boolean;
  readonly place: { readonly header: string } | { readonly cookie: string };
}

/** An HTTP request. What is absent is the caller's to choose, but for the token: absent is none. */
export interface HttpRequest {
  readonly host?: string;
  readonly path?: string;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly token?: Token;
}

export interface Caller {
  readonly peer: Peer;
  /** Goes around its own proxy, and so shows no identity. */
  readonly plaintext?: boolean;
  /** Absent: bytes that are no HTTP. */
  readonly request?: HttpRequest;
}

export interface Target {
  readonly peer: Pod | Address;
  readonly protocol: Transport;
  /** Absent: any port. */
  readonly port?: number;
}

/** One step of the way, in the order in which a cluster takes it. */
export interface Step {
  readonly at: "route" | "egress" | "ingress" | "mtls" | "token" | "authorization";
  readonly passes: Ternary;
  /** The object that decides, as `NetworkPolicy ws-alice/workstation`; absent when none does. */
  readonly object?: string;
  /** The rule of it, counted from 1. */
  readonly rule?: number;
  readonly words: string;
}

/** `depends`: under one reading in, under another out; whoever asks counts the worse. */
export interface Reach {
  readonly verdict: "allow" | "deny" | "depends";
  /** Up to and with the step that denies. */
  readonly path: readonly Step[];
}
