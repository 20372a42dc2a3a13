import { createHash } from "node:crypto";
import type { WorkspaceSecurityPolicySpec } from "../../../generated/documents.ts";
import { sortKeys } from "../../../support/json.ts";
import type { PolicyTemplate } from "./policy-template.ts";
import { isDeletion, placeOf, REGISTRY_TYPES, type RegistryEntry, valueOf } from "./registry-entry.ts";
import { writeRegistryPol } from "./registry-pol.ts";
import { type ResolvedSetting, resolveSetting, type SettingRefusal } from "./resolve-setting.ts";
import { POLICY_OF, type SettingName, wantedSettings } from "./settings.ts";
import { renderWspConf, withoutLinuxSwitch } from "./wsp-conf.ts";

/** A policy's document, and whose it is. */
export interface PolicyDocument {
  readonly estate: string;
  readonly name: string;
  readonly spec: WorkspaceSecurityPolicySpec;
}

/** The operator's template as it was read, with the digests of its files and the script that travels with Reeve. */
export interface LoadedTemplate {
  readonly template: PolicyTemplate;
  readonly admxSha256: string;
  readonly admlSha256: string;
  readonly importScript: string;
}

/** A bundle to publish. Only the version of the Group Policy is left open: it goes up from what is published. */
export interface PolicyBundle {
  readonly ok: true;
  readonly document: PolicyDocument;
  readonly settings: readonly ResolvedSetting[];
  /** Sorted by key and value. */
  readonly entries: readonly RegistryEntry[];
  /** File names below the bundle's folder, and their bytes; without GPT.INI. */
  readonly files: ReadonlyMap<string, Uint8Array>;
  /** What the plan should say beside the changes: what is not verified, not pinned, not on Linux. */
  readonly notices: readonly string[];
}

export interface BundleRefusal {
  readonly code: SettingRefusal["code"] | "policy-overlap" | "template-changed";
  readonly setting: SettingName | "template";
  readonly message: string;
  readonly hint: string;
}

export const REGISTRY_POL = "Machine/Registry.pol";
export const MANIFEST = "policy.json";
export const GPT_INI = "GPT.INI";
export const IMPORT_SCRIPT = "import-policy.ps1";
export const WSP_CONF = "wsp.conf";

/** Every file that Reeve ever puts into a bundle's folder; what else lies there is not Reeve's. */
export const BUNDLE_FILES = [GPT_INI, REGISTRY_POL, IMPORT_SCRIPT, MANIFEST, WSP_CONF] as const;

/** The bundle of a policy, or everything that stands in its way at once: nothing is published by halves. */
export function renderPolicyBundle(
  document: PolicyDocument,
  loaded: LoadedTemplate,
): PolicyBundle | { readonly ok: false; readonly refusals: readonly BundleRefusal[] } {
  const resolved = wantedSettings(document.spec).map((wanted) => resolveSetting(wanted, loaded.template));
  const settings = resolved.filter((one): one is ResolvedSetting => !("code" in one));
  const refusals = [
    ...pinRefusals(document.spec, loaded),
    ...resolved.filter((one): one is SettingRefusal => "code" in one),
    ...overlaps(settings),
  ];
  if (refusals.length > 0) return { ok: false, refusals };
  const entries = settings.flatMap((setting) => setting.entries).toSorted(byPlace);
  return {
    ok: true,
    document,
    settings,
    entries,
    files: renderFiles(document, loaded, { settings, entries }),
    notices: noticesOf(document.spec),
  };
}

/** `GPT.INI` with the machine's half of the version (the low 16 bits). */
export function renderGptIni(version: number, name: string): Uint8Array {
  return bytes(`[General]\r\nVersion=${version}\r\ndisplayName=${gpoName(name)}\r\n`);
}

/** What the Group Policy object is called; a resource's name holds nothing that a name of Windows could not. */
export function gpoName(name: string): string {
  return `Reeve ${name}`;
}

