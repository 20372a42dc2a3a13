/** Whether there is a place for every desktop: its directory, its bundle there, its key and its policy. Pure. */
import type { Finding } from "../../estate/resource.ts";
import { suggest } from "../../support/did-you-mean.ts";
import { type Place, type Refusal, refuse } from "../refusal.ts";
import { declaredBundleId } from "./bundles.ts";
import { carriesPolicy, fittingDirectories, offersBundle } from "./fitting-directories.ts";
import { ipRefusal } from "./placement/locate-near.ts";
import type { DesktopFacts, DirectoryFacts, Topology } from "./topology.ts";

/** One finding a value: a blueprint's bundle that a directory lacks is said once, however many desktops use it. */
export function* checkPlacement(topology: Topology, isPartial: boolean): Generator<Finding> {
  const owners = bundleOwners(topology);
  const said = new Set<string>();
  for (const facts of topology.desktops) {
    for (const finding of [...checkPlace(facts, owners), ...(isPartial ? [] : checkNear(facts, topology))]) {
      const key = `${finding.resource.address} ${finding.path.join(".")} ${finding.code} ${finding.message}`;
      if (!said.has(key)) yield finding;
      said.add(key);
    }
  }
}

function* checkPlace(facts: DesktopFacts, owners: BundleOwners): Generator<Finding> {
  const { directory, near } = facts;
  if (directory !== null) yield* checkNamed(facts, directory, owners);
  const refusal = near === null || !("ip" in near) ? null : ipRefusal(near.ip);
  if (refusal === null) return;
  const { code, message, hint } = refusal;
  yield refuse({ resource: facts.resource, path: ["spec", "placement", "near", "ip"] }, { code, message, hint });
}

/** Not where documents were left out: the directory that fits may be among them. */
function* checkNear(facts: DesktopFacts, topology: Topology): Generator<Finding> {
  if (facts.near === null || fittingDirectories(facts, topology).length > 0) return;
  yield refuse({ resource: facts.resource, path: ["spec", "placement", "near"] }, noDirectory(facts, topology));
}

function* checkNamed(facts: DesktopFacts, directory: DirectoryFacts, owners: BundleOwners): Generator<Finding> {
  if (!offersBundle(facts, directory)) yield refuse(writtenAt(facts, "bundle"), unknownBundle(facts, directory));
  const stranger = strangeBundle(facts, directory, owners);
  if (stranger !== null) yield refuse(writtenAt(facts, "bundle"), stranger);
  if (!carriesPolicy(facts, directory)) {
    const has = directory.resource.spec.securityPolicy;
    yield refuse(
      { resource: facts.resource, path: ["spec", "placement", "directory"] },
      {
        code: "policy-missing",
        message: `${facts.blueprint?.address ?? "its blueprint"} asks for the security policy "${facts.securityPolicy ?? ""}", and ${directory.resource.address} carries ${has === undefined ? "none" : `"${has}"`}`,
        hint: `set spec.securityPolicy of ${directory.resource.address}, or name a directory that carries it`,
      },
    );
  }
  const elsewhere = keyRegion(facts.key);
  if (elsewhere !== null && elsewhere !== directory.region) {
    yield refuse(writtenAt(facts, "key"), {
      code: "key-region",
      message: `the key is in ${elsewhere}, and ${directory.resource.address} is in ${directory.region}: volumes take keys of their own region`,
      hint: "name it by an alias that exists in every region (alias/workspaces), or a key of that region",
    });
  }
}

/** A desktop's own word where it has one, else its blueprint's. */
function writtenAt({ resource, reserve, blueprint }: DesktopFacts, what: "bundle" | "key"): Place {
  const spec = resource.spec as { readonly bundle?: unknown; readonly volumes?: { readonly encryption?: unknown } };
  const isOwn = reserve === null && (what === "bundle" ? spec.bundle : spec.volumes?.encryption) !== undefined;
  const path = what === "bundle" ? ["spec", "bundle"] : ["spec", "volumes", "encryption", "keyFrom"];
  return { resource: isOwn || blueprint === null ? resource : blueprint, path };
}

