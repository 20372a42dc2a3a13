/** A directory's registration, as it should be and as it is, in one form. Pure. */
import { digestOf } from "../../support/digest.ts";
import type { Json } from "../../support/json.ts";
import { TAGS } from "./markers.ts";
import type { LiveCreation, LiveDirectory, TagMap } from "./model.ts";
import type { DirectoryFacts } from "./topology.ts";

type Shape = { readonly [key: string]: Json };

/** AWS gives a registration these until somebody says otherwise. */
const FRESH: LiveCreation = {
  ou: null,
  securityGroupId: null,
  internetAccess: false,
  localAdministrator: true,
  maintenance: true,
  instanceRoleArn: null,
};

/** What is not declared stays as it is. */
export function wantedCreation({ resource }: DirectoryFacts, live: LiveDirectory | null): LiveCreation {
  const { creation } = resource.spec;
  const current = live?.creation ?? FRESH;
  return {
    ou: creation.ou ?? current.ou,
    securityGroupId: creation.securityGroupId ?? current.securityGroupId,
    internetAccess: creation.internetAccess,
    localAdministrator: creation.localAdministrator,
    maintenance: creation.maintenance,
    instanceRoleArn: creation.instanceRoleArn ?? current.instanceRoleArn,
  };
}

export function wantedDirectoryTags({ resource, name }: DirectoryFacts, estate: string): TagMap {
  return { ...resource.spec.tags, [TAGS.estate]: estate, [TAGS.name]: name };
}

export function wantedShape(facts: DirectoryFacts, live: LiveDirectory | null, estate: string): Shape {
  const { devices, selfService, streaming, ipGroups } = facts.resource.spec;
  return {
    state: "registered",
    creation: { ...wantedCreation(facts, live) },
    devices: { ...devices },
    selfService: { ...selfService },
    ...(streaming === undefined ? {} : { streaming: streaming.transport }),
    ...(ipGroups === undefined ? {} : { ipGroups: ipGroups.toSorted() }),
    tags: { ...wantedDirectoryTags(facts, estate) },
  };
}

/** Of the live one only what is declared, and the tags that Reeve itself has to take away. */
export function presentShape(
  facts: DirectoryFacts,
  live: LiveDirectory,
  { wanted, outdated = [] }: { readonly wanted: Shape; readonly outdated?: readonly string[] },
): Shape {
  const tags = [...Object.keys(wantedDirectoryTags(facts, "")), ...outdated].flatMap((key) => {
    const value = live.tags[key];
    return value === undefined ? [] : [[key, value] as const];
  });
  return {
    state: "registered",
    creation: { ...live.creation },
    devices: { ...live.devices },
    selfService: { ...live.selfService },
    ...("streaming" in wanted ? { streaming: live.transport } : {}),
    ...("ipGroups" in wanted ? { ipGroups: live.ipGroups } : {}),
    tags: Object.fromEntries(tags),
  };
}

/** Says with which creation properties a desktop was made, in twelve signs; kept as a tag of the desktop. */
export function creationStamp(creation: LiveCreation): string {
  return digestOf(creation).slice("sha256:".length, "sha256:".length + 12);
}

export function isRegistered(live: LiveDirectory | null): live is LiveDirectory {
  return live !== null && live.state !== "DEREGISTERED" && live.state !== "DEREGISTERING";
}
