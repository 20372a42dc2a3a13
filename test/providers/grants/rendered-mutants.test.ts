/** Each object of one person's loosened, one place at a time: the proof objects, or the renderer, or a line below says why not. */
import { expect, test } from "vitest";
import type { KubeObject } from "../../../src/providers/grants/kube-object.ts";
import type { Finding } from "../../../src/providers/grants/reach/prove.ts";
import { inspectObject } from "../../../src/providers/grants/render/inspect.ts";
import type { Json } from "../../../src/support/json.ts";
import { objectsOf, prove, type Staged, stage, worldWith } from "./rendered-cast.ts";

/** Objects that decide who reaches what; the others' fields are sizes, rules of sessions and the like. */
const DECIDES: ReadonlySet<string> = new Set([
  ..."Namespace NetworkPolicy PeerAuthentication RequestAuthentication AuthorizationPolicy".split(" "),
  ..."StatefulSet Service HTTPRoute ReferenceGrant ClusterSPIFFEID ServiceAccount".split(" "),
]);

type Mutant = readonly [place: string, value: Json];

/** One place taken out, emptied, widened or split, in every part of a value. */
function* mutantsOf(value: Json): Generator<Mutant> {
  if (typeof value === "string") yield* mutantsOfText(value);
  else if (typeof value === "number") yield [" is one more", value + 1];
  else if (typeof value === "boolean") yield [" is turned round", !value];
  else if (Array.isArray(value)) yield* mutantsOfList(value);
  else if (value !== null) yield* mutantsOfMap(value as Readonly<Record<string, Json>>);
}

function* mutantsOfText(text: string): Generator<Mutant> {
  yield [" is *", "*"];
  yield [" ends with *", `${text}*`];
  if (text.includes("alice")) yield [" is bob's", text.replaceAll("alice", "bob")];
}

function* mutantsOfList(list: readonly Json[]): Generator<Mutant> {
  if (list.length > 0) yield [" is empty", []];
  yield [" has {} too", [...list, {}]];
  for (const [index, item] of list.entries()) {
    if (typeof item === "object" && item !== null && !Array.isArray(item) && Object.keys(item).length > 1) {
      const parts = Object.entries(item).map(([key, member]): Json => ({ [key]: member }));
      yield [`[${index}] is split: OR for AND`, list.toSpliced(index, 1, ...parts)];
    }
    for (const [place, mutant] of mutantsOf(item)) yield [`[${index}]${place}`, list.with(index, mutant)];
  }
}

function* mutantsOfMap(map: Readonly<Record<string, Json>>): Generator<Mutant> {
  for (const [key, member] of Object.entries(map)) {
    const { [key]: _gone, ...rest } = map;
    yield [`.${key} is gone`, rest];
    for (const [place, mutant] of mutantsOf(member)) yield [`.${key}${place}`, { ...map, [key]: mutant }];
  }
}

const SETTING = { address: "path", routes: "beside-gateway", extras: true } as const;

