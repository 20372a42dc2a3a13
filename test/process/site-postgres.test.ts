/** Two hosts serve the same appliances over one real PostgreSQL: skipped, loudly, where there is none. */
import { randomBytes } from "node:crypto";
import { Client } from "pg";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { openPostgresStore } from "../../src/watch/server/store/postgres-store.ts";
import type { SiteStore } from "../../src/watch/server/store/store.ts";
import { type Postgres, postgresMissing, startPostgres } from "../support/postgres.ts";
import {
  applianceOf,
  type Bench,
  checkin,
  checkinBody,
  claim,
  commitOf,
  computers,
  discovered,
  makeMachine,
  openBench,
  provisioningOf,
  randomCode,
  SITE,
  signed,
  siteOf,
  wordOf,
} from "../support/site-server.ts";

const missing = postgresMissing("the site server's shared store");

describe.skipIf(missing)("two hosts over one database", () => {
  let postgres: Postgres;
  let stores: readonly SiteStore[] = [];
  let one: Bench;
  let two: Bench;
  const code = randomCode();
  const desired = commitOf({ [SITE]: siteOf({ appliances: [applianceOf({ provisioning: provisioningOf(code) })] }) });

  beforeAll(async () => {
    postgres = await startPostgres();
  });
  afterAll(() => postgres.close());
  beforeEach(async () => {
    // Both at once, as two hosts that are started together.
    stores = await Promise.all([openPostgresStore(postgres.url), openPostgresStore(postgres.url)]);
    const [first, second] = stores;
    one = await openBench(desired, { store: (plain) => first ?? plain });
    two = await openBench(desired, { store: (plain) => second ?? plain, keys: one.keys });
  });
  afterEach(async () => {
    await Promise.all([one.server.close(), two.server.close()]);
    for (const store of stores) await store.close();
    const client = new Client({ connectionString: postgres.url });
    await client.connect();
    await client.query("DROP SCHEMA reeve_sites CASCADE");
    await client.end();
  });

  test("forty machines race for one place at both: one has it, and has it again after a lost answer", async () => {
    const machines = await Promise.all(Array.from({ length: 40 }, () => makeMachine()));
    const words = await Promise.all(
      machines.map(async (machine, index) => wordOf(await claim(index % 2 === 0 ? one : two, machine, code))),
    );
    expect(words.toSorted()).toEqual(["200", ...Array<string>(39).fill("409 code-claimed")]);
    const winner = machines[words.indexOf("200")] ?? (await makeMachine());
    expect([wordOf(await claim(one, winner, code)), wordOf(await claim(two, winner, code))]).toEqual(["200", "200"]);
  });

  test("what one has heard the other knows: replays, numbers, clones, phases", async () => {
    const machine = await makeMachine();
    await claim(one, machine, code);
    const seq = machine.seq + 1;
    const request = signed(one, machine, "/api/appliances/checkin", { body: checkinBody(machine, { seq }) });
    expect(wordOf(await one.ask(request))).toBe("200");
    expect(wordOf(await two.ask(request))).toBe("401 replay");
    expect(wordOf(await checkin(two, machine, { seq }))).toBe("200");
    const run = randomBytes(16).toString("base64url");
    expect(wordOf(await checkin(two, machine, { seq, run }))).toBe("423 clone-suspected");
    expect(wordOf(await checkin(one, machine, { seq: seq + 1 }))).toBe("423 clone-suspected");
    const { sites } = (await two.operate("GET", "/api/operator/sites")).json<{
      sites: readonly { appliances: readonly { phase: string }[] }[];
    }>();
    expect(sites[0]?.appliances[0]?.phase).toBe("IdentityConflict");
    const { events } = (await one.operate("GET", "/api/operator/events")).json<{ events: readonly { id: number }[] }>();
    expect(events.map(({ id }) => id)).toEqual(events.map(({ id }) => id).toSorted((a, b) => a - b));
    expect(events.length).toBeGreaterThan(1);
  });

  test("pages of one list may go to either, and only the last makes them the inventory", async () => {
    const machine = await makeMachine();
    await claim(one, machine, code);
    await one.ask(signed(one, machine, "/api/appliances/domain-discovered", { body: discovered("robco.test") }));
    const send = (bench: Bench, page: number, final: boolean) => {
      const body = { enumerationId: "e".repeat(22), generation: 1, page, final, computers: computers(500, page * 500) };
      return bench.ask(signed(bench, machine, "/api/appliances/enumeration-results", { body }));
    };
    const count = async (): Promise<number> =>
      (await two.operate("GET", `/api/operator/sites/${SITE}/inventory`)).json<{ computers: readonly unknown[] }>()
        .computers.length;
    expect([wordOf(await send(one, 0, false)), await count()]).toEqual(["202", 0]);
    expect([wordOf(await send(two, 1, true)), await count()]).toEqual(["200", 500]);
    expect((await one.store.inventory(SITE, { after: "", limit: 2000 })).length).toBe(1000);
  });

  test("a database that goes away is said, burns nothing, and is used again when it is back", async () => {
    const machine = await makeMachine();
    await claim(one, machine, code);
    await postgres.stop();
    expect(wordOf(await checkin(one, machine))).toBe("503 store-unavailable");
    expect(wordOf(await claim(two, machine, code))).toBe("503 store-unavailable");
    await postgres.start();
    expect([wordOf(await checkin(one, machine)), wordOf(await claim(two, machine, code))]).toEqual(["200", "200"]);
  });

  test("the keys that it was begun with are those of every host", async () => {
    const [first, second] = stores;
    const own = { signKey: "one", recipient: "age1one" };
    expect(await first?.keys(own)).toEqual(own);
    expect(await second?.keys({ signKey: "two", recipient: "age1two" })).toEqual(own);
  });

  test("what was submitted is an event at both, and who was retired is forgotten at both", async () => {
    const machine = await makeMachine();
    await claim(one, machine, code);
    await one.operate("POST", `/api/sites/${SITE}/domain-credentials`, { username: "u", password: "p" });
    await one.operate("POST", `/api/operator/appliances/${machine.id}/retire`);
    const events = (await two.operate("GET", "/api/operator/events")).json<{ events: { type: string }[] }>().events;
    expect(events.map(({ type }) => type)).toContain("credential-submitted");
    one.desired = commitOf({});
    one.pass(91 * 86_400);
    await one.server.sweep();
    expect(await two.store.read(SITE, "front-desk")).toEqual(await two.store.read(SITE, "nobody"));
  });

  test("a form of a later Reeve is not touched", async () => {
    const client = new Client({ connectionString: postgres.url });
    await client.connect();
    await client.query("UPDATE reeve_sites.meta SET schema_version = 99");
    await client.end();
    await expect(openPostgresStore(postgres.url)).rejects.toThrow(/later Reeve \(form 99\)/);
  });
});
