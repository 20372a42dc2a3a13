/** From checked documents to an estate. Pure. */
import type { AcknowledgementSpec, EstateSpec } from "../generated/documents.ts";
import { KIND_TABLE } from "../generated/kind-table.ts";
import { describePosition } from "../support/position.ts";
import type { Estate } from "./estate.ts";
import { resolveReferences } from "./references.ts";
import { type Address, compareAddresses, type Finding, type Resource } from "./resource.ts";

/** A document whose kind and name could be read. */
export interface Declared {
  readonly resource: Resource;
  /** False where the document has findings of its own: then its spec is not to be trusted. */
  readonly isValid: boolean;
}

export interface AssembledEstate {
  /** What is sound of the estate: valid documents, unique, whose references all lead to such documents. */
  readonly estate: Estate;
  readonly hasEstateDocument: boolean;
  readonly findings: readonly Finding[];
}

const PROVIDERS: ReadonlyMap<string, string | null> = new Map(KIND_TABLE.map((row) => [row.kind, row.provider]));

/** `estateFile` is the only file that may hold the Estate document. */
export function assembleEstate(declared: readonly Declared[], estateFile: string): AssembledEstate {
  const { unique, findings: doubled } = findDuplicates(declared);
  const settings = findEstate(unique, estateFile);
  const ofProviders = unique.filter(({ resource }) => PROVIDERS.get(resource.kind) !== null);
  const valid = ofProviders.filter((one) => one.isValid).map((one) => one.resource);
  const broken = new Set(ofProviders.filter((one) => !one.isValid).map((one) => one.resource.address));
  const resolved = resolveReferences(valid, broken);
  const sound = soundResources(valid, resolved);
  const estate: Estate = {
    name: settings.name,
    settings: settings.spec,
    ...(settings.document === null ? {} : { document: settings.document }),
    ...(sound.length === ofProviders.length ? {} : { isPartial: true as const }),
    acknowledged: acknowledgements(unique),
    resources: sound,
    byAddress: new Map(sound.map((resource) => [resource.address, resource])),
    references: new Map(sound.flatMap((resource) => referencesOf(resource, resolved.references))),
  };
  const strangers = ofProviders.flatMap(({ resource }) => refuseProvider(resource, settings.spec));
  return {
    estate,
    hasEstateDocument: settings.isDeclared,
    findings: [...doubled, ...settings.findings, ...resolved.findings, ...strangers],
  };
}

function findDuplicates(declared: readonly Declared[]): { unique: readonly Declared[]; findings: readonly Finding[] } {
  const first = new Map<Address, Declared>();
  const findings: Finding[] = [];
  for (const one of declared) {
    const { resource } = one;
    const earlier = first.get(resource.address);
    if (earlier === undefined) first.set(resource.address, one);
    else {
      const message = `${resource.address} is declared twice; first at ${describePosition(earlier.resource.source)}`;
      findings.push({
        severity: "error",
        code: "duplicate-address",
        message,
        hint: "rename or remove one of them",
        resource,
        path: ["metadata", "name"],
      });
    }
  }
  return { unique: [...first.values()], findings };
}

interface FoundEstate {
  readonly name: string;
  readonly spec: EstateSpec;
  /** Null where it is missing or not valid. */
  readonly document: Resource | null;
  readonly isDeclared: boolean;
  readonly findings: readonly Finding[];
}

const DEFAULT_SETTINGS: EstateSpec = { safety: { maxDeletes: { percent: 30, atLeast: 3 } } };

function findEstate(documents: readonly Declared[], estateFile: string): FoundEstate {
  const all = documents.filter(({ resource }) => resource.kind === "Estate");
  const here = all.filter(({ resource }) => resource.source.file === estateFile);
  const [first, ...others] = here;
  const elsewhere = all
    .filter((one) => !here.includes(one))
    .map(({ resource }) =>
      estateFinding(resource, {
        code: "misplaced-estate",
        message: `the Estate document belongs in ${estateFile}`,
        hint: "move it there, or remove it",
      }),
    );
  const second = others.map(({ resource }) =>
    estateFinding(resource, {
      code: "second-estate",
      message: "a state directory holds one Estate document",
      hint: "remove this one",
    }),
  );
  return {
    name: first?.resource.name ?? "",
    spec: first?.isValid === true ? (first.resource.spec as EstateSpec) : DEFAULT_SETTINGS,
    document: first?.isValid === true ? first.resource : null,
    isDeclared: all.length > 0,
    findings: [...elsewhere, ...second],
  };
}

function estateFinding(resource: Resource, words: Pick<Finding, "code" | "message" | "hint">): Finding {
  return { severity: "error", ...words, resource, path: [] };
}

function acknowledgements(documents: readonly Declared[]): ReadonlySet<string> {
  const valid = documents.filter(({ resource, isValid }) => isValid && resource.kind === "Acknowledgement");
  return new Set(valid.map(({ resource }) => (resource.spec as AcknowledgementSpec).plan));
}

/** Leaves out what refers to something that is not sound itself, until nothing more falls. Sorted by address. */
function soundResources(
  valid: readonly Resource[],
  resolved: ReturnType<typeof resolveReferences>,
): readonly Resource[] {
  const faulty = new Set(resolved.findings.map((finding) => finding.resource.address));
  let sound = valid.filter((resource) => !faulty.has(resource.address));
  for (let before = -1; before !== sound.length; ) {
    before = sound.length;
    const known = new Set(sound.map((resource) => resource.address));
    sound = sound.filter((resource) =>
      (resolved.references.get(resource.address) ?? []).every((address) => known.has(address)),
    );
  }
  return sound.toSorted(compareAddresses);
}

function referencesOf(
  resource: Resource,
  references: ReadonlyMap<Address, readonly Address[]>,
): readonly (readonly [Address, readonly Address[]])[] {
  const own = references.get(resource.address);
  return own === undefined ? [] : [[resource.address, own]];
}

/** A document of a provider that the estate does not name would be planned by nobody. */
function refuseProvider(resource: Resource, settings: EstateSpec): readonly Finding[] {
  const provider = PROVIDERS.get(resource.kind) ?? null;
  if (settings.providers === undefined || provider === null || Object.hasOwn(settings.providers, provider)) return [];
  const message = `${resource.kind} belongs to the provider ${provider}, which the Estate's spec.providers does not name`;
  const settingsHint = `its settings: reeve explain Estate.spec.providers.${provider}`;
  const hint = `add ${provider} to spec.providers (${settingsHint}), or remove the document`;
  return [{ severity: "error", code: "provider-not-used", message, hint, resource, path: ["kind"] }];
}