function unknownBundle(facts: DesktopFacts, { resource }: DirectoryFacts): Refusal {
  const name = bundleName(facts);
  const names = Object.keys(resource.spec.bundles);
  return {
    code: "unknown-bundle",
    message: `${resource.address} has no bundle named "${name}", and ${describeUser(facts)} is placed there`,
    hint: bundleHint(name, names, resource.address),
  };
}

function bundleHint(name: string, known: readonly string[], where: string): string {
  const add = `add ${name} with its id to spec.bundles of ${where}`;
  if (known.length === 0) return add;
  const near = suggest(name, known);
  return near.endsWith("?") ? `${near} Or ${add}` : `${near}; or ${add}`;
}

/** Only names can be missing from a directory. */
function bundleName({ bundle }: DesktopFacts): string {
  return typeof bundle === "string" ? bundle : "";
}

/** The document alone: with the desktop's name, one blueprint would be told off once a desktop. */
function describeUser({ resource, blueprint }: DesktopFacts): string {
  return blueprint === null ? resource.address : `a desktop of ${blueprint.address}`;
}

type BundleOwners = ReadonlyMap<string, DirectoryFacts>;

/** By bundle id: the first directory that names it. */
function bundleOwners({ directories }: Topology): BundleOwners {
  const owners = new Map<string, DirectoryFacts>();
  for (const directory of directories.values()) {
    for (const id of Object.values(directory.resource.spec.bundles)) if (!owners.has(id)) owners.set(id, directory);
  }
  return owners;
}

/** An id that another region's directory knows. The directory's own list is checked where it is written. */
function strangeBundle({ bundle }: DesktopFacts, directory: DirectoryFacts, owners: BundleOwners): Refusal | null {
  if (typeof bundle !== "string" || !bundle.startsWith("wsb-")) return null;
  const owner = owners.get(declaredBundleId(bundle, directory) ?? "");
  return owner === undefined || owner.region === directory.region ? null : otherRegion(bundle, directory, owner);
}

export function otherRegion(id: string, directory: DirectoryFacts, owner: DirectoryFacts): Refusal {
  return {
    code: "bundle-region",
    message: `${id} is a bundle of ${owner.region}, by ${owner.resource.address}; ${directory.resource.address} is in ${directory.region}, where bundles have other ids`,
    hint: `find its twin with: aws workspaces describe-workspace-bundles --region ${directory.region}`,
  };
}

function keyRegion(key: string | null): string | null {
  return key === null || !key.startsWith("arn:") ? null : (key.split(":")[3] ?? null);
}

function noDirectory(facts: DesktopFacts, topology: Topology): Refusal {
  const directories = [...topology.directories.values()];
  const code = "no-directory";
  if (directories.length === 0) {
    const hint = "declare a WorkspaceDirectory for each region where desktops may stand";
    return { code, message: "the estate declares no directory, so no region can be chosen", hint };
  }
  const names = directories.map(({ name }) => name).toSorted();
  const offering = directories.filter((directory) => offersBundle(facts, directory));
  if (offering.length === 0) {
    const bundle = bundleName(facts);
    const known = [...new Set(directories.flatMap(({ resource }) => Object.keys(resource.spec.bundles)))];
    return {
      code,
      message: `no region can be chosen: no directory (${names.join(", ")}) has a bundle named "${bundle}"`,
      hint: bundleHint(bundle, known, "a WorkspaceDirectory"),
    };
  }
  const policy = facts.securityPolicy ?? "";
  return {
    code,
    message: `no region can be chosen: no directory that has the bundle (${offering
      .map(({ name }) => name)
      .toSorted()
      .join(", ")}) carries the security policy "${policy}"`,
    hint: `set spec.securityPolicy: ${policy} in one of them`,
  };
}