function renderFiles(
  { estate, name, spec }: PolicyDocument,
  { template, admxSha256, admlSha256, importScript }: LoadedTemplate,
  { settings, entries }: Pick<PolicyBundle, "settings" | "entries">,
): ReadonlyMap<string, Uint8Array> {
  const registryPol = writeRegistryPol(entries);
  const wspConf = renderWspConf(spec);
  const manifest = {
    formatVersion: 1,
    estate,
    policy: name,
    gpoName: gpoName(name),
    template: { admxSha256, admlSha256 },
    registryPolSha256: sha256(registryPol),
    settings: settings.map(({ setting, wanted, policy, as }) => ({ setting, wanted, policy, as })),
    entries: entries.map(manifestEntry),
    keys: managedKeys(template),
  };
  return new Map([
    [MANIFEST, bytes(`${JSON.stringify(sortKeys(manifest), null, 2)}\n`)],
    [REGISTRY_POL, registryPol],
    [IMPORT_SCRIPT, bytes(importScript)],
    ...(wspConf === null ? [] : [[WSP_CONF, bytes(wspConf)] as const]),
  ]);
}

/**
 * Every key that a policy of Reeve's settings can write with this template. The import script clears them of values that
 * the policy does not hold, so that a setting that was left out is not configured any more.
 */
function managedKeys({ policies }: PolicyTemplate): readonly string[] {
  const names = new Set(Object.values(POLICY_OF).map((name) => name.toLowerCase()));
  const ours = policies.filter(({ displayName, scope }) => scope !== "User" && names.has(displayName.toLowerCase()));
  const keys = ours.flatMap(({ key, enabled, disabled, elements }) => [
    key,
    ...[...enabled, ...disabled, ...elements].map((one) => one.key),
    ...elements.flatMap((one) =>
      one.is === "enum" ? one.items.flatMap(({ also }) => also.map((more) => more.key)) : [],
    ),
  ]);
  return [...new Set(keys)].toSorted();
}

/** What the import script reads, so that no text of a template or a document is ever part of a program. */
function manifestEntry(entry: RegistryEntry): object {
  const place = { key: entry.key, value: valueOf(entry) };
  if (isDeletion(entry)) return { ...place, action: "delete" };
  return {
    ...place,
    action: "set",
    type: entry.type,
    typeCode: REGISTRY_TYPES[entry.type],
    dataBase64: Buffer.from(entry.data).toString("base64"),
  };
}

function pinRefusals({ template }: WorkspaceSecurityPolicySpec, loaded: LoadedTemplate): readonly BundleRefusal[] {
  const files = [
    { file: template.admx, pinned: template.admxSha256, found: loaded.admxSha256 },
    { file: template.adml, pinned: template.admlSha256, found: loaded.admlSha256 },
  ];
  return files
    .filter(({ pinned, found }) => pinned !== undefined && pinned !== found)
    .map(({ file, found }) => ({
      code: "template-changed",
      setting: "template",
      message: `${file} is not the file that was pinned: its SHA-256 is ${found}`,
      hint: "bring the pinned file back, or review the new one and pin it",
    }));
}

/** Two settings that write one value would undo each other; a template that makes them is not understood. */
function overlaps(settings: readonly ResolvedSetting[]): readonly BundleRefusal[] {
  const writers = new Map<string, SettingName>();
  const refusals: BundleRefusal[] = [];
  for (const { setting, entries } of settings) {
    for (const entry of entries) {
      const place = placeOf(entry);
      const other = writers.get(place);
      if (other === undefined) writers.set(place, setting);
      else {
        const message = `${setting} and ${other} both write ${entry.key}\\${valueOf(entry)}`;
        refusals.push({ code: "policy-overlap", setting, message, hint: `leave ${setting} or ${other} out` });
      }
    }
  }
  return refusals;
}

function noticesOf(spec: WorkspaceSecurityPolicySpec): readonly string[] {
  const { admxSha256, admlSha256 } = spec.template;
  const unlinked = withoutLinuxSwitch(spec);
  return [
    spec.publish?.domain === undefined
      ? "published is not verified: Windows desktops follow it after the bundle is imported, Group Policy is refreshed and a new session begins; no AWS API reads it back"
      : "the domain is verified, and desktops are not: they follow it after Group Policy is refreshed and a new session begins; no AWS API reads it back",
    ...(admxSha256 === undefined || admlSha256 === undefined
      ? ["the template is not pinned: add admxSha256 and admlSha256 to spec.template"]
      : []),
    ...(unlinked.length === 0 ? [] : [`Linux desktops have no switch for ${unlinked.join(", ")}`]),
  ];
}

function byPlace(a: RegistryEntry, b: RegistryEntry): number {
  const [left, right] = [placeOf(a), placeOf(b)];
  return left < right ? -1 : Number(left > right);
}

function bytes(content: string): Uint8Array {
  return new Uint8Array(Buffer.from(content, "utf8"));
}

export function sha256(content: Uint8Array): string {
  return createHash("sha256").update(content).digest("hex");
}
