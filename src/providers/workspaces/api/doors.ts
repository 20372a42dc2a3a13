import type { Session } from "../../provider.ts";
import { type Door, openDoor } from "./door.ts";
import { type AwsClients, openClients } from "./sdk.ts";

/** How one account is reached. */
export interface AccountAccess {
  readonly accountId: string;
  readonly roleArn: string | undefined;
  readonly limiter: { readonly perSecond: number; readonly burst: number };
}

export interface Doors {
  readonly clients: AwsClients;
  readonly progress: Session["progress"];
  workspaces(region: string): Door;
  tagging(region: string): Door;
  sts(region: string): Door;
}

/** STS and the tagging API have rates of their own, far above what Reeve asks; bursts are bounded all the same. */
const OTHER_LIMITER = { perSecond: 10, burst: 10 };

/** Whoever may call WorkSpaces faster than that is not to wait for a quarter as many pages of tags. */
function otherLimiter({ perSecond, burst }: AccountAccess["limiter"]): AccountAccess["limiter"] {
  return { perSecond: Math.max(perSecond, OTHER_LIMITER.perSecond), burst: Math.max(burst, OTHER_LIMITER.burst) };
}

export function openDoors(session: Session, { accountId, roleArn, limiter }: AccountAccess): Doors {
  const { clock, calls, signal } = session;
  const other = otherLimiter(limiter);
  const open = (plane: string, region: string, rate: AccountAccess["limiter"]): Door =>
    openDoor({ name: `${plane} ${region}`, accountId, limiter: rate, clock, calls, signal, random: Math.random });
  return {
    progress: session.progress,
    clients: openClients(session.environment, roleArn),
    workspaces: (region) => open("workspaces", region, limiter),
    tagging: (region) => open("tagging", region, other),
    sts: (region) => open("sts", region, other),
  };
}
