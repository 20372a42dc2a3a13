import { escapeText } from "../render/escape.ts";
import { userError } from "../support/user-error.ts";
import type { Arguments, Flag } from "./command.ts";

/** Taken by commands that only look: what is due then is never carried out now. */
export const NOW_FLAG: Flag = {
  type: "string",
  value: "INSTANT",
  help: "look as of this instant, for example 2026-12-14T18:00:00Z; nothing of it can be applied",
};

const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:\d\d)$/;

/** What `--now` says, for `Workspace.asOf`: nothing where it is not given. */
export function asOfFlag(args: Arguments): { readonly asOf?: Date } {
  const written = args.text("now");
  if (written === undefined) return {};
  const asOf = INSTANT.test(written) ? new Date(written) : null;
  if (asOf === null || !existsAsWritten(written, asOf)) throw noInstant(written);
  return { asOf };
}

/** JavaScript takes the 31st of February for a day of March. */
function existsAsWritten(written: string, instant: Date): boolean {
  const local = new Date(`${written.slice(0, 10)}T00:00:00Z`);
  return !Number.isNaN(instant.getTime()) && local.toISOString().slice(0, 10) === written.slice(0, 10);
}

function noInstant(written: string): Error {
  return userError(
    "bad-instant",
    `--now takes an instant with its zone, not "${escapeText(written)}"`,
    "write it as 2026-12-14T18:00:00Z or 2026-12-14T19:00:00+01:00",
  );
}

/** Set before what is shown as of another instant; nothing where it is of now. */
export function asOfLine({ asOf }: { readonly asOf?: Date }): string {
  return asOf === undefined ? "" : `As of ${asOf.toISOString()}, not of now:\n`;
}
