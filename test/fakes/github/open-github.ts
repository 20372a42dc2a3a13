import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createWorld } from "./create-world.ts";
import { createDriver, type Driver } from "./driver.ts";
import { createHttpServer } from "./http.ts";
import { type Files, seedRepo } from "./seed.ts";
import { createService } from "./service.ts";
import type { Protection, Role } from "./world.ts";

export interface GitHubOptions {
  /** `acme` and `state` when left out. */
  readonly owner?: string;
  readonly name?: string;
  /** What is on `main`. */
  readonly files?: Files;
  readonly isPrivate?: boolean;
  /** Who may what; PEOPLE when left out. */
  readonly people?: Readonly<Record<string, Role>>;
  /** Teams of the owner. */
  readonly teams?: Readonly<Record<string, readonly string[]>>;
  /** Of `main`; none when left out. */
  readonly protection?: Partial<Protection>;
  /** False is what GitHub starts a repository with; true here, so that `propose` works. */
  readonly actionsMayOpenPulls?: boolean;
  /** `/api/v3` for a GitHub Enterprise Server; empty when left out. */
  readonly prefix?: string;
  /** How often a pull request is read before GitHub knows whether it can be merged; 0 when left out. */
  readonly mergeableLag?: number;
  /** Time; when left out, a clock that stands still but for `advance` and a second for each of the driver's acts. */
  readonly now?: () => Date;
}

/** Everybody a test needs: `mallory` is a stranger. */
const PEOPLE: Readonly<Record<string, Role>> = {
  ada: "admin",
  bob: "write",
  carol: "write",
  rita: "read",
};

export interface GitHub extends Driver, AsyncDisposable {
  /** For `GITHUB_API_URL`. */
  readonly url: string;
  /** Stops. Throws where a client, or the stand-in, did not keep to GitHub's description of its API. */
  close(): Promise<void>;
}

const START = Date.parse("2026-03-02T09:00:00Z");
const UNPROTECTED: Protection = { approvals: 0, dismissStale: false, checks: [], strict: false, enforceAdmins: false };

/** A GitHub of this test alone, on loopback: its REST API over a real bare repository. */
export async function openGitHub(options: GitHubOptions = {}): Promise<GitHub> {
  const folder = await mkdtemp(join(tmpdir(), "github-"));
  let ahead = 0;
  const world = createWorld(options.now ?? (() => new Date(START + ahead)), options.mergeableLag ?? 0);
  const { owner = "acme", name = "state", people = PEOPLE, prefix = "" } = options;
  const { files = { "README.md": "The estate\n" }, isPrivate = true, actionsMayOpenPulls = true } = options;
  const repo = await seedRepo(world, folder, { owner, name, files, isPrivate, actionsMayOpenPulls, people });
  for (const [slug, members] of Object.entries(options.teams ?? {}))
    world.teams.push({ org: owner, slug, members: new Set(members) });
  if (options.protection !== undefined) repo.protections.set("main", { ...UNPROTECTED, ...options.protection });
  const service = createService(world);
  const server = createHttpServer(service, { prefix });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  world.url = `http://127.0.0.1:${port}${prefix}`;
  world.storage = `http://localhost:${port}`;
  const advance = (seconds: number): void => {
    ahead += seconds * 1000;
  };
  const close = async (): Promise<void> => {
    server.close();
    server.closeAllConnections();
    await once(server, "close");
    for (const { git } of world.repos.values()) await git.close();
    await rm(folder, { recursive: true, force: true });
    if (service.violations.length > 0)
      throw new Error(`not as GitHub's description has it:\n${service.violations.join("\n")}`);
  };
  const driver = createDriver({ service, repo, folder, advance });
  return { ...driver, url: world.url, close, [Symbol.asyncDispose]: close };
}
