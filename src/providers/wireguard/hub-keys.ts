import type { PublicKey, WireGuardObservation } from "./model.ts";

/** The public key of each hub that was read, for client files of hubs whose document pins none. */
export function hubKeysOf({ readings }: WireGuardObservation): ReadonlyMap<string, PublicKey> {
  return new Map(
    [...readings].flatMap(([hub, reading]) => {
      const key = "snapshot" in reading ? reading.snapshot.publicKey : null;
      return key === null ? [] : [[hub, key] as const];
    }),
  );
}
