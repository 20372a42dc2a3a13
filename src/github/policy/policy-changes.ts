/** What a pull request touches, as the rules see it. Pure. */
import type { Resource } from "../../estate/resource.ts";
import type { Change } from "../../plan/change.ts";
import type { PolicyChange, PolicyFace } from "../model.ts";
import { type DocumentSide, type Sides, sideOf, type TouchedDocument } from "./touched.ts";

/**
 * Every touched document, and every change of a plan that is to be carried out: those of the pull request, and those of
 * drift too where they would go along. A removed document is a `delete` even where nothing is deleted today, and an added
 * one a `create`: what comes later by itself (a start date, a grace period) must have been allowed now.
 */
export function policyChanges(
  documents: readonly TouchedDocument[],
  changes: readonly Change[],
  sides: Sides,
): readonly PolicyChange[] {
  const planned = new Map<string, Change>(changes.map((change) => [change.address, change]));
  const touched = new Set(documents.map((one) => one.address));
  return [
    ...documents.flatMap((one) => documentChanges(one, planned.get(one.address))),
    ...changes.filter((change) => !touched.has(change.address)).map((change) => plannedChange(change, sides)),
  ];
}

function documentChanges(document: TouchedDocument, planned: Change | undefined): readonly PolicyChange[] {
  const { address, kind, name } = document;
  const actions = new Set([...documentAction(document), ...(planned === undefined ? [] : [planned.action])]);
  const faces = { before: faceOf(document.before), after: faceOf(document.after) };
  return [...(actions.size === 0 ? ["document" as const] : actions)].map((action) => ({
    address,
    kind,
    name,
    action,
    ...faces,
    digest: planned?.digest ?? null,
  }));
}

function documentAction({ before, after }: TouchedDocument): readonly ("create" | "delete")[] {
  if (before === null) return ["create"];
  return after === null ? ["delete"] : [];
}

function plannedChange({ address, kind, name, action, digest }: Change, { base, head }: Sides): PolicyChange {
  const face = (resource: Resource | undefined): PolicyFace | null =>
    resource === undefined ? null : faceOf(sideOf(resource));
  return {
    address,
    kind,
    name,
    action,
    before: face(base.byAddress.get(address)),
    after: face(head.byAddress.get(address)),
    digest,
  };
}

function faceOf(side: DocumentSide | null): PolicyFace | null {
  return side === null ? null : { labels: side.labels, file: side.source?.file ?? null };
}
