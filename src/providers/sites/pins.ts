/** Keys that documents pin, against those that the server's documents pin and those that claimed. Pure. */
import type { ApplianceSiteSpec } from "../../generated/documents.ts";
import type { OperatorAppliance, PinnedKeys } from "../../protocol/operator.ts";

type Live = Pick<OperatorAppliance, "name" | "pinned" | "identity">;

/** Appliances that are to be known by other keys than so far. A pin that repeats what the server knows changes nothing. */
export function pinChanges({ appliances }: ApplianceSiteSpec, live: readonly Live[]): readonly string[] {
  return appliances.flatMap(({ name, identity: pin = null }) => {
    const found = live.find((one) => one.name === name);
    const isKnown =
      isSameKeys(pin, found?.pinned ?? null) || (pin !== null && isSameKeys(pin, found?.identity ?? null));
    return isKnown ? [] : [name];
  });
}

function isSameKeys(one: PinnedKeys | null, other: PinnedKeys | null): boolean {
  return one?.signKey === other?.signKey && one?.recipient === other?.recipient;
}

/** True where the server's documents pin exactly these. */
export function isPinnedAlike({ appliances }: ApplianceSiteSpec, live: readonly Live[]): boolean {
  return appliances.every(({ name, identity }) =>
    isSameKeys(identity ?? null, live.find((one) => one.name === name)?.pinned ?? null),
  );
}

/** The same documents, with the pins that the server's have. */
export function withServedPins(spec: ApplianceSiteSpec, live: readonly Live[]): ApplianceSiteSpec {
  const appliances = spec.appliances.map(({ identity: _pin, ...appliance }) => {
    const pinned = live.find(({ name }) => name === appliance.name)?.pinned ?? null;
    return pinned === null ? appliance : { ...appliance, identity: pinned };
  });
  return { ...spec, appliances };
}
