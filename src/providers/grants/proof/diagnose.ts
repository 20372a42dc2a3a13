/** What the proof found, as findings of the plan, each at the document that it is about. Pure. */
import { type Address, addressOf, type Finding as Diagnosis, type Resource } from "../../../estate/resource.ts";
import type { ReadCluster } from "../compare-objects.ts";
import type { Finding, Proof } from "../reach/prove.ts";
import { nextOf, sentenceOf } from "./words.ts";

interface Found {
  /** What keeps changes from being carried out. */
  readonly refused: ReadonlyMap<Address, readonly Finding[]>;
  readonly will: Proof;
  readonly was: Proof;
}

/** The same for what is found before and after. */
export function findingKey({ kind, namespace, words }: Finding): string {
  return JSON.stringify([kind, namespace, words]);
}

/** No plan is read for a thousand lines of the same: so many of each kind are told, the rest counted. */
const MOST_TOLD = 5;

/** What is refused, what stands open though nothing is planned there, and who does not get in though they should. */
export function diagnose(read: ReadCluster, { refused, will, was }: Found): readonly Diagnosis[] {
  const blocking = [...refused].flatMap(([address, findings]) =>
    waysOf(findings).map((way) => diagnosis(way, resourceAt(read, address))),
  );
  const told = new Set([...refused.values()].flat().map(findingKey));
  const known = new Set(was.findings.map(findingKey));
  const standing = will.findings.filter((finding) => finding.refuses && !told.has(findingKey(finding)));
  // Who is locked out because the change is refused is told that, and no more.
  const others = will.findings.filter((finding) => !finding.refuses && !refused.has(resourceOf(read, finding).address));
  return [
    ...blocking,
    ...tell(read, standing, (finding) => (known.has(findingKey(finding)) ? "stands open already: " : "")),
    ...tell(read, others, () => ""),
  ];
}

/** Ways into or out of one desktop by the same objects, the first of which speaks for all. */
interface Way {
  readonly finding: Finding;
  readonly more: number;
}

function waysOf(findings: readonly Finding[]): readonly Way[] {
  const keyOf = ({ kind, namespace, path, refuses }: Finding): string => {
    const objects = path.flatMap(({ object }) => object ?? []);
    return JSON.stringify([namespace, refuses, objects.length === 0 ? kind : objects]);
  };
  return [...Map.groupBy(findings, keyOf).values()].flatMap(([finding, ...others]) =>
    finding === undefined ? [] : [{ finding, more: others.length }],
  );
}

function tell(
  read: ReadCluster,
  findings: readonly Finding[],
  prefixOf: (finding: Finding) => string,
): readonly Diagnosis[] {
  return [...Map.groupBy(waysOf(findings), ({ finding }) => finding.kind).values()].flatMap((ways) => {
    const said = ways.slice(0, MOST_TOLD).map((way) => {
      const { message, ...rest } = diagnosis(way, resourceOf(read, way.finding));
      return { ...rest, message: `${prefixOf(way.finding)}${message}` };
    });
    const [last] = ways.slice(MOST_TOLD);
    if (last === undefined) return said;
    const message = `${ways.length - MOST_TOLD} more ways of the kind "${last.finding.kind}" besides those that are told`;
    const hint = "reeve access who-can-reach says who gets into a desktop, and by which way";
    return [...said, { ...diagnosis(last, read.cluster), message, hint }];
  });
}

function diagnosis({ finding, more }: Way, resource: Resource): Diagnosis {
  const severity = finding.refuses ? ("held" as const) : ("warning" as const);
  return {
    severity,
    code: `reach-${finding.kind}`,
    message: `${sentenceOf(finding)}${more === 0 ? "" : `, and ${more} more such ways`}`,
    hint: nextOf(finding),
    resource,
    path: [],
  };
}

function resourceOf(read: ReadCluster, { namespace }: Finding): Resource {
  const grant = read.topology.grants.find(
    (facts) => facts.namespace === namespace && facts.cluster.name === read.cluster.name,
  );
  return grant?.grant ?? read.cluster;
}

/** The cluster's where the grant's document is gone. */
function resourceAt({ topology, cluster }: ReadCluster, address: Address): Resource {
  const grant = topology.claims.find(({ grant: one }) => addressOf(one.kind, one.name) === address);
  return grant?.grant ?? cluster;
}
