import {
  type Infrastructure,
  identitiesNamed,
  type Named,
  ownToken,
  STRANGER,
  type Workstation,
  wrongRequests,
} from "./cast.ts";
import type { Classify } from "./classes.ts";
import { canEnter } from "./connect.ts";
import { type OutsideRequest, requestFromOutside } from "./gateway.ts";
import { matchesLabels, type Selector, selectorOf } from "./labels.ts";
import type { Caller, HttpRequest, Peer, Pod, Reach, Target } from "./model.ts";
import { enters } from "./network.ts";
import type { World } from "./world.ts";

/** The world and what its owner says of it. */
export interface Scene {
  readonly world: World;
  readonly infra: Infrastructure;
  readonly classify: Classify;
}

/** One way from somebody to something, and whether it is meant to be. */
export interface Access {
  /** The namespace of the workstation that it is about. */
  readonly workstation: string;
  /** Whose way it is; absent: anybody's. */
  readonly person?: string;
  readonly who: string;
  readonly what: string;
  readonly meant: boolean;
  /** The namespaces that `who` or `what` stands for, when it stands for more than it says. */
  readonly namespaces: readonly string[];
  readonly reach: Reach;
}

/** The pods that a workstation is, or may be at any time. */
export function podsOf(world: World, { namespace, labels }: Workstation): readonly Pod[] {
  return (world.pods.get(namespace) ?? []).filter((pod) => matchesLabels(selectorOf(labels), pod.labels) !== "no");
}

/** Every way in which is not denied, meant or not; and the person's own, whatever becomes of it. */
export function entriesOf(scene: Scene, workstation: Workstation): readonly Access[] {
  const ways = podsOf(scene.world, workstation).flatMap((pod) => straightIn(scene, workstation, pod));
  return [...ownWay(scene, workstation), ...byGateway(scene, workstation), ...ways];
}

function ownWay({ world, infra }: Scene, workstation: Workstation): readonly Access[] {
  const { host, path, person, closed } = workstation;
  const token = ownToken(infra, workstation);
  const here = podsOf(world, workstation);
  return requestFromOutside(world, { host, path, token })
    .filter(({ pod, route }) => {
      if (pod !== undefined) return here.includes(pod);
      // A route of others that leads nowhere is told of as theirs.
      return route === undefined || route.backends.some(({ namespace }) => namespace === workstation.namespace);
    })
    .filter(({ reach }) => closed === null || isIn(reach))
    .map(({ reach }) => ({ ...access(workstation, person, reach), person, meant: closed === null }));
}

export function described({ namespace, port }: Workstation): string {
  return `${namespace}, port ${port}`;
}

/** Through the gateway, at every address that leads here, with the first token that wrongly does. */
function byGateway({ world, infra }: Scene, workstation: Workstation): readonly Access[] {
  const { host, path } = workstation;
  const here = podsOf(world, workstation);
  const [pod] = here;
  if (pod === undefined) return [];
  const wrong = wrongRequests(world, infra, { workstation, pod });
  return [{ host, path }, ...otherAddresses(world, workstation)].flatMap((place) => {
    const getIn = (request: OutsideRequest): readonly Reach[] =>
      requestFromOutside(world, request)
        .filter((arrival) => arrival.pod !== undefined && here.includes(arrival.pod) && isIn(arrival.reach))
        .map(({ reach }) => reach);
    const ways = wrong.values().flatMap(({ words, thing }) => {
      const below = getIn({ ...thing, ...place, orBelow: true });
      const exact = below.length === 0 ? [] : getIn({ ...thing, ...place });
      const who = `anybody with ${words}, at https://${place.host}${place.path}`;
      return (exact.length > 0 ? exact : below).map((reach) => access(workstation, who, reach));
    });
    return [...ways.take(1)];
  });
}

/** Hosts and paths of other routes that lead into the workstation's namespace. */
function otherAddresses({ routes }: World, workstation: Workstation): readonly { host: string; path: string }[] {
  const { namespace, host, path } = workstation;
  return (routes.byBackend.get(namespace) ?? [])
    .map((match) => ({ host: match.host === "" ? host : match.host.replace("*", "any"), path: match.path }))
    .filter((place) => place.host !== host || place.path !== path);
}

/** Straight to the pod, past the gateway or with its identity: for each peer the first attempt that wrongly gets in. */
function straightIn(scene: Scene, workstation: Workstation, pod: Pod): readonly Access[] {
  const { world } = scene;
  const requests = requestsAt(scene, workstation, pod);
  return callers(scene, pod).flatMap(({ peer, members }) => {
    const ways = targetsAt(pod, workstation.port)
      // No policy at all holds a node, but for Istio's, and Istio knows TCP alone.
      .filter(({ protocol }) => protocol === "TCP" || peer.kind !== "node")
      .filter((target) => enters(world, peer, target).passes !== "no")
      .values()
      .flatMap((target) =>
        attemptsOf(world, peer, { ...requests, tcp: target.protocol === "TCP" }).map((attempt) => ({
          ...attempt,
          target,
        })),
      )
      .map(({ words, caller, target }) => ({
        ...access(workstation, `${peer.name}, ${words}`, canEnter(world, caller, target)),
        what: target.port === undefined ? `${pod.namespace}, any ${target.protocol} port` : described(workstation),
        namespaces: members,
      }))
      .filter(({ reach }) => isIn(reach));
    return [...ways.take(1)];
  });
}

