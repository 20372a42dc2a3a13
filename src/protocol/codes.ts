/** Provision codes: 80 random bits in Crockford's base32, which people may type as they read it. */
import { createHash } from "node:crypto";

const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const LENGTH = 16;
/** What `randomBytes` must yield for one code. */
export const CODE_BYTES = 10;

/** Branded: 16 characters of the alphabet, nothing else. */
export type ProvisionCode = string & { readonly __form: "provision-code" };

/** The code of ten random bytes. */
export function codeOf(bytes: Uint8Array): ProvisionCode {
  if (bytes.length !== CODE_BYTES) throw new TypeError(`a code takes ${CODE_BYTES} bytes, not ${bytes.length}`);
  const bits = bytes.reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
  const digits = Array.from({ length: LENGTH }, (_, index) => Number((bits >> BigInt(5 * (LENGTH - 1 - index))) & 31n));
  return digits.map((digit) => ALPHABET[digit]).join("") as ProvisionCode;
}

/** What was typed, as the code it means: any case, blanks and dashes anywhere, O for 0, I and L for 1. Null for anything else. */
export function readCode(typed: string): ProvisionCode | null {
  const bare = typed.replaceAll(/[ \t-]/g, "");
  if (!/^[0-9A-Za-z]{16}$/.test(bare)) return null;
  const code = bare.toUpperCase().replaceAll("O", "0").replaceAll(/[IL]/g, "1");
  return code.includes("U") ? null : (code as ProvisionCode);
}

/** As it is printed: `ABCD-1234-EFGH-5678`. */
export function printCode(code: ProvisionCode): string {
  return code.match(/.{4}/g)?.join("-") ?? code;
}

/** What the repository and the server know of a code. 80 random bits need no slow hash. */
export function hashCode(code: ProvisionCode): string {
  return `sha256:${createHash("sha256").update(`provision-code:v1:${code}`).digest("hex")}`;
}
