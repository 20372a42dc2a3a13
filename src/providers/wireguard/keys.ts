import { createPrivateKey, createPublicKey } from "node:crypto";
import type { PublicKey } from "./model.ts";

/** What makes a well-formed key unfit to be anyone's public key. */
export type KeyFlaw = "low-order" | "twin" | "published";

const CANONICAL = /^[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=$/;

/**
 * The points of low order: with one of them as a peer's key the shared secret is zero whatever the private key is, so
 * anyone could be that peer. `wg` takes them without a word.
 */
const LOW_ORDER: ReadonlySet<string> = new Set(
  [
    "0000000000000000000000000000000000000000000000000000000000000000",
    "0100000000000000000000000000000000000000000000000000000000000000",
    "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
    "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
  ].map((hex) => Buffer.from(hex, "hex").toString("base64")),
);

/** Public halves of private keys that everybody can read. */
const PUBLISHED: ReadonlyMap<string, string> = new Map([
  ["HIgo9xNzJMWLKASShiTqIybxZ0U3wGLiUeJ1PKf8ykw=", "the server of the example in wg(8) and on wireguard.com"],
  ["gN65BkIKy1eCE9pP1wdc8ROUtkHLF2PfAqYdyYBz6EA=", "the client of the example on wireguard.com"],
  ["cL9S5KV5wAy/AsKyYct3qz9BHxe5FYqxlb/eDthF/VY=", "the example in wg-quick(8)"],
  ["hSDwCYkwp1R0i33ctD73Wg2/Og0mOBr066SpjqqbTmo=", "Alice in RFC 7748, section 6.1"],
  ["3p7bfXt9wbTTW2HC7OQ1Nz+DQ8hbeGdNrfx+FG+IK08=", "Bob in RFC 7748, section 6.1"],
]);

/** DER headers in front of the 32 raw bytes. JWK export, the other way to them, has deadlocked in long loops. */
const PKCS8_HEADER = Buffer.from("302e020100300506032b656e04220420", "hex");
const RAW_BYTES = 32;

/** 44 characters of base64 that decode to 32 bytes and encode back to themselves, as `wg` demands. */
export function isCanonicalKey(text: string): boolean {
  return CANONICAL.test(text);
}

/** Why a canonical key is refused as a public key, or null. */
export function flawOf(key: PublicKey): KeyFlaw | null {
  if (LOW_ORDER.has(key)) return "low-order";
  if (PUBLISHED.has(key)) return "published";
  return isTwin(Buffer.from(key, "base64")) ? "twin" : null;
}

/** Whose published private key belongs to this public key. */
export function publishedAs(key: PublicKey): string | null {
  return PUBLISHED.get(key) ?? null;
}

/**
 * Private keys are clamped where they are made, and one public key in 16 looks the same by chance: cheap enough to tell
 * which strings are worth deriving.
 */
export function looksClamped(key: string): boolean {
  const bytes = Buffer.from(key, "base64");
  return ((bytes[0] ?? 1) & 7) === 0 && ((bytes[RAW_BYTES - 1] ?? 0) & 0xc0) === 0x40;
}

/** What `wg pubkey` prints for a private key. */
export function derivePublic(privateKey: string): PublicKey {
  const der = Buffer.concat([PKCS8_HEADER, Buffer.from(privateKey, "base64")]);
  const spki = createPublicKey(createPrivateKey({ key: der, format: "der", type: "pkcs8" }));
  return spki.export({ format: "der", type: "spki" }).subarray(-RAW_BYTES).toString("base64");
}

/** A key pair from 32 random bytes, as `wg genkey` makes it from the kernel's. */
export function keyPairFrom(randomness: Uint8Array): { readonly privateKey: string; readonly publicKey: PublicKey } {
  if (randomness.length !== RAW_BYTES) throw new TypeError(`a key takes ${RAW_BYTES} random bytes`);
  const bytes = Buffer.from(randomness);
  bytes.writeUInt8(bytes.readUInt8(0) & 0xf8, 0);
  bytes.writeUInt8((bytes.readUInt8(RAW_BYTES - 1) & 0x7f) | 0x40, RAW_BYTES - 1);
  const privateKey = bytes.toString("base64");
  return { privateKey, publicKey: derivePublic(privateKey) };
}

/**
 * The public key, among `known`, whose private half `text` is; null where it is none. For strings people paste into the
 * wrong field.
 */
export function privateHalfOf(text: string, known: { has(key: PublicKey): boolean }): PublicKey | null {
  if (!isCanonicalKey(text) || !looksClamped(text)) return null;
  const publicKey = derivePublic(text);
  return known.has(publicKey) || PUBLISHED.has(publicKey) ? publicKey : null;
}

/** The start of a key, enough to find it by, short enough to read. */
export function abbreviateKey(key: PublicKey): string {
  return `${key.slice(0, 8)}…`;
}

/**
 * X25519 ignores the highest bit and reduces modulo 2^255 - 19, so such a spelling is the same key as another to the
 * mathematics and a second peer to `wg`.
 */
function isTwin(bytes: Buffer): boolean {
  const last = bytes[RAW_BYTES - 1] ?? 0;
  if (last >= 0x80) return true;
  return last === 0x7f && (bytes[0] ?? 0) >= 0xed && bytes.subarray(1, RAW_BYTES - 1).every((byte) => byte === 0xff);
}
