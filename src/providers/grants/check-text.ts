/** Why a text is not what it should be. Pure. */

import type { Refusal } from "../refusal.ts";
import { parseNetwork } from "./cidr.ts";
import { parsePorts } from "./ports.ts";

export function networkRefusal(text: string): Refusal | null {
  if (parseNetwork(text) !== null) return null;
  return {
    code: "invalid-network",
    message: `${text} is no network, or has bits set beyond its prefix`,
    hint: "write it as 198.51.100.0/24 or 2001:db8::/32; one address is /32 or /128",
  };
}

export function portRefusal(written: number | string): Refusal | null {
  if (parsePorts(written) !== null) return null;
  return {
    code: "invalid-port",
    message: `${written} is no port and no range of ports`,
    hint: "write 80, 8000-8100 (the lower one first), or 5353/udp; 65535 is the last",
  };
}

const PINNED = /^[a-z0-9][A-Za-z0-9._:/-]*@sha256:[0-9a-f]{64}$/;

export function imageRefusal(image: string): Refusal | null {
  if (PINNED.test(image)) return null;
  const isCut = image.includes("@");
  return {
    code: "image-digest",
    message: isCut
      ? `the digest of ${image} is not sha256 and 64 digits`
      : `${image} has no digest: its tag may name another image tomorrow`,
    hint: "write registry/repository@sha256:…, as `crane digest` or `docker buildx imagetools inspect` print it",
  };
}

/** True where the image is one that `pattern` stands for: each * is any characters but / and @. */
export function matchesImage(pattern: string, image: string): boolean {
  const parts = pattern.split("*").map((part) => part.replaceAll(/[.+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${parts.join("[^/@]*")}$`).test(image);
}
