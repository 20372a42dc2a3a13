/** Names under which people paste secrets, whatever the kind says about the field. */
const SECRET_KEY = /^(?:(?:private|preshared|pre[-_]shared|secret)[-_]?key|psk|password|passphrase)$/i;
/** Fields whose values no message may print. */
const SECRET_PART = /key|secret|token|password|passphrase|credential|psk|codehash/i;
const PUBLIC_PART = /public[-_]?key/i;
/** Names that smell of key material where the schema knows no such field. */
const SMELLS = /private|pre[-_]?shared|secret|passw|passphrase|^psk$|token|credential/i;

/** What to write instead of a secret under this key, or null when the key is no secret's name. */
export function secretKeyHint(key: string): string | null {
  return SECRET_KEY.test(key) ? referenceHint(key) : null;
}

/** The same for a field that the schema does not know. */
export function unknownSecretHint(key: string): string | null {
  return SMELLS.test(key) && !key.endsWith("From") ? referenceHint(key) : null;
}

function referenceHint(key: string): string {
  const field = /pre[-_]?shared|psk/i.test(key)
    ? "presharedKeyFrom"
    : /private/i.test(key)
      ? "privateKeyFrom"
      : "a …From field";
  return `refer to it by ${field}, for example { file: /etc/wireguard/name.key }, and replace the secret: it has been in the repository`;
}

/** True where a message may not print the value at this path. */
export function isSecretPath(path: readonly (string | number)[]): boolean {
  return path.some((part) => typeof part === "string" && SECRET_PART.test(part) && !PUBLIC_PART.test(part));
}
