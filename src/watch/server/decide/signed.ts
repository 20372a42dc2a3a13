/** What every signed request of an appliance meets under the store's lock. Pure. */
import type { DeclaredAppliance } from "../desired.ts";
import { type Reply, refuse } from "../reply.ts";
import type { ApplianceRecord, Found, Identity } from "../store/store.ts";
import { isLive } from "./settle.ts";

export interface Signed {
  readonly declared: DeclaredAppliance | null;
  /** The key that the signature was checked with. */
  readonly signKey: string;
  readonly now: Date;
  readonly hasSubmitted: boolean;
}

/** Whose identity counts: the one that claimed, or, where the database is lost, the one that the repository pins. */
export function identityOf(record: ApplianceRecord, declared: DeclaredAppliance | null): Identity | null {
  if (record.identity !== null) return record.identity;
  const pin = declared?.appliance.identity;
  if (declared === null || pin === undefined) return null;
  return {
    signKey: pin.signKey,
    encKey: pin.recipient,
    mac: declared.appliance.mac,
    hostname: declared.appliance.name,
    generation: declared.appliance.provisioning?.generation ?? 1,
    claimedAt: new Date(0).toISOString(),
    conflictAt: null,
    pending: null,
    approvedKey: null,
    retiredAt: null,
  };
}

/** Null where the request may go on. */
export function refuseSigned({ declared, signKey }: Signed, found: Found): Reply | null {
  const identity = identityOf(found.record, declared);
  if (identity === null || identity.signKey !== signKey)
    return refuse("bad-signature", "another key has this place: claim it again");
  if (found.isReplay) return refuse("replay", "every request takes a nonce of its own");
  if (declared === null || !isLive(identity))
    return refuse("retired", "this appliance is not in the repository any more");
  if (declared.appliance.suspended) return refuse("suspended", "an operator has suspended this appliance");
  return null;
}

/** A look at what was kept, with the identity that counts. */
export function withIdentity(record: ApplianceRecord, declared: DeclaredAppliance | null): ApplianceRecord {
  return record.identity === null ? { ...record, identity: identityOf(record, declared) } : record;
}
