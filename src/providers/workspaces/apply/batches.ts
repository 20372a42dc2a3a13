import type { Change } from "../../../plan/change.ts";
import { chunksOf } from "../api/pages.ts";
import { BATCH } from "../api/reader.ts";
import { ApiTrouble, type Verdict } from "../api/trouble.ts";
import type { FailedItem } from "../model.ts";

/** A change of one existing desktop. */
export interface Target {
  readonly change: Change;
  readonly region: string;
  readonly id: string;
}

type Send = (region: string, ids: readonly string[]) => Promise<readonly FailedItem[]>;

/** One call for each 25 of a region. Gives what AWS said of each that it did not take, by id. */
export async function sendBatches(
  targets: readonly Pick<Target, "region" | "id">[],
  send: Send,
): Promise<ReadonlyMap<string, Verdict>> {
  const refused = new Map<string, Verdict>();
  for (const [region, group] of Map.groupBy(targets, (target) => target.region)) {
    for (const chunk of chunksOf(group, BATCH)) {
      for (const { key, verdict } of await sendBatch(region, chunk, send)) refused.set(key, verdict);
    }
  }
  return refused;
}

async function sendBatch(
  region: string,
  chunk: readonly Pick<Target, "id">[],
  send: Send,
): Promise<readonly FailedItem[]> {
  const ids = chunk.map(({ id }) => id);
  try {
    return await send(region, ids);
  } catch (error) {
    if (!(error instanceof ApiTrouble)) throw error;
    return ids.map((key) => ({ key, verdict: error.verdict }));
  }
}
