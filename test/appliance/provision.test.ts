import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { writeDevice } from "../../src/appliance/keep/device.ts";
import { openFolder } from "../../src/appliance/keep/folder.ts";
import { readKeys } from "../../src/appliance/keep/keys.ts";
import { readProgress, writeProgress } from "../../src/appliance/keep/progress.ts";
import { type Provisioning, provision } from "../../src/appliance/provision/provision.ts";
import { UserError } from "../../src/support/user-error.ts";
import { type Between, freshFolder, handOn, openProxy, openSite, type Site } from "../support/appliance-site.ts";
import { applianceOf, MAC, provisioningOf, randomCode } from "../support/site-server.ts";

let site: Site;
const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

async function setUp(over: Parameters<typeof openSite>[0] = {}): Promise<Site> {
  site = await openSite(over);
  closers.push(() => site.close());
  return site;
}

async function between(what: Between): Promise<string> {
  const proxy = await openProxy(site.url, what);
  closers.unshift(proxy.close);
  return proxy.url;
}

/** Sleeping takes no time. */
function asking(over: Partial<Provisioning> = {}): Provisioning {
  let now = site.bench.now.getTime();
  return {
    endpoint: site.url,
    code: site.code,
    machine: { mac: MAC, hostname: "clinic-appliance" },
    patienceMs: 120_000,
    clock: {
      now: () => new Date(now),
      sleep: async (milliseconds) => {
        now += milliseconds;
      },
    },
    random: () => 0.5,
    signal: new AbortController().signal,
    log: () => undefined,
    folder: openFolder(freshFolder()),
    ...over,
  };
}

function said(error: unknown): string {
  return error instanceof UserError
    ? error.diagnostics.map(({ code, message }) => `${code}: ${message}`).join()
    : String(error);
}

test("a place is claimed, told step by step, and everything kept is for its owner alone", async () => {
  await setUp();
  const provisioning = asking();
  const { device, applied } = await provision(provisioning);
  expect([device.applianceId, applied.configuration.partner.brandName]).toEqual([
    "nepa-clinic:front-desk",
    "NEPA IT Solutions",
  ]);
  const { path } = provisioning.folder;
  expect(readdirSync(path).map((name) => `${name} ${(statSync(join(path, name)).mode & 0o777).toString(8)}`)).toEqual([
    "config.yaml 600",
    "device.json 600",
    "keys.json 600",
  ]);
  const kept = readdirSync(path).map((name) => readFileSync(join(path, name), "utf8"));
  expect(kept.filter((text) => text.includes(site.code))).toEqual([]);
  expect(await site.appliance()).toMatchObject({ phase: "Configuring", renderedHash: applied.hash });
});

describe("refusals, in words for whoever stands before it", () => {
  const provisioned = (over: object) => ({
    appliances: [applianceOf({ provisioning: provisioningOf(randomCode(), over) })],
  });

  test("a code that nobody made", async () => {
    await setUp();
    expect(await provision(asking({ code: randomCode() })).catch(said)).toBe("code-unknown: Invalid provision code");
  });

  test("a code that another machine claimed", async () => {
    await setUp();
    await provision(asking());
    expect(await provision(asking()).catch(said)).toBe("code-claimed: Code already claimed");
  });

  test("a code whose end has come", async () => {
    await setUp();
    site.bench.pass(2 * 86_400);
    expect(await provision(asking()).catch(said)).toBe("code-expired: Provision code expired");
  });

  test("a code for another machine", async () => {
    await setUp();
    const machine = { mac: "84:3A:5B:91:B6:62", hostname: "thief" };
    expect(await provision(asking({ machine })).catch(said)).toBe(
      "mac-mismatch: The code belongs to another hardware address; this one is 84:3A:5B:91:B6:62",
    );
  });

  test("a server that does not answer: tried until patience ends", async () => {
    await setUp(provisioned({}));
    const gone = await openProxy(site.url, async () => undefined);
    await gone.close();
    const lines: string[] = [];
    const log = (event: string): void => void lines.push(event);
    const answer = await provision(asking({ endpoint: gone.url, log })).catch(said);
    expect(answer).toBe(`no-server: Failed to connect to server: ${gone.url} (ECONNREFUSED)`);
    expect(lines.length).toBeGreaterThan(3);
  });

  test("something else that answers", async () => {
    await setUp();
    const endpoint = await between(async (_request, response) => void response.writeHead(404).end("<html>"));
    expect(await provision(asking({ endpoint })).catch(said)).toBe(
      `no-server: ${endpoint} answers 404, as no site server does`,
    );
  });
});

test("an answer that is lost on the way costs nothing: the same key and code are let in", async () => {
  await setUp();
  let lost = 0;
  const endpoint = await between(async ({ url }, response, pass) => {
    const answer = await pass();
    if (url !== "/api/provision/claim" || lost >= 3) return handOn(response, answer);
    lost += 1;
    return void response.destroy();
  });
  const { device } = await provision(asking({ endpoint }));
  expect([lost, device.applianceId, (await site.appliance()).phase]).toEqual([
    3,
    "nepa-clinic:front-desk",
    "Configuring",
  ]);
});

test("given up after a lost answer, it is let in a week later with the same folder, and nobody else is", async () => {
  await setUp();
  const endpoint = await between(async (_request, response, pass) => {
    await pass();
    response.destroy();
  });
  const provisioning = asking({ endpoint });
  expect(await provision(provisioning).catch(said)).toMatch(/^no-server: Failed to connect to server/);
  const key = readKeys(provisioning.folder)?.sign.publicKey;
  site.bench.pass(7 * 86_400);
  expect(await provision(asking()).catch(said)).toBe("code-claimed: Code already claimed");
  await provision(asking({ folder: provisioning.folder }));
  expect((await site.appliance()).identity?.signKey).toBe(key);
});

test.each([
  { name: "another place: nothing of the old one is believed of it", applianceId: "other-site:desk", kept: null },
  { name: "the same place again: what was done stays done", applianceId: "nepa-clinic:front-desk", kept: 7 },
])("a machine that is given $name", async ({ applianceId, kept }) => {
  await setUp();
  const provisioning = asking();
  const { folder } = provisioning;
  const { device } = await provision(provisioning);
  writeDevice(folder, { ...device, applianceId });
  writeProgress(folder, { ...readProgress(folder), seq: 9, done: { enumeration: 7, scan: 1 } });
  folder.write("inventory.json", "{}");
  await provision(provisioning);
  const { seq, done } = readProgress(folder);
  expect([seq, done.enumeration, folder.read("inventory.json")]).toEqual(kept === null ? [0, 0, null] : [9, 7, "{}"]);
});

test("whoever sits in between can swap neither key nor configuration", async () => {
  await setUp();
  const forged = await between(async ({ url = "" }, response, pass) => {
    if (!url.startsWith("/api/provision/config/")) return handOn(response, await pass());
    const answer = await pass();
    const text = (await answer.text()).replace("pollSeconds: 60", "pollSeconds: 61");
    return void response.writeHead(200, Object.fromEntries(answer.headers)).end(text);
  });
  expect(await provision(asking({ endpoint: forged, patienceMs: 0 })).catch(said)).toBe(
    "no-configuration: claimed as nepa-clinic:front-desk, but there is no configuration yet: an answer is not signed by the site server: it is not believed",
  );
});
