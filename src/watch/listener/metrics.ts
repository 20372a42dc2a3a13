/** What Prometheus is told: made anew for each scrape, so that nothing that is gone stays. */
import { Counter, Gauge, Registry } from "prom-client";
import { rowsOf } from "./rows.ts";
import type { WatchView } from "./view.ts";

/** Series that are named by resource; the oldest drift, the soonest end. */
const MOST_NAMED = 200;

type Labels = Readonly<Record<string, string>>;
type Sample = readonly [labels: Labels, value: number];

export async function renderMetrics(view: WatchView): Promise<string> {
  const registry = new Registry();
  tellRounds(registry, view);
  tellResources(registry, view);
  tellDrift(registry, view);
  tellAppliances(registry, view);
  return registry.metrics();
}

interface Series {
  readonly name: string;
  readonly help: string;
}

function gauge(registry: Registry, { name, help }: Series, samples: readonly Sample[]): void {
  if (samples.length === 0) return;
  const labelNames = [...new Set(samples.flatMap(([labels]) => Object.keys(labels)))];
  const made = new Gauge({ name, help, labelNames, registers: [registry] });
  for (const [labels, value] of samples) made.set({ ...labels }, value);
}

function tellRounds(registry: Registry, view: WatchView): void {
  const { rounds, round, pause, troubles, isApplied, nextChangeAt } = view.status();
  const total = new Counter({
    name: "reeve_rounds_total",
    help: "Rounds by how they ended.",
    labelNames: ["result"],
    registers: [registry],
  });
  for (const [result, count] of Object.entries(rounds)) total.inc({ result }, count);
  gauge(registry, { name: "reeve_paused", help: "1 while a person has paused the daemon." }, [
    [{}, Number(pause !== null)],
  ]);
  gauge(registry, { name: "reeve_commit_applied", help: "1 where all that the documents changed is done." }, [
    [{}, Number(isApplied)],
  ]);
  gauge(
    registry,
    { name: "reeve_trouble", help: "What keeps the daemon from following or finishing." },
    troubles.map(({ code }) => [{ code }, 1]),
  );
  if (round !== null) {
    gauge(registry, { name: "reeve_round_end_timestamp_seconds", help: "When the last round ended." }, [
      [{}, Date.parse(round.endedAt) / 1000],
    ]);
    gauge(registry, { name: "reeve_round_duration_seconds", help: "How long the last round took." }, [
      [{}, round.tookMs / 1000],
    ]);
  }
  if (nextChangeAt !== null)
    gauge(registry, { name: "reeve_next_change_timestamp_seconds", help: "When time alone changes the plan next." }, [
      [{}, Date.parse(nextChangeAt) / 1000],
    ]);
}

function tellResources(registry: Registry, view: WatchView): void {
  const { all, endings } = rowsOf(view.sight());
  const groups = Map.groupBy(all, ({ kind, state }) => JSON.stringify([kind, state]));
  const counts = [...groups.values()].flatMap((group): readonly Sample[] => {
    const [first] = group;
    return first === undefined ? [] : [[{ kind: first.kind, state: first.state }, group.length]];
  });
  gauge(registry, { name: "reeve_resources", help: "Declared resources by kind and state." }, counts);
  const now = view.now().toISOString();
  const next = endings.filter(({ at }) => at > now).slice(0, MOST_NAMED);
  gauge(
    registry,
    { name: "reeve_resource_end_timestamp_seconds", help: `When resources end: the ${MOST_NAMED} that are next.` },
    next.map(({ address, at }) => [{ resource: address }, Date.parse(at) / 1000]),
  );
}

function tellDrift(registry: Registry, view: WatchView): void {
  const { differences } = view.status();
  const kindOf = (address: string): string => address.slice(0, address.indexOf("/"));
  const groups = Map.groupBy(differences, ({ address, cause, mode }) => JSON.stringify([kindOf(address), cause, mode]));
  const counts = [...groups.values()].flatMap((group): readonly Sample[] => {
    const [first] = group;
    if (first === undefined) return [];
    return [[{ kind: kindOf(first.address), cause: first.cause, mode: first.mode }, group.length]];
  });
  gauge(registry, { name: "reeve_differences", help: "Differences between the documents and the world." }, counts);
  const oldest = differences.toSorted((a, b) => (a.since < b.since ? -1 : 1)).slice(0, MOST_NAMED);
  gauge(
    registry,
    {
      name: "reeve_resource_differs_since_timestamp_seconds",
      help: `Since when resources differ: the ${MOST_NAMED} that have longest.`,
    },
    oldest.map(({ address, since }) => [{ resource: address }, Date.parse(since) / 1000]),
  );
}

function tellAppliances(registry: Registry, view: WatchView): void {
  const all = view.appliances();
  const groups = [...Map.groupBy(all, ({ phase, domain }) => JSON.stringify([phase, domain])).values()];
  gauge(
    registry,
    { name: "reeve_appliances", help: "Appliances by phase, and by how far their domain is known." },
    groups.flatMap((group): readonly Sample[] => {
      const [first] = group;
      return first === undefined ? [] : [[{ phase: first.phase, domain: first.domain }, group.length]];
    }),
  );
  const waiting = Map.groupBy(all, ({ waits }) => waits?.decision.is ?? "");
  waiting.delete("");
  gauge(
    registry,
    { name: "reeve_appliances_waiting", help: "Appliances that wait for an operator's decision." },
    [...waiting].map(([decision, group]) => [{ decision }, group.length]),
  );
  const seen = all.flatMap(({ site, appliance, seenAt }) => (seenAt === null ? [] : [{ site, appliance, seenAt }]));
  gauge(
    registry,
    {
      name: "reeve_appliance_seen_timestamp_seconds",
      help: `When appliances last checked in: the ${MOST_NAMED} that have been silent longest.`,
    },
    seen
      .toSorted((a, b) => (a.seenAt < b.seenAt ? -1 : 1))
      .slice(0, MOST_NAMED)
      .map(({ site, appliance, seenAt }) => [{ site, appliance }, Date.parse(seenAt) / 1000]),
  );
}
