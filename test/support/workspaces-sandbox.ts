import { ResourceGroupsTaggingAPI } from "@aws-sdk/client-resource-groups-tagging-api";
import { WorkSpaces, type WorkspaceProperties } from "@aws-sdk/client-workspaces";
import type { Rules } from "../../src/sandbox/workspaces/rules.ts";
import {
  type SandboxOptions,
  startWorkspacesSandbox,
  type WorkspacesSandbox,
} from "../../src/sandbox/workspaces/start-workspaces-sandbox.ts";

export const DIRECTORY = "d-9067012345";
export const BUNDLE = "wsb-wstandarduswest2";

/** Rules under which every read tells the truth at once and nothing is throttled. */
const HONEST: Partial<Rules> = {
  throttle: null,
  taggingThrottle: null,
  invisibleSeconds: 0,
  staleSeconds: 0,
  taggingLagSeconds: 0,
  emptyPages: 0,
  repeatedItems: 0,
};

/** The stand-in in this process and the real SDK's clients on it. */
export interface Bench extends AsyncDisposable {
  readonly sandbox: WorkspacesSandbox;
  readonly client: WorkSpaces;
  readonly tagging: ResourceGroupsTaggingAPI;
  create(...users: readonly string[]): Promise<readonly string[]>;
  properties(id: string): Promise<WorkspaceProperties | undefined>;
}

export async function openBench(options: SandboxOptions = {}): Promise<Bench> {
  const sandbox = await startWorkspacesSandbox({ quota: 1000, ...options, rules: { ...HONEST, ...options.rules } });
  const client = new WorkSpaces(clientConfig(sandbox.endpoint));
  const tagging = new ResourceGroupsTaggingAPI(clientConfig(sandbox.endpoint));
  return {
    sandbox,
    client,
    tagging,
    create: async (...users) => {
      const Workspaces = users.map((UserName) => ({ DirectoryId: DIRECTORY, UserName, BundleId: BUNDLE }));
      const { PendingRequests = [] } = await client.createWorkspaces({ Workspaces });
      const idOf = new Map(PendingRequests.map(({ UserName, WorkspaceId }) => [UserName, WorkspaceId ?? ""]));
      return users.map((user) => idOf.get(user) ?? "");
    },
    properties: async (id) => {
      const { Workspaces = [] } = await client.describeWorkspaces({ WorkspaceIds: [id] });
      return Workspaces[0]?.WorkspaceProperties;
    },
    [Symbol.asyncDispose]: async () => {
      client.destroy();
      tagging.destroy();
      await sandbox.close();
    },
  };
}

export function clientConfig(endpoint: string): object {
  const credentials = { accessKeyId: "REEVESANDBOX", secretAccessKey: "reeve-sandbox" };
  return { endpoint, region: "us-west-2", credentials, maxAttempts: 1 };
}

/** An error's name, or `ok`. */
export async function outcomeOf(request: Promise<unknown>): Promise<string> {
  try {
    await request;
    return "ok";
  } catch (error) {
    return error instanceof Error ? error.name : String(error);
  }
}
