/** What this machine is called, and by which hardware address it is known. */
import { readFileSync } from "node:fs";
import { hostname, type NetworkInterfaceInfo, networkInterfaces } from "node:os";
import { readMac } from "../protocol/appliance-id.ts";
import { userError } from "../support/user-error.ts";

export interface Machine {
  readonly mac: string;
  readonly hostname: string;
}

type Interfaces = NodeJS.Dict<readonly Pick<NetworkInterfaceInfo, "mac" | "internal" | "family" | "address">[]>;

export function thisMachine(givenMac: string | undefined): Machine {
  return { mac: givenMac === undefined ? ownMac() : checkedMac(givenMac), hostname: readHostname(hostname()) };
}

function checkedMac(text: string): string {
  const mac = readMac(text);
  if (mac === null) throw userError("bad-mac", `"${text}" is no hardware address`, "write --mac 84:3A:5B:91:B6:61");
  return mac;
}

function ownMac(): string {
  const mac = findMac(networkInterfaces(), defaultInterface(routes()));
  if (mac === null) throw userError("no-mac", "no network card has a hardware address", "plug one in, or say --mac");
  return mac;
}

function routes(): string {
  try {
    return readFileSync("/proc/net/route", "utf8");
  } catch {
    return "";
  }
}

/** The interface that leads out, of the text of /proc/net/route. */
export function defaultInterface(text: string): string | null {
  const rows = text.split("\n").map((line) => line.split("\t"));
  return rows.find(([, destination]) => destination === "00000000")?.[0] ?? null;
}

/** The card that leads out; else the first by name that was not made up by software (bit 2 of the first byte). */
export function findMac(interfaces: Interfaces, preferred: string | null): string | null {
  const cards = Object.entries(interfaces)
    .flatMap(([name, addresses = []]) =>
      addresses.filter(({ internal }) => !internal).map(({ mac }) => ({ name, mac })),
    )
    .flatMap(({ name, mac }) => {
      const read = readMac(mac);
      return read === null ? [] : [{ name, mac: read, isMadeUp: (Number.parseInt(read.slice(0, 2), 16) & 2) !== 0 }];
    })
    .toSorted((a, b) => Number(a.isMadeUp) - Number(b.isMadeUp) || (a.name < b.name ? -1 : 1));
  return (cards.find(({ name }) => name === preferred) ?? cards[0])?.mac ?? null;
}

/** As the server takes it: what is no host name becomes one. */
export function readHostname(text: string): string {
  const plain = text
    .replaceAll(/[^A-Za-z0-9._-]/g, "-")
    .slice(0, 253)
    .replaceAll(/^[^A-Za-z0-9]+|[^A-Za-z0-9]+$/g, "");
  return plain === "" ? "appliance" : plain;
}

/** The address by which others reach this machine: the first of IPv4 that is not its own loop, by name of the card. */
export function ownAddress(interfaces: Interfaces = networkInterfaces()): string | null {
  const names = Object.keys(interfaces).toSorted();
  const all = names.flatMap((name) => interfaces[name] ?? []);
  return all.find(({ internal, family }) => !internal && family === "IPv4")?.address ?? null;
}
