/** Proof that whoever claims holds the signing key, and that nobody on the way swapped the key that secrets are sealed to. */
import { isSignedBy, type SignKeys, signText } from "./sign-keys.ts";

export interface ClaimFacts {
  readonly codeHash: string;
  readonly mac: string;
  /** The age recipient. */
  readonly encKey: string;
}

export function proveClaim(facts: ClaimFacts, keys: SignKeys): string {
  return signText(claimText(facts), keys);
}

export function isProven(facts: ClaimFacts, proof: string, signKey: string): boolean {
  return isSignedBy(claimText(facts), proof, signKey);
}

/** Every part has a fixed length, so no two claims have the same text. */
function claimText({ codeHash, mac, encKey }: ClaimFacts): string {
  return `claim:v1:${codeHash}${mac}${encKey}`;
}

export interface HeartbeatFacts {
  readonly mac: string;
  /** RFC 3339. */
  readonly at: string;
}

export function proveHeartbeat(facts: HeartbeatFacts, keys: SignKeys): string {
  return signText(heartbeatText(facts), keys);
}

export function isHeartbeatProven(facts: HeartbeatFacts, proof: string, signKey: string): boolean {
  return isSignedBy(heartbeatText(facts), proof, signKey);
}

function heartbeatText({ mac, at }: HeartbeatFacts): string {
  return `heartbeat:v1:${mac}${at}`;
}
