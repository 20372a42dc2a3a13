import type { Finding } from "../../estate/resource.ts";
import type { Blocked, ChangeDraft, FieldChange } from "../../plan/change.ts";
import { diffFields } from "../../plan/diff-fields.ts";
import type { WorldView } from "./desktop-view.ts";
import { creationStamp, isRegistered, presentShape, wantedCreation, wantedShape } from "./directory-shape.ts";
import { staleNotes } from "./endings.ts";
import { isReadable } from "./live-index.ts";
import { ANNOTATIONS, ownershipOf, TAGS } from "./markers.ts";
import type { LiveDirectory } from "./model.ts";
import type { DirectoryFacts } from "./topology.ts";

export interface DirectoryComparison {
  readonly change: ChangeDraft | null;
  readonly findings: readonly Finding[];
}

/** Names that a line of the plan still shows. */
const SHOWN = 8;

export function compareDirectory(facts: DirectoryFacts, world: WorldView): DirectoryComparison {
  const reading = world.observation.regions.get(facts.region);
  if (!isReadable(reading)) return { change: null, findings: [] };
  const live = reading.directories.find(({ id }) => id === facts.id) ?? null;
  const { estate } = world.topology;
  if (!isRegistered(live)) return { change: registration(facts, estate), findings: [] };
  const owner = ownershipOf(live.tags, estate);
  if (owner === "other") return { change: null, findings: [foreignMarker(facts, live)] };
  const wanted = wantedShape(facts, live, estate);
  const outdated = staleNotes(live.tags, world.topology);
  const fields = diffFields(presentShape(facts, live, { wanted, outdated }), wanted);
  const findings = [...nonConforming(facts, live, world), ...stateFinding(facts, live)];
  if (fields.length === 0) return { change: null, findings };
  return { change: changeInPlace(facts, { fields, isOurs: owner === "ours" }, world), findings };
}

function registration(facts: DirectoryFacts, estate: string): ChangeDraft {
  return {
    ...headOf(facts),
    action: "create",
    fields: diffFields({}, wantedShape(facts, null, estate)),
    reason: `${facts.id} is not registered with WorkSpaces in ${facts.region}`,
    disruption: "none",
    impact: [],
    waitsFor: ["its registration: some minutes"],
    basis: { id: facts.id },
  };
}

interface InPlace {
  readonly fields: readonly FieldChange[];
  readonly isOurs: boolean;
}

function changeInPlace(facts: DirectoryFacts, { fields, isOurs }: InPlace, world: WorldView): ChangeDraft {
  const mayAdopt = facts.resource.annotations[ANNOTATIONS.adopt] === "true";
  const blocked = isOurs || mayAdopt ? null : unmarked(facts);
  const touchesAccess = fields.some(({ path }) => path.startsWith("devices") || path === "ipGroups");
  const touchesCreation = fields.some(({ path }) => path.startsWith("creation"));
  return {
    ...headOf(facts),
    action: isOurs ? "update" : "adopt",
    fields,
    reason: isOurs
      ? "it differs from its declaration"
      : `${facts.id} is registered already, without Reeve's marker: it becomes Reeve's`,
    disruption:
      touchesAccess && world.index.all.some(({ desktop }) => desktop.directoryId === facts.id) ? "interrupts" : "none",
    impact: [
      ...(touchesAccess ? ["who connects from a client or network that is no longer allowed cannot log in again"] : []),
      ...(touchesCreation
        ? [`only desktops that are made or rebuilt from now on get creation properties${existing(facts, world)}`]
        : []),
    ],
    waitsFor: [],
    basis: { id: facts.id },
    ...(blocked === null ? {} : { blocked }),
  };
}

function existing(facts: DirectoryFacts, world: WorldView): string {
  const names = world.desktops.filter(({ live }) => live?.directoryId === facts.id).map(({ facts: one }) => one.name);
  return names.length === 0 ? "" : `; not ${listed(names)}`;
}

function headOf({ resource }: DirectoryFacts): Pick<ChangeDraft, "address" | "kind" | "name" | "source"> {
  const { address, kind, name, source } = resource;
  return { address, kind, name, source };
}

function unmarked({ id }: DirectoryFacts): Blocked {
  return {
    code: "exists-unmarked",
    message: `${id} is registered already, without Reeve's marker`,
    next: `to have Reeve keep its settings, annotate the document ${ANNOTATIONS.adopt}: "true"`,
  };
}

function foreignMarker({ resource, id }: DirectoryFacts, live: LiveDirectory): Finding {
  const message = `${id} belongs to the estate "${live.tags[TAGS.estate] ?? ""}"`;
  const hint = "remove its document there first; two estates would take turns undoing each other";
  return { severity: "error", code: "foreign-marker", message, hint, resource, path: ["spec", "directoryId"] };
}

/** Desktops that were made under other creation properties, by the stamp that each was given. */
function nonConforming(facts: DirectoryFacts, live: LiveDirectory, world: WorldView): readonly Finding[] {
  const stamp = creationStamp(wantedCreation(facts, live));
  const names = world.desktops.flatMap(({ live: desktop, facts: one }) => {
    const made = desktop?.directoryId === facts.id ? desktop.tags[TAGS.creation] : undefined;
    return made === undefined || made === stamp ? [] : [one.name];
  });
  if (names.length === 0) return [];
  const message = `${names.length} desktops were made with other creation properties and keep them: ${listed(names)}`;
  const hint = "rebuild them in the AWS console when their users agree: it resets the root volume";
  return [
    { severity: "notice", code: "not-conforming", message, hint, resource: facts.resource, path: ["spec", "creation"] },
  ];
}

function stateFinding({ resource, id }: DirectoryFacts, { state }: LiveDirectory): readonly Finding[] {
  if (state === "REGISTERED" || state === "REGISTERING") return [];
  const message = `the registration of ${id} is ${state}`;
  const hint = "see the WorkSpaces console; desktops cannot be made in it meanwhile";
  return [{ severity: "warning", code: "directory-unwell", message, hint, resource, path: ["spec", "directoryId"] }];
}

function listed(names: readonly string[]): string {
  const more = names.length > SHOWN ? `, and ${names.length - SHOWN} more` : "";
  return `${names.toSorted().slice(0, SHOWN).join(", ")}${more}`;
}
