import { authorize } from "./authorization.ts";
import { identitiesNamed, STRANGER, type Workstation } from "./cast.ts";
import { canPassProxy, reachOf } from "./connect.ts";
import {
  type Access,
  anyPod,
  attemptsOf,
  described,
  isIn,
  namespaceSelectors,
  podsOf,
  requestsAt,
  type Scene,
} from "./entries.ts";
import { examplesOf, type Labels, matchesLabels, selectorOf } from "./labels.ts";
import { mutualTls } from "./mesh.ts";
import type { Address, Peer, Pod, Step } from "./model.ts";
import { enters } from "./network.ts";
import type { World } from "./world.ts";

/**
 * Walls that do not stand by themselves. The network, mutual TLS and Istio's policies must each keep out everybody whom
 * they can tell from the gateway, so that a mistake in one of them is found while another still holds.
 */
export function openWalls(scene: Scene, workstation: Workstation): readonly Access[] {
  return podsOf(scene.world, workstation).flatMap((pod) => [
    ...throughNetwork(scene, workstation, pod),
    ...inPlaintext(scene, workstation, pod),
    ...throughProxy(scene, workstation, pod),
  ]);
}

const OUTSIDE: Address = { kind: "address", name: "an address outside of the cluster" };

function throughNetwork({ world, classify }: Scene, workstation: Workstation, pod: Pod): readonly Access[] {
  const target = { peer: pod, protocol: "TCP", port: workstation.port } as const;
  const { gateway } = world;
  const others = classify(namespaceSelectors(world, pod.namespace, "ingress"), [
    pod.namespace,
    gateway.namespace,
    "another-namespace",
  ]).filter(({ name }) => name !== gateway.namespace);
  const peers: readonly { peer: Peer; members: readonly string[] }[] = [
    ...others.map(({ name, members }) => ({
      peer: { ...anyPod(name, STRANGER), name: `any pod of ${name}` },
      members,
    })),
    ...besideGateway(world, pod).map((peer) => ({ peer, members: [gateway.namespace] })),
    { peer: OUTSIDE, members: [] },
  ];
  return peers.flatMap(({ peer, members }) => {
    const reach = reachOf([enters(world, peer, target)]);
    return isIn(reach) ? [wall(workstation, `for ${peer.name} the network`, { members, steps: reach.path })] : [];
  });
}

/** Pods in the gateway's namespace that are not the gateway, by what the policies there mean by labels. */
function besideGateway(world: World, pod: Pod): readonly Pod[] {
  const { namespace, labels } = world.gateway;
  const selectors = (world.networkPolicies.get(pod.namespace) ?? [])
    .flatMap((policy) => policy.ingress ?? [])
    .flatMap(({ peers }) => peers)
    .flatMap((peer) => ("pods" in peer && peer.pods !== undefined ? [peer.pods] : []));
  const examples: readonly Labels["known"][] = [{}, ...selectors.flatMap(examplesOf)];
  return examples
    .filter((known) => matchesLabels(selectorOf(labels), { known }) !== "yes")
    .map((known) => {
      const said = Object.entries(known).map(([key, value]) => `${key}=${value}`);
      const name = `a pod of ${namespace} ${said.length === 0 ? "without labels" : `with ${said.join(", ")}`}`;
      return { ...anyPod(namespace, STRANGER), name, labels: { known } };
    });
}

function inPlaintext({ world }: Scene, workstation: Workstation, pod: Pod): readonly Access[] {
  const target = { peer: pod, protocol: "TCP", port: workstation.port } as const;
  const step = mutualTls(world, { peer: OUTSIDE }, target);
  return step.passes === "no" ? [] : [wall(workstation, "for plaintext mutual TLS", { members: [], steps: [step] })];
}

function throughProxy(scene: Scene, workstation: Workstation, pod: Pod): readonly Access[] {
  const { world } = scene;
  const target = { peer: pod, protocol: "TCP", port: workstation.port } as const;
  const named = identitiesNamed(world, pod.namespace);
  const namespaces = new Set(["another-namespace", world.gateway.namespace, ...named.namespaces]);
  const accounts = new Set([STRANGER, world.gateway.account, ...named.accounts]);
  const requests = { ...requestsAt(scene, workstation, pod), tcp: true };
  return [...namespaces].flatMap((namespace) =>
    [...accounts].flatMap((account) => {
      const peer = anyPod(namespace, account);
      const ways = attemptsOf(world, peer, requests)
        .values()
        .map(({ words, caller }) => ({ words, reach: canPassProxy(world, caller, target) }))
        .filter(({ reach }) => isIn(reach))
        .map(({ words, reach }) =>
          wall(workstation, `for ${peer.name}, ${words}, Istio`, { members: [namespace], steps: reach.path }),
        );
      return [...ways.take(1)];
    }),
  );
}

function wall(
  workstation: Workstation,
  words: string,
  of: { members: readonly string[]; steps: readonly Step[] },
): Access {
  return {
    workstation: workstation.namespace,
    who: words,
    what: described(workstation),
    meant: false,
    namespaces: of.members,
    reach: reachOf(of.steps),
  };
}

/** Whether the gateway turns away who has no token at all; without any ALLOW policy there it turns away nobody. */
export function gatewayWall(world: World): Step | undefined {
  const request = { peer: OUTSIDE, trustDomain: world.trustDomain, request: {} };
  return world.gatewayPods
    .map((gateway) => authorize(world, gateway, request).at(-1))
    .find((step) => step !== undefined && step.passes === "yes");
}
