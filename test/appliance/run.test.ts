import { mkdirSync, rmdirSync, rmSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { folderAt, readJson } from "../../src/appliance/keep/folder.ts";
import { readProgress } from "../../src/appliance/keep/progress.ts";
import { runAppliance, runOnce } from "../../src/appliance/run/run-appliance.ts";
import { readStatus } from "../../src/appliance/status.ts";
import { type Between, freshFolder, handOn, openProxy, openSite, type Site } from "../support/appliance-site.ts";
import { provisionedWorld } from "../support/appliance-world.ts";
import { applianceOf, siteOf } from "../support/site-server.ts";

const CHECKIN = "/api/appliances/checkin";
const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

async function setUp(over: Parameters<typeof openSite>[0] = {}): Promise<Site> {
  const site = await openSite(over);
  closers.push(() => site.close());
  return site;
}

/** The site, reached through somebody in between alone. */
async function setUpBehind(what: Between): Promise<{ readonly site: Site; readonly endpoint: string }> {
  const site = await setUp();
  const proxy = await openProxy(site.url, what);
  closers.unshift(proxy.close);
  site.commit({ apiEndpoint: proxy.url }, "c1");
  return { site, endpoint: proxy.url };
}

const NO_NETWORK = { resolvers: [], domains: [] };
const DEAD = "http://127.0.0.1:2";
const credentials = {
  credentials: [{ name: "admin", type: "winrm" as const, username: "svc", passwordFrom: { env: "ADMIN" } }],
};
const suspended = { appliances: [applianceOf({ suspended: true })] };

test("a commit changes the configuration, and the appliance follows", async () => {
  const site = await setUp();
  const world = await provisionedWorld(site);
  await runOnce(world);
  expect(await site.appliance()).toMatchObject({ phase: "InSync" });
  site.commit({ settings: { ...siteOf().settings, pollInterval: "30s" } }, "c2");
  await runOnce(world);
  const { phase, reportedHash, renderedHash } = await site.appliance();
  expect([phase, reportedHash, world.folder.read("config.yaml")?.includes("pollSeconds: 30")]).toEqual([
    "InSync",
    renderedHash,
    true,
  ]);
});

test("what cannot be written changes nothing, is reported, and is tried again", async () => {
  const site = await setUp();
  const world = await provisionedWorld(site);
  let isFull = true;
  const write = (name: string, text: string | Uint8Array): void => {
    if (isFull && name === "config.yaml") throw new Error("ENOSPC: no space left on device");
    world.folder.write(name, text);
  };
  site.commit(
    { scan: { generation: 0 }, targets: [{ name: "a", host: "a.test", role: "server", winrm: { tls: true } }] },
    "c2",
  );
  await runOnce({ ...world, folder: { ...world.folder, write } });
  expect(await site.appliance()).toMatchObject({
    phase: "OutOfSync",
    conditions: [{ type: "ApplyFailed", message: "ENOSPC: no space left on device" }],
  });
  isFull = false;
  await runOnce({ ...world, folder: { ...world.folder, write } });
  expect(await site.appliance()).toMatchObject({ phase: "InSync", conditions: [] });
});

test("what is made of a configuration is whole before the configuration counts as applied", async () => {
  const stateDir = freshFolder();
  const site = await setUp({ settings: { ...siteOf().settings, stateDir } });
  const world = { ...(await provisionedWorld(site)), isFolderChosen: false };
  await runOnce(world);
  const before = world.folder.read("config.yaml");
  // Where the list of targets is to go, something else stands.
  rmSync(join(stateDir, "targets.json"), { force: true });
  mkdirSync(join(stateDir, "targets.json"));
  site.commit({ settings: { ...siteOf().settings, stateDir, pollInterval: "30s" } }, "c2");
  await runOnce(world);
  expect([await site.appliance(), world.folder.read("config.yaml") === before]).toMatchObject([
    { phase: "OutOfSync", conditions: [{ type: "ApplyFailed" }] },
    true,
  ]);
  rmdirSync(join(stateDir, "targets.json"));
  await runOnce(world);
  expect(await site.appliance()).toMatchObject({ phase: "InSync", conditions: [] });
});

test("a check-in that could not be kept is not sent, and is no second machine after a restart", async () => {
  const site = await setUp();
  const world = await provisionedWorld(site, { maxSleeps: 3 });
  const write = (name: string, text: string | Uint8Array): void => {
    if (name === "progress.json") throw new Error("ENOSPC: no space left on device");
    world.folder.write(name, text);
  };
  await runAppliance({ ...world, folder: { ...world.folder, write } });
  expect(world.logged.filter((line) => line.startsWith("trouble"))).toHaveLength(3);
  expect((await site.appliance()).phase).toBe("Configuring");
  await runOnce({ ...world, signal: new AbortController().signal });
  expect([await site.appliance(), readProgress(world.folder)]).toMatchObject([
    { phase: "InSync" },
    { unanswered: null },
  ]);
});

test("a check-in that nobody answered is repeated as it was, and is no second machine", async () => {
  let toLose = 2;
  let sent = 0;
  const { site, endpoint } = await setUpBehind(async ({ url }, response, pass) => {
    const answer = await pass();
    if (url !== CHECKIN) return handOn(response, answer);
    sent += 1;
    toLose -= 1;
    return toLose < 0 ? handOn(response, answer) : void response.destroy();
  });
  const world = await provisionedWorld(site, { endpoint });
  await expect(runOnce(world)).rejects.toMatchObject({ name: "Unreachable" });
  const { unanswered } = readProgress(world.folder);
  expect(JSON.parse(unanswered ?? "")).toMatchObject({ seq: 1 });
  await expect(runOnce(world)).rejects.toMatchObject({ name: "Unreachable" });
  expect(readProgress(world.folder).unanswered).toBe(unanswered);
  await runOnce(world);
  expect([await site.appliance(), readProgress(world.folder)]).toMatchObject([
    { phase: "InSync" },
    { seq: 1, unanswered: null },
  ]);
  expect(sent).toBe(3);
});

test("an address that leads nowhere does not cut an appliance off: it asks where it was claimed", async () => {
  const site = await setUp();
  const world = await provisionedWorld(site);
  site.commit({ apiEndpoint: DEAD }, "c2");
  await runOnce(world);
  site.commit({ settings: { ...siteOf().settings, pollInterval: "30s" } }, "c3");
  await runOnce(world);
  expect(await site.appliance()).toMatchObject({ phase: "InSync" });
});

test("nobody in between can make it believe that it was retired", async () => {
  const retired = JSON.stringify({ type: "https://reeve.dev/problems/retired", title: "", status: 410 });
  let lies = 3;
  const { site, endpoint } = await setUpBehind(async ({ url }, response, pass) => {
    if (url !== CHECKIN || lies-- <= 0) return handOn(response, await pass());
    return void response.writeHead(410, { "content-type": "application/problem+json" }).end(retired);
  });
  const world = await provisionedWorld(site, { endpoint, maxSleeps: 5 });
  await runAppliance(world);
  expect(world.logged.filter((line) => line.startsWith("trouble"))[0]).toContain("not signed by the site server");
  expect(Math.max(...world.slept)).toBeLessThan(120_000);
  expect(await site.appliance()).toMatchObject({ phase: "InSync" });
});

test("a server that asks for time is given it; trouble is met less and less often", async () => {
  let left = 3;
  const { site, endpoint } = await setUpBehind(async ({ url }, response, pass) => {
    if (url !== CHECKIN || left-- <= 0) return handOn(response, await pass());
    return void response.writeHead(left === 0 ? 429 : 503, left === 0 ? { "retry-after": "120" } : {}).end();
  });
  const world = await provisionedWorld(site, { endpoint, maxSleeps: 4 });
  await runAppliance(world);
  expect(world.slept).toEqual([1500, 3000, 126_000, expect.toSatisfy((ms: number) => ms >= 54_000 && ms <= 66_000)]);
});

test("a suspended appliance forgets its secrets, and gets them again when it is let in", async () => {
  const site = await setUp(credentials);
  site.bench.secrets["ADMIN"] = "correct horse";
  const world = await provisionedWorld(site, { maxSleeps: 8 });
  const sleep = async (milliseconds: number): Promise<void> => {
    if (world.slept.length === 3) site.commit({ ...credentials, ...suspended }, "c2");
    if (world.slept.length === 5) site.commit(credentials, "c3");
    await world.clock.sleep(milliseconds);
  };
  await runAppliance({ ...world, clock: { ...world.clock, sleep } });
  const told = world.logged
    .map((line) => line.split(" ")[0])
    .filter((event) => event === "credentials" || event === "trouble");
  expect(told).toEqual(["credentials", "trouble", "trouble", "credentials"]);
  const version = (await site.appliance()).credentialsVersion;
  expect(version).toMatch(/^[\w-]{22}$/);
});

test.each([
  { name: "suspended", over: suspended, type: "suspended" },
  { name: "retired", over: { appliances: [] }, type: "retired" },
])(
  "that it is $name stays for the status, by a service's rounds as by hand, until it is over",
  async ({ over, type }) => {
    const site = await setUp();
    const world = await provisionedWorld(site, { maxSleeps: 1 });
    await runOnce(world);
    const troubles = (): readonly string[] => readStatus(world.folder).conditions.map((one) => one.type);
    const told = [troubles()];
    site.commit(over, "c2");
    await runAppliance(world);
    told.push(troubles());
    site.commit({}, "c3");
    await runOnce({ ...world, signal: new AbortController().signal });
    told.push(troubles());
    site.commit(over, "c4");
    await expect(runOnce({ ...world, signal: new AbortController().signal })).rejects.toMatchObject({
      name: "Refused",
    });
    expect([...told, troubles()]).toEqual([[], [type], [], [type]]);
  },
);

const needy = {
  credentials: credentials.credentials,
  targets: [
    { name: "a", host: "127.0.0.1", role: "server" as const, winrm: { tls: true, port: 2 }, credentialsRef: "admin" },
  ],
};

test("a credential that cannot be had is named: by --once, and once a change by the service", async () => {
  const site = await setUp(needy);
  const world = await provisionedWorld(site, { maxSleeps: 8 });
  expect((await runOnce(world)).missing).toEqual(["admin"]);
  const sleep = async (milliseconds: number): Promise<void> => {
    if (world.slept.length === 4) site.bench.secrets["ADMIN"] = "correct horse";
    await world.clock.sleep(milliseconds);
  };
  await runAppliance({ ...world, clock: { ...world.clock, sleep } });
  expect(world.logged.filter((line) => line.startsWith("credentials-"))).toEqual([
    'credentials-missing {"names":"admin"}',
    "credentials-complete {}",
  ]);
  expect((await runOnce({ ...world, signal: new AbortController().signal })).missing).toEqual([]);
});

test("another password is there at the next check-in", async () => {
  const site = await setUp(credentials);
  site.bench.secrets["ADMIN"] = "correct horse";
  const world = await provisionedWorld(site);
  await runOnce(world);
  const before = (await site.appliance()).credentialsVersion;
  site.bench.secrets["ADMIN"] = "battery staple";
  site.bench.pass(60);
  await runOnce(world);
  const after = (await site.appliance()).credentialsVersion;
  expect([typeof before, typeof after, before === after]).toEqual(["string", "string", false]);
});

test("a scan out of turn is done once, whether or not its targets are there", async () => {
  const open = createServer((socket) => socket.destroy());
  await new Promise<void>((resolve) => open.listen(0, "127.0.0.1", resolve));
  closers.push(() => new Promise((resolve) => open.close(() => resolve())));
  const { port } = open.address() as AddressInfo;
  const target = (name: string, at: number) => ({
    name,
    host: "127.0.0.1",
    role: "server" as const,
    winrm: { tls: true, port: at },
  });
  const site = await setUp({ targets: [target("there", port), target("gone", 2)], scan: { generation: 2 } });
  const world = await provisionedWorld(site);
  await runOnce(world);
  await runOnce(world);
  expect(world.logged.filter((line) => line.startsWith("scanned"))).toEqual([
    'scanned {"reachable":1,"of":2,"generation":2}',
  ]);
  expect(readJson<{ targets: object[] }>(folderAt(world.folder.path), "scan.json")?.targets).toEqual([
    { name: "gone", host: "127.0.0.1", port: 2, isReachable: false },
    { name: "there", host: "127.0.0.1", port, isReachable: true },
  ]);
});

test("lists and what is made of them go where the configuration says, unless somebody chose the folder", async () => {
  const stateDir = freshFolder();
  const site = await setUp({ settings: { ...siteOf().settings, stateDir }, scan: { generation: 1 } });
  const world = await provisionedWorld(site);
  await runOnce({ ...world, isFolderChosen: false });
  expect([folderAt(stateDir).read("scan.json") !== null, world.folder.read("scan.json")]).toEqual([true, null]);
});

test("a domain that is not there is looked for every five minutes, not in every round", async () => {
  const site = await setUp();
  const world = await provisionedWorld(site, { maxSleeps: 11 });
  let looks = 0;
  const network = (): typeof NO_NETWORK => {
    looks += 1;
    return NO_NETWORK;
  };
  await runAppliance({ ...world, network });
  const minutes = world.slept.reduce((sum, ms) => sum + ms, 0) / 60_000;
  expect([Math.round(minutes), looks]).toEqual([11, 3]);
});
