import { blockWithin } from "./address.ts";
import { type PortRange, type SharedService, STRANGER, type Workstation } from "./cast.ts";
import { canReach, reachOf } from "./connect.ts";
import { type Access, namespaceSelectors, podsOf, type Scene } from "./entries.ts";
import { examplesOf, type Labels, matchesLabels, selectorOf } from "./labels.ts";
import type { Pod, Reach, Step, Target, Transport } from "./model.ts";
import { leaves } from "./network.ts";
import type { NetworkPeer, NetworkPort, NetworkRule } from "./network-policy.ts";
import type { World } from "./world.ts";

/** Where cloud machines hand out credentials. */
const METADATA = ["169.254.169.254", "168.63.129.16", "fd00:ec2::254", "fd20:ce::254"];

const TRANSPORTS: readonly Transport[] = ["TCP", "UDP", "SCTP"];

/** Every way out of a desktop that is not denied, meant or not; and those to the person's own challenges in any case. */
export function exitsOf(scene: Scene, workstation: Workstation): readonly Access[] {
  const [pod] = podsOf(scene.world, workstation);
  if (pod === undefined) return [];
  return [
    ...ownChallenges(scene, workstation, pod),
    ...needs(scene, workstation, pod),
    ...toAddresses(scene, workstation, pod),
    ...toBlocks(scene, workstation, pod),
    ...toPods(scene, workstation, pod),
  ];
}

function access(workstation: Workstation, to: { what: string; meant: boolean }, reach: Reach): Access {
  const { person, namespace } = workstation;
  return { workstation: namespace, person, who: `the desktop of ${person}`, ...to, namespaces: [], reach };
}

function ownChallenges({ world, infra }: Scene, workstation: Workstation, from: Pod): readonly Access[] {
  const { challenges } = infra;
  if (challenges === undefined) return [];
  const places = challenges.namespaces.flatMap((namespace) =>
    workstation.challenges.map(({ labels, ports }) => ({ namespace, labels, ports })),
  );
  return places.flatMap(({ namespace, labels, ports }) => {
    const wanted = selectorOf(labels);
    const live = (world.pods.get(namespace) ?? []).filter((pod) => matchesLabels(wanted, pod.labels) === "yes");
    const pods = live.length > 0 ? live : [examplePod(namespace, labels)];
    const ends = ports.flatMap(({ protocol, from: low, to }) =>
      [...new Set([low, to])].map((port) => ({ protocol, port })),
    );
    return pods.flatMap((peer) =>
      ends.map(({ protocol, port }) => {
        const what = `its own challenge ${peer.name}, ${protocol === "TCP" ? "port" : protocol} ${port}`;
        return access(workstation, { what, meant: true }, through(world, from, { peer, protocol, port }));
      }),
    );
  });
}

/** What every desktop needs, as far as it is cut off from it. */
function needs({ world, infra }: Scene, workstation: Workstation, from: Pod): readonly Access[] {
  return infra.shared.flatMap(({ namespace, labels, ports }) => {
    const peer = examplePod(namespace, labels);
    const ways = ports.flatMap((port) =>
      (["TCP", "UDP"] as const).map((protocol) => through(world, from, { peer, protocol, port })),
    );
    const [first] = ways;
    if (first === undefined || ways.some(({ verdict }) => verdict === "allow")) return [];
    return [access(workstation, { what: peer.name, meant: true }, first)];
  });
}

function through(world: World, from: Pod, target: Target): Reach {
  return canReach(world, { peer: from, request: {} }, target);
}

function toAddresses({ world, infra }: Scene, workstation: Workstation, from: Pod): readonly Access[] {
  const places = [
    ...METADATA.map((address) => ({ kind: "address", name: `the metadata address ${address}`, address }) as const),
    ...infra.apiServers.map((address) => ({ kind: "address", name: `the API server ${address}`, address }) as const),
  ];
  return places.flatMap((peer) => {
    const ways = TRANSPORTS.values()
      .map((protocol) => reachOf([leaves(world, from, { peer, protocol })]))
      .filter(({ verdict }) => verdict !== "deny");
    return [...ways.take(1)].map((reach) => access(workstation, { what: peer.name, meant: false }, reach));
  });
}

/** Rules that let a desktop out to addresses: each block must lie in one that its grant asks for. */
function toBlocks({ world }: Scene, workstation: Workstation, from: Pod): readonly Access[] {
  return (world.networkPolicies.get(from.namespace) ?? [])
    .filter((policy) => matchesLabels(policy.selector, from.labels) !== "no")
    .flatMap((policy) =>
      (policy.egress ?? []).flatMap((rule, index) => {
        const step: Step = {
          at: "egress",
          passes: "yes",
          object: policy.title,
          rule: index + 1,
          words: `rule ${index + 1} of ${policy.title} lets it out`,
        };
        return blocksOf(rule).map((cidr) =>
          access(workstation, { what: cidr, meant: isAskedFor(workstation, cidr, rule.ports) }, reachOf([step])),
        );
      }),
    );
}

/** Without peers a rule means every address there is. */
function blocksOf(rule: NetworkRule): readonly string[] {
  if (rule.peers.length === 0) return ["0.0.0.0/0", "::/0"];
  return rule.peers.flatMap((peer) => ("cidr" in peer ? [peer.cidr] : []));
}

function isAskedFor({ egress }: Workstation, cidr: string, ports: readonly NetworkPort[]): boolean {
  const asked = egress.filter((one) => blockWithin(cidr, one.cidr)).flatMap((one) => one.ports);
  return (
    ports.length > 0 &&
    ports.every(({ protocol, port, endPort }) => {
      if (typeof port !== "number") return false;
      return asked.some((range) => range.protocol === protocol && range.from <= port && (endPort ?? port) <= range.to);
    })
  );
}