/** Patterns of mutants by which nobody gets in or out, each with why. */
const HARMLESS: readonly (readonly [why: string, pattern: RegExp])[] = [
  [
    "an empty item stands for no text, port or volume: the server refuses it",
    /(audiences|fromHeaders|fromCookies|[pP]rincipals|hosts|hostnames|paths|values|policyTypes|ports|envFrom|drop|volumeMounts|volumes|set) has \{\} too$/,
  ],
  [
    "there * is a letter like any other, of which no name, label or size is made: the server refuses it",
    /^(Namespace|StatefulSet|Service|ClusterSPIFFEID|ReferenceGrant) .*( is \*| ends with \*)$/,
  ],
  ["a protocol, a type or a group is one of a few words", /\.(protocol|type|group)( is \*| ends with \*)$/],
  ["left out, a protocol is TCP", /ports\[\d\]\.protocol is gone$/],
  ["left out, the group is another one: the reference holds for nothing", /\.group is gone$/],
  [
    "at the gateway any token of the issuer will do: whose it is, and for what, each desktop's own policy asks again",
    /^AuthorizationPolicy workstation-gateway\.spec\.rules\[0\]\.(to|when)/,
  ],
  ["where a token may be read from opens nothing: without it there is no token", /\.fromHeaders/],
  ["more is asked of the session check, not less", /^AuthorizationPolicy session-check\.spec\.rules/],
  ["the network lets the gateway in at this port alone", /^AuthorizationPolicy workstation\.spec\.rules\[0\]\.to/],
  ["a condition that Istio does not know is refused by its server", /\.when\[0\]\.key ends with \*$/],
  [
    "an allowance without rules allows nothing: default-deny's empty lists say the same by being left out",
    /^NetworkPolicy default-deny\.spec\.(ingress|egress) is gone$/,
  ],
  [
    "Reeve writes its own labels over whatever a template says, and reads others back as drift",
    /^Namespace ws-alice\.metadata/,
  ],
  [
    "without an identity or an account no pod of the desktop starts",
    /^(ClusterSPIFFEID reeve-workstations|ServiceAccount workstation) is gone$/,
  ],
  ["how long an identity lasts, and which controller makes it", /^ClusterSPIFFEID .*\.(ttl|className) is gone$/],
  [
    "what the port is called, and that it is HTTP twice over",
    /^Service ws\.spec\.ports\[0\]\.(name|targetPort|appProtocol) is gone$/,
  ],
  [
    "which pods are counted as the desktop's, how many, and what they hold of the person's own",
    /^StatefulSet workstation\.spec\.(serviceName|replicas|selector)/,
  ],
  ["a desktop without a label or with another hash is nobody else's", /^StatefulSet .*\.template\.metadata/],
  [
    "what is left out here the namespace demands: Pod Security restricted",
    /\.(seccompProfile|seccompProfile\.type) is gone$/,
  ],
  ["another user that is not root", /\.(runAsUser|runAsGroup|fsGroup) is (gone|one more)$/],
  ["size, settings and disk of the person's own desktop", /^StatefulSet .*\.(enableServiceLinks|containers|volumes)/],
  [
    "what the desktop is told of its path, and the browser of the desktop",
    /^HTTPRoute ws-alice\.spec\.rules\[0\]\.(filters|timeouts)/,
  ],
  ["one backend gets everything, whatever its weight", /\.weight is (gone|one more)$/],
];

function isAlices({ metadata: { name, namespace } }: KubeObject): boolean {
  return name !== "ws-bob" && namespace !== "ws-bob";
}

/** What the renderer says of an object in this one's place. */
function refusals({ cluster }: Staged, original: KubeObject, mutant: KubeObject): readonly string[] {
  const { apiVersion, kind, metadata } = original;
  const { name, namespace = null } = metadata;
  const isShared = [namespace, name].every((one) => one !== "ws-alice");
  const person = isShared ? null : { id: "alice", namespace: "ws-alice" };
  const identity = { apiVersion, kind, name, namespace };
  return inspectObject(mutant as unknown as Json, { identity, cluster: cluster.spec, person });
}

const keyOf = ({ kind, words }: Finding): string => `${kind}: ${words}`;

/** Mutants of one object to which neither the renderer nor the proof objects. */
function survivorsOf(staged: Staged, index: number): readonly string[] {
  const objects = objectsOf(staged.rendered);
  const original = objects[index];
  if (original === undefined) throw new Error(`no object ${index}`);
  const known = new Set(prove(staged).findings.map(keyOf));
  const isSeen = (others: readonly KubeObject[]): boolean =>
    prove(staged, worldWith(staged.cast, others)).findings.some((finding) => !known.has(keyOf(finding)));
  const { metadata, apiVersion, kind, ...rest } = original;
  const parts = kind === "Namespace" ? { metadata: { labels: metadata.labels ?? {} } } : rest;
  const mutants = mutantsOf(parts as unknown as Json).map(([place, value]): readonly [string, KubeObject] => {
    const { labels = metadata.labels } = (value as { metadata?: KubeObject["metadata"] }).metadata ?? {};
    return [place, { ...(value as object), apiVersion, kind, metadata: { ...metadata, ...(labels && { labels }) } }];
  });
  const survivors = mutants
    .filter(([, mutant]) => refusals(staged, original, mutant).length === 0 && !isSeen(objects.with(index, mutant)))
    .map(([place]) => place);
  const whole = isSeen(objects.toSpliced(index, 1)) ? [] : [" is gone"];
  return [...whole, ...survivors].map((place) => `${kind} ${metadata.name}${place}`);
}

test("a loosened object is objected to, but where nobody gets anywhere by it", () => {
  const staged = stage([{ slug: "alice" }, { slug: "bob" }], SETTING);
  const found = staged.rendered.flatMap(({ object }, index) =>
    DECIDES.has(object.kind) && isAlices(object) ? survivorsOf(staged, index) : [],
  );
  expect(found.filter((one) => !HARMLESS.some(([, pattern]) => pattern.test(one)))).toEqual([]);
  const idle = HARMLESS.filter(([, pattern]) => !found.some((one) => pattern.test(one)));
  expect(idle.map(([why]) => why)).toEqual([]);
});
