/** Which workstations come first. By the name's hash, so that a wider ring holds all of the narrower one. */
import { createHash } from "node:crypto";

export function isInRing(name: string, ring: string): boolean {
  const share = createHash("sha256").update(name.toLowerCase()).digest().readUInt32BE(0) / 2 ** 32;
  return share < Number(ring.replace("%", "")) / 100;
}
