/** A computer of a directory, and what kind it is. Pure. */
import type { Entry } from "ldapts";
import type { Computer, ComputerClass } from "../../protocol/bodies.ts";
import { oneText, readFiletime, readGuid } from "../../protocol/directory/attributes.ts";

/** Enabled ones. By category, not class: managed service accounts are of a computer's class, too. */
export const COMPUTER_FILTER = "(&(objectCategory=computer)(!(userAccountControl:1.2.840.113556.1.4.803:=2)))";

export const COMPUTER_ATTRIBUTES = [
  "objectGUID",
  "cn",
  "dNSHostName",
  "operatingSystem",
  "operatingSystemVersion",
  "userAccountControl",
  "primaryGroupID",
  "lastLogonTimestamp",
] as const;

/** Always asked for as bytes: a rare one is sound UTF-8, and would be spoiled. */
export const BINARY_ATTRIBUTES = ["objectGUID"] as const;

/** Null for an entry that has no name or no identity. */
export function readComputer(entry: Entry): Computer | null {
  const objectGuid = readGuid(entry["objectGUID"]);
  const name = oneText(entry["cn"]);
  if (objectGuid === null || name === null) return null;
  const operatingSystem = oneText(entry["operatingSystem"]);
  return {
    objectGuid,
    name,
    dnsHostName: oneText(entry["dNSHostName"])?.toLowerCase() ?? null,
    operatingSystem,
    operatingSystemVersion: oneText(entry["operatingSystemVersion"]),
    class: classOf({
      operatingSystem,
      userAccountControl: Number(oneText(entry["userAccountControl"]) ?? 0),
      primaryGroup: Number(oneText(entry["primaryGroupID"]) ?? 0),
    }),
    lastLogon: readFiletime(entry["lastLogonTimestamp"]),
  };
}

export interface ClassFacts {
  readonly operatingSystem: string | null;
  readonly userAccountControl: number;
  readonly primaryGroup: number;
}

const SERVER_TRUST_ACCOUNT = 0x20_00;
/** Domain controllers, and those that may only be read. */
const CONTROLLER_GROUPS: readonly number[] = [516, 521];

/** In this order: a controller may call itself anything, and "Hyper-V Server 2019" does not begin as Windows does. */
export function classOf({ operatingSystem, userAccountControl, primaryGroup }: ClassFacts): ComputerClass {
  const isController = (userAccountControl & SERVER_TRUST_ACCOUNT) !== 0 || CONTROLLER_GROUPS.includes(primaryGroup);
  if (isController) return "domain-controller";
  if (operatingSystem === null) return "unknown";
  if (/server/i.test(operatingSystem)) return "server";
  return /^windows/i.test(operatingSystem) ? "workstation" : "other";
}

/** `*` is anything, `?` one character; case does not matter. */
export function isExcluded(name: string, patterns: readonly string[]): boolean {
  return patterns.some((pattern) => globOf(pattern).test(name));
}

function globOf(pattern: string): RegExp {
  const source = pattern
    .replaceAll(/[.+^${}()|[\]\\]/g, "\\$&")
    .replaceAll(/\*+/g, "[^]*")
    .replaceAll("?", "[^]");
  return new RegExp(`^${source}$`, "i");
}
