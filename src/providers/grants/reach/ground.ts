import { authorize } from "./authorization.ts";
import { STRANGER } from "./cast.ts";
import type { Address, Pod, Step } from "./model.ts";
import { enters, leaves } from "./network.ts";
import type { Finding } from "./prove.ts";
import type { World } from "./world.ts";

const OUTSIDE: Address = { kind: "address", name: "an address outside of the cluster" };

/**
 * What holds in a person's namespace for pods that nobody expected there: nothing is let in or out by the network, and
 * Istio lets nobody in. Without it whoever gets a pod made there is past every wall.
 */
export function groundFindings(world: World, namespace: string): readonly Finding[] {
  if (!world.namespaces.has(namespace)) return [];
  const pod = unexpected(namespace);
  const target = { peer: pod, protocol: "TCP" } as const;
  const allowed = authorize(world, pod, { peer: OUTSIDE, trustDomain: world.trustDomain, request: {} });
  // A rule that lets everything out of the namespace lets the desktop out too, and is told of there.
  const exit = leaves(world, pod, { peer: OUTSIDE, protocol: "TCP" });
  const grounds: readonly (readonly [step: Step | undefined, words: string])[] = [
    [enters(world, OUTSIDE, target), "the network lets anybody in"],
    [exit.object === undefined ? exit : undefined, "the network lets it out"],
    [allowed.at(-1), "Istio lets anybody in"],
  ];
  return grounds.flatMap(([step, says]) => {
    if (step === undefined || step.passes === "no") return [];
    const words = `for any other pod of ${namespace} there is no wall: ${says}`;
    return [{ kind: "exposed", namespace, refuses: true, words, path: [step] }];
  });
}

function unexpected(namespace: string): Pod {
  return {
    kind: "pod",
    name: `any other pod of ${namespace}`,
    namespace,
    labels: { known: {} },
    account: STRANGER,
    ports: [],
    sidecar: true,
    uncaptured: [],
  };
}
