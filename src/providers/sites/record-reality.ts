/** Keys that appliances claimed with, for their documents: pinned, they outlive the server's database. Pure. */
import type { OperatorAppliance } from "../../protocol/operator.ts";
import type { Desired, DocumentEdit, RecordedReality } from "../provider.ts";
import type { SitesObservation } from "./observe.ts";
import { resolveSites, type SiteFacts } from "./topology.ts";

export function recordIdentities(desired: Desired, observation: SitesObservation): readonly RecordedReality[] {
  if (observation.is !== "read") return [];
  return resolveSites(desired).flatMap((facts) => {
    const view = observation.sites.get(facts.site.name);
    const edits = editsFor(facts, view?.appliances ?? []);
    return edits.length === 0 ? [] : [{ resource: facts.site, edits }];
  });
}

function editsFor({ site }: SiteFacts, live: readonly OperatorAppliance[]): readonly DocumentEdit[] {
  return site.spec.appliances.flatMap(({ name, identity: pin }, index) => {
    const identity = live.find((one) => one.name === name)?.identity ?? null;
    if (identity === null || identity.retiredAt !== null || identity.conflictAt !== null) return [];
    const { signKey, recipient } = identity;
    if (pin?.signKey === signKey && pin.recipient === recipient) return [];
    return [{ path: ["spec", "appliances", String(index), "identity"], value: { signKey, recipient } }];
  });
}
