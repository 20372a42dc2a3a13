import { readdirSync } from "node:fs";
import type { ServerResponse } from "node:http";
import { Ajv2020 } from "ajv/dist/2020.js";
import { afterEach, expect, test } from "vitest";
import schema from "../../schemas/appliance-status.schema.json" with { type: "json" };
import { freshFolder, handOn, openProxy, openSite } from "../support/appliance-site.ts";
import { type Ran, runReeve, startReeve } from "../support/reeve.ts";
import { MAC } from "../support/site-server.ts";

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

const CLAIM = "/api/provision/claim";
const CONFIG = "/api/provision/config/nepa-clinic:front-desk";
const STATUS = "/api/provision/status";
const CHECKIN = "/api/appliances/checkin";
const CREDENTIALS = "/api/sites/nepa-clinic/domain-credentials";

interface Kill {
  readonly command: "provision" | "run";
  readonly at: string;
  /** Whether the request reaches the server before the program dies. */
  readonly arrives: boolean;
}

test("asked to stop, it stops in order, with nothing left half-written", async () => {
  const site = await openSite();
  closers.push(() => site.close());
  const folder = freshFolder();
  const environment = { REEVE_APPLIANCE_DIR: folder, REEVE_APPLIANCE_SERVER: site.url };
  await runReeve(["appliance", "provision", site.code, "--mac", MAC], { cwd: folder, environment });
  const { pid, ended } = startReeve(["appliance", "run"], { cwd: folder, environment });
  await expect.poll(async () => (await site.appliance()).phase, { timeout: 60_000 }).toBe("InSync");
  process.kill(pid, "SIGTERM");
  const { code, stderr } = await ended;
  const events = stderr.match(/event=\S+/g);
  expect([code, events]).toEqual([0, ["event=started", "event=stopped"]]);
  const second = await runReeve(["appliance", "status", "--format", "json"], { cwd: folder, environment });
  expect([second.code, readdirSync(folder).filter((name) => name.endsWith(".tmp"))]).toEqual([0, []]);
  expect(JSON.parse(second.stdout)).toMatchObject({
    applianceId: "nepa-clinic:front-desk",
    commit: "c1",
    conditions: [],
  });
  const check = new Ajv2020({ strict: false, validateFormats: false }).compile(schema);
  expect([check(JSON.parse(second.stdout)), check.errors]).toEqual([true, null]);
});

test("with no place yet, it gives a sign of life and ends", async () => {
  const site = await openSite();
  closers.push(() => site.close());
  const folder = freshFolder();
  const environment = { REEVE_APPLIANCE_DIR: folder, REEVE_APPLIANCE_SERVER: site.url };
  const { code, stderr } = await runReeve(["appliance", "run", "--mac", MAC], { cwd: folder, environment });
  expect([code, stderr]).toEqual([1, expect.stringContaining("the site server knows now that this machine waits")]);
  expect(stderr).toContain("this appliance has no place yet");
});

test.each<Kill>([
  { command: "provision", at: CLAIM, arrives: false },
  { command: "provision", at: CLAIM, arrives: true },
  { command: "provision", at: STATUS, arrives: true },
  { command: "provision", at: CONFIG, arrives: true },
  { command: "run", at: CHECKIN, arrives: false },
  { command: "run", at: CHECKIN, arrives: true },
  { command: "run", at: CREDENTIALS, arrives: false },
  { command: "run", at: CREDENTIALS, arrives: true },
])(
  "$command, killed at $at, arrived: $arrives: the place is kept by one key, and goes in sync",
  async ({ command, at, arrives }) => {
    const credentials = [{ name: "scan", type: "winrm", username: "u", passwordFrom: { env: "SCAN" } } as const];
    const site = await openSite({ credentials });
    site.bench.secrets["SCAN"] = "secret";
    closers.push(() => site.close());
    let pid = 0;
    let isArmed = true;
    const proxy = await openProxy(site.url, async ({ url }, response: ServerResponse, pass) => {
      if (!isArmed || url !== at) return handOn(response, await pass());
      isArmed = false;
      if (arrives) await pass();
      process.kill(-pid, "SIGKILL");
      return void response.destroy();
    });
    closers.unshift(proxy.close);
    site.commit({ apiEndpoint: proxy.url }, "c1");
    const folder = freshFolder();
    const environment = { REEVE_APPLIANCE_DIR: folder, REEVE_APPLIANCE_SERVER: proxy.url };
    const start = (...words: readonly string[]): Promise<Ran> => {
      const begun = (child: number): void => {
        pid = child;
      };
      return startReeve(["appliance", ...words], { cwd: folder, environment, begun }).ended;
    };
    const provision = (): Promise<Ran> => start("provision", site.code, "--mac", MAC);
    if (command === "run") await provision();
    expect((await (command === "run" ? start("run", "--once") : provision())).code).toBeNull();
    const keyBefore = (await site.appliance()).identity?.signKey;
    if (command === "provision") expect((await provision()).code).toBe(0);
    const { code, stderr } = await start("run", "--once");
    expect([code, stderr.match(/event=\S+/g)]).toEqual([0, ["event=credentials"]]);
    const { phase, identity, credentialsVersion } = await site.appliance();
    expect([phase, identity?.conflictAt, identity?.pending]).toEqual(["InSync", null, null]);
    expect(credentialsVersion).not.toBeNull();
    if (keyBefore !== undefined) expect(identity?.signKey).toBe(keyBefore);
  },
);
