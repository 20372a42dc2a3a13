/** The proof over one cluster as it was read: who is asked about, and in which world. Pure. */

import { kindKey } from "../client/served-kinds.ts";
import type { ReadCluster } from "../compare-objects.ts";
import { INTRUDERS } from "../foreign-kinds.ts";
import type { KubeObject } from "../kube-object.ts";
import { objectKey } from "../live.ts";
import type { Infrastructure, Workstation } from "../reach/cast.ts";
import { fields, items, text, texts, wholeNumber } from "../reach/fields.ts";
import { type Finding, type Proof, proveGrants } from "../reach/prove.ts";
import { buildWorld, type Mesh } from "../reach/world.ts";
import { ANNOTATIONS, LABELS } from "../render/markers.ts";
import { type Cast, castOf } from "./cast-of.ts";
import { extensionProviders } from "./mesh-config.ts";
import type { Unread } from "./surroundings.ts";
import { type Objects, objectsOf } from "./worlds.ts";

export interface Stage extends Cast {
  /** The world as it was read. */
  readonly before: Objects;
  /** What nobody could read. */
  readonly unread: readonly Unread[];
}

/** Documents and what is there: desktops that no document grants any more are asked about, too. */
export function stageOf({ topology, cluster, view }: ReadCluster): Stage {
  const { infra, workstations, mesh } = castOf(topology, cluster, view.readAt);
  const before = objectsOf(view);
  const known = new Set(workstations.map(({ namespace }) => namespace));
  const others = orphansIn(view.live.values(), infra).filter(({ namespace }) => !known.has(namespace));
  return {
    infra: liveInfra(infra, mesh, before),
    workstations: [...workstations, ...others],
    mesh,
    before,
    unread: unreadIn(view),
  };
}

/** What `observe` could not list of others' policies is as decisive as what it could not look at around them. */
function unreadIn({ gaps, surroundings }: ReadCluster["view"]): readonly Unread[] {
  const policies = gaps
    .filter(({ kind }) => !ASIDE.has(kindKey(kind)))
    .map(({ kind, verdict }) => ({
      what: `${kind.kind}s of others`,
      why: verdict.message,
      next: verdict.next,
      isDecisive: true,
    }));
  return [...surroundings.unread, ...policies];
}

/** What runs beside desktops is looked at by what it may send, whatever it is. */
const ASIDE: ReadonlySet<string> = new Set(INTRUDERS.map(kindKey));

function liveInfra(infra: Infrastructure, { rootNamespace }: Mesh, objects: Objects): Infrastructure {
  const server = objects.get(
    objectKey({ apiVersion: "v1", kind: "Service", metadata: { namespace: "default", name: "kubernetes" } }),
  );
  const addresses = texts(fields(server?.["spec"])["clusterIPs"]);
  const config = [...objects.values()].find(
    ({ kind, metadata }) => kind === "ConfigMap" && metadata.namespace === rootNamespace,
  );
  const { sessionCheck } = infra;
  return {
    ...infra,
    apiServers: addresses,
    ...(sessionCheck === undefined ? {} : { sessionCheck: { ...sessionCheck, known: extensionProviders(config) } }),
  };
}

/** Into a desktop that is there and that nobody is granted, nobody may come. */
function orphansIn(live: Iterable<KubeObject>, infra: Infrastructure): readonly Workstation[] {
  const objects = [...live];
  const services = new Map(
    objects.filter(({ kind }) => kind === "Service").map((one) => [one.metadata.namespace, one]),
  );
  const routes = new Map(
    objects.filter(({ kind }) => kind === "HTTPRoute").map((one) => [one.metadata.labels?.[LABELS.user], one]),
  );
  return objects
    .filter(({ kind, metadata }) => kind === "Namespace" && metadata.labels?.[LABELS.user] !== undefined)
    .map(({ metadata }) => {
      const person = metadata.annotations?.[ANNOTATIONS.userId] ?? metadata.labels?.[LABELS.user] ?? metadata.name;
      const route = fields(routes.get(metadata.labels?.[LABELS.user])?.["spec"]);
      const [port] = items(fields(services.get(metadata.name)?.["spec"])["ports"]).map(fields);
      return {
        person,
        closed: "not granted any more",
        namespace: metadata.name,
        labels: { [LABELS.component]: "workstation" },
        port: wholeNumber(port?.["port"]) ?? 0,
        requestPrincipal: `${infra.token.issuer}/${person}`,
        host: texts(route["hostnames"])[0] ?? "",
        path: pathOf(route),
        challenges: [],
        egress: [],
      };
    })
    .toSorted((a, b) => (a.namespace < b.namespace ? -1 : 1));
}

function pathOf(route: Readonly<Record<string, unknown>>): string {
  const [rule] = items(route["rules"]).map(fields);
  const [match] = items(rule?.["matches"]).map(fields);
  return text(fields(match?.["path"])["value"]) ?? "/";
}

/** The proof of some desktops in a world. */
export function proveIn({ infra, mesh, unread }: Stage, objects: Objects, workstations: readonly Workstation[]): Proof {
  const proof = proveGrants({ world: buildWorld([...objects.values()], mesh), infra }, workstations);
  return { ...proof, findings: [...proof.findings, ...unread.filter(({ isDecisive }) => isDecisive).map(blindness)] };
}

function blindness({ what, why, next }: Unread): Finding {
  const words = `nobody could look at ${what}, so that somebody may get in that way: ${why}; ${next}`;
  return { kind: "unproven", namespace: "", refuses: true, words, path: [] };
}
