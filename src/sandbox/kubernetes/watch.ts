import { numberOf, readSelection } from "./read.ts";
import type { JsonObject } from "./schema.ts";
import { apiVersionOfTarget, keyOf, type Target } from "./target.ts";
import { allObjects, changesSince, type Revision, type World, withMetadata } from "./world.ts";

export interface WatchEvent {
  readonly type: "ADDED" | "MODIFIED" | "DELETED" | "BOOKMARK" | "ERROR";
  readonly object: JsonObject;
}

/** What a watch has to say at its beginning, and of each change thereafter. */
export interface Watch {
  readonly first: readonly WatchEvent[];
  /** No more will come: the version asked for has expired. */
  readonly isOver: boolean;
  readonly seconds: number;
  eventOf(change: Revision): WatchEvent | null;
}

export function openWatch(world: World, target: Target, query: URLSearchParams): Watch {
  const asked = numberOf(query, "resourceVersion", 0);
  const seconds = numberOf(query, "timeoutSeconds", 1800);
  const eventOf = eventReader(target, query);
  const isFromNow = asked === 0;
  if (!isFromNow && asked < world.compactedAt) {
    return { first: [tooOld(asked, world.compactedAt)], isOver: true, seconds, eventOf };
  }
  const first = isFromNow ? existing(world, target, query) : eventsSince(world, asked, eventOf);
  return { first, isOver: false, seconds, eventOf };
}

function existing(world: World, target: Target, query: URLSearchParams): readonly WatchEvent[] {
  const { matches } = readSelection(target, query);
  const objects = allObjects(world, keyOf(target)).filter(matches);
  return objects.map((object) => ({ type: "ADDED", object: typed(target, object) }));
}

function eventsSince(world: World, revision: number, eventOf: Watch["eventOf"]): readonly WatchEvent[] {
  return changesSince(world, revision).flatMap((change) => eventOf(change) ?? []);
}

/** An object that leaves the selection is as good as deleted, and comes as it last was within it. */
function eventReader(target: Target, query: URLSearchParams): Watch["eventOf"] {
  const { matches } = readSelection(target, query);
  const key = keyOf(target);
  return ({ key: changed, before, after, revision }) => {
    if (changed !== key) return null;
    const was = before !== undefined && matches(before);
    const is = after !== undefined && matches(after);
    if (is) return { type: was ? "MODIFIED" : "ADDED", object: typed(target, after) };
    if (!was) return null;
    return { type: "DELETED", object: typed(target, withMetadata(before, { resourceVersion: String(revision) })) };
  };
}

function typed(target: Target, object: JsonObject): JsonObject {
  return { ...object, kind: target.resource.kind, apiVersion: apiVersionOfTarget(target) };
}

function tooOld(asked: number, oldest: number): WatchEvent {
  const message = `too old resource version: ${asked} (${oldest})`;
  const object = {
    kind: "Status",
    apiVersion: "v1",
    metadata: {},
    status: "Failure",
    message,
    reason: "Expired",
    code: 410,
  };
  return { type: "ERROR", object };
}
