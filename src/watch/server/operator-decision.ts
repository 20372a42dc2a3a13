/** What a person has decided about one appliance, by whichever door they came in. */
import { readApplianceId } from "../../protocol/appliance-id.ts";
import type { ServerContext } from "./context.ts";
import { decideApproval, decideResolution, type OperatorAct } from "./decide/decide-operator.ts";
import { type Reply, refuse } from "./reply.ts";
import type { Decision, Found } from "./store/store.ts";

export type Act = (doing: OperatorAct, found: Found) => Decision<Reply>;

/** `signKey`: the key that they looked at, so that no other one is let in. */
export type OperatorDecision =
  | { readonly is: "approve-rebind"; readonly signKey: string }
  | { readonly is: "resolve-conflict" };

export interface Deciding {
  /** `site:name` */
  readonly applianceId: string;
  /** The token's name. */
  readonly by: string;
}

export async function decideOn(context: ServerContext, { applianceId, by }: Deciding, act: Act): Promise<Reply> {
  const place = readApplianceId(applianceId);
  if (place === null) return refuse("not-found");
  const now = context.now();
  const declared = context.index()?.byId.get(applianceId) ?? null;
  const hasSubmitted = (await context.store.submitted(place.site)) !== null;
  return context.store.change(place, (found) => act({ now, declared, by, hasSubmitted }, found), now);
}

export function actOf(decision: OperatorDecision): Act {
  if (decision.is === "resolve-conflict") return decideResolution;
  return (doing, found) => decideApproval(doing, decision.signKey, found);
}
