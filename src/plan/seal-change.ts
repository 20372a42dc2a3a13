import { digestOf } from "../support/digest.ts";
import type { Change, ChangeDraft } from "./change.ts";

/**
 * Gives a draft its digest: over what is done (address, action, fields) and what it was computed from (basis). Words for
 * people (reason, impact) and places in files stay out: moving a document must not void a review. So does cost: newer prices
 * change what a change costs and not what it does. That a budget holds it is in (`blocked`), and apply judges that anew.
 */
export function sealChange(draft: ChangeDraft, provider: string, dependsOn: readonly Change["address"][]): Change {
  const { basis, dependsOn: _own, waitsForNothing: _free, ...shown } = draft;
  const { address, action, fields, disruption, waitsFor } = draft;
  const digest = digestOf({ address, action, fields, disruption, waitsFor, basis, blocked: draft.blocked?.code });
  return { ...shown, provider, dependsOn, digest };
}
