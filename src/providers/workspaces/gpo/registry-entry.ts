/** Registry value types that a policy file may hold (MS-GPREG 2.2.1). */
export const REGISTRY_TYPES = {
  String: 1,
  ExpandString: 2,
  Binary: 3,
  DWord: 4,
  DWordBigEndian: 5,
  MultiString: 7,
  QWord: 0xb,
} as const;

export type RegistryType = keyof typeof REGISTRY_TYPES;

/** One `[key;value;type;size;data]` of a Registry.pol. The hive is not part of it: the file's place (Machine, User) says it. */
export interface RegistryEntry {
  readonly key: string;
  /** A value's name, or an instruction: `**del.<name>` takes the value away. */
  readonly value: string;
  readonly type: RegistryType;
  readonly data: Uint8Array;
}

/** The instruction that takes a value away, as the Group Policy editor writes it: a string of one space. */
export function deletion(key: string, value: string): RegistryEntry {
  return text(key, `**del.${value}`, " ");
}

export function isDeletion({ value }: RegistryEntry): boolean {
  return value.toLowerCase().startsWith("**del.");
}

/** The name of the value that an entry sets or takes away. */
export function valueOf(entry: RegistryEntry): string {
  return isDeletion(entry) ? entry.value.slice("**del.".length) : entry.value;
}

/** Where an entry writes, for comparing: the registry does not tell upper from lower case. */
export function placeOf(entry: RegistryEntry): string {
  return `${entry.key}\\${valueOf(entry)}`.toLowerCase();
}

export function text(key: string, value: string, content: string): RegistryEntry {
  return { key, value, type: "String", data: utf16(`${content}\0`) };
}

/** An unsigned number of 32 bits. */
export function dword(key: string, value: string, content: number): RegistryEntry {
  const data = new Uint8Array(4);
  new DataView(data.buffer).setUint32(0, content, true);
  return { key, value, type: "DWord", data };
}

/** `2`, `"text"`, `taken away`: data as a person reads it; other types as hexadecimal. */
export function describeData(entry: RegistryEntry): string {
  const { type, data } = entry;
  if (isDeletion(entry)) return "taken away";
  if (type === "DWord" && data.length === 4) return String(viewOf(data).getUint32(0, true));
  if (type === "String" || type === "ExpandString") return JSON.stringify(fromUtf16(data).replace(/\0$/, ""));
  return `${type} ${Buffer.from(data).toString("hex")}`;
}

export function utf16(content: string): Uint8Array {
  return new Uint8Array(Buffer.from(content, "utf16le"));
}

export function fromUtf16(data: Uint8Array): string {
  return Buffer.from(data).toString("utf16le");
}

export function viewOf(data: Uint8Array): DataView {
  return new DataView(data.buffer, data.byteOffset, data.byteLength);
}
