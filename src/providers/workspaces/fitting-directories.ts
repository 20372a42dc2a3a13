/** Which declared directories a desktop could stand in. Pure. */
import { declaredBundleId } from "./bundles.ts";
import type { DesktopFacts, DirectoryFacts, Topology } from "./topology.ts";

/** For a desktop that names no directory: those where everything that it asks for is there. Sorted by name. */
export function fittingDirectories(facts: DesktopFacts, topology: Topology): readonly DirectoryFacts[] {
  return [...topology.directories.values()]
    .filter((directory) => carriesPolicy(facts, directory) && offersBundle(facts, directory))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

/** The blueprint's security policy must be the directory's. */
export function carriesPolicy({ securityPolicy }: DesktopFacts, { resource }: DirectoryFacts): boolean {
  return securityPolicy === null || resource.spec.securityPolicy === securityPolicy;
}

/** A bundle's name must mean something there; what a selector or an id finds, only AWS knows. */
export function offersBundle({ bundle }: DesktopFacts, directory: DirectoryFacts): boolean {
  return bundle === null || typeof bundle !== "string" || declaredBundleId(bundle, directory) !== null;
}
