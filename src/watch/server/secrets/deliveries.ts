/** Credentials on their way to appliances: resolved in memory, sealed, and kept only as ciphertext. */
import { createHmac } from "node:crypto";
import type { ApplianceSiteSpec } from "../../../generated/documents.ts";
import type { CredentialsAnswer, DeliveredCredential } from "../../../protocol/bodies.ts";
import { openText, type SealKeys, sealCredential } from "../../../protocol/seal.ts";
import { type ResolveSecret, SecretTrouble } from "../../../protocol/secrets/secret-source.ts";
import type { SubmittedCredential } from "../store/store.ts";
import { type Kept, keepsFor } from "./keeps-for.ts";

/** The name under which a partner's credential for the domain is delivered. */
const SUBMITTED_NAME = "domain";

const VERSION_KEPT_MS = 30_000;
const SEALED_FOR_MS = 24 * 3_600_000;
const SEALED_KEPT_MS = SEALED_FOR_MS / 2;

export interface DeliveryOptions {
  readonly resolve: ResolveSecret;
  readonly seal: SealKeys;
  readonly now: () => Date;
}

interface SiteSecrets {
  readonly siteName: string;
  readonly site: ApplianceSiteSpec;
  readonly submitted: SubmittedCredential | null;
}

interface Recipient {
  readonly appliance: string;
  readonly encKey: string;
}

export interface Deliveries {
  /** One word for all of the site's credentials as they are; null where it has none. */
  version(secrets: SiteSecrets): Promise<string | null>;
  deliver(secrets: SiteSecrets, recipient: Recipient): Promise<CredentialsAnswer>;
  /** The version of a password that is submitted. */
  versionOf(text: string): string;
}

/** One credential, and how its value is found. */
interface Item {
  readonly name: string;
  readonly type: string;
  readonly username: string;
  /** Equal for equal references. */
  readonly key: string;
  readonly open: () => Promise<{ readonly value: string; readonly version: string | null }>;
}

export function opensDeliveries(options: DeliveryOptions): Deliveries {
  const now = (): number => options.now().getTime();
  const room: Room = {
    now,
    mark: marker(options.seal),
    versions: keepsFor<Promise<string>>(VERSION_KEPT_MS, now),
    sealed: keepsFor<DeliveredCredential>(SEALED_KEPT_MS, now),
  };
  const together = (versions: readonly (readonly [string, string])[]): string =>
    room.mark("site", JSON.stringify(versions));
  return {
    version: async (secrets) => {
      const items = itemsOfSite(secrets, options);
      if (items.length === 0) return null;
      return together(await Promise.all(items.map(async (item) => [item.name, await versionOf(room, item)] as const)));
    },
    deliver: async (secrets, recipient) => {
      const items = itemsOfSite(secrets, options);
      const to = { ...recipient, siteName: secrets.siteName };
      const credentials = await Promise.all(items.map((item) => sealItem(room, item, to)));
      return { version: together(credentials.map(({ name, version }) => [name, version] as const)), credentials };
    },
    versionOf: (text) => room.mark("submitted", text),
  };
}

/** What is kept between requests: versions and ciphertext. */
interface Room {
  readonly now: () => number;
  readonly mark: (purpose: string, text: string) => string;
  readonly versions: Kept<Promise<string>>;
  readonly sealed: Kept<DeliveredCredential>;
}

/** Asked once at a time, however many appliances check in meanwhile. */
function versionOf({ versions, mark }: Room, item: Item): Promise<string> {
  const known = versions.get(item.key);
  if (known !== null) return known;
  const version = item.open().then((found) => mark(item.key, found.version ?? found.value));
  versions.set(item.key, version);
  version.catch(() => versions.forget(item.key));
  return version;
}

async function sealItem(
  room: Room,
  item: Item,
  to: Recipient & { readonly siteName: string },
): Promise<DeliveredCredential> {
  const { now, mark, sealed } = room;
  const { name, type, username } = item;
  const keyOf = (version: string): string => [to.encKey, to.siteName, to.appliance, item.key, version].join("\n");
  const known = sealed.get(keyOf(await versionOf(room, item)));
  if (known !== null) return known;
  const found = await item.open();
  const version = mark(item.key, found.version ?? found.value);
  const issuedAt = new Date(now()).toISOString();
  const expiresAt = new Date(now() + SEALED_FOR_MS).toISOString();
  const purpose = { site: to.siteName, appliance: to.appliance, name, version, issuedAt, expiresAt };
  const text = await sealCredential({ ...purpose, type, username, password: found.value }, to.encKey).catch(() => {
    throw new SecretTrouble("not-usable", `nothing can be sealed to the recipient of ${to.appliance}`);
  });
  const made = { name, type, version, sealed: text };
  sealed.set(keyOf(version), made);
  return made;
}

/** Never a bare hash: a password is guessed faster than a key. */
function marker({ identity }: SealKeys): (purpose: string, text: string) => string {
  const key = createHmac("sha256", identity).update("credential-version:v1").digest();
  return (purpose, text) => createHmac("sha256", key).update(`${purpose}\n${text}`).digest("base64url").slice(0, 22);
}

function itemsOfSite({ siteName, site, submitted }: SiteSecrets, { resolve, seal }: DeliveryOptions): readonly Item[] {
  const declared = site.credentials.map(
    ({ name, type, username, passwordFrom }): Item => ({
      name,
      type,
      username,
      key: JSON.stringify([siteName, name, type, username, passwordFrom]),
      open: () => resolve(passwordFrom),
    }),
  );
  if (submitted === null || site.domain.credentialsRef !== undefined) return declared;
  const { username, version } = submitted;
  const key = JSON.stringify([siteName, SUBMITTED_NAME, username, version]);
  const open: Item["open"] = async () => ({
    value: JSON.parse(await openText(submitted.sealed, seal.identity)),
    version,
  });
  return [...declared, { name: SUBMITTED_NAME, type: "domain_admin", username, key, open }];
}
