import type { Call } from "../../src/sandbox/workspaces/call.ts";
import { createWorkspaces } from "../../src/sandbox/workspaces/operations/create-workspaces.ts";
import { DEFAULT_RULES, type Rules } from "../../src/sandbox/workspaces/rules.ts";
import { seedWorld } from "../../src/sandbox/workspaces/seed.ts";
import { settle } from "../../src/sandbox/workspaces/settle.ts";
import type { Desktop, FaultKind } from "../../src/sandbox/workspaces/world.ts";

const START = Date.UTC(2026, 10, 24, 12);
const DIRECTORY = "d-9067012345";

/** Rules under which every read tells the truth at once. */
export const HONEST: Rules = {
  ...DEFAULT_RULES,
  throttle: null,
  invisibleSeconds: 0,
  staleSeconds: 0,
  taggingLagSeconds: 0,
  emptyPages: 0,
  repeatedItems: 0,
  hasMaintenance: false,
};

/** A world of one region whose time moves by `pass`. */
export interface SmallWorld {
  call(...faults: readonly FaultKind[]): Call;
  pass(seconds: number): void;
  create(user: string, over?: object, ...faults: readonly FaultKind[]): Created;
  desktop(user: string): Desktop | undefined;
}

interface Created {
  readonly FailedRequests: readonly { readonly ErrorCode: string }[];
  readonly PendingRequests: readonly { readonly WorkspaceId: string }[];
}

export function smallWorld(rules: Partial<Rules> = {}, quota = 1000): SmallWorld {
  const world = seedWorld({ accountId: "123456789012", start: START, seed: 7, quota });
  const region = world.regions["us-west-2"];
  if (region === undefined) throw new Error("the seed has no us-west-2");
  const all = { ...HONEST, ...rules };
  const call = (...faults: readonly FaultKind[]): Call => ({
    world,
    region,
    rules: all,
    now: world.now,
    wireNow: world.now,
    cursors: new Map(),
    faults: new Set(faults),
  });
  return {
    call,
    pass: (seconds) => void settle(world, all, world.now + seconds * 1000),
    create: (user, over = {}, ...faults) => {
      const request = { DirectoryId: DIRECTORY, UserName: user, BundleId: "wsb-wstandarduswest2", ...over };
      return createWorkspaces({ Workspaces: [request] }, call(...faults)) as Created;
    },
    desktop: (user) => Object.values(region.desktops).findLast(({ wire }) => wire.UserName === user),
  };
}
