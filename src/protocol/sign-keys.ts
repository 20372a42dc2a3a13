/** Ed25519 keys as 32 raw bytes in base64, the form that documents and requests carry. */
import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, sign, verify } from "node:crypto";

const SPKI_PREFIX = Buffer.from("302a300506032b6570032100", "hex");

export interface SignKeys {
  readonly privateKey: KeyObject;
  /** 32 bytes as base64. */
  readonly publicKey: string;
}

export function makeSignKeys(): SignKeys {
  const { privateKey } = generateKeyPairSync("ed25519");
  return withPublic(privateKey);
}

/** From the PEM text that `printSignKeys` made. Throws on anything else. */
export function readSignKeys(pem: string): SignKeys {
  const privateKey = createPrivateKey(pem);
  if (privateKey.asymmetricKeyType !== "ed25519") throw new TypeError("not an Ed25519 key");
  return withPublic(privateKey);
}

/** PKCS #8 as PEM: secret. */
export function printSignKeys({ privateKey }: SignKeys): string {
  return privateKey.export({ type: "pkcs8", format: "pem" }).toString();
}

function withPublic(privateKey: KeyObject): SignKeys {
  const der = createPublicKey(privateKey).export({ type: "spki", format: "der" });
  return { privateKey, publicKey: der.subarray(SPKI_PREFIX.length).toString("base64") };
}

export function signText(text: string, { privateKey }: SignKeys): string {
  return sign(null, Buffer.from(text), privateKey).toString("base64");
}

/** False for a signature, or a key, that is none. */
export function isSignedBy(text: string, signature: string, publicKey: string): boolean {
  const key = importPublicKey(publicKey);
  const bytes = Buffer.from(signature, "base64");
  return key !== null && bytes.length === 64 && verify(null, Buffer.from(text), key, bytes);
}

const imported = new Map<string, KeyObject>();
const IMPORTED_MOST = 20_000;

/** Null where the text is not 32 bytes in canonical base64. Importing costs a third of a check, and an appliance comes back. */
function importPublicKey(publicKey: string): KeyObject | null {
  const known = imported.get(publicKey);
  if (known !== undefined) return known;
  const raw = Buffer.from(publicKey, "base64");
  if (raw.length !== 32 || raw.toString("base64") !== publicKey) return null;
  const key = createPublicKey({ key: Buffer.concat([SPKI_PREFIX, raw]), format: "der", type: "spki" });
  if (imported.size >= IMPORTED_MOST) imported.clear();
  imported.set(publicKey, key);
  return key;
}
