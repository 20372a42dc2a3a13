import { userError } from "../support/user-error.ts";
import type { Arguments } from "./command.ts";

/** A flag's whole number as a member of that name; nothing where the flag is not given. */
export function wholeNumber<Name extends string>(
  args: Arguments,
  name: Name,
  most: number,
): { readonly [Key in Name]?: number } {
  const text = args.text(name);
  if (text === undefined) return {};
  return { [name]: parseWhole(text, `--${name}`, most) } as { readonly [Key in Name]?: number };
}

export function parseWhole(text: string, what: string, most: number): number {
  if (/^\d{1,7}$/.test(text) && Number(text) <= most) return Number(text);
  throw userError("bad-number", `${what} ${text} is no whole number up to ${most}`);
}
