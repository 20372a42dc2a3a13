/** Values that differ from run to run, recorded against ours: each must always stand for the same. */
export interface Correspondence {
  readonly versions: Map<string, string>;
  readonly uids: Map<string, string>;
  readonly tokens: Map<string, string>;
}

export function emptyCorrespondence(): Correspondence {
  return { versions: new Map(), uids: new Map(), tokens: new Map() };
}

const VERSION_PLACE = /(resourceVersion"?(?:,"value")?[:=]"?)(\d+)/g;
const NAME = /00000000-0000-4000-8000-\d{12}|CONTINUE-\d+|"?ETAG-\d+"?/g;

/** The same text in our run's values. */
export function translate(text: string, { versions, uids, tokens }: Correspondence): string {
  return text
    .replaceAll(NAME, (name) => uids.get(name) ?? tokens.get(name) ?? name)
    .replaceAll(
      VERSION_PLACE,
      (_whole, place: string, version: string) => `${place}${versions.get(version) ?? version}`,
    );
}

/** One correspondence at a time: equal to what it was, and in the same order as all before. */
function sameVersion(recorded: string, ours: string, { versions }: Correspondence): boolean {
  const known = versions.get(recorded);
  if (known !== undefined) return known === ours;
  const before = [...versions].filter(([other]) => Number(other) < Number(recorded)).map(([, other]) => Number(other));
  const after = [...versions].filter(([other]) => Number(other) > Number(recorded)).map(([, other]) => Number(other));
  versions.set(recorded, ours);
  return before.every((other) => other <= Number(ours)) && after.every((other) => other >= Number(ours));
}

function sameName(recorded: string, ours: string, names: Map<string, string>): boolean {
  const known = names.get(recorded);
  if (known !== undefined) return known === ours;
  names.set(recorded, ours);
  return [...names.values()].filter((other) => other === ours).length === 1;
}

const UID = /^00000000-0000-4000-8000-\d{12}$/;
const CHOSEN = {
  versions: new Set(["resourceVersion"]),
  names: new Set(["name"]),
  ignored: new Set(["storageVersionHash", "serverAddress"]),
};

/** Where two answers differ, as `path: recorded | ours`. */
export function differences(recorded: unknown, ours: unknown, known: Correspondence, path = ""): readonly string[] {
  const last = path.slice(path.lastIndexOf(".") + 1);
  if (CHOSEN.ignored.has(last)) return [];
  if (typeof recorded === "string" && typeof ours === "string") {
    return sameText(recorded, ours, { known, last }) ? [] : [`${path}: ${recorded} | ${ours}`];
  }
  if (Array.isArray(recorded) && Array.isArray(ours)) {
    if (recorded.length !== ours.length) return [`${path}: ${JSON.stringify(recorded)} | ${JSON.stringify(ours)}`];
    return recorded.flatMap((item, index) => differences(item, ours[index], known, `${path}[${index}]`));
  }
  if (isRecord(recorded) && isRecord(ours)) {
    const keys = [...new Set([...Object.keys(recorded), ...Object.keys(ours)])];
    return keys.flatMap((key) => differences(recorded[key], ours[key], known, `${path}.${key}`));
  }
  return JSON.stringify(recorded) === JSON.stringify(ours)
    ? []
    : [`${path}: ${JSON.stringify(recorded)} | ${JSON.stringify(ours)}`];
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

interface About {
  readonly known: Correspondence;
  readonly last: string;
}

function sameText(recorded: string, ours: string, { known, last }: About): boolean {
  if (CHOSEN.versions.has(last)) return sameVersion(recorded, ours, known);
  if (UID.test(recorded)) return sameName(recorded, ours, known.uids);
  if (/^"?(CONTINUE|ETAG)-\d+"?$/.test(recorded)) {
    known.tokens.set(recorded, ours);
    return ours !== "";
  }
  if (CHOSEN.names.has(last) && recorded.startsWith("gen-")) return /^gen-[a-z0-9]{5}$/.test(ours);
  return withoutProgress(translateWords(recorded, known)) === withoutProgress(ours);
}

/** Messages name uids and versions too. */
function translateWords(recorded: string, { uids, versions }: Correspondence): string {
  let text = recorded;
  for (const [from, to] of uids) text = text.replaceAll(from, to);
  return text.replaceAll(/\b1\d{3}\b/g, (version) => versions.get(version) ?? version);
}

/** How far a server's cache of a kind has come is its own affair. */
function withoutProgress(message: string): string {
  return message.replace(/(current: |too old resource version: \d+ \()\d+/, "$1N");
}

/** Discovery was recorded for a few groups only: ours without what the recording leaves out. */
export function onlyRecorded(recorded: unknown, ours: unknown): unknown {
  if (Array.isArray(recorded) && Array.isArray(ours)) {
    if (!recorded.some((item) => nameOf(item) !== undefined)) return ours;
    return recorded.flatMap((item: unknown) => {
      const same: unknown = ours.find((one) => nameOf(one) === nameOf(item));
      return same === undefined ? [] : [onlyRecorded(item, same)];
    });
  }
  if (!isRecord(recorded) || !isRecord(ours)) return ours;
  return Object.fromEntries(Object.entries(ours).map(([key, value]) => [key, onlyRecorded(recorded[key], value)]));
}

const NAMES = ["resource", "subresource", "name", "groupVersion", "version"] as const;

/** What tells one entry of discovery apart from the others of its list. */
function nameOf(entry: unknown): unknown {
  if (!isRecord(entry)) return undefined;
  const named = NAMES.find((key) => typeof entry[key] === "string");
  if (named !== undefined) return entry[named];
  return isRecord(entry.metadata) ? (entry.metadata.name ?? "") : undefined;
}
