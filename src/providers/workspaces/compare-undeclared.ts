/** What is live and declared by nobody: ours goes, other people's stays. Pure. */
import type { Blocked, ChangeDraft, Foreign } from "../../plan/change.ts";
import { declaredIds, type WorldView } from "./desktop-view.ts";
import { isRegistered } from "./directory-shape.ts";
import { removal } from "./drafts.ts";
import { isReadable, type Placed } from "./live-index.ts";
import { type Ownership, ownershipOf, TAGS } from "./markers.ts";
import type { LiveDirectory, TagMap } from "./model.ts";
import { isLeaving } from "./states.ts";

export interface UndeclaredComparison {
  readonly changes: readonly ChangeDraft[];
  readonly foreign: readonly Foreign[];
}

export function compareUndeclared(world: WorldView): UndeclaredComparison {
  const { estate } = world.topology;
  const ours = undeclaredDesktops(world).filter(({ desktop }) => ownershipOf(desktop.tags, estate) === "ours");
  const drafts = ours.map((placed) =>
    removal(placed, { reason: "its document is gone", blocked: removalBlock(placed) }),
  );
  return {
    changes: distinctAddresses(drafts, world),
    foreign: [
      ...foreignDirectories(world).map((one) => directoryRow(one, estate)),
      ...foreignDesktops(world).map((placed) => foreignRow(placed, world)),
    ],
  };
}

/** Desktops that no document stands for, but for those on their way out. */
function undeclaredDesktops(world: WorldView): readonly Placed[] {
  const declared = declaredIds(world);
  return world.index.all.filter(({ desktop }) => !declared.has(desktop.id) && !isLeaving(desktop));
}

export function foreignDesktops(world: WorldView): readonly Placed[] {
  const { estate } = world.topology;
  return undeclaredDesktops(world).filter(({ desktop }) => ownershipOf(desktop.tags, estate) !== "ours");
}

/** Registered and not declared, whoever's marker it has: Reeve never ends a registration. Sorted by region and id. */
export function foreignDirectories({ topology, observation }: WorldView): readonly {
  readonly region: string;
  readonly directory: LiveDirectory;
}[] {
  const declared = new Set([...topology.directories.values()].map(({ region, id }) => `${region} ${id}`));
  return [...observation.regions.values()]
    .filter(isReadable)
    .flatMap(({ region, directories }) => directories.map((directory) => ({ region, directory })))
    .filter(({ region, directory }) => isRegistered(directory) && !declared.has(`${region} ${directory.id}`))
    .toSorted((a, b) => (`${a.region} ${a.directory.id}` < `${b.region} ${b.directory.id}` ? -1 : 1));
}

function directoryRow(
  { region, directory }: { readonly region: string; readonly directory: LiveDirectory },
  estate: string,
): Foreign {
  const { id, name, tags } = directory;
  const owner = ownershipOf(tags, estate);
  const was = owner === "ours" ? ", of a document that is gone: its registration stays" : ownerWords(tags, owner);
  return {
    kind: "WorkspaceDirectory",
    what: `${id}${name === null ? "" : ` (${name})`}${was}`,
    suggestedName: owner === "nobody" ? suggestedDirectoryName(directory, region) : null,
    where: region,
  };
}

function ownerWords(tags: TagMap, owner: Ownership): string {
  return owner === "other" ? `, of the estate "${tags[TAGS.estate] ?? ""}"` : "";
}

/** Directories of one domain in several regions are told apart by the region. */
export function suggestedDirectoryName({ name, id }: LiveDirectory, region: string): string {
  const first =
    (name ?? "")
      .split(".")[0]
      ?.toLowerCase()
      .replaceAll(/[^a-z0-9-]+/g, "-") ?? "";
  return first === "" ? id : `${first}-${region}`;
}

/** An address has one change: a desktop whose name is another's too goes by its id. */
function distinctAddresses(drafts: readonly ChangeDraft[], world: WorldView): readonly ChangeDraft[] {
  const taken = new Set<string>(world.topology.desktops.map(({ address }) => address));
  return drafts.map((draft) => {
    const id = draft.fields.find(({ path }) => path === "id")?.before;
    const own =
      taken.has(draft.address) && typeof id === "string" ? ({ name: id, address: `Workspace/${id}` } as const) : {};
    taken.add(own.address ?? draft.address);
    return { ...draft, ...own };
  });
}

function removalBlock({ desktop }: Placed): Blocked | null {
  if (desktop.tags[TAGS.protected] === "true") {
    const next = "bring its document back with spec.lifecycle.protection: false, apply, then remove it";
    return { code: "protected", message: `${desktop.id} is protected`, next };
  }
  if (desktop.state !== "SUSPENDED") return null;
  return {
    code: "hands-off",
    message: `${desktop.id} is SUSPENDED`,
    next: "AWS ends no suspended desktop: wait until it is not",
  };
}

function foreignRow({ region, desktop }: Placed, world: WorldView): Foreign {
  const { id, user, state, directoryId, compute, mode, tags } = desktop;
  const owner = ownershipOf(tags, world.topology.estate);
  const directory = [...world.topology.directories.values()].find(
    (one) => one.id === directoryId && one.region === region,
  );
  return {
    kind: "Workspace",
    what: `${id} of ${user === "" ? "nobody" : user} (${[state, compute, mode].filter((word) => word !== null).join(", ")})${ownerWords(tags, owner)}`,
    suggestedName: owner === "other" ? null : suggestedName(user, id),
    where: `${region}/${directory?.name ?? directoryId}`,
  };
}

export function suggestedName(user: string, id: string): string {
  const name = user
    .toLowerCase()
    .replaceAll(/[^a-z0-9.-]+/g, "-")
    .replaceAll(/^[.-]+|[.-]+$/g, "");
  return name === "" ? id : name.slice(0, 63);
}
