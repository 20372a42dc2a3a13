/** An advisory lock of a session: PostgreSQL gives it back when the session ends, however that comes. */
import { createHash } from "node:crypto";
import { Client } from "pg";
import type { Clock } from "../../support/clock.ts";
import type { HeldLease, Lease, TakenLease } from "./lease.ts";

export interface PostgresLeaseOptions {
  /** Read anew for each session, and kept nowhere. */
  readonly url: () => string;
  /** One lock a name. */
  readonly name: string;
  readonly holder: string;
  readonly clock: Clock;
}

/** A session that has not answered for so long may be gone at the server; its calls come to their end before the grace does. */
const SILENCE_MS = 15_000;
const PING_MS = 5000;
/** What whoever comes next waits where the last holder did not say that it was done. */
const GRACE_MS = 45_000;

const TABLE = `create table if not exists reeve_watch
  (name text primary key, holder text not null, applied_commit text, ended boolean not null)`;
const CLAIM = `insert into reeve_watch (name, holder, applied_commit, ended) values ($1, $2, null, false)
  on conflict (name) do update set holder = $2, ended = false`;
const END = "update reeve_watch set ended = true, applied_commit = coalesce($2, applied_commit) where name = $1";

export function postgresLease(options: PostgresLeaseOptions): Lease {
  return {
    description: "an advisory lock in PostgreSQL",
    take: async (signal): Promise<TakenLease> => {
      const client = new Client({
        connectionString: options.url(),
        connectionTimeoutMillis: SILENCE_MS,
        query_timeout: SILENCE_MS,
        application_name: "reeve watch",
      });
      const broken = new AbortController();
      client.on("error", () => broken.abort(new Error("the session with PostgreSQL has ended")));
      client.on("end", () => broken.abort(new Error("the session with PostgreSQL has ended")));
      try {
        await client.connect();
        const taken = await takeIn(client, options, { signal, broken });
        if (taken === null) await client.end();
        return taken ?? { heldBy: "another host applies" };
      } catch (error) {
        await client.end().catch(() => undefined);
        throw error;
      }
    },
  };
}

interface Session {
  readonly signal: AbortSignal;
  readonly broken: AbortController;
}

async function takeIn(client: Client, options: PostgresLeaseOptions, session: Session): Promise<HeldLease | null> {
  const { name, holder, clock } = options;
  const { rows } = await client.query<{ taken: boolean }>("select pg_try_advisory_lock($1) as taken", [keyOf(name)]);
  if (rows[0]?.taken !== true) return null;
  await client.query(TABLE);
  const before = await client.query<{ applied_commit: string | null; ended: boolean }>(
    "select applied_commit, ended from reeve_watch where name = $1",
    [name],
  );
  await client.query(CLAIM, [name, holder]);
  const held = hold(client, options, { ...session, commit: before.rows[0]?.applied_commit ?? null });
  // The last holder may have a call on its way that it sent before it knew.
  if (before.rows[0]?.ended === false) await clock.sleep(GRACE_MS, AbortSignal.any([session.signal, held.lost]));
  return held;
}

interface Held extends Session {
  readonly commit: string | null;
}

function hold(client: Client, { name, clock }: PostgresLeaseOptions, { broken, commit }: Held): HeldLease {
  let heardAt = clock.now().getTime();
  const done = new AbortController();
  const isHeld = (): boolean => !broken.signal.aborted && clock.now().getTime() < heardAt + SILENCE_MS;
  const ping = async (): Promise<void> => {
    while (!done.signal.aborted) {
      await clock.sleep(PING_MS, done.signal);
      const askedAt = clock.now().getTime();
      await client.query("select 1");
      heardAt = askedAt;
    }
  };
  const pinging = ping().catch((error: unknown) => {
    if (!done.signal.aborted) broken.abort(error);
  });
  return {
    lost: broken.signal,
    isHeld,
    commit,
    release: async (applied) => {
      done.abort();
      await pinging;
      try {
        if (isHeld()) await client.query(END, [name, applied]);
      } finally {
        await client.end().catch(() => undefined);
      }
    },
  };
}

/** The name as a key of PostgreSQL's: 64 bits, signed. */
function keyOf(name: string): string {
  return createHash("sha256").update(`reeve-watch:${name}`).digest().readBigInt64BE(0).toString();
}
