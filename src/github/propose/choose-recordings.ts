/** Which differences a pull request may record, and why the others are left. Pure. */
import type { Address, Resource } from "../../estate/resource.ts";
import type { Change } from "../../plan/change.ts";
import type { DocumentEdit, RecordedReality } from "../../providers/provider.ts";
import type { ModeOf } from "../drift/correct.ts";

/** What one document is to say. */
export interface Recording {
  readonly resource: Resource;
  readonly edits: readonly DocumentEdit[];
}

export interface Recordings {
  /** Sorted by address. */
  readonly recordings: readonly Recording[];
  /** Why a difference is not recorded, by address. */
  readonly refusals: ReadonlyMap<Address, string>;
}

export function chooseRecordings(
  realities: readonly RecordedReality[],
  changes: readonly Change[],
  modeOf: ModeOf,
): Recordings {
  const wanted = realities.filter(({ resource }) => modeOf(resource.kind) === "propose");
  const recordings = wanted.filter((one) => "edits" in one);
  const said = new Map(wanted.flatMap((one) => ("why" in one ? [[one.resource.address, one.why] as const] : [])));
  const recorded = new Set(recordings.map(({ resource }) => resource.address));
  const left = changes.filter(({ kind, address }) => modeOf(kind) === "propose" && !recorded.has(address));
  return {
    recordings: recordings.toSorted((a, b) => (a.resource.address < b.resource.address ? -1 : 1)),
    refusals: new Map(left.map((change) => [change.address, said.get(change.address) ?? whyNot(change)])),
  };
}

function whyNot({ action }: Change): string {
  switch (action) {
    case "create":
      return "it is gone, which no document can say: remove its document, or let it be made again";
    case "delete":
    case "prune":
      return "it has no document: write one, or let it go";
    case "adopt":
    case "replace":
      return "what is there is not what was declared at all: people have to decide";
    case "update":
    case "start":
    case "stop":
      return "there are no words for it in its document";
  }
}
