/** The store over node:sqlite: the one module that knows it. */
import { chmodSync } from "node:fs";
import { DatabaseSync, type SQLInputValue, type StatementSync } from "node:sqlite";
import type { Computer } from "../../../protocol/bodies.ts";
import { groupCommits } from "./group-commit.ts";
import { credentialOf, deviceOf, eventOf, keysOf } from "./sqlite-rows.ts";
import { MIGRATIONS } from "./sqlite-schema.ts";
import {
  type ApplianceEvent,
  type ApplianceRecord,
  type ApplianceRow,
  DEVICES_KEPT,
  type Decision,
  EMPTY_REPORT,
  EVENTS_KEPT_MS,
  type Found,
  type Identity,
  PLACES,
  type Report,
  type SiteStore,
  StoreTrouble,
  submissionEvent,
  type Target,
} from "./store.ts";

const BUSY_MS = 5000;

/** `path` may be `:memory:`. Throws `StoreTrouble` for a database that a later Reeve wrote. */
export function openSqliteStore(path: string): SiteStore {
  const database = new DatabaseSync(path, { timeout: BUSY_MS });
  if (path !== ":memory:") chmodSync(path, 0o600);
  database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;");
  migrate(database, path);
  const sql = prepared(database);
  const { add } = groupCommits({
    begin: () => database.exec("BEGIN IMMEDIATE"),
    commit: () => database.exec("COMMIT"),
    rollback: () => {
      if (database.isTransaction) database.exec("ROLLBACK");
    },
  });
  const write = <Out>(work: () => Out): Promise<Out> => add(work).catch(troubled);
  return {
    change: (target, decide, now) => write(() => changeNow({ sql, target, now }, decide)),
    read: (site, appliance) => read(() => readRecord(sql, site, appliance)),
    readAll: () => read(() => rowsOf(sql("SELECT * FROM both_tables ORDER BY site, appliance").all())),
    readSite: (site) =>
      read(() => rowsOf(sql("SELECT * FROM both_tables WHERE site = ? ORDER BY appliance").all(site))),
    ...readers(sql),
    ...writers(sql, write),
    keys: ({ signKey, recipient }) =>
      write(() => {
        sql("INSERT INTO server_key VALUES (1, ?, ?) ON CONFLICT DO NOTHING").run(signKey, recipient);
        const row = sql("SELECT sign_key AS signKey, recipient FROM server_key").get();
        return keysOf(row);
      }),
    close: () => database.close(),
  };
}

type Sql = (text: string) => StatementSync;
type Row = Readonly<Record<string, SQLInputValue>>;

/** Each statement is compiled once. */
function prepared(database: DatabaseSync): Sql {
  const known = new Map<string, StatementSync>();
  return (text) => {
    const statement = known.get(text) ?? database.prepare(text);
    known.set(text, statement);
    return statement;
  };
}

const BOTH_TABLES = `CREATE TEMP VIEW both_tables AS
  SELECT site, appliance, identity.body AS identity, appliance_status.body AS report
  FROM appliance_status FULL JOIN identity USING (site, appliance)`;

function migrate(database: DatabaseSync, path: string): void {
  database.exec("CREATE TABLE IF NOT EXISTS meta (schema_version INTEGER NOT NULL) STRICT");
  database.exec("BEGIN IMMEDIATE");
  const row = database.prepare("SELECT schema_version AS version FROM meta").get();
  const version = Number(row?.["version"] ?? 0);
  if (version > MIGRATIONS.length) {
    database.exec("ROLLBACK");
    throw new StoreTrouble(`${path} was written by a later Reeve (form ${version}): use that one`);
  }
  for (const step of MIGRATIONS.slice(version)) database.exec(step);
  database.exec("DELETE FROM meta");
  database.prepare("INSERT INTO meta VALUES (?)").run(MIGRATIONS.length);
  database.exec("COMMIT");
  database.exec(BOTH_TABLES);
}

/** SQLite's own codes are for the log; whoever asks is told that it does not work now. */
function troubled(error: unknown): never {
  if (error instanceof Error && "code" in error && error.code === "ERR_SQLITE_ERROR")
    throw new StoreTrouble(`the database: ${error.message}`, { cause: error });
  throw error;
}

