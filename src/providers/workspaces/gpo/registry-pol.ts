import { fromUtf16, REGISTRY_TYPES, type RegistryEntry, type RegistryType, utf16, viewOf } from "./registry-entry.ts";

/** `PReg` and version 1, the header of every registry policy file. */
const SIGNATURE = 0x67655250;
const VERSION = 1;
const HEADER_BYTES = 8;
const LONGEST_NAME = 259;
const LARGEST_DATA = 0xffff;

/** A registry policy file (MS-GPREG 2.2.1). Throws on what the format cannot hold: entries come from checked templates. */
export function writeRegistryPol(entries: readonly RegistryEntry[]): Uint8Array {
  const parts = [dwordBytes(SIGNATURE), dwordBytes(VERSION), ...entries.flatMap(entryParts)];
  return new Uint8Array(Buffer.concat(parts));
}

/** The entries of a file as they stand, or why it is none. */
export function readRegistryPol(file: Uint8Array): readonly RegistryEntry[] | { readonly trouble: string } {
  const view = viewOf(file);
  if (file.length < HEADER_BYTES || view.getUint32(0, true) !== SIGNATURE)
    return { trouble: "not a registry policy file" };
  if (view.getUint32(4, true) !== VERSION) return { trouble: "a registry policy file of an unknown version" };
  const entries: RegistryEntry[] = [];
  let at = HEADER_BYTES;
  while (at < file.length) {
    const read = readEntry(file, at);
    if (read === null) return { trouble: `damaged at byte ${at}` };
    entries.push(read.entry);
    at = read.end;
  }
  return entries;
}

/** Why an entry does not fit into a policy file, or null. */
export function entryTrouble({ key, value, data }: RegistryEntry): string | null {
  for (const name of [key, value]) {
    if (name.includes("\0") || !name.isWellFormed()) return "a name holds a character that no registry name can hold";
    if (name.length > LONGEST_NAME) return `a name is longer than ${LONGEST_NAME} characters`;
  }
  if (key === "" || key.startsWith("\\") || key.endsWith("\\")) return `"${key}" is no key below a hive`;
  return data.length > LARGEST_DATA ? `more than ${LARGEST_DATA} bytes of data` : null;
}

function entryParts(entry: RegistryEntry): readonly Uint8Array[] {
  const trouble = entryTrouble(entry);
  if (trouble !== null) throw new TypeError(`${entry.key}\\${entry.value}: ${trouble}`);
  const { key, value, type, data } = entry;
  return [
    utf16(`[${key}\0;${value}\0;`),
    dwordBytes(REGISTRY_TYPES[type]),
    utf16(";"),
    dwordBytes(data.length),
    utf16(";"),
    data,
    utf16("]"),
  ];
}

/** Names end at their NUL and data at its size, so that `;` and `]` inside them are what they are. */
function readEntry(file: Uint8Array, start: number): { readonly entry: RegistryEntry; readonly end: number } | null {
  const cursor = new Cursor(file, start);
  if (!cursor.take("[")) return null;
  const key = cursor.name();
  const value = key !== null && cursor.take(";") ? cursor.name() : null;
  const type = value !== null && cursor.take(";") ? typeOf(cursor.dword()) : null;
  const size = type !== null && cursor.take(";") ? cursor.dword() : null;
  const data = size !== null && cursor.take(";") ? cursor.bytes(size) : null;
  if (key === null || value === null || type === null || data === null || !cursor.take("]")) return null;
  return { entry: { key, value, type, data }, end: cursor.at };
}

function typeOf(code: number | null): RegistryType | null {
  const found = Object.entries(REGISTRY_TYPES).find(([, known]) => known === code)?.[0];
  return (found as RegistryType | undefined) ?? null;
}

/** A place in a file that moves forward; every step says null or false where the file ends too soon. */
class Cursor {
  at: number;
  readonly #file: Uint8Array;

  constructor(file: Uint8Array, at: number) {
    this.#file = file;
    this.at = at;
  }

  take(character: string): boolean {
    const found = this.bytes(2);
    return found !== null && fromUtf16(found) === character;
  }

  name(): string | null {
    const start = this.at;
    for (let unit = this.bytes(2); unit !== null; unit = this.bytes(2)) {
      if (unit[0] === 0 && unit[1] === 0) return fromUtf16(this.#file.subarray(start, this.at - 2));
    }
    return null;
  }

  dword(): number | null {
    const found = this.bytes(4);
    return found === null ? null : viewOf(found).getUint32(0, true);
  }

  bytes(count: number): Uint8Array | null {
    if (this.at + count > this.#file.length) return null;
    const found = this.#file.slice(this.at, this.at + count);
    this.at += count;
    return found;
  }
}

function dwordBytes(content: number): Uint8Array {
  const bytes = new Uint8Array(4);
  viewOf(bytes).setUint32(0, content, true);
  return bytes;
}