/** Pods of every class of namespaces, with every set of labels that a rule means and with none. */
function toPods(scene: Scene, workstation: Workstation, from: Pod): readonly Access[] {
  const { world, infra, classify } = scene;
  const shared = sharedServices(scene, workstation);
  const classes = classify(namespaceSelectors(world, from.namespace, "egress"), [
    from.namespace,
    "another-namespace",
    ...shared.map(({ namespace }) => namespace),
    ...(infra.challenges === undefined ? [] : infra.challenges.namespaces),
  ]);
  const labels = labelsMeant(scene, from);
  return classes.flatMap(({ name, members }) => {
    const ways = labels.map((known) => {
      const target = examplePod(name, known);
      if (TRANSPORTS.every((protocol) => leaves(world, from, { peer: target, protocol }).passes === "no")) return [];
      return toPod(scene, { workstation, from, target, members });
    });
    const [bare = [], ...labelled] = ways;
    // Where a pod is reached for no label of its own, the labelled ones are no news.
    return [...bare, ...labelled.flat().filter(({ meant }) => meant || bare.length === 0)];
  });
}

interface Journey {
  readonly workstation: Workstation;
  readonly from: Pod;
  readonly target: Pod;
  readonly members: readonly string[];
}

function toPod(scene: Scene, { workstation, from, target, members }: Journey): readonly Access[] {
  const { world, infra } = scene;
  const allowed = sharedServices(scene, workstation).filter(
    ({ namespace, labels }) =>
      namespace === target.namespace && matchesLabels(selectorOf(labels), target.labels) === "yes",
  );
  return TRANSPORTS.flatMap((protocol) => {
    const ranges = allowed.flatMap(({ ports }) => ports).filter((range) => range.protocol === protocol);
    return portsOf(world, from, ranges).flatMap((port) => {
      const to = { protocol, ...(port === undefined ? {} : { port }) };
      if (leaves(world, from, { peer: target, ...to }).passes === "no") return [];
      // Who is let in is for each namespace to say: the class speaks for its members only on the way out.
      const ends = members
        .map((namespace) => ({ namespace, peer: examplePod(namespace, target.labels.known) }))
        .map(({ namespace, peer }) => ({ namespace, peer, reach: through(world, from, { peer, ...to }) }))
        .filter(({ reach }) => reach.verdict !== "deny");
      const [first] = ends;
      const meant = port !== undefined && ranges.some((range) => range.from <= port && port <= range.to);
      // What is surely meant to be reached is asked for elsewhere, own challenges as such.
      const told =
        meant && (first?.reach.verdict !== "allow" || infra.challenges?.namespaces.includes(target.namespace));
      if (first === undefined || told) return [];
      const what = `${first.peer.name}, ${port === undefined ? `any ${protocol} port` : `${protocol} ${port}`}`;
      const namespaces = ends.map(({ namespace }) => namespace);
      return [{ ...access(workstation, { what, meant }, first.reach), namespaces }];
    });
  });
}

interface Allowed extends Omit<SharedService, "ports"> {
  readonly ports: readonly PortRange[];
}

function sharedServices({ infra }: Scene, { challenges }: Workstation): readonly Allowed[] {
  const shared = infra.shared.map(
    ({ ports, ...one }): Allowed => ({
      ...one,
      ports: ports.flatMap((port) => (["TCP", "UDP"] as const).map((protocol) => ({ protocol, from: port, to: port }))),
    }),
  );
  const places = infra.challenges?.namespaces ?? [];
  return [...shared, ...places.flatMap((namespace) => challenges.map((one) => ({ namespace, ...one })))];
}

/** Where nothing is allowed any port is too many; else those are asked for that a rule begins, ends or steps over with. */
function portsOf(world: World, from: Pod, allowed: readonly PortRange[]): readonly (number | undefined)[] {
  if (allowed.length === 0) return [undefined];
  const named = (world.networkPolicies.get(from.namespace) ?? [])
    .flatMap((policy) => policy.egress ?? [])
    .flatMap(({ ports }) => ports)
    .flatMap(({ port, endPort }) => (typeof port === "number" ? [port, endPort ?? port] : []));
  const around = allowed.flatMap((range) => [range.from - 1, range.from, range.to, range.to + 1]);
  return [...new Set([1, 65535, ...named, ...around])].filter((port) => port > 0 && port < 65536);
}

/** No labels, somebody else's challenge, and what the rules mean by labels. */
function labelsMeant({ world, infra }: Scene, from: Pod): readonly Labels["known"][] {
  const selectors = (world.networkPolicies.get(from.namespace) ?? [])
    .flatMap((policy) => policy.egress ?? [])
    .flatMap(({ peers }) => peers)
    .flatMap((peer: NetworkPeer) => ("pods" in peer && peer.pods !== undefined ? [peer.pods] : []));
  const stranger = infra.challenges === undefined ? [] : [{ [infra.challenges.ownerLabel]: STRANGER }];
  const all = [{}, ...stranger, ...selectors.flatMap(examplesOf)];
  return [...new Map(all.map((labels) => [JSON.stringify(labels), labels])).values()];
}

/** A pod with just these labels, before which nothing stands but what selects it. */
function examplePod(namespace: string, known: Labels["known"]): Pod {
  const words = Object.entries(known).map(([key, value]) => `${key}=${value}`);
  return {
    kind: "pod",
    name: `${words.length === 0 ? "a pod without labels" : `a pod with ${words.join(", ")}`} in ${namespace}`,
    namespace,
    labels: { known },
    account: STRANGER,
    ports: [],
    sidecar: false,
    uncaptured: [],
  };
}
