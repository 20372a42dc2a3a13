import type { Finding } from "../../estate/resource.ts";
import { describePosition } from "../../support/position.ts";
import { refuse, refuseIf } from "../refusal.ts";
import { otherRegion } from "./check-placement.ts";
import { checkTags } from "./check-tags.ts";
import { regionRefusal, unitRefusal } from "./check-text.ts";
import type { DirectoryFacts, Topology } from "./topology.ts";

/** Rules of each directory, and between them. */
export function* checkDirectories(topology: Topology): Generator<Finding> {
  const byId = new Map<string, DirectoryFacts>();
  const byBundle = new Map<string, DirectoryFacts>();
  for (const facts of topology.directories.values()) {
    yield* checkDirectory(facts, topology);
    yield* checkId(facts, byId);
    yield* checkBundles(facts, byBundle);
  }
}

function* checkDirectory({ resource, region }: DirectoryFacts, { settings }: Topology): Generator<Finding> {
  const { creation, domain, tags } = resource.spec;
  const regions = settings?.regions ?? [];
  const unknown = regionRefusal(region);
  if (unknown !== null) yield refuse({ resource, path: ["spec", "region"] }, unknown);
  else if (regions.length > 0 && !regions.includes(region)) {
    yield refuse(
      { resource, path: ["spec", "region"] },
      {
        code: "region-not-listed",
        message: `the estate uses ${regions.join(", ")}, and not ${region}`,
        hint: `add ${region} to spec.providers.workspaces.regions of the Estate, or correct the region`,
      },
    );
  }
  if (creation.ou !== undefined) {
    yield* refuseIf({ resource, path: ["spec", "creation", "ou"] }, unitRefusal(creation.ou, domain));
  }
  yield* checkTags(resource, tags);
}

/** Two documents would take turns setting one registration. */
function* checkId(facts: DirectoryFacts, byId: Map<string, DirectoryFacts>): Generator<Finding> {
  const other = byId.get(facts.id);
  if (other === undefined) byId.set(facts.id, facts);
  else {
    yield refuse(
      { resource: facts.resource, path: ["spec", "directoryId"] },
      {
        code: "directory-twice",
        message: `${facts.id} is already declared by ${other.resource.address} (${describePosition(other.resource.source)})`,
        hint: "keep one of the two documents, or correct the id",
      },
    );
  }
}

function* checkBundles(facts: DirectoryFacts, byBundle: Map<string, DirectoryFacts>): Generator<Finding> {
  for (const [name, id] of Object.entries(facts.resource.spec.bundles)) {
    const owner = byBundle.get(id);
    if (owner === undefined) byBundle.set(id, facts);
    else if (owner.region !== facts.region) {
      yield refuse({ resource: facts.resource, path: ["spec", "bundles", name] }, otherRegion(id, facts, owner));
    }
  }
}