/** What a caller may send to a workstation: all that must not do, and what only the gateway may bring. */
export function requestsAt({ world, infra }: Scene, workstation: Workstation, pod: Pod): Requests {
  return {
    wrong: wrongRequests(world, infra, { workstation, pod }),
    own: { words: "the person's own token", thing: { token: ownToken(infra, workstation) } },
  };
}

function targetsAt(pod: Pod, port: number): readonly Target[] {
  const other = (["TCP", "UDP", "SCTP"] as const).map((protocol) => ({ peer: pod, protocol }));
  return [{ peer: pod, protocol: "TCP", port }, ...other];
}

/** The worse reading counts. */
export function isIn(reach: Reach): boolean {
  return reach.verdict !== "deny";
}

function access(workstation: Workstation, who: string, reach: Reach): Access {
  return { workstation: workstation.namespace, who, what: described(workstation), meant: false, namespaces: [], reach };
}

/** Everybody who may call: a pod with any labels of each class of namespaces, under each account that matters. */
function callers({ world, classify }: Scene, pod: Pod): readonly { peer: Peer; members: readonly string[] }[] {
  const named = identitiesNamed(world, pod.namespace);
  const accounts = [...new Set([STRANGER, world.gateway.account, ...named.accounts])];
  const apart = [pod.namespace, world.gateway.namespace, "another-namespace", ...named.namespaces];
  const spellings = (name: string): readonly string[] => [
    name,
    ...accounts.flatMap((account) => [`${name}/${account}`, `${world.trustDomain}/ns/${name}/sa/${account}`]),
  ];
  const patterns = { values: named.patterns, spellings };
  const classes = classify(namespaceSelectors(world, pod.namespace, "ingress"), apart, patterns);
  const pods = classes.flatMap(({ name, members }) =>
    accounts.map((account) => ({ peer: anyPod(name, account), members })),
  );
  const elsewhere = [
    { kind: "node", name: "a node, or a pod in its network" },
    { kind: "address", name: "an address outside of the cluster" },
  ] as const;
  return [...pods, ...elsewhere.map((peer) => ({ peer, members: [] }))];
}

/** Every pod of a namespace under one account. */
export function anyPod(namespace: string, account: string): Pod {
  return {
    kind: "pod",
    name: `any pod of ${namespace} ${account === STRANGER ? "under some account" : `under the account ${account}`}`,
    namespace,
    labels: { known: {}, open: true },
    account,
    ports: [],
    sidecar: true,
    uncaptured: [],
  };
}

interface Attempt {
  readonly words: string;
  readonly caller: Caller;
}

export interface Requests {
  readonly wrong: readonly Named<HttpRequest>[];
  readonly own: Named<HttpRequest>;
}

/** What a peer can try. Only with the gateway's identity is the person's own token as it should be. */
export function attemptsOf(
  world: World,
  peer: Peer,
  { wrong, own, tcp }: Requests & { readonly tcp: boolean },
): readonly Attempt[] {
  if (!tcp) return [{ words: "with any packet", caller: { peer } }];
  const isPod = peer.kind === "pod";
  const isGateway = isPod && peer.namespace === world.gateway.namespace && peer.account === world.gateway.account;
  const plain = [...wrong, own].map(({ words, thing }) => ({
    words: `in plaintext with ${words}`,
    caller: { peer, plaintext: true, request: thing },
  }));
  const raw = { words: "in plaintext and raw TCP", caller: { peer, plaintext: true } };
  if (!isPod) return [...plain, raw];
  const known = (isGateway ? wrong : [...wrong, own]).map(({ words, thing }) => ({
    words: `with ${words}`,
    caller: { peer, request: thing },
  }));
  return [...known, { words: "with raw TCP", caller: { peer } }, ...plain, raw];
}

/** The namespace selectors by which one namespace's policies tell peers apart. */
export function namespaceSelectors(
  world: World,
  namespace: string,
  direction: "ingress" | "egress",
): readonly Selector[] {
  return (world.networkPolicies.get(namespace) ?? [])
    .flatMap((policy) => policy[direction] ?? [])
    .flatMap(({ peers }) => peers)
    .flatMap((peer) => ("namespaces" in peer && peer.namespaces !== undefined ? [peer.namespaces] : []));
}
