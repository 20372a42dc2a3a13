/** A policy against the Group Policy object that is to hold it, value by value. Pure. */
import type { FieldChange } from "../../../../plan/change.ts";
import type { Json } from "../../../../support/json.ts";
import type { Publisher } from "../compare-bundle.ts";
import { describeData, type RegistryEntry, valueOf } from "../registry-entry.ts";
import { entryTrouble, readRegistryPol, writeRegistryPol } from "../registry-pol.ts";
import { sha256 } from "../render-bundle.ts";
import { withRegistryExtension } from "./extension-names.ts";
import { mergeRegistry, ownedPlaces } from "./merge-registry.ts";
import { OBJECT_FILES, type ObjectPush, type ObjectReading, type OwnedEntries } from "./object.ts";
import { type ObjectMarker, readMarker, renderMarker } from "./object-marker.ts";
import {
  isBehind,
  machineVersion,
  newest,
  nextMachine,
  versionOfGptIni,
  withGptVersion,
  withMachine,
} from "./object-version.ts";

/** What pushing a policy would change. */
export interface ObjectComparison {
  /** True where nothing of Reeve's is in the object yet. */
  readonly isNew: boolean;
  /** Empty where nothing is to be done. */
  readonly fields: readonly FieldChange[];
  readonly push: ObjectPush;
  /** What was observed, for the change's digest. */
  readonly basis: Json;
}

/** Why nothing can be pushed into an object. */
export interface ObjectRefusal {
  readonly code: "object-taken" | "object-unreadable";
  readonly message: string;
  readonly hint: string;
}

export function compareObject(policy: OwnedEntries, reading: ObjectReading): ObjectComparison | ObjectRefusal {
  const known = understand(policy, reading);
  if ("code" in known) return known;
  const { found, marker, extensions, gptIni, gptVersion } = known;
  const values = ownedPlaces(marker?.values ?? [], policy.entries);
  const merged = mergeRegistry(found, policy.entries, values);
  const registryPol = writeRegistryPol(merged);
  const isChanged = !isSame(reading.files.registryPol, registryPol) || extensions !== reading.extensions;
  const machines = [reading.version, gptVersion].map(machineVersion);
  const latest = newest([...machines, ...(marker === null ? [] : [marker.version])]);
  const machine = isChanged ? nextMachine(latest) : latest;
  const isUnfinished = isChanged || (marker !== null && machines.some((one) => isBehind(one, marker.version)));
  const version = isUnfinished ? withMachine(reading.version, machine) : reading.version;
  const next: ObjectMarker = {
    estate: policy.estate,
    policy: policy.policy,
    values,
    version: machine,
  };
  const isMarked = !isChanged && marker !== null && marker.values.length === values.length;
  const files = {
    registryPol,
    marker: isMarked && reading.files.marker !== null ? reading.files.marker : renderMarker(next),
    gptIni: isUnfinished ? withGptVersion(gptIni, version) : gptIni,
  };
  const push = { reading, files, version, extensions };
  return {
    isNew: marker === null,
    fields: [...valueFields(found, merged), ...fileFields(push)],
    push,
    basis: basisOf(reading),
  };
}

interface Understood {
  readonly found: readonly RegistryEntry[];
  readonly marker: ObjectMarker | null;
  readonly extensions: string;
  readonly gptIni: Uint8Array;
  readonly gptVersion: number;
}