async function read<Out>(work: () => Out): Promise<Out> {
  try {
    return work();
  } catch (error) {
    return troubled(error);
  }
}

interface Changing {
  readonly sql: Sql;
  readonly target: Target;
  readonly now: Date;
}

function changeNow<Answer>(changing: Changing, decide: (found: Found) => Decision<Answer>): Answer {
  const { sql, target } = changing;
  const found: Found = {
    record: readRecord(sql, target.site, target.appliance),
    isReplay: !isNewNonce(changing),
    claimedBy: claimedBy(changing),
  };
  const decision = decide(found);
  if (decision.record !== undefined) writeRecord(changing, found.record, decision.record);
  if (decision.claimBy !== undefined) writeClaim(changing, decision.claimBy);
  for (const event of decision.events ?? []) writeEvent(changing, event);
  if (decision.page !== undefined) writePage(changing, decision.page);
  if (decision.commitPages !== undefined) commitPages(changing, decision.commitPages);
  if (decision.forget === true)
    for (const table of PLACES)
      sql(`DELETE FROM ${table} WHERE site = ? AND appliance = ?`).run(target.site, target.appliance);
  return decision.answer;
}

function writeEvent({ sql, target, now }: Changing, { type, detail }: ApplianceEvent): void {
  const insert = sql("INSERT INTO event (at, site, appliance, type, detail) VALUES (?, ?, ?, ?, ?)");
  insert.run(now.toISOString(), target.site, target.appliance, type, detail);
}

function isNewNonce({ sql, target: { site, appliance, nonce } }: Changing): boolean {
  if (nonce === undefined) return true;
  const insert = sql("INSERT INTO nonce VALUES (?, ?, ?) ON CONFLICT DO NOTHING");
  return Number(insert.run(`${site}:${appliance}`, nonce.value, nonce.expiresAt).changes) === 1;
}

function claimedBy({ sql, target: { code } }: Changing): string | null {
  if (code === undefined) return null;
  const row = sql("SELECT sign_key FROM code_claim WHERE code_hash = ? AND generation = ?").get(
    code.codeHash,
    code.generation,
  );
  return row === undefined ? null : String(row["sign_key"]);
}

function writeClaim({ sql, target, now }: Changing, signKey: string): void {
  const { code, site, appliance } = target;
  if (code === undefined) throw new TypeError("a claim without a code");
  sql(`INSERT INTO code_claim VALUES (?, ?, ?, ?, ?, ?)
       ON CONFLICT DO UPDATE SET sign_key = excluded.sign_key, site = excluded.site, appliance = excluded.appliance, at = excluded.at`).run(
    code.codeHash,
    code.generation,
    signKey,
    site,
    appliance,
    now.toISOString(),
  );
}

function readRecord(sql: Sql, site: string, appliance: string): ApplianceRecord {
  const identity = sql("SELECT body FROM identity WHERE site = ? AND appliance = ?").get(site, appliance);
  const report = sql("SELECT body FROM appliance_status WHERE site = ? AND appliance = ?").get(site, appliance);
  return recordOf({ identity: identity?.["body"] ?? null, report: report?.["body"] ?? null });
}

function recordOf({ identity, report }: Row): ApplianceRecord {
  return {
    identity: typeof identity === "string" ? (JSON.parse(identity) as Identity) : null,
    report: typeof report === "string" ? { ...EMPTY_REPORT, ...(JSON.parse(report) as Report) } : EMPTY_REPORT,
  };
}

function rowsOf(rows: readonly Row[]): readonly ApplianceRow[] {
  return rows.flatMap((row) => {
    const { site, appliance } = row;
    return typeof site === "string" && typeof appliance === "string" ? [{ site, appliance, ...recordOf(row) }] : [];
  });
}

function writeRecord(
  { sql, target: { site, appliance } }: Changing,
  before: ApplianceRecord,
  after: ApplianceRecord,
): void {
  const { identity, report } = after;
  if (identity !== null && identity !== before.identity)
    sql(
      "INSERT INTO identity VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET sign_key = excluded.sign_key, body = excluded.body",
    ).run(site, appliance, identity.signKey, JSON.stringify(identity));
  if (report === before.report) return;
  sql(`INSERT INTO appliance_status VALUES (?, ?, ?, ?, ?)
       ON CONFLICT DO UPDATE SET phase = excluded.phase, seen_at = excluded.seen_at, body = excluded.body`).run(
    site,
    appliance,
    report.phase,
    report.seenAt,
    JSON.stringify(report),
  );
}

