/** Silence and expiries move phases without a request: once a minute they are looked at. */
import { readApplianceId } from "../../protocol/appliance-id.ts";
import { isSubmitted } from "./authenticate.ts";
import type { ServerContext } from "./context.ts";
import { settle } from "./decide/settle.ts";
import { withIdentity } from "./decide/signed.ts";
import type { DesiredIndex } from "./desired.ts";

export async function sweepPhases(context: ServerContext): Promise<void> {
  const index = context.index();
  if (index !== null) await sweepAll(context, index);
  await context.store.prune(context.now());
}

async function sweepAll(context: ServerContext, index: DesiredIndex): Promise<void> {
  const rows = await context.store.readAll();
  const known = new Map(rows.map((row) => [`${row.site}:${row.appliance}`, row]));
  const ids = new Set([...index.byId.keys(), ...known.keys()]);
  for (const id of ids) {
    const row = known.get(id);
    const declared = index.byId.get(id) ?? null;
    const place = readApplianceId(id);
    if (place === null) continue;
    const circumstances = { now: context.now(), declared, hasSubmitted: await isSubmitted(context, index, place.site) };
    if (row !== undefined && settle(withIdentity(row, declared), circumstances).events.length === 0) continue;
    await context.store.change(
      place,
      ({ record }) => {
        const { record: after, events } = settle(withIdentity(record, declared), circumstances);
        return { answer: null, events, ...(after === record ? {} : { record: after }) };
      },
      context.now(),
    );
  }
}
