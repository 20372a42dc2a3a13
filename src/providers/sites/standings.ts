/** How sites stand, for `reeve list`. Pure. */
import type { Comparison, Desired } from "../provider.ts";
import type { SiteView } from "./observe.ts";

export function standingsOf({ resources }: Desired, views: ReadonlyMap<string, SiteView>): Comparison["standings"] {
  return resources.map(({ address, kind, name }) => {
    const view = kind === "ApplianceSite" ? views.get(name) : undefined;
    if (view === undefined) return { address, state: "Declared", details: {} };
    const declared = view.appliances.filter(({ isDeclared }) => isDeclared);
    const appliances = declared.map(({ name: appliance, phase, domainPhase, version, seenAt, enumeration }) => ({
      name: appliance,
      phase,
      domain: domainPhase,
      version,
      seenAt,
      computers: enumeration?.count ?? null,
    }));
    return { address, state: countPhases(declared.map(({ phase }) => phase)), details: { appliances } };
  });
}

/** `InSync`, or `2 InSync, 1 Offline`. */
function countPhases(phases: readonly string[]): string {
  const counts = [...Map.groupBy(phases, (phase) => phase)].toSorted(([a], [b]) => (a < b ? -1 : 1));
  const [only] = counts;
  if (only === undefined) return "Empty";
  return counts.length === 1 && phases.length === 1
    ? only[0]
    : counts.map(([phase, all]) => `${all.length} ${phase}`).join(", ");
}