function writePage({ sql, target: { site, appliance } }: Changing, page: NonNullable<Decision<unknown>["page"]>): void {
  const { enumerationId, computers } = page;
  sql("DELETE FROM inventory_page WHERE site = ? AND appliance = ? AND enumeration <> ?").run(
    site,
    appliance,
    enumerationId,
  );
  sql("INSERT OR REPLACE INTO inventory_page VALUES (?, ?, ?, ?, ?)").run(
    site,
    appliance,
    page.page,
    enumerationId,
    JSON.stringify(computers),
  );
}

function commitPages({ sql, target: { site, appliance } }: Changing, enumerationId: string): void {
  const pages = sql("SELECT body FROM inventory_page WHERE site = ? AND appliance = ? AND enumeration = ?").all(
    site,
    appliance,
    enumerationId,
  );
  sql("DELETE FROM inventory WHERE site = ? AND appliance = ?").run(site, appliance);
  const insert = sql("INSERT OR REPLACE INTO inventory VALUES (?, ?, ?, ?)");
  for (const { body } of pages)
    for (const computer of JSON.parse(String(body)) as readonly Computer[])
      insert.run(site, computer.objectGuid, appliance, JSON.stringify(computer));
  sql("DELETE FROM inventory_page WHERE site = ? AND appliance = ?").run(site, appliance);
}

function readers(sql: Sql): Pick<SiteStore, "events" | "inventory" | "devices" | "submitted"> {
  return {
    events: ({ site, appliance }, { after, limit }) =>
      read(() => {
        const rows = sql(`SELECT * FROM event WHERE id > ?1 AND (?2 IS NULL OR site = ?2)
          AND (?3 IS NULL OR appliance = ?3) ORDER BY id LIMIT ?4`).all(after, site ?? null, appliance ?? null, limit);
        return rows.map(eventOf);
      }),
    inventory: (site, { after, limit }) =>
      read(() => {
        const rows = sql(`SELECT object_guid, MIN(body) AS body FROM inventory WHERE site = ? AND object_guid > ?
          GROUP BY object_guid ORDER BY object_guid LIMIT ?`).all(site, after, limit);
        return rows.map(({ body }) => JSON.parse(String(body)) as Computer);
      }),
    devices: () =>
      read(() => {
        const all = "SELECT sign_key AS signKey, mac, hostname, seen_at AS seenAt FROM device ORDER BY seen_at DESC";
        return sql(all).all().map(deviceOf);
      }),
    submitted: (site) =>
      read(() => {
        const one = `SELECT version, username, sealed, submitted_by AS "by", at FROM submitted_credential WHERE site = ?`;
        const row = sql(one).get(site);
        return row === undefined ? null : credentialOf(row);
      }),
  };
}

function writers(
  sql: Sql,
  write: <Out>(work: () => Out) => Promise<Out>,
): Pick<SiteStore, "noteDevice" | "submit" | "prune"> {
  return {
    noteDevice: ({ signKey, mac, hostname, seenAt }) =>
      write(() => {
        sql("INSERT OR REPLACE INTO device VALUES (?, ?, ?, ?)").run(signKey, mac, hostname, seenAt);
      }),
    submit: (site, credential) =>
      write(() => {
        const { version, username, sealed, by, at } = credential;
        const put = sql("INSERT OR REPLACE INTO submitted_credential VALUES (?, ?, ?, ?, ?, ?)");
        put.run(site, version, username, sealed, by, at);
        writeEvent({ sql, target: { site, appliance: "" }, now: new Date(at) }, submissionEvent(credential));
      }),
    prune: (now) =>
      write(() => {
        sql("DELETE FROM nonce WHERE expires_at < ?").run(now.getTime());
        sql("DELETE FROM event WHERE at < ?").run(new Date(now.getTime() - EVENTS_KEPT_MS).toISOString());
        sql("DELETE FROM device WHERE sign_key NOT IN (SELECT sign_key FROM device ORDER BY seen_at DESC LIMIT ?)").run(
          DEVICES_KEPT,
        );
      }),
  };
}
