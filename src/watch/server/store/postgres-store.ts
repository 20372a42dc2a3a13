/** The store over PostgreSQL, where several hosts serve the same appliances. One database an estate. */
import { Pool, type PoolClient, type QueryResultRow } from "pg";
import type { Computer } from "../../../protocol/bodies.ts";
import { migrate } from "./postgres-schema.ts";
import {
  type ApplianceRecord,
  type ApplianceRow,
  DEVICES_KEPT,
  type Decision,
  EMPTY_REPORT,
  EVENTS_KEPT_MS,
  type Found,
  type Identity,
  PLACES,
  type PublicKeys,
  type Report,
  type SiteStore,
  type StoredEvent,
  StoreTrouble,
  type SubmittedCredential,
  submissionEvent,
  type Target,
  type UnknownDevice,
} from "./store.ts";

const MOST_SESSIONS = 16;
const PATIENCE_MS = 10_000;

/** Throws `StoreTrouble` where the database does not answer, or was written by a later Reeve. */
export async function openPostgresStore(url: string): Promise<SiteStore> {
  const pool = new Pool({
    connectionString: url,
    max: MOST_SESSIONS,
    connectionTimeoutMillis: PATIENCE_MS,
    query_timeout: PATIENCE_MS,
    // A host that vanishes in the middle must not keep an appliance, or all events, from the others.
    idle_in_transaction_session_timeout: PATIENCE_MS,
    application_name: "reeve site server",
  });
  // A session that ends while nobody uses it is replaced by the next that somebody needs.
  pool.on("error", () => undefined);
  const transact: Transact = (work) => inTransaction(pool, work).catch(troubled);
  const ask: Ask = async (text, values = []) => (await pool.query(text, [...values]).catch(troubled)).rows;
  try {
    await transact(migrate);
  } catch (error) {
    await pool.end();
    throw error;
  }
  return {
    change: (target, decide, now) => transact((client) => changeNow({ client, target, now }, decide)),
    read: async (site, appliance) => {
      const [row] = await ask(`${BOTH_TABLES} WHERE site = $1 AND appliance = $2`, [site, appliance]);
      return recordOf(row ?? {});
    },
    readAll: async () => rowsOf(await ask(`${BOTH_TABLES} ORDER BY site, appliance`)),
    readSite: async (site) => rowsOf(await ask(`${BOTH_TABLES} WHERE site = $1 ORDER BY appliance`, [site])),
    ...readers(ask),
    ...writers(ask, transact),
    keys: ({ signKey, recipient }) =>
      transact(async (client) => {
        const put = "INSERT INTO reeve_sites.server_key VALUES (1, $1, $2) ON CONFLICT DO NOTHING";
        await client.query(put, [signKey, recipient]);
        const { rows } = await client.query<PublicKeys>(
          `SELECT sign_key AS "signKey", recipient FROM reeve_sites.server_key`,
        );
        return rows[0] ?? { signKey, recipient };
      }),
    close: () => pool.end(),
  };
}

type Transact = <Out>(work: (client: PoolClient) => Promise<Out>) => Promise<Out>;
type Ask = (text: string, values?: readonly unknown[]) => Promise<readonly QueryResultRow[]>;

const BOTH_TABLES = `SELECT * FROM (
  SELECT site, appliance, identity.body AS identity, appliance_status.body AS report
  FROM reeve_sites.appliance_status FULL JOIN reeve_sites.identity USING (site, appliance)) AS both_tables`;

/** Durable when it resolves. Where the answer to COMMIT is lost it throws, and whoever asked asks again. */
async function inTransaction<Out>(pool: Pool, work: (client: PoolClient) => Promise<Out>): Promise<Out> {
  const client = await pool.connect();
  let isSound = false;
  try {
    await client.query("BEGIN");
    const out = await work(client);
    await client.query("COMMIT");
    isSound = true;
    return out;
  } finally {
    // What was begun ends with its session.
    client.release(!isSound);
  }
}

/** One at a time for each of these, and never the lease's own. */
const LOCKS = { events: 7_031_002, appliance: 7_031_003 } as const;

/** What PostgreSQL says is for the log; whoever asks is told that it does not work now. */
function troubled(error: unknown): never {
  if (error instanceof StoreTrouble || error instanceof TypeError) throw error;
  const message = error instanceof Error ? error.message : String(error);
  throw new StoreTrouble(`PostgreSQL: ${message}`, { cause: error });
}

interface Changing {
  readonly client: PoolClient;
  readonly target: Target;
  readonly now: Date;
}

