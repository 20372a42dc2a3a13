import type { FieldChange } from "../../plan/change.ts";
import { diffFields } from "../../plan/diff-fields.ts";
import { canonicalJson, type Json } from "../../support/json.ts";
import type { HubView } from "./hub-view.ts";
import type { PeerEntry } from "./model.ts";

/** What a plan shows of a peer at one hub; null where the hub does not have it. */
export type PeerShape = { readonly [field: string]: Json } | null;

/** A peer at a hub: as the file has it, as the interface has it, and as both should. */
export interface PeerShapes {
  readonly hub: string;
  readonly file: PeerShape;
  /** Undefined where there is no interface to look at: a `file` host, or one that is down and will be filled from the file. */
  readonly live: PeerShape | undefined;
  readonly wanted: PeerShape;
}

export function shapePeer(view: HubView, keys: readonly string[], wanted: readonly PeerEntry[]): PeerShapes {
  const of = (entries: ReadonlyMap<string, PeerEntry>): readonly PeerEntry[] =>
    keys.flatMap((key) => entries.get(key) ?? []);
  const main = wanted[0]?.publicKey;
  return {
    hub: view.name,
    file: shapeEntries(of(view.filePeers), main),
    live: view.snapshot.live === null ? undefined : shapeEntries(of(view.livePeers), main),
    wanted: shapeEntries(wanted, main),
  };
}

/** The main entry's fields, and further keys (of a rotation, or left behind) with what they hold. */
function shapeEntries(entries: readonly PeerEntry[], mainKey: string | undefined): PeerShape {
  const main = entries.find((entry) => entry.publicKey === mainKey) ?? entries.find(holdsAddresses) ?? entries[0];
  if (main === undefined) return null;
  const others = entries.filter((entry) => entry !== main).toSorted((a, b) => (a.publicKey < b.publicKey ? -1 : 1));
  return {
    publicKey: main.publicKey,
    ...settingsOf(main),
    ...(others.length === 0
      ? {}
      : { otherKeys: Object.fromEntries(others.map((one) => [one.publicKey, settingsOf(one)])) }),
  };
}

/** What is off or absent is left out, so that a plan shows only what there is. */
function settingsOf({ allowedIps, keepalive, preshared }: PeerEntry): { readonly [field: string]: Json } {
  return {
    allowedIps,
    ...(keepalive === 0 ? {} : { keepalive: `${keepalive}s` }),
    ...(preshared === "none" ? {} : { presharedKey: preshared === "same" ? "as declared" : "another" }),
  };
}

function holdsAddresses(entry: PeerEntry): boolean {
  return entry.allowedIps.length > 0;
}

/** The keys that hold any of the peer's addresses; more than one only where somebody's hand was at work. */
export function keysWithAddresses(shape: NonNullable<PeerShape>): readonly string[] {
  const others = shape["otherKeys"];
  const settings = Object.entries(typeof others === "object" && others !== null ? others : {});
  const main = shape["publicKey"];
  const all: readonly (readonly [string, Json])[] = [[typeof main === "string" ? main : "", shape], ...settings];
  return all.filter(([, one]) => holdsAny(one)).map(([key]) => key);
}

function holdsAny(settings: Json): boolean {
  if (typeof settings !== "object" || settings === null || !("allowedIps" in settings)) return false;
  return Array.isArray(settings["allowedIps"]) && settings["allowedIps"].length > 0;
}

/** True when neither the file nor the interface differs from what is wanted. */
export function isInSync({ file, live, wanted }: PeerShapes): boolean {
  const target = canonicalJson(wanted);
  return canonicalJson(file) === target && (live === undefined || canonicalJson(live) === target);
}

/**
 * The fields that change at this hub. Where file and interface agree they are shown once; where they do not, somebody's
 * hand was in between, and each is named.
 */
export function shapeFields({ hub, file, live, wanted }: PeerShapes): readonly FieldChange[] {
  const agrees = live === undefined || canonicalJson(file) === canonicalJson(live);
  const fields = agrees
    ? fieldsAt(hub, file, wanted)
    : [...fieldsAt(`${hub}.file`, file, wanted), ...fieldsAt(`${hub}.live`, live, wanted)];
  return fields.map(mask);
}

function fieldsAt(prefix: string, before: PeerShape, after: PeerShape): readonly FieldChange[] {
  return diffFields(before ?? {}, after ?? {}, prefix);
}

/** A preshared key's state is no secret, but that it is another key is all that may be said of it. */
function mask(field: FieldChange): FieldChange {
  if (!field.path.endsWith(".presharedKey")) return field;
  const said = (state: Json, when: string): Json => (state === null ? null : `*** (${when})`);
  return { path: field.path, before: said(field.before, "before"), after: said(field.after, "after"), sensitive: true };
}
