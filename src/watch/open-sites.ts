/** The site server inside the daemon: it serves what was applied, and tells the page about appliances. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { OperatorIdentity, SitesAnswer } from "../protocol/operator.ts";
import type { Clock } from "../support/clock.ts";
import { userError } from "../support/user-error.ts";
import type { SitesConfig, TokenConfig } from "./config/config.ts";
import type { ApplianceLine, WatchView } from "./listener/view.ts";
import type { Log } from "./log.ts";
import { type RunningSiteServer, startSiteServer } from "./server/start-site-server.ts";
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
  const { config, tokens, folder, snapshot, clock, environment, log } = options;
  checkPlace(config);
  const server = await startSiteServer({
    folder: join(folder, "sites"),
    accepted: () => acceptedOf(snapshot()),
    lookNow: options.look,
    tokens,
    clock,
    environment,
    listen: { host: config.host, port: config.port },
    ...(config.trustProxies.length === 0 ? {} : { trustProxy: config.trustProxies }),
    ...(config.tls === undefined ? {} : { tls: pemOf(config.tls) }),
    log: (line, error) => log("sites", { line, ...(error instanceof Error ? { why: error.message } : {}) }, "warning"),
  });
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
