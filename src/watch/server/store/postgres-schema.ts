import type { PoolClient } from "pg";
import { StoreTrouble } from "./store.ts";

/** As `sqlite-schema.ts`: steps that run once, in order, and are never edited afterwards. */
const POSTGRES_MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE reeve_sites.code_claim (
    code_hash TEXT NOT NULL, generation INTEGER NOT NULL, sign_key TEXT NOT NULL,
    site TEXT NOT NULL, appliance TEXT NOT NULL, at TEXT NOT NULL,
    PRIMARY KEY (code_hash, generation)
  );
  CREATE TABLE reeve_sites.identity (
    site TEXT COLLATE "C" NOT NULL, appliance TEXT COLLATE "C" NOT NULL, body TEXT NOT NULL,
    PRIMARY KEY (site, appliance)
  );
  CREATE TABLE reeve_sites.appliance_status (
    site TEXT COLLATE "C" NOT NULL, appliance TEXT COLLATE "C" NOT NULL, body TEXT NOT NULL,
    PRIMARY KEY (site, appliance)
  ) WITH (fillfactor = 70);
  CREATE TABLE reeve_sites.event (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY, at TEXT COLLATE "C" NOT NULL,
    site TEXT NOT NULL, appliance TEXT NOT NULL, type TEXT NOT NULL, detail TEXT NOT NULL
  );
  CREATE INDEX event_of ON reeve_sites.event (site, appliance, id);
  CREATE INDEX event_at ON reeve_sites.event (at);
  CREATE TABLE reeve_sites.inventory (
    site TEXT NOT NULL, object_guid TEXT COLLATE "C" NOT NULL, appliance TEXT NOT NULL, body TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (site, object_guid, appliance)
  );
  CREATE INDEX inventory_of ON reeve_sites.inventory (site, appliance);
  CREATE TABLE reeve_sites.inventory_page (
    site TEXT NOT NULL, appliance TEXT NOT NULL, page INTEGER NOT NULL,
    enumeration TEXT NOT NULL, body TEXT NOT NULL,
    PRIMARY KEY (site, appliance, page)
  );
  CREATE TABLE reeve_sites.nonce (
    owner TEXT NOT NULL, nonce TEXT NOT NULL, expires_at BIGINT NOT NULL,
    PRIMARY KEY (owner, nonce)
  );
  CREATE INDEX nonce_end ON reeve_sites.nonce (expires_at);
  CREATE TABLE reeve_sites.device (
    sign_key TEXT PRIMARY KEY, mac TEXT NOT NULL, hostname TEXT NOT NULL, seen_at TEXT COLLATE "C" NOT NULL
  );
  CREATE TABLE reeve_sites.submitted_credential (
    site TEXT PRIMARY KEY, version TEXT NOT NULL, username TEXT NOT NULL,
    sealed TEXT NOT NULL, submitted_by TEXT NOT NULL, at TEXT NOT NULL
  );
  `,
  `
  CREATE TABLE reeve_sites.server_key (
    one INTEGER PRIMARY KEY CHECK (one = 1), sign_key TEXT NOT NULL, recipient TEXT NOT NULL
  );
  `,
];

/** One host at a time. */
const MIGRATE_LOCK = 7_031_001;

export async function migrate(client: PoolClient): Promise<void> {
  await client.query("SELECT pg_advisory_xact_lock($1)", [MIGRATE_LOCK]);
  await client.query("CREATE SCHEMA IF NOT EXISTS reeve_sites");
  await client.query("CREATE TABLE IF NOT EXISTS reeve_sites.meta (schema_version INTEGER NOT NULL)");
  const { rows } = await client.query<{ version: number }>("SELECT schema_version AS version FROM reeve_sites.meta");
  const version = rows[0]?.version ?? 0;
  if (version > POSTGRES_MIGRATIONS.length)
    throw new StoreTrouble(`the database was written by a later Reeve (form ${version}): use that one`);
  for (const step of POSTGRES_MIGRATIONS.slice(version)) await client.query(step);
  await client.query("DELETE FROM reeve_sites.meta");
  await client.query("INSERT INTO reeve_sites.meta VALUES ($1)", [POSTGRES_MIGRATIONS.length]);
}
