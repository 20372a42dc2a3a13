/** The site server as the daemon runs it: keys and database in a folder, documents as they were last accepted. */
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdirSync } from "node:fs";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import type { FastifyInstance } from "fastify";
import type { Estate } from "../../estate/estate.ts";
import { resolvesSecrets, type SecretAccess } from "../../protocol/secrets/resolve-secret.ts";
import type { Clock } from "../../support/clock.ts";
import { hashToken } from "../listener/tokens.ts";
import { createSiteServer, type SiteServer } from "./create-site-server.ts";
import { type DesiredSites, desiredSitesOf } from "./desired.ts";
import type { ServerKeys, SiteServerOptions } from "./options.ts";
import { openServerKeys } from "./server-keys.ts";
import { openSqliteStore } from "./store/sqlite-store.ts";
import { type SiteStore, StoreTrouble } from "./store/store.ts";

/** Documents of a commit, whole and valid; another object whenever they change. */
interface AcceptedEstate {
  readonly commit: string;
  readonly estate: Pick<Estate, "name" | "resources" | "settings">;
}

export interface StartOptions
  extends Pick<SiteServerOptions, "tokens" | "limits" | "trustProxy" | "lookNow" | "tls" | "log"> {
  /** Its own, mode 0700: `sites.db` and the server's keys. */
  readonly folder: string;
  /** Where several hosts serve: what they share. Left out: a database in the folder. */
  readonly openStore?: () => Promise<SiteStore>;
  readonly accepted: () => AcceptedEstate | null;
  readonly clock: Clock;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly listen: { readonly host: string; readonly port: number };
}

export interface RunningSiteServer {
  /** `http://127.0.0.1:8443`, with the port that was taken. */
  readonly url: string;
  /** For this process alone: plain HTTP on loopback, with a token that is nowhere else. What providers are led to. */
  readonly own: { readonly REEVE_SITES_SERVER: string; readonly REEVE_SITES_SERVER_TOKEN: string };
  /** Its routes, for a door of somebody else's. */
  readonly route: RequestListener;
  /** All that is declared and remembered of appliances, as operators are told. */
  describe: SiteServer["describe"];
  decide: SiteServer["decide"];
  /** Answers what is under way, then stops. */
  close(): Promise<void>;
}

const SWEEP_MS = 60_000;

export async function startSiteServer(options: StartOptions): Promise<RunningSiteServer> {
  const { folder, accepted, clock, environment, listen, openStore, ...rest } = options;
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const keys = await openServerKeys(folder);
  const store = (await openStore?.()) ?? openSqliteStore(join(folder, "sites.db"));
  await checkKeys(store, keys);
  const allowed = allowedBy(accepted);
  const resolveSecret = resolvesSecrets({ environment, allowed, identity: keys.seal.identity });
  const key = randomBytes(24).toString("base64url");
  const tokens = [...rest.tokens, { name: "this process", hash: hashToken(key), scopes: ["read", "operate"] as const }];
  const server = await createSiteServer({
    ...rest,
    tokens,
    store,
    clock,
    keys,
    resolveSecret,
    desired: snapshots(accepted),
  });
  const url = await server.app.listen(listen);
  const door = await openDoor(server.app);
  const stop = new AbortController();
  const sweeping = sweepUntil(server.sweep, { clock, signal: stop.signal, log: rest.log });
  return {
    url,
    own: { REEVE_SITES_SERVER: door.url, REEVE_SITES_SERVER_TOKEN: key },
    route: (request, response) => server.app.routing(request, response),
    describe: server.describe,
    decide: server.decide,
    close: async () => {
      stop.abort();
      await door.close();
      await server.close();
      await sweeping;
      await store.close();
    },
  };
}

/** With other keys no appliance would believe the server, and no submitted credential open. */
async function checkKeys(store: SiteStore, { sign, seal }: ServerKeys): Promise<void> {
  const own = { signKey: sign.publicKey, recipient: seal.recipient };
  const first = await store.keys(own);
  if (first.signKey === own.signKey && first.recipient === own.recipient) return;
  await store.close();
  throw new StoreTrouble(
    "the database was begun with other keys: put server-sign.pem and server-age.txt in sites/ as they were, or as the other host has them",
  );
}

/** The same routes, past certificates and names that are for others. */
async function openDoor(app: FastifyInstance): Promise<{ readonly url: string; close(): Promise<void> }> {
  const door = createServer((request, response) => app.routing(request, response));
  door.listen(0, "127.0.0.1");
  await once(door, "listening");
  const { port } = door.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    close: async () => {
      door.close();
      door.closeAllConnections();
      await once(door, "close");
    },
  };
}

/** One snapshot an estate: what is derived from it is derived once. */
function snapshots(accepted: StartOptions["accepted"]): () => DesiredSites | null {
  let last: { readonly from: AcceptedEstate; readonly desired: DesiredSites } | null = null;
  return () => {
    const from = accepted();
    if (from === null) return null;
    if (last?.from.estate !== from.estate || last.from.commit !== from.commit)
      last = { from, desired: desiredSitesOf(from.commit, from.estate) };
    return last.desired;
  };
}

function allowedBy(accepted: StartOptions["accepted"]): SecretAccess["allowed"] {
  return () => accepted()?.estate.settings.providers?.sites?.secrets ?? { environment: [], folders: [] };
}

interface Sweeping {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly log: StartOptions["log"];
}

async function sweepUntil(sweep: () => Promise<void>, { clock, signal, log }: Sweeping): Promise<void> {
  while (!signal.aborted) {
    await clock.sleep(SWEEP_MS, signal).catch(() => {});
    if (signal.aborted) return;
    await sweep().catch((error: unknown) => log?.("the sweep of phases met a fault", error));
  }
}