function understand({ estate, policy }: Publisher, { files, extensions }: ObjectReading): Understood | ObjectRefusal {
  const marker = files.marker === null ? null : readMarker(files.marker);
  if (files.marker !== null && marker === null) return unreadable(`${OBJECT_FILES.marker} is not as Reeve writes it`);
  if (marker !== null && (marker.estate !== estate || marker.policy !== policy)) {
    const message = `the object holds the policy "${marker.policy}" of estate "${marker.estate}"`;
    const hint = "name another object in spec.publish.domain.object: one holds the values of one policy";
    return { code: "object-taken", message, hint };
  }
  const found = files.registryPol === null ? [] : readRegistryPol(files.registryPol);
  if ("trouble" in found) return unreadable(`its Registry.pol is not understood: ${found.trouble}`);
  const odd = found.map(entryTrouble).find((trouble) => trouble !== null) ?? null;
  if (odd !== null) return unreadable(`its Registry.pol holds an entry that cannot be kept: ${odd}`);
  const gptVersion = files.gptIni === null ? null : versionOfGptIni(files.gptIni);
  if (files.gptIni === null || gptVersion === null) return unreadable("its GPT.INI is missing or says no version");
  const names = withRegistryExtension(extensions);
  if (names === null) return unreadable("its gPCMachineExtensionNames are not understood");
  return { found, marker, extensions: names, gptIni: files.gptIni, gptVersion };
}

function unreadable(message: string): ObjectRefusal {
  const hint = "look at the object in the Group Policy editor; nothing is written over what is not understood";
  return { code: "object-unreadable", message, hint };
}

function valueFields(found: readonly RegistryEntry[], merged: readonly RegistryEntry[]): readonly FieldChange[] {
  const [before, after] = [byPlace(found), byPlace(merged)];
  const places = [...new Set([...before.keys(), ...after.keys()])].toSorted();
  return places.flatMap((place) => {
    const [old, wanted] = [before.get(place), after.get(place)];
    if (old?.text === wanted?.text) return [];
    const name = wanted?.name ?? old?.name ?? place;
    const path = `domain.registry[${JSON.stringify(name)}]`;
    return [{ path, before: old?.text ?? null, after: wanted?.text ?? null }];
  });
}

interface Shown {
  readonly name: string;
  readonly text: string;
}

/** Places of lists and other instructions may hold several: they are never Reeve's, and stay. */
function byPlace(entries: readonly RegistryEntry[]): ReadonlyMap<string, Shown> {
  return new Map(
    entries.map((entry) => {
      const name = `${entry.key}\\${valueOf(entry)}`;
      return [name.toLowerCase(), { name, text: `${describeData(entry)}` }];
    }),
  );
}

function fileFields({ reading, files, version, extensions }: ObjectPush): readonly FieldChange[] {
  const [gpt, wanted] = [reading.files.gptIni, files.gptIni].map((file) =>
    file === null ? null : versionOfGptIni(file),
  );
  const compared: readonly FieldChange[] = [
    { path: "domain.extensions", before: reading.extensions, after: extensions },
    { path: "domain.version", before: machineVersion(reading.version), after: machineVersion(version) },
    { path: `domain.files["${OBJECT_FILES.gptIni}"]`, before: machineOf(gpt), after: machineOf(wanted) },
  ];
  const rewritten = (["marker", "registryPol"] as const).flatMap((file) => {
    const before = reading.files[file];
    if (isSame(before, files[file])) return [];
    const path = `domain.files[${JSON.stringify(OBJECT_FILES[file])}]`;
    return [{ path, before: before === null ? null : "another text", after: "as rendered" }];
  });
  return [...compared.filter(({ before, after }) => before !== after), ...rewritten].toSorted(byPath);
}

function machineOf(version: number | null | undefined): number | null {
  return version == null ? null : machineVersion(version);
}

function basisOf({ dn, path, version, extensions, files }: ObjectReading): Json {
  const { gptIni, registryPol, marker } = files;
  const digests = [gptIni, registryPol, marker].map((file) => (file === null ? null : sha256(file)));
  return { dn, path, version, extensions, digests };
}

export function isSame(a: Uint8Array | null, b: Uint8Array | null): boolean {
  if (a === null || b === null) return a === b;
  return Buffer.compare(a, b) === 0;
}

function byPath(a: FieldChange, b: FieldChange): number {
  return a.path < b.path ? -1 : Number(a.path > b.path);
}
