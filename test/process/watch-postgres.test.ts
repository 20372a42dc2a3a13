/** The advisory lock in a real PostgreSQL: skipped, loudly, where there is none. */
import { setTimeout } from "node:timers/promises";
import { Client } from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { systemClock } from "../../src/support/system-clock.ts";
import { type HeldLease, isTaken, type Lease } from "../../src/watch/lease/lease.ts";
import { postgresLease } from "../../src/watch/lease/postgres-lease.ts";
import { type Postgres, postgresMissing, startPostgres } from "../support/postgres.ts";

const missing = postgresMissing("the advisory lock");

describe.skipIf(missing)("an advisory lock", () => {
  let postgres: Postgres;
  const url = (): string => postgres.url;
  beforeAll(async () => {
    postgres = await startPostgres();
  });
  afterAll(() => postgres.close());

  const leaseOf = (holder: string, slept: number[] = []): Lease =>
    postgresLease({
      url,
      name: "robco",
      holder,
      clock: {
        now: systemClock.now,
        sleep: (milliseconds, signal) => {
          slept.push(milliseconds);
          return milliseconds > 10_000 ? Promise.resolve() : systemClock.sleep(milliseconds, signal);
        },
      },
    });
  const take = async (lease: Lease): Promise<HeldLease> => {
    const taken = await lease.take(new AbortController().signal);
    if (isTaken(taken)) return taken;
    throw new Error(taken.heldBy);
  };

  test("one has it; the next learns what was applied, and waits where the last did not say that it was done", async () => {
    const one = await take(leaseOf("one"));
    expect(await leaseOf("two").take(new AbortController().signal)).toEqual({ heldBy: "another host applies" });
    await one.release("c0ffee");
    const slept: number[] = [];
    const two = await take(leaseOf("two", slept));
    expect([two.commit, two.isHeld(), slept.filter((time) => time > 10_000)]).toEqual(["c0ffee", true, []]);
    await endSessions();
    for (let tries = 0; !two.lost.aborted && tries < 200; tries += 1) await setTimeout(25);
    expect([two.lost.aborted, two.isHeld()]).toEqual([true, false]);
    const three = await take(leaseOf("three", slept));
    expect(slept.filter((time) => time > 10_000)).toEqual([45_000]);
    await two.release("beef");
    await three.release(null);
    const four = await take(leaseOf("four"));
    expect(four.commit).toBe("c0ffee");
    await four.release(null);
  });

  /** As a server that is restarted, or a network that forgets. */
  async function endSessions(): Promise<void> {
    const client = new Client({ connectionString: url() });
    await client.connect();
    await client.query("select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'reeve watch'");
    await client.end();
  }
});
