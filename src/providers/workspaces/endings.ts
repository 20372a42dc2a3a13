/**
 * Notes of desktops that Reeve ended because of their age or disuse. Nothing else is left of such a desktop, and its document
 * would have the next plan make it anew; so its directory carries a tag that says so until the document is gone or asks for
 * a new one. Like every marker it stands in the live world: there is no state file. Pure.
 */

import { isReadable } from "./live-index.ts";
import type { LiveDirectory, TagMap, WorkspacesObservation } from "./model.ts";
import type { DesktopFacts, Topology } from "./topology.ts";

const PREFIX = "reeve.dev/ended/";

/** AWS takes 50 tags a resource; the rest is for people's own and Reeve's other markers. */
const MOST_NOTES = 25;

export function endNoteKey(name: string): string {
  return `${PREFIX}${name}`;
}

/** True where a desktop's end is counted from what is gone with it, so that its deletion must leave a note. */
export function leavesNote({ lifecycle }: Pick<DesktopFacts, "lifecycle">): boolean {
  return lifecycle.maxLifetimeSeconds !== null || lifecycle.unusedSeconds !== null;
}

/** When each document's desktop was ended, by the document's name, where that still holds. */
export function endingsOf(observation: WorkspacesObservation, topology: Topology): ReadonlyMap<string, Date> {
  const facts = new Map(topology.desktops.map((one) => [one.name, one]));
  const directories = [...observation.regions.values()].filter(isReadable).flatMap((reading) => reading.directories);
  const notes = directories
    .flatMap(({ tags }) => notesOf(tags))
    .filter(({ name, at }) => isInForce(at, facts.get(name)));
  return new Map(notes.map(({ name, at }) => [name, at]));
}

/** Keys of notes whose document is gone or asks for a new desktop. */
export function staleNotes(tags: TagMap, topology: Topology): readonly string[] {
  const notes = notesOf(tags);
  if (notes.length === 0) return [];
  const facts = new Map(topology.desktops.map((one) => [one.name, one]));
  return notes.filter(({ name, at }) => !isInForce(at, facts.get(name))).map(({ name }) => endNoteKey(name));
}

export function hasRoomForNote({ tags }: LiveDirectory): boolean {
  return notesOf(tags).length < MOST_NOTES;
}

interface Note {
  readonly name: string;
  readonly at: Date;
}

function notesOf(tags: TagMap): readonly Note[] {
  return Object.entries(tags).flatMap(([key, value]) =>
    key.startsWith(PREFIX) ? [{ name: key.slice(PREFIX.length), at: new Date(value) }] : [],
  );
}

/** A first day after the end asks for a new desktop; so does a lifecycle that no longer ends one by age or disuse. */
function isInForce(at: Date, facts: DesktopFacts | undefined): boolean {
  if (facts === undefined || Number.isNaN(at.getTime()) || !leavesNote(facts)) return false;
  return facts.startDate === null || facts.startDate <= at;
}
