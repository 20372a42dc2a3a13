/** The site server inside the daemon: it serves what was applied, and tells the page about appliances. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { OperatorIdentity, SitesAnswer } from "../protocol/operator.ts";
import type { Clock } from "../support/clock.ts";
import { userError } from "../support/user-error.ts";
import type { SitesConfig, TokenConfig } from "./config/config.ts";
import { readSecret } from "./config/read-secret.ts";
import type { ApplianceLine, WatchView } from "./listener/view.ts";
import type { Log } from "./log.ts";
import { type RunningSiteServer, type StartOptions, startSiteServer } from "./server/start-site-server.ts";
import { type SiteStore, StoreTrouble } from "./server/store/store.ts";
import type { Snapshot } from "./status.ts";

export interface SitesOptions {
  readonly config: SitesConfig;
  readonly tokens: readonly TokenConfig[];
  /** The daemon's own. */
  readonly folder: string;
  readonly snapshot: () => Snapshot | null;
  /** Looks at the source and sees to it, before it resolves. */
  readonly look: () => Promise<void>;
  readonly clock: Clock;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly log: Log;
}

export interface WatchedSites {
  readonly url: string;
  /** What the provider in this process needs to reach it. */
  readonly own: RunningSiteServer["own"];
  /** As of some seconds ago. */
  appliances(): readonly ApplianceLine[];
  decide: WatchView["decide"];
  close(): Promise<void>;
}

const REFRESH_MS = 5000;

export async function openSites(options: SitesOptions): Promise<WatchedSites> {
  const { log } = options;
  checkPlace(options.config);
  const server = await startSiteServer(startOptions(options)).catch(sayTrouble(options.config));
  let lines: readonly ApplianceLine[] = [];
  const refresh = async (): Promise<void> => {
    lines = linesOf(await server.describe());
  };
  await refresh();
  const timer = setInterval(() => void refresh().catch(() => undefined), REFRESH_MS);
  timer.unref();
  return {
    url: server.url,
    own: server.own,
    appliances: () => lines,
    decide: async (deciding, decision) => {
      const why = await server.decide(deciding, decision);
      log("decided", { ...deciding, decision: decision.is, why });
      await refresh();
      return why;
    },
    close: async () => {
      clearInterval(timer);
      await server.close();
    },
  };
}

function startOptions({ config, tokens, folder, snapshot, clock, environment, log, look }: SitesOptions): StartOptions {
  const { host, port, trustProxies, tls } = config;
  return {
    folder: join(folder, "sites"),
    accepted: () => acceptedOf(snapshot()),
    lookNow: look,
    tokens,
    clock,
    environment,
    listen: { host, port },
    ...sharedStore(config, environment),
    ...(trustProxies.length === 0 ? {} : { trustProxy: trustProxies }),
    ...(tls === undefined ? {} : { tls: pemOf(tls) }),
    log: (line, error) => log("sites", { line, ...(error instanceof Error ? { why: error.message } : {}) }, "warning"),
  };
}

/** Most hosts need no client of PostgreSQL, so it is loaded here. */
function sharedStore(
  { postgres }: SitesConfig,
  environment: SitesOptions["environment"],
): Pick<StartOptions, "openStore"> {
  if (postgres === undefined) return {};
  const openStore = async (): Promise<SiteStore> => {
    const { openPostgresStore } = await import("./server/store/postgres-store.ts");
    return openPostgresStore(readSecret(postgres.urlFrom, environment));
  };
  return { openStore };
}

/** What keeps it from starting, in words for whoever wrote the settings. */
function sayTrouble({ host, port }: SitesConfig): (error: unknown) => never {
  return (error) => {
    if (error instanceof StoreTrouble)
      throw userError(
        "no-store",
        error.message,
        "see sites.postgres in the daemon's settings, or sites/ in its folder",
      );
    const code = error instanceof Error && "code" in error ? String(error.code) : "";
    if (code !== "EADDRINUSE" && code !== "EACCES" && code !== "EADDRNOTAVAIL") throw error;
    throw userError(
      "cannot-listen",
      `the site server cannot listen at ${host}:${port}: ${code}`,
      "choose another port with --sites-listen",
    );
  };
}

/** A folder has no commit: its documents are known by what they say, in as many letters as a commit has. */
function acceptedOf(
  snapshot: Snapshot | null,
): { readonly commit: string; readonly estate: Snapshot["estate"] } | null {
  if (snapshot === null) return null;
  const { commit, id, estate } = snapshot;
  return { commit: commit ?? id.replace(/^sha256:/, "").slice(0, 40), estate };
}

function linesOf({ sites }: SitesAnswer): readonly ApplianceLine[] {
  return sites.flatMap(({ name: site, appliances }) =>
    appliances.map(({ name: appliance, phase, domainPhase, seenAt, version, identity }) => {
      return { site, appliance, phase, domain: domainPhase, seenAt, version, waits: waitsOf(identity) };
    }),
  );
}

function waitsOf(identity: OperatorIdentity | null): ApplianceLine["waits"] {
  if (identity === null || identity.retiredAt !== null) return null;
  if (identity.conflictAt !== null)
    return {
      decision: { is: "resolve-conflict" },
      words: "two machines use its key: switch the copy off first",
      since: identity.conflictAt,
    };
  if (identity.pending === null) return null;
  const { signKey, hostname, mac, at } = identity.pending;
  return { decision: { is: "approve-rebind", signKey }, words: `${hostname} (${mac}) asks for its place`, since: at };
}

/** Codes and reports go over it: never in the clear beyond this host. */
function checkPlace({ host, tls, trustProxies }: SitesConfig): void {
  if (/^(127(\.\d{1,3}){3}|::1|localhost)$/.test(host) || tls !== undefined || trustProxies.length > 0) return;
  throw userError(
    "open-sites",
    `the site server at ${host} would be reached without TLS`,
    "set sites.tls, or sites.trustProxies where a proxy in front of it has TLS",
  );
}

function pemOf({ certificate, key }: NonNullable<SitesConfig["tls"]>): { readonly cert: string; readonly key: string } {
  try {
    return { cert: readFileSync(certificate, "utf8"), key: readFileSync(key, "utf8") };
  } catch {
    throw userError(
      "no-certificate",
      `${certificate} or ${key} cannot be read`,
      "see sites.tls in the daemon's settings",
    );
  }
}
