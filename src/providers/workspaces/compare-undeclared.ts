/** What is live and declared by nobody: ours goes, other people's stays. Pure. */
import type { Blocked, ChangeDraft, Foreign } from "../../plan/change.ts";
import { declaredIds, type WorldView } from "./desktop-view.ts";
import { removal } from "./drafts.ts";
import type { Placed } from "./live-index.ts";
import { ownershipOf, TAGS } from "./markers.ts";
import { isLeaving } from "./states.ts";

export interface UndeclaredComparison {
  readonly changes: readonly ChangeDraft[];
  readonly foreign: readonly Foreign[];
}

export function compareUndeclared(world: WorldView): UndeclaredComparison {
  const declared = declaredIds(world);
  const { estate } = world.topology;
  const rest = world.index.all.filter(({ desktop }) => !declared.has(desktop.id) && !isLeaving(desktop));
  const ours = rest.filter(({ desktop }) => ownershipOf(desktop.tags, estate) === "ours");
  const drafts = ours.map((placed) =>
    removal(placed, { reason: "its document is gone", blocked: removalBlock(placed) }),
  );
  return {
    changes: distinctAddresses(drafts, world),
    foreign: rest
      .filter(({ desktop }) => ownershipOf(desktop.tags, estate) !== "ours")
      .map((placed) => foreignRow(placed, world)),
  };
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
  const { id, user, state, directoryId, compute, mode } = desktop;
  const directory = [...world.topology.directories.values()].find(
    (one) => one.id === directoryId && one.region === region,
  );
  return {
    kind: "Workspace",
    what: `${id} of ${user === "" ? "nobody" : user} (${[state, compute, mode].filter((word) => word !== null).join(", ")})`,
    suggestedName: suggestedName(user, id),
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
