/** Versions of Group Policy objects: the users' half above, the machines' below. Clients read again what has changed. Pure. */

const HALF = 0x1_0000;
const LARGEST = 0xffff;

/** A directory counts in signed numbers, `GPT.INI` in unsigned ones. Null for what is no version. */
export function readVersion(text: string | null): number | null {
  if (text === null || !/^-?\d{1,10}$/.test(text)) return null;
  const number = Number(text);
  return number >= -0x8000_0000 && number <= 0xffff_ffff ? number >>> 0 : null;
}

/** As a directory writes it. */
export function signedVersion(version: number): string {
  return String(version | 0);
}

export function machineVersion(version: number): number {
  return version % HALF;
}

/** The users' half of the one, the machines' half `machine`. */
export function withMachine(version: number, machine: number): number {
  return Math.floor(version / HALF) * HALF + machine;
}

/** After 65535 comes 1: 0 is what an object has that never had a value. */
export function nextMachine(machine: number): number {
  return machine >= LARGEST ? 1 : machine + 1;
}

/** True where `machine` has not come to `intended` yet; versions go round, but for 0, which comes before all. */
export function isBehind(machine: number, intended: number): boolean {
  if (machine === 0 || intended === 0) return intended > machine;
  const ahead = (intended - machine + LARGEST) % LARGEST;
  return ahead > 0 && ahead < HALF / 2;
}

/** The one that is ahead of the others. */
export function newest(machines: readonly number[]): number {
  return machines.reduce((best, one) => (isBehind(best, one) ? one : best), machines[0] ?? 0);
}

const LINE = /^([ \t]*Version[ \t]*=[ \t]*)(-?\d{1,10})/im;

/** Null where the file says none. */
export function versionOfGptIni(file: Uint8Array): number | null {
  return readVersion(LINE.exec(Buffer.from(file).toString("latin1"))?.[2] ?? null);
}

/** The file with another version; the rest of it stays, byte for byte. */
export function withGptVersion(file: Uint8Array | null, version: number): Uint8Array {
  const text = file === null ? "" : Buffer.from(file).toString("latin1");
  const line = `Version=${version}`;
  const changed = LINE.test(text)
    ? text.replace(LINE, (_all, before: string) => before + String(version))
    : /^[ \t]*\[General\][ \t]*$/im.test(text)
      ? text.replace(/^[ \t]*\[General\][ \t]*$/im, (section) => `${section}\r\n${line}`)
      : `[General]\r\n${line}\r\n${text}`;
  return new Uint8Array(Buffer.from(changed, "latin1"));
}
