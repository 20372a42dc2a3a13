/** A Group Policy object's entry in the directory: over LDAP with TLS. */
import { Attribute, Change, type Client, EqualityFilter, NoSuchAttributeError, SubstringFilter } from "ldapts";
import { oneText } from "../../../../protocol/directory/attributes.ts";
import { DomainTrouble, stale } from "./domain-trouble.ts";
import type { ObjectPush, ObjectReading } from "./object.ts";
import { readVersion, signedVersion } from "./object-version.ts";

export type ObjectEntry = Omit<ObjectReading, "server" | "files">;

/** The one object of that display name. */
export async function findObject(client: Client, domain: string, object: string): Promise<ObjectEntry> {
  const base = baseOf(domain);
  const { searchEntries } = await client.search(`CN=Policies,CN=System,${base}`, {
    scope: "one",
    filter: new EqualityFilter({ attribute: "displayName", value: object }),
    attributes: ["gPCFileSysPath", "versionNumber", "gPCMachineExtensionNames", "flags"],
  });
  const [entry, second] = searchEntries;
  if (entry === undefined) throw notOne(`${domain} has no Group Policy object "${object}"`, object);
  if (second !== undefined) throw notOne(`${domain} has several Group Policy objects "${object}"`, object);
  const version = readVersion(oneText(entry["versionNumber"]) ?? "0");
  const path = pathOf(oneText(entry["gPCFileSysPath"]));
  if (version === null || path === null) throw notOne(`"${object}" of ${domain} is no object that can be used`, object);
  return {
    dn: entry.dn,
    path,
    version,
    extensions: wholeText(entry["gPCMachineExtensionNames"]),
    flags: Number(oneText(entry["flags"]) ?? 0),
    links: await countLinks(client, base, entry.dn),
  };
}

/** One modification, all of it or nothing: the old version is taken out by its value, and who was faster has taken it out already. */
export async function raiseVersion(client: Client, { reading, version, extensions }: ObjectPush): Promise<void> {
  const { dn } = reading;
  const change = (operation: "add" | "delete" | "replace", type: string, value: string): Change =>
    new Change({ operation, modification: new Attribute({ type, values: [value] }) });
  const versions = [
    change("delete", "versionNumber", signedVersion(reading.version)),
    change("add", "versionNumber", signedVersion(version)),
  ];
  const listed = extensions === reading.extensions ? [] : [change("replace", "gPCMachineExtensionNames", extensions)];
  try {
    await client.modify(dn, [...versions, ...listed]);
  } catch (error) {
    if (error instanceof NoSuchAttributeError) throw stale(dn);
    throw error;
  }
}

function baseOf(domain: string): string {
  return domain
    .split(".")
    .map((label) => `DC=${label}`)
    .join(",");
}

/** Below the share; null for what is no folder of an object, since commands are made of it. */
function pathOf(path: string | null): string | null {
  return /^\\\\[^\\]+\\sysvol\\([A-Za-z0-9.-]+\\Policies\\\{[0-9A-F-]{36}\})$/i.exec(path ?? "")?.[1] ?? null;
}

/** As it stands: what is read is compared with what is written. */
function wholeText(value: Buffer | Buffer[] | string | string[] | undefined): string | null {
  const first = Array.isArray(value) ? value[0] : value;
  return first === undefined ? null : first.toString();
}

async function countLinks(client: Client, base: string, dn: string): Promise<number> {
  const guid = /\{[0-9A-F-]{36}\}/i.exec(dn)?.[0] ?? dn;
  const { searchEntries } = await client.search(base, {
    scope: "sub",
    filter: new SubstringFilter({ attribute: "gPLink", any: [guid] }),
    attributes: ["gPLink"],
  });
  return searchEntries.length;
}

function notOne(message: string, object: string): DomainTrouble {
  return new DomainTrouble({
    code: "object-missing",
    failure: "invalid",
    message,
    next: `make one object of the name "${object}" in Group Policy Management (or: samba-tool gpo create), link it, and let the account edit it`,
  });
}
