/** What every signed request meets, endpoint by endpoint. */
import { describe, expect, test } from "vitest";
import { claimedScene, type Over, openScene, type Scene } from "../support/site-scene.ts";
import {
  applianceOf,
  checkin,
  checkinBody,
  commitOf,
  computers,
  discovered,
  makeMachine,
  SITE,
  signed,
  siteOf,
  wordOf,
} from "../support/site-server.ts";

describe("signed requests", () => {
  const endpoints = [
    {
      name: "status",
      make: (_scene: Scene) => ({ url: "/api/provision/status", body: { step: "claimed" } }),
      good: "204",
    },
    { name: "config", make: ({ machine }: Scene) => ({ url: `/api/provision/config/${machine.id}` }), good: "200" },
    {
      name: "check-in",
      make: ({ machine }: Scene) => ({ url: "/api/appliances/checkin", body: checkinBody(machine, { seq: 1 }) }),
      good: "200",
    },
    {
      name: "domain-discovered",
      make: () => ({ url: "/api/appliances/domain-discovered", body: discovered("robco.test") }),
      good: "202",
    },
    {
      name: "enumeration-results",
      make: () => ({
        url: "/api/appliances/enumeration-results",
        body: { enumerationId: "e".repeat(22), generation: 1, page: 0, final: true, computers: computers(1) },
      }),
      good: "200",
    },
    {
      name: "domain-credentials",
      make: () => ({ url: `/api/sites/${SITE}/domain-credentials` }),
      good: "404 none-set",
    },
  ];

  describe.each(endpoints)("$name", ({ name, make, good }) => {
    const request = (scene: Scene, signing = {}, machine = scene.machine) => {
      const { url, body }: { url: string; body?: object } = make(scene);
      return signed(scene.bench, machine, url, { ...(body === undefined ? {} : { body }), ...signing });
    };
    const conflict = name === "check-in" ? "423 clone-suspected" : "423 identity-conflict";

    test.each<{ name: string; over?: Over; ask: (scene: Scene) => Promise<object> | object; is: string }>([
      { name: "as it should be", ask: (scene) => request(scene), is: good },
      {
        name: "no signature",
        ask: (scene) => ({ ...request(scene), headers: { "content-type": "application/json" } }),
        is: "401 bad-signature",
      },
      { name: "a forged key", ask: async (scene) => request(scene, {}, await makeMachine()), is: "401 bad-signature" },
      {
        name: "an appliance that nobody knows",
        ask: async (scene) => request(scene, {}, await makeMachine("nowhere:none")),
        is: "401 bad-signature",
      },
      {
        name: "another body",
        ask: (scene) => ({
          ...request(scene),
          ...(!("body" in make(scene))
            ? { headers: { ...request(scene).headers, "reeve-nonce": "x".repeat(22) } }
            : { payload: "{}" }),
        }),
        is: "401 bad-signature",
      },
      { name: "a clock that is slow", ask: (scene) => request(scene, { ahead: -301_000 }), is: "401 clock-skew" },
      { name: "a clock that is fast", ask: (scene) => request(scene, { ahead: 301_000 }), is: "401 clock-skew" },
      { name: "a clock that is a little off", ask: (scene) => request(scene, { ahead: 299_000 }), is: good },
      {
        name: "the same again",
        ask: async (scene) => {
          const one = request(scene);
          await scene.bench.ask(one);
          scene.bench.pass(200);
          return one;
        },
        is: "401 replay",
      },
      { name: "suspended", over: { suspended: true }, ask: (scene) => request(scene), is: "403 suspended" },
      {
        name: "not declared any more",
        ask: (scene) => {
          scene.bench.desired = commitOf({});
          return request(scene);
        },
        is: "410 retired",
      },
      {
        name: "declared no more, and declared again",
        ask: async (scene) => {
          const before = scene.bench.desired;
          scene.bench.desired = commitOf({});
          await scene.bench.ask(request(scene));
          scene.bench.desired = before;
          return request(scene);
        },
        is: good,
      },
      {
        name: "no documents yet",
        ask: (scene) => {
          scene.bench.desired = null;
          return request(scene);
        },
        is: "503 no-commit-loaded",
      },
      {
        name: "two machines with one identity",
        ask: async (scene) => {
          const clone = { ...scene.machine, run: "c".repeat(22) };
          await checkin(scene.bench, { ...scene.machine });
          expect(wordOf(await checkin(scene.bench, clone))).toBe("423 clone-suspected");
          return request(scene);
        },
        is: conflict,
      },
    ])("$name: $is", async ({ over, ask, is }) => {
      const scene = await claimedScene(over);
      const response = await scene.bench.ask(await ask(scene));
      expect(wordOf(response)).toBe(is);
      const isSigned = !is.startsWith("401") && !is.startsWith("503");
      if (isSigned || is === "401 replay") expect(response.headers).toHaveProperty("reeve-server-signature");
      if (is.startsWith("503")) expect(response.headers).toHaveProperty("retry-after");
      if (is === "401 clock-skew") expect(response.json()).toMatchObject({ serverTime: scene.bench.now.toISOString() });
    });
  });

  test("an operator says which machine is the right one", async () => {
    const { bench, machine } = await claimedScene();
    await checkin(bench, { ...machine });
    await checkin(bench, { ...machine, run: "c".repeat(22) });
    const url = `/api/operator/appliances/${machine.id}/resolve-conflict`;
    expect(wordOf(await bench.operate("POST", url))).toBe("204");
    expect(wordOf(await bench.operate("POST", url))).toBe("409 nothing-pending");
    machine.seq = 1;
    expect(wordOf(await checkin(bench, machine))).toBe("200");
  });

  test("the right machine goes on, also where the copy was ahead of it", async () => {
    const { bench, machine } = await claimedScene();
    await checkin(bench, { ...machine, run: "c".repeat(22) }, { seq: 500 });
    expect(wordOf(await checkin(bench, machine, { seq: 101 }))).toBe("423 clone-suspected");
    await bench.operate("POST", `/api/operator/appliances/${machine.id}/resolve-conflict`);
    expect(wordOf(await checkin(bench, machine, { seq: 102 }))).toBe("200");
    expect(wordOf(await checkin(bench, machine, { seq: 103 }))).toBe("200");
    expect(wordOf(await checkin(bench, { ...machine, run: "c".repeat(22) }, { seq: 103 }))).toBe("423 clone-suspected");
  });

  test("after the database is lost, a pinned identity goes on", async () => {
    const { bench, machine } = await openScene();
    const identity = { signKey: machine.sign.publicKey, recipient: machine.seal.recipient };
    bench.desired = commitOf({ [SITE]: siteOf({ appliances: [applianceOf({ identity })] }) });
    expect(wordOf(await checkin(bench, machine, { seq: 4711 }))).toBe("200");
    expect(wordOf(await checkin(bench, machine, { seq: 4711, run: "c".repeat(22) }))).toBe("423 clone-suspected");
  });
});
