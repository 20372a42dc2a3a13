import { hash } from "node:crypto";
import type { PublicKey } from "./model.ts";

/** The name that an undeclared peer is reported, pruned and imported under: stable, from its key alone. */
export function unmanagedName(publicKey: PublicKey): string {
  return `unmanaged-${hash("sha256", publicKey, "hex").slice(0, 8)}`;
}
