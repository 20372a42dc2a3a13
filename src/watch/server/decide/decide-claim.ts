/** Whose a code is. Pure: it runs under the store's lock, so of forty that race one finds the place free. */
import type { ClaimBody } from "../../../protocol/bodies.ts";
import type { DeclaredAppliance } from "../desired.ts";
import { type Reply, refuse } from "../reply.ts";
import { type Decision, EMPTY_REPORT, type Found, type Identity, type PendingKey } from "../store/store.ts";
import { isLive, settle } from "./settle.ts";
import { identityOf } from "./signed.ts";

export interface Claim {
  readonly declared: DeclaredAppliance;
  readonly body: ClaimBody;
  readonly now: Date;
  readonly hasSubmitted: boolean;
  /** The answer to whoever holds the place. */
  readonly welcome: Reply;
}

export function decideClaim(claim: Claim, found: Found): Decision<Reply> {
  const { body, declared, now } = claim;
  const identity = identityOf(found.record, declared);
  const holder = holderOf(identity, found);
  const isApproved = isLive(identity) && identity.approvedKey === body.signKey;
  // Also after the code's end: the first answer may have been lost on the way.
  if (holder === body.signKey && isLive(identity) && identity.signKey === body.signKey)
    return { answer: claim.welcome };
  // Its own code at a place that nobody has: the appliance was given another name, and takes the place anew.
  const isMoving = holder === body.signKey && identity === null;
  if (holder !== null && !isApproved && !isMoving) return refuseOther(claim, found);
  const provisioning = declared.appliance.provisioning;
  if (provisioning === undefined) return { answer: refuse("code-unknown") };
  if (provisioning.revoked) return { answer: refuse("code-revoked", "ask for a new code") };
  if (!isApproved && Date.parse(provisioning.expiresAt) <= now.getTime())
    return { answer: refuse("code-expired", "ask for a new code") };
  if (isOtherMachine(body, declared))
    return { answer: refuse("mac-mismatch", "the code was made for another machine") };
  if (declared.appliance.suspended) return { answer: refuse("suspended") };
  return takePlace(claim, found);
}

function isOtherMachine({ mac }: ClaimBody, { appliance }: DeclaredAppliance): boolean {
  return appliance.provisioning?.bindMac === true && mac !== appliance.mac;
}

/** Who has used the code. Where the database does not remember it, the repository does. */
function holderOf(identity: Identity | null, { record, claimedBy }: Found): string | null {
  return record.identity === null ? (identity?.signKey ?? claimedBy) : claimedBy;
}

/** A machine that was set up anew looks like a thief: an operator decides, the code does not. */
function refuseOther({ body, declared, now }: Claim, { record }: Found): Decision<Reply> {
  const answer = refuse(
    "code-claimed",
    "if this machine was set up anew, have the operator approve it, or a new code made",
  );
  const { identity } = record;
  if (identity === null || !isLive(identity) || identity.pending?.signKey === body.signKey) return { answer };
  // Whom the code would not let in, nobody is asked about: whoever finds an old sheet is no decision of an operator's.
  if (isOtherMachine(body, declared)) return { answer };
  const pending: PendingKey = {
    signKey: body.signKey,
    encKey: body.encKey,
    mac: body.mac,
    hostname: body.hostname,
    at: now.toISOString(),
  };
  const events = [{ type: "rebind-pending", detail: `${body.hostname} (${body.mac}) claimed with another key` }];
  return { answer, record: { ...record, identity: { ...identity, pending } }, events };
}

function takePlace({ body, declared, now, hasSubmitted, welcome }: Claim, { record }: Found): Decision<Reply> {
  const identity: Identity = {
    signKey: body.signKey,
    encKey: body.encKey,
    mac: body.mac,
    hostname: body.hostname,
    generation: declared.appliance.provisioning?.generation ?? 1,
    claimedAt: now.toISOString(),
    conflictAt: null,
    pending: null,
    approvedKey: null,
    retiredAt: null,
  };
  const isSameKey = record.identity?.signKey === body.signKey;
  const { domain, enumeration } = record.report;
  const report = isSameKey ? record.report : { ...EMPTY_REPORT, phase: record.report.phase, domain, enumeration };
  const settled = settle({ identity, report }, { now, declared, hasSubmitted });
  const type = record.identity === null ? "claimed" : "rebound";
  const detail = `${body.hostname} (${body.mac}) with key ${body.signKey}`;
  return {
    answer: welcome,
    record: settled.record,
    events: [{ type, detail }, ...settled.events],
    claimBy: body.signKey,
  };
}
