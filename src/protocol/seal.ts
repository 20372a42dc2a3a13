/** Secrets on their way to one appliance: age, with the purpose inside, since age itself has no associated data. */
import { armor, Decrypter, Encrypter, generateX25519Identity, identityToRecipient } from "age-encryption";

/** What a sealed credential is for. An appliance compares it before it believes the rest. */
interface SealedPurpose {
  readonly site: string;
  readonly appliance: string;
  readonly name: string;
  readonly version: string;
  /** RFC 3339. */
  readonly issuedAt: string;
  readonly expiresAt: string;
}

export interface SealedCredential extends SealedPurpose {
  readonly type: string;
  readonly username: string;
  readonly password: string;
}

export interface SealKeys {
  /** `AGE-SECRET-KEY-1…`: secret. */
  readonly identity: string;
  /** `age1…` */
  readonly recipient: string;
}

/** Always X25519: other age programs cannot read the post-quantum form. */
export async function makeSealKeys(): Promise<SealKeys> {
  const identity = await generateX25519Identity();
  return { identity, recipient: await identityToRecipient(identity) };
}

/** True for a recipient whose checksum holds. */
export function isRecipient(text: string): boolean {
  try {
    new Encrypter().addRecipient(text);
    return /^age1[a-z0-9]{58}$/.test(text);
  } catch {
    return false;
  }
}

/** Armored text that the holders of `recipients` can open. */
export async function sealText(text: string, recipients: readonly string[]): Promise<string> {
  const encrypter = new Encrypter();
  for (const recipient of recipients) encrypter.addRecipient(recipient);
  return armor.encode(await encrypter.encrypt(text));
}

/** Throws where the identity cannot open it, or it was tampered with. */
export async function openText(sealed: string, identity: string): Promise<string> {
  const decrypter = new Decrypter();
  decrypter.addIdentity(identity);
  return decrypter.decrypt(armor.decode(sealed), "text");
}

export function sealCredential(credential: SealedCredential, recipient: string): Promise<string> {
  return sealText(JSON.stringify(credential), [recipient]);
}

/** What the opener expects; `now` must lie before the end. */
export type ExpectedPurpose = Pick<SealedPurpose, "site" | "appliance" | "name" | "version"> & { readonly now: Date };

/** Null where it was sealed for something else, or for an earlier time. Throws where it cannot be opened at all. */
export async function openCredential(
  sealed: string,
  identity: string,
  expected: ExpectedPurpose,
): Promise<SealedCredential | null> {
  const { now, ...purpose } = expected;
  const opened = JSON.parse(await openText(sealed, identity)) as SealedCredential;
  const isMeant =
    opened.site === purpose.site &&
    opened.appliance === purpose.appliance &&
    opened.name === purpose.name &&
    opened.version === purpose.version;
  return isMeant && now.getTime() < Date.parse(opened.expiresAt) ? opened : null;
}
