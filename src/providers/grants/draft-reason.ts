/** Why there is a change, in one line. Pure. */
import type { Drafting } from "./draft.ts";
import type { GrantDocument } from "./topology.ts";
import { stateAt, type Window } from "./window.ts";

export function reasonOf(drafting: Drafting): string {
  return [whyOf(drafting), countsOf(drafting)].filter((part) => part !== "").join(": ");
}

function countsOf({ steps }: Drafting): string {
  const removed = steps.filter((step) => step.do === "remove").length;
  const written = steps.filter((step) => step.do === "apply" || step.do === "refuse").length;
  const unasked = steps.filter((step) => step.do === "apply" && step.isUnasked).length;
  return [
    ...(written > 0 ? [`${written} ${written === 1 ? "object" : "objects"} to write`] : []),
    ...(removed > 0 ? [`${removed} to take away`] : []),
    ...(steps.some((step) => step.do === "note") ? ["its end to note"] : []),
    ...(unasked > 0 ? [`${unasked} not checked by the server, since ${whyUnasked(steps)}`] : []),
  ].join(", ");
}

function whyUnasked(steps: Drafting["steps"]): string {
  const isInTheWay = steps.some((step) => step.do === "apply" && step.inTheWay !== null);
  return isInTheWay ? "what is there has to go first" : "their namespace is still to be made";
}

function whyOf({ address, desired, topology, now }: Drafting): string {
  if (!address.startsWith("WorkstationGrant/")) return "";
  if (!desired.estate.byAddress.has(address)) return "its document is gone";
  const claim = topology.claims.find(({ grant }) => grant.address === address);
  return claim === undefined || claim.window === null ? "" : stateWords(claim.grant, claim.window, now);
}

function stateWords(grant: GrantDocument, window: Window, now: Date): string {
  switch (stateAt(window, grant.spec.suspended, now)) {
    case "pending":
      return `access begins at ${window.startsAt.toISOString()}`;
    case "active":
      return `access until ${window.expiresAt.toISOString()}`;
    case "suspended":
      return "suspended";
    case "expired":
      return `access ended at ${window.expiresAt.toISOString()}`;
    case "purged":
      return `over since ${window.purgesAt.toISOString()}`;
  }
}
