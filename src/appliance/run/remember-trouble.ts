/** What the server refuses, or that it does not answer, is kept for `reeve appliance status` until it does as it is asked again. */
import { Unreachable } from "../server/send.ts";
import { Refused, Unsigned } from "../server/trouble.ts";
import { type Appliance, keep } from "./appliance.ts";

export async function rememberTrouble<T>(appliance: Appliance, work: () => Promise<T>): Promise<T> {
  try {
    const done = await work();
    if (appliance.progress.trouble !== null) keep(appliance, { trouble: null });
    return done;
  } catch (error) {
    const type = appliance.world.signal.aborted ? null : typeOf(error);
    const message = error instanceof Error ? error.message : "";
    const { trouble } = appliance.progress;
    if (type !== null && (type !== trouble?.type || message !== trouble.message))
      keep(appliance, { trouble: { type, message } });
    throw error;
  }
}

/** Null for what is none of the server's. */
function typeOf(error: unknown): string | null {
  if (error instanceof Refused) return error.problem ?? "refused";
  if (error instanceof Unsigned) return "unsigned";
  return error instanceof Unreachable ? "unreachable" : null;
}