async function changeNow<Answer>(changing: Changing, decide: (found: Found) => Decision<Answer>): Promise<Answer> {
  const { client, target } = changing;
  const { site, appliance } = target;
  await client.query("SELECT pg_advisory_xact_lock($1, hashtext($2))", [LOCKS.appliance, `${site}:${appliance}`]);
  const { rows } = await client.query(`${BOTH_TABLES} WHERE site = $1 AND appliance = $2`, [site, appliance]);
  const record = recordOf(rows[0] ?? {});
  const found: Found = { record, isReplay: !(await isNewNonce(changing)), claimedBy: await claimedBy(changing) };
  const decision = decide(found);
  if (decision.record !== undefined) await writeRecord(changing, record, decision.record);
  if (decision.claimBy !== undefined) await writeClaim(changing, decision.claimBy);
  if (decision.page !== undefined) await writePage(changing, decision.page);
  if (decision.commitPages !== undefined) await commitPages(changing, decision.commitPages);
  if (decision.forget === true)
    for (const table of PLACES)
      await client.query(`DELETE FROM reeve_sites.${table} WHERE site = $1 AND appliance = $2`, [site, appliance]);
  if (decision.events !== undefined && decision.events.length > 0) await writeEvents(changing, decision.events);
  return decision.answer;
}

async function isNewNonce({ client, target: { site, appliance, nonce } }: Changing): Promise<boolean> {
  if (nonce === undefined) return true;
  const { rowCount } = await client.query("INSERT INTO reeve_sites.nonce VALUES ($1, $2, $3) ON CONFLICT DO NOTHING", [
    `${site}:${appliance}`,
    nonce.value,
    nonce.expiresAt,
  ]);
  return rowCount === 1;
}

async function claimedBy({ client, target: { code } }: Changing): Promise<string | null> {
  if (code === undefined) return null;
  const { rows } = await client.query<{ sign_key: string }>(
    "SELECT sign_key FROM reeve_sites.code_claim WHERE code_hash = $1 AND generation = $2",
    [code.codeHash, code.generation],
  );
  return rows[0]?.sign_key ?? null;
}

async function writeClaim({ client, target, now }: Changing, signKey: string): Promise<void> {
  const { code, site, appliance } = target;
  if (code === undefined) throw new TypeError("a claim without a code");
  await client.query(
    `INSERT INTO reeve_sites.code_claim VALUES ($1, $2, $3, $4, $5, $6)
     ON CONFLICT (code_hash, generation) DO UPDATE SET sign_key = excluded.sign_key, site = excluded.site,
       appliance = excluded.appliance, at = excluded.at`,
    [code.codeHash, code.generation, signKey, site, appliance, now.toISOString()],
  );
}

async function writeRecord(
  { client, target: { site, appliance } }: Changing,
  before: ApplianceRecord,
  { identity, report }: ApplianceRecord,
): Promise<void> {
  const put = (table: string, body: object) =>
    client.query(
      `INSERT INTO reeve_sites.${table} VALUES ($1, $2, $3)
       ON CONFLICT (site, appliance) DO UPDATE SET body = excluded.body`,
      [site, appliance, JSON.stringify(body)],
    );
  if (identity !== null && identity !== before.identity) await put("identity", identity);
  if (report !== before.report) await put("appliance_status", report);
}

/** In the order of their numbers, so that whoever reads on after one misses none that commits later. */
async function writeEvents(
  { client, target: { site, appliance }, now }: Changing,
  events: NonNullable<Decision<unknown>["events"]>,
): Promise<void> {
  await client.query("SELECT pg_advisory_xact_lock($1)", [LOCKS.events]);
  for (const { type, detail } of events)
    await client.query(
      "INSERT INTO reeve_sites.event (at, site, appliance, type, detail) VALUES ($1, $2, $3, $4, $5)",
      [now.toISOString(), site, appliance, type, detail],
    );
}

async function writePage(
  { client, target: { site, appliance } }: Changing,
  { enumerationId, page, computers }: NonNullable<Decision<unknown>["page"]>,
): Promise<void> {
  await client.query(
    "DELETE FROM reeve_sites.inventory_page WHERE site = $1 AND appliance = $2 AND enumeration <> $3",
    [site, appliance, enumerationId],
  );
  await client.query(
    `INSERT INTO reeve_sites.inventory_page VALUES ($1, $2, $3, $4, $5)
     ON CONFLICT (site, appliance, page) DO UPDATE SET enumeration = excluded.enumeration, body = excluded.body`,
    [site, appliance, page, enumerationId, JSON.stringify(computers)],
  );
}

