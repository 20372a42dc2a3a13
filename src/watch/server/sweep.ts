/** Silence and expiries move phases without a request: once a minute they are looked at. */
import { applianceIdOf, readApplianceId } from "../../protocol/appliance-id.ts";
import { isSubmitted } from "./authenticate.ts";
import type { ServerContext } from "./context.ts";
import { type Circumstances, settle } from "./decide/settle.ts";
import { withIdentity } from "./decide/signed.ts";
import type { DesiredIndex } from "./desired.ts";
import type { ApplianceRecord, Decision, Found } from "./store/store.ts";

export async function sweepPhases(context: ServerContext): Promise<void> {
  const index = context.index();
  if (index !== null) await sweepAll(context, index);
  await context.store.prune(context.now());
}

/** So many at a time share a transaction, and no request waits for more. */
const TOGETHER = 500;

async function sweepAll(context: ServerContext, index: DesiredIndex): Promise<void> {
  const rows = await context.store.readAll();
  const known = new Map(rows.map((row) => [applianceIdOf(row.site, row.appliance), row]));
  const ids = [...new Set([...index.byId.keys(), ...known.keys()])];
  for (let from = 0; from < ids.length; from += TOGETHER) {
    const some = ids.slice(from, from + TOGETHER);
    await Promise.all(some.map((id) => sweepOne({ context, index, id, row: known.get(id) })));
  }
}

interface Sweeping {
  readonly context: ServerContext;
  readonly index: DesiredIndex;
  readonly id: string;
  readonly row: ApplianceRecord | undefined;
}

async function sweepOne({ context, index, id, row }: Sweeping): Promise<void> {
  const declared = index.byId.get(id) ?? null;
  const place = readApplianceId(id);
  if (place === null) return;
  const hasSubmitted = await isSubmitted(context, index, place.site);
  const circumstances = { now: context.now(), declared, hasSubmitted };
  if (row !== undefined && isForgettable(row, circumstances)) {
    const decide = ({ record }: Found): Decision<null> =>
      isForgettable(record, circumstances) ? { answer: null, forget: true } : { answer: null };
    await context.store.change(place, decide, circumstances.now);
    return;
  }
  if (row !== undefined && settle(withIdentity(row, declared), circumstances).events.length === 0) return;
  const decide = ({ record }: Found): Decision<null> => {
    const { record: after, events } = settle(withIdentity(record, declared), circumstances);
    return { answer: null, events, ...(after === record ? {} : { record: after }) };
  };
  await context.store.change(place, decide, circumstances.now);
}

const RETIRED_KEPT_MS = 90 * 86_400_000;

/** Long since revoked, and declared no more: by then its code is over, too. */
function isForgettable({ identity }: ApplianceRecord, { declared, now }: Circumstances): boolean {
  const retiredAt = identity?.retiredAt ?? null;
  return declared === null && retiredAt !== null && now.getTime() - Date.parse(retiredAt) > RETIRED_KEPT_MS;
}
