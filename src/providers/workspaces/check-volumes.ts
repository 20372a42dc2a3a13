/** Which root and user volumes go together; WorkSpaces administration guide. Pure. */
import type { Refusal } from "../refusal.ts";

export interface VolumePair {
  readonly rootGib: number;
  readonly userGib: number;
}

/** The sizes of a document, where it says both. */
export function pairOf(volumes: Partial<VolumePair> | undefined): VolumePair | null {
  const { rootGib, userGib } = volumes ?? {};
  return rootGib === undefined || userGib === undefined ? null : { rootGib, userGib };
}

const SMALL_ROOT = 80;
const SMALL_USERS = [10, 50, 100] as const;
const LARGE: VolumePair = { rootGib: 175, userGib: 100 };
const GRAPHICS: VolumePair = { rootGib: 100, userGib: 100 };

const LARGE_WORDS = "175 to 2000 with 100 to 2000";

/** Why WorkSpaces makes no desktop with this pair. `compute` is null where the bundle decides it. */
export function volumesRefusal(pair: VolumePair, compute: string | null): Refusal | null {
  const allowed = allowedFor(compute);
  if (isLarge(pair) || allowed.pairs.some((one) => isSame(one, pair))) return null;
  const shown = [...allowed.pairs.map(describePair), LARGE_WORDS].join(", ");
  const { rootGib, userGib } = fittingPair(pair, allowed.pairs);
  return {
    code: "volume-pair",
    message: `a root volume of ${pair.rootGib} GiB with a user volume of ${pair.userGib} GiB is no pair that WorkSpaces has${allowed.whose}`,
    hint: `the next that holds both is rootGib: ${rootGib}, userGib: ${userGib}; pairs of root/user GiB are ${shown}`,
  };
}

interface Allowed {
  readonly pairs: readonly VolumePair[];
  /** Whose pairs these are, in words. */
  readonly whose: string;
}

/** Beside the large ones. Of the newer graphics families nothing more is documented than that they exist: both tables hold. */
function allowedFor(compute: string | null): Allowed {
  const small = SMALL_USERS.map((userGib) => ({ rootGib: SMALL_ROOT, userGib }));
  if (compute === null || !/^(generalpurpose|graphics)/.test(compute)) return { pairs: small, whose: "" };
  const whose = ` for ${compute}`;
  if (compute.startsWith("generalpurpose")) return { pairs: [], whose };
  return { pairs: compute.endsWith("g4dn") ? [GRAPHICS] : [...small, GRAPHICS], whose };
}

function isLarge({ rootGib, userGib }: VolumePair): boolean {
  return rootGib >= LARGE.rootGib && userGib >= LARGE.userGib;
}

function isSame(a: VolumePair, b: VolumePair): boolean {
  return a.rootGib === b.rootGib && a.userGib === b.userGib;
}

/** The smallest allowed pair in which neither volume is smaller. */
function fittingPair(pair: VolumePair, pairs: readonly VolumePair[]): VolumePair {
  const fits = pairs.find(({ rootGib, userGib }) => rootGib >= pair.rootGib && userGib >= pair.userGib);
  const large = {
    rootGib: Math.max(pair.rootGib, LARGE.rootGib),
    userGib: Math.max(pair.userGib, LARGE.userGib),
  };
  return fits ?? large;
}

function describePair({ rootGib, userGib }: VolumePair): string {
  return `${rootGib}/${userGib}`;
}
