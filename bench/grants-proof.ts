import { castOf } from "../src/providers/grants/proof/cast-of.ts";
import { proveGrants } from "../src/providers/grants/reach/prove.ts";
import { buildWorld } from "../src/providers/grants/reach/world.ts";
import { renderCluster } from "../src/providers/grants/render/render.ts";
import { resolveTopology } from "../src/providers/grants/topology.ts";
import { declare, TEMPLATES } from "../test/providers/grants/declared.ts";
import { documentsOf, NOW, PLAIN } from "../test/providers/grants/rendered-cast.ts";
import { clusterObjects } from "../test/support/grants-cast.ts";
import { ms, table } from "./measure.ts";

const MOST_SECONDS = 5;
const MOST_GROWTH = 1.2;

interface Figures {
  readonly people: number;
  readonly objects: number;
  readonly rendered: number;
  readonly proven: number;
  readonly refusals: number;
}

/** The proof over everybody's desktops, in this process: rendered objects in, findings out. */
export function benchProof(sizes: readonly number[]): string {
  measure(10);
  const figures = sizes.map(measure);
  return [
    "## Who reaches what: the proof\n",
    table(
      ["people", "objects", "rendering", "proof", "aim", "its growth", "refusals"],
      figures.map((one, index) => row(one, figures[index - 1])),
    ),
    `Aims: ${MOST_SECONDS} s; it grows at most ${MOST_GROWTH} times as fast as the people.\n`,
  ].join("\n");
}

function measure(people: number): Figures {
  const names = Array.from({ length: people }, (_, index) => ({ slug: `p${index}` }));
  const { desired } = declare(documentsOf(names, PLAIN));
  const topology = resolveTopology(desired);
  const [cluster] = topology.clusters;
  if (cluster === undefined) throw new Error("the estate has no cluster");
  const began = performance.now();
  const rendered = renderCluster(cluster, { topology, templates: TEMPLATES, now: NOW });
  const then = performance.now();
  const { infra, workstations, mesh } = castOf(topology, cluster, NOW);
  const world = buildWorld([...clusterObjects(), ...rendered.map(({ object }) => object)], mesh);
  const { findings } = proveGrants({ world, infra }, workstations);
  return {
    people,
    objects: rendered.length,
    rendered: then - began,
    proven: performance.now() - then,
    refusals: findings.filter(({ refuses }) => refuses).length,
  };
}

function row({ people, objects, rendered, proven, refusals }: Figures, before: Figures | undefined): readonly string[] {
  const growth = before === undefined ? null : proven / before.proven;
  const times = before === undefined ? 1 : people / before.people;
  return [
    String(people),
    String(objects),
    ms(rendered),
    ms(proven),
    proven <= MOST_SECONDS * 1000 ? "met" : "not met",
    growth === null ? "" : `${growth.toFixed(1)} for ${times}x: ${growth <= times * MOST_GROWTH ? "met" : "not met"}`,
    String(refusals),
  ];
}
