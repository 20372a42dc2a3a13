import type { KubeObject } from "../../src/providers/grants/kube-object.ts";
import type { Workstation } from "../../src/providers/grants/reach/cast.ts";
import { proveGrants } from "../../src/providers/grants/reach/prove.ts";
import { INFRA, workstationOf, worldOf } from "./grants-cast.ts";

/** What the proof says of a cluster as it stands, whoever is to have access there. */
export interface Standing {
  /** `who -> what`, sorted: surely or maybe. */
  readonly ways: ReadonlySet<string>;
  /** Somebody else gets in, a desktop gets out, a wall is open: in words. */
  readonly wrongs: readonly string[];
}

/** A person with a desktop on a host of its own, and what it may reach at most, at any time. */
export interface Person {
  readonly slug: string;
  readonly may?: Partial<Workstation>;
}

export const DESKTOPS_DOMAIN = "desktops.example.net";

/** Over all objects of one cluster, read without Reeve. `people` are all who ever have a desktop there. */
export function whoReachesWhat(objects: readonly KubeObject[], people: readonly Person[]): Standing {
  const world = worldOf(objects);
  // Where no pod is, nothing is reached: a namespace that is being made or taken away has no walls yet, or no more.
  const cast = people.map(workstationFor).filter(({ namespace }) => world.pods.has(namespace));
  const { access, findings } = proveGrants({ world, infra: INFRA }, cast);
  const ways = access.map(
    ({ who, what, reach }) => `${who} -> ${what}${reach.verdict === "depends" ? " (maybe)" : ""}`,
  );
  return {
    ways: new Set(ways.toSorted()),
    wrongs: findings.filter(({ refuses }) => refuses).map(({ namespace, words }) => `${namespace}: ${words}`),
  };
}

function workstationFor({ slug, may }: Person): Workstation {
  return { ...workstationOf(slug), host: `${slug}.${DESKTOPS_DOMAIN}`, path: "/", ...may };
}