async function commitPages({ client, target: { site, appliance } }: Changing, enumerationId: string): Promise<void> {
  const { rows } = await client.query<{ body: string }>(
    "SELECT body FROM reeve_sites.inventory_page WHERE site = $1 AND appliance = $2 AND enumeration = $3 ORDER BY page",
    [site, appliance, enumerationId],
  );
  await client.query("DELETE FROM reeve_sites.inventory WHERE site = $1 AND appliance = $2", [site, appliance]);
  for (const { body } of rows) {
    // What stands on a page twice counts as it stood last.
    const computers = new Map((JSON.parse(body) as readonly Computer[]).map((one) => [one.objectGuid, one]));
    await client.query(
      `INSERT INTO reeve_sites.inventory SELECT $1, guid, $2, body FROM unnest($3::text[], $4::text[]) AS computers (guid, body)
       ON CONFLICT (site, object_guid, appliance) DO UPDATE SET body = excluded.body`,
      [site, appliance, [...computers.keys()], [...computers.values()].map((one) => JSON.stringify(one))],
    );
  }
  await client.query("DELETE FROM reeve_sites.inventory_page WHERE site = $1 AND appliance = $2", [site, appliance]);
}

function recordOf({ identity, report }: QueryResultRow): ApplianceRecord {
  return {
    identity: typeof identity === "string" ? (JSON.parse(identity) as Identity) : null,
    report: typeof report === "string" ? { ...EMPTY_REPORT, ...(JSON.parse(report) as Report) } : EMPTY_REPORT,
  };
}

function rowsOf(rows: readonly QueryResultRow[]): readonly ApplianceRow[] {
  return rows.map((row) => ({ site: String(row["site"]), appliance: String(row["appliance"]), ...recordOf(row) }));
}

function readers(ask: Ask): Pick<SiteStore, "events" | "inventory" | "devices" | "submitted"> {
  return {
    events: async ({ site, appliance }, { after, limit }) => {
      const rows = await ask(
        `SELECT * FROM reeve_sites.event WHERE id > $1 AND ($2::text IS NULL OR site = $2)
         AND ($3::text IS NULL OR appliance = $3) ORDER BY id LIMIT $4`,
        [after, site ?? null, appliance ?? null, limit],
      );
      return rows.map((row) => ({ ...row, id: Number(row["id"]) }) as StoredEvent);
    },
    inventory: async (site, { after, limit }) => {
      const rows = await ask(
        `SELECT object_guid, MIN(body) AS body FROM reeve_sites.inventory WHERE site = $1 AND object_guid > $2
         GROUP BY object_guid ORDER BY object_guid LIMIT $3`,
        [site, after, limit],
      );
      return rows.map(({ body }) => JSON.parse(String(body)) as Computer);
    },
    devices: async () =>
      (await ask(
        `SELECT sign_key AS "signKey", mac, hostname, seen_at AS "seenAt" FROM reeve_sites.device ORDER BY seen_at DESC`,
      )) as readonly UnknownDevice[],
    submitted: async (site) => {
      const [row] = await ask(
        `SELECT version, username, sealed, submitted_by AS "by", at FROM reeve_sites.submitted_credential WHERE site = $1`,
        [site],
      );
      return row === undefined ? null : (row as SubmittedCredential);
    },
  };
}

function writers(ask: Ask, transact: Transact): Pick<SiteStore, "noteDevice" | "submit" | "prune"> {
  return {
    noteDevice: async ({ signKey, mac, hostname, seenAt }) => {
      await ask(
        `INSERT INTO reeve_sites.device VALUES ($1, $2, $3, $4) ON CONFLICT (sign_key)
         DO UPDATE SET mac = excluded.mac, hostname = excluded.hostname, seen_at = excluded.seen_at`,
        [signKey, mac, hostname, seenAt],
      );
    },
    submit: (site, credential) =>
      transact(async (client) => {
        const { version, username, sealed, by, at } = credential;
        await client.query(
          `INSERT INTO reeve_sites.submitted_credential VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (site)
         DO UPDATE SET version = excluded.version, username = excluded.username, sealed = excluded.sealed,
           submitted_by = excluded.submitted_by, at = excluded.at`,
          [site, version, username, sealed, by, at],
        );
        const place = { client, target: { site, appliance: "" }, now: new Date(at) };
        await writeEvents(place, [submissionEvent(credential)]);
      }),
    prune: (now) =>
      transact(async (client) => {
        const events = new Date(now.getTime() - EVENTS_KEPT_MS).toISOString();
        await client.query("DELETE FROM reeve_sites.nonce WHERE expires_at < $1", [now.getTime()]);
        await client.query("DELETE FROM reeve_sites.event WHERE at < $1", [events]);
        await client.query(
          `DELETE FROM reeve_sites.device WHERE sign_key NOT IN
           (SELECT sign_key FROM reeve_sites.device ORDER BY seen_at DESC LIMIT $1)`,
          [DEVICES_KEPT],
        );
      }),
  };
}
