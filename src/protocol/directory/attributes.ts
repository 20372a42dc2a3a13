/** Values of a directory, as the client library hands them over, in one form. Pure. */

type Value = Buffer | Buffer[] | string | string[] | undefined;

/** The first value as text on one line; null for none: the library says `[]` where an attribute is absent. */
export function oneText(value: Value): string | null {
  const first = Array.isArray(value) ? value[0] : value;
  if (first === undefined) return null;
  const text = first
    .toString()
    .replaceAll(/[\u0000-\u001f\u007f]/g, " ")
    .trim()
    .slice(0, 256);
  return text === "" ? null : text;
}

/** Sixteen bytes as Microsoft orders them. */
export function readGuid(value: Value): string | null {
  const bytes = Array.isArray(value) ? value[0] : value;
  if (!Buffer.isBuffer(bytes) || bytes.length !== 16) return null;
  const turned = [
    bytes.subarray(0, 4).toReversed(),
    bytes.subarray(4, 6).toReversed(),
    bytes.subarray(6, 8).toReversed(),
    bytes.subarray(8, 10),
    bytes.subarray(10),
  ];
  return turned.map((part) => Buffer.from(part).toString("hex")).join("-");
}

const FILETIME_EPOCH_MS = 11_644_473_600_000n;
const TICKS_PER_MS = 10_000n;
/** Whatever is later is no date of a logon. */
const LATEST_MS = Date.UTC(9999, 0);

/** Windows' hundreds of nanoseconds since 1601; null for never, and for what is no time. */
export function readFiletime(value: Value): string | null {
  const text = oneText(value);
  if (text === null || !/^\d{1,19}$/.test(text)) return null;
  const ticks = BigInt(text);
  const milliseconds = Number(ticks / TICKS_PER_MS - FILETIME_EPOCH_MS);
  return ticks > 0n && milliseconds < LATEST_MS ? new Date(milliseconds).toISOString() : null;
}
