/** The sandbox's site server: what an apply hands to it is kept beside the other stand-ins. */

import { once } from "node:events";
import { existsSync, rmSync } from "node:fs";
import { cp, rename } from "node:fs/promises";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { dirname, join } from "node:path";
import type { Estate } from "../estate/estate.ts";
import { loadEstate } from "../estate/load-estate.ts";
import { findSandboxSites, sandboxSitesFile } from "../support/served-sandbox-sites.ts";
import type { RunningSiteServer } from "../watch/server/start-site-server.ts";
import type { Io } from "./command.ts";

export interface SandboxSites {
  /** What leads the provider to it. */
  readonly environment: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

interface SandboxSitesOptions {
  /** Its own, `.reeve/sandbox/sites`. */
  readonly folder: string;
  readonly stateDir: string;
  readonly io: Pick<Io, "clock" | "environment">;
}

/** Begins when it is first asked: most estates have no sites. The documents of the last apply are what it serves. */
export async function openSandboxSites(options: SandboxSitesOptions): Promise<SandboxSites> {
  let started: Promise<RunningSiteServer> | null = null;
  const file = `${options.folder}.json`;
  const served = await findSandboxSites(file);
  if (served !== null) return { environment: served, close: () => Promise.resolve() };
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    started ??= start(options);
    const { route, own } = await started;
    request.headers.authorization = `Bearer ${own.REEVE_SITES_SERVER_TOKEN}`;
    route(request, response);
  };
  const door = createServer((request, response) => {
    answer(request, response).catch(() => response.writeHead(500).end());
  });
  door.listen(0, "127.0.0.1");
  await once(door, "listening");
  door.unref();
  const { port } = door.address() as AddressInfo;
  return {
    environment: {
      REEVE_SITES_SERVER: `http://127.0.0.1:${port}`,
      REEVE_SITES_SERVER_TOKEN: "reeve-sandbox",
      ...sandboxSitesFile(file),
    },
    close: async () => {
      door.close();
      door.closeAllConnections();
      await (await started)?.close();
    },
  };
}

async function start({ folder, stateDir, io }: SandboxSitesOptions): Promise<RunningSiteServer> {
  const { startSiteServer } = await import("../watch/server/start-site-server.ts");
  const kept = join(folder, "applied", "desired-state");
  let estate = existsSync(kept) ? await estateAt(kept) : withoutSites(await estateAt(stateDir));
  let loads = 0;
  return startSiteServer({
    folder,
    tokens: [],
    clock: io.clock,
    environment: io.environment,
    listen: { host: "127.0.0.1", port: 0 },
    accepted: () => ({ commit: `sandbox-${loads}`, estate }),
    lookNow: async () => {
      await replaceFolder(stateDir, kept);
      estate = await estateAt(kept);
      loads += 1;
    },
  });
}

async function estateAt(stateDir: string): Promise<Estate> {
  const { estate, checkable } = await loadEstate({ stateDir, cacheDir: null });
  return estate ?? checkable;
}

/** Nothing was handed out yet. */
function withoutSites(estate: Estate): Estate {
  const kinds = new Set(["ApplianceSite", "Partner"]);
  return { ...estate, resources: estate.resources.filter(({ kind }) => !kinds.has(kind)) };
}

/** Whole or not at all. */
async function replaceFolder(from: string, to: string): Promise<void> {
  const fresh = `${dirname(to)}.new`;
  rmSync(fresh, { recursive: true, force: true });
  await cp(from, join(fresh, "desired-state"), { recursive: true });
  rmSync(dirname(to), { recursive: true, force: true });
  await rename(fresh, dirname(to));
}
