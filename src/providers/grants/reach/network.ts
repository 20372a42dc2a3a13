import { blockWithin, inBlock } from "./address.ts";
import { matchesLabels } from "./labels.ts";
import type { Node, Peer, Pod, Step, Target } from "./model.ts";
import { namespaceLabels } from "./namespaces.ts";
import type { NetworkPeer, NetworkPolicy, NetworkPort, NetworkRule } from "./network-policy.ts";
import { and, not, or, type Ternary, when } from "./ternary.ts";
import type { World } from "./world.ts";

type Direction = "ingress" | "egress";

interface Crossing {
  readonly direction: Direction;
  /** Whose policies are asked, and who is at the other end. */
  readonly subject: Pod;
  readonly other: Peer;
  readonly target: Target;
}

/** Whether the caller's namespace lets it out to the target. */
export function leaves(world: World, from: Peer, target: Target): Step {
  if (from.kind !== "pod") return open("egress", `${from.name} is held by no NetworkPolicy`);
  return cross(world, { direction: "egress", subject: from, other: target.peer, target });
}

/** Whether the target's namespace lets the caller in. */
export function enters(world: World, from: Peer, target: Target): Step {
  const { peer } = target;
  if (peer.kind !== "pod") return open("ingress", `${peer.name} is outside of all NetworkPolicies`);
  if (isOnNode(from)) return open("ingress", "no NetworkPolicy holds what comes from a node's own network");
  return cross(world, { direction: "ingress", subject: peer, other: from, target });
}

function cross(world: World, crossing: Crossing): Step {
  const { subject, direction } = crossing;
  if (subject.hostNetwork === true) return open(direction, `${subject.name} is in its node's network`);
  const selecting = (world.networkPolicies.get(subject.namespace) ?? [])
    .filter((policy) => policy[direction] !== undefined)
    .map((policy) => ({ policy, selects: matchesLabels(policy.selector, subject.labels) }))
    .filter(({ selects }) => selects !== "no");
  const isolated = or(...selecting.map(({ selects }) => selects));
  const grants = selecting.flatMap(({ policy, selects }) => grantsOf(world, crossing, { policy, selects }));
  const passes = or(not(isolated), ...grants.map((grant) => grant.passes));
  const grant = grants.find((one) => one.passes === passes) ?? grants[0];
  if (grant !== undefined) return grant;
  if (passes !== "no") {
    const selected = isolated === "no" ? "no NetworkPolicy selects" : "it may be that no NetworkPolicy selects";
    return { ...open(direction, `${selected} ${subject.name}: open`), passes };
  }
  const titles = selecting.map(({ policy }) => policy.title).join(", ");
  return {
    at: direction,
    passes,
    object: titles,
    words: `no rule of ${titles} ${direction === "egress" ? "lets it out" : "lets it in"}`,
  };
}

function grantsOf(world: World, crossing: Crossing, of: { policy: NetworkPolicy; selects: Ternary }): Step[] {
  const { policy, selects } = of;
  return (policy[crossing.direction] ?? []).flatMap((rule, index) => {
    const passes = and(selects, ruleMatches(world, crossing, { policy, rule }));
    if (passes === "no") return [];
    const words = `rule ${index + 1} of ${policy.title} lets it ${crossing.direction === "egress" ? "out" : "in"}`;
    return [{ at: crossing.direction, passes, object: policy.title, rule: index + 1, words }];
  });
}

function ruleMatches(world: World, crossing: Crossing, of: { policy: NetworkPolicy; rule: NetworkRule }): Ternary {
  const { peers, ports } = of.rule;
  const onPeer = peers.map((peer) => peerMatches(world, { peer, home: of.policy.namespace }, crossing.other));
  const onPort = ports.map((port) => portMatches(port, crossing.target));
  return and(peers.length === 0 ? "yes" : or(...onPeer), ports.length === 0 ? "yes" : or(...onPort));
}

/** Whether a peer item of a policy in namespace `home` means this peer. */
function peerMatches(world: World, item: { peer: NetworkPeer; home: string }, other: Peer): Ternary {
  const { peer, home } = item;
  if ("cidr" in peer) return blockMatches(world, peer, other);
  if (other.kind !== "pod") return "no";
  const inNamespace =
    peer.namespaces === undefined
      ? when(other.namespace === home)
      : matchesLabels(peer.namespaces, namespaceLabels(world, other.namespace));
  const matches = and(inNamespace, peer.pods === undefined ? "yes" : matchesLabels(peer.pods, other.labels));
  // Whether a selector means a pod by the address of its node differs between network plug-ins.
  return other.hostNetwork === true ? and(matches, "maybe") : matches;
}

/** A block against a pod's address is implementation-defined: where it can hold pods, it may or may not count. */
function blockMatches(world: World, block: { cidr: string; except: readonly string[] }, other: Peer): Ternary {
  if (other.kind === "address" && other.address !== undefined) {
    const { address } = other;
    return when(inBlock(block.cidr, address) && !block.except.some((except) => inBlock(except, address)));
  }
  if (other.kind !== "pod" || other.hostNetwork === true) return "maybe";
  const shared = world.podBlocks.flatMap((pods) => {
    if (blockWithin(pods, block.cidr)) return [pods];
    return blockWithin(block.cidr, pods) ? [block.cidr] : [];
  });
  return shared.every((part) => block.except.some((except) => blockWithin(part, except))) ? "no" : "maybe";
}

function portMatches(wanted: NetworkPort, { peer, protocol, port }: Target): Ternary {
  if (wanted.protocol !== protocol) return "no";
  if (wanted.port === undefined) return "yes";
  if (typeof wanted.port === "number") {
    if (port === undefined) return "maybe";
    return when(port >= wanted.port && port <= (wanted.endPort ?? wanted.port));
  }
  if (peer.kind === "address") return "no";
  if (peer.labels.open === true) return "maybe";
  const named = peer.ports.filter((one) => one.name === wanted.port && one.protocol === protocol);
  return port === undefined ? when(named.length > 0) : when(named.some((one) => one.port === port));
}

function isOnNode(peer: Peer): peer is Node | Pod {
  return peer.kind === "node" || (peer.kind === "pod" && peer.hostNetwork === true);
}

function open(at: Direction, words: string): Step {
  return { at, passes: "yes", words };
}
