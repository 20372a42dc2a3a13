import type { Finding } from "../../estate/resource.ts";
import type { Blocked, ChangeDraft } from "../../plan/change.ts";
import { CONSENT } from "./hub-block.ts";
import type { HubView } from "./hub-view.ts";
import type { Topology } from "./topology.ts";

/** As many peers as an empty checkout must not be able to drop without a word. */
const MANY_PEERS = 3;

/**
 * No peer declared while a hub has many: an empty or half-read checkout looks just like it. Held until the hub's
 * annotation says that it is meant (wg-easy and others lost fleets this way; refusal list in docs/wireguard.md).
 */
export function emptiedHubs(
  views: readonly HubView[],
  topology: Topology,
  drafts: readonly ChangeDraft[],
): { readonly changes: readonly ChangeDraft[]; readonly findings: readonly Finding[] } {
  const emptied = views.filter((view) => isEmptied(view, topology));
  if (emptied.length === 0) return { changes: drafts, findings: [] };
  const names = new Set(emptied.map((view) => view.name));
  const hits = (draft: ChangeDraft): string | undefined =>
    draft.action === "delete"
      ? [...names].find((name) => draft.fields.some((field) => isAt(field.path, name)))
      : undefined;
  return {
    changes: drafts.map((draft) => {
      const hub = hits(draft);
      return hub === undefined || draft.blocked !== undefined ? draft : { ...draft, blocked: emptyBlock(hub) };
    }),
    findings: emptied.map(emptyFinding),
  };
}

function isEmptied(view: HubView, topology: Topology): boolean {
  const { retired } = view.facts.hub.spec;
  const isMeant = view.facts.hub.annotations[CONSENT.allowEmpty] === "true";
  const held = [...view.owners.values()].filter((owner) => owner.kind !== "foreign").length;
  return !retired && !isMeant && held >= MANY_PEERS && (topology.peersOf.get(view.name) ?? []).length === 0;
}

/** True where a change's field is at this hub. */
export function isAt(path: string, hub: string): boolean {
  return path.startsWith(`${hub}.`) || path.startsWith(`[${JSON.stringify(hub)}]`);
}

function emptyBlock(hub: string): Blocked {
  return {
    code: "would-empty",
    message: `no peer is declared for ${hub}, which has many: it would be emptied`,
    next: `if this is meant, annotate the hub with ${CONSENT.allowEmpty}: "true"`,
  };
}

function emptyFinding(view: HubView): Finding {
  const { code, message, next } = emptyBlock(view.name);
  return { severity: "held", code, message, hint: next, resource: view.facts.hub, path: [] };
}
