import type { Access } from "./entries.ts";

/** Everybody who reaches a workstation, from what a proof found. */
export function whoCanReach(access: readonly Access[], workstation: string): readonly Access[] {
  return access.filter((one) => one.workstation === workstation && isEntry(one));
}

/** Everything that a person reaches: by a way of their own, or by one that is open to anybody. */
export function whatCanReach(access: readonly Access[], person: string): readonly Access[] {
  return access.filter((one) => (one.person ?? person) === person);
}

function isEntry({ who, person }: Access): boolean {
  return person === undefined || !who.startsWith("the desktop of ");
}

/** What a plan opens and closes, between what is reached before and what is reached after it. */
export function accessChanges(
  before: readonly Access[],
  after: readonly Access[],
): { readonly opened: readonly Access[]; readonly closed: readonly Access[] } {
  const had = new Set(before.map(wayOf));
  const has = new Set(after.map(wayOf));
  return {
    opened: after.filter((one) => !had.has(wayOf(one))),
    closed: before.filter((one) => !has.has(wayOf(one))),
  };
}

function wayOf({ who, what, reach }: Access): string {
  return JSON.stringify([who, what, reach.verdict]);
}
