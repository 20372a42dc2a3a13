/** What only a person decides. Pure. */
import { answer, type Reply, refuse } from "../reply.ts";
import type { Decision, Found } from "../store/store.ts";
import { type Circumstances, isLive, settle } from "./settle.ts";

export interface OperatorAct extends Circumstances {
  /** The token's name. */
  readonly by: string;
}

/** Says it was done where it was done before: an answer may have been lost. */
export function decideApproval({ by }: OperatorAct, signKey: string, { record }: Found): Decision<Reply> {
  const { identity } = record;
  if (isLive(identity) && identity.approvedKey === signKey) return { answer: answer(204) };
  if (!isLive(identity) || identity.pending?.signKey !== signKey)
    return { answer: refuse("nothing-pending", "that key does not ask for this place") };
  const approved = { ...identity, pending: null, approvedKey: signKey };
  const events = [{ type: "rebind-approved", detail: `${by} let key ${signKey} in: it has to claim again` }];
  return { answer: answer(204), record: { ...record, identity: approved }, events };
}

export function decideResolution(act: OperatorAct, { record }: Found): Decision<Reply> {
  const { identity } = record;
  if (!isLive(identity) || identity.conflictAt === null)
    return { answer: refuse("nothing-pending", "there is no conflict") };
  // The machine that is left may be the one whose numbers are behind: they count from where it is.
  const report = { ...record.report, recent: [] };
  const settled = settle({ report, identity: { ...identity, conflictAt: null } }, act);
  const events = [{ type: "conflict-resolved", detail: `by ${act.by}` }, ...settled.events];
  return { answer: answer(204), record: settled.record, events };
}

/** As with an approval. */
export function decideRetirement(act: OperatorAct, { record }: Found): Decision<Reply> {
  const { identity } = record;
  if (identity === null) return { answer: refuse("not-found", "nobody has claimed this place") };
  if (identity.retiredAt !== null) return { answer: answer(204) };
  const settled = settle({ ...record, identity: { ...identity, retiredAt: act.now.toISOString() } }, act);
  const events = [{ type: "retired", detail: `by ${act.by}` }, ...settled.events];
  return { answer: answer(204), record: settled.record, events };
}
