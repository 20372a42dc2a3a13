/** The site server inside the daemon, as the page sees it: who waits for a decision, and what becomes of one. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { systemClock } from "../../src/support/system-clock.ts";
import { UserError } from "../../src/support/user-error.ts";
import { openSites, type SitesOptions, type WatchedSites } from "../../src/watch/open-sites.ts";
import { estate, resource } from "../support/literals.ts";
import {
  applianceOf,
  claimBody,
  type Machine,
  makeMachine,
  provisioningOf,
  randomCode,
  siteOf,
} from "../support/site-server.ts";

const APPLIANCE = "clinic:front-desk";
const CODE = randomCode();
const RESOURCES = [
  resource("Partner/nepa-it", { spec: { brandName: "NEPA IT Solutions", primaryColor: "#2563EB" } }),
  resource("ApplianceSite/clinic", {
    spec: siteOf({
      appliances: [applianceOf({ provisioning: provisioningOf(CODE, { expiresAt: "2099-01-01T00:00:00Z" }) })],
    }),
  }),
];
const ESTATE = estate({ resources: RESOURCES });

let folder = "";
let sites: WatchedSites | null = null;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "reeve-open-sites-"));
});
afterEach(async () => {
  await sites?.close();
  sites = null;
  rmSync(folder, { recursive: true });
});

function options(over: Partial<SitesOptions["config"]> = {}): SitesOptions {
  return {
    config: { host: "127.0.0.1", port: 0, trustProxies: [], ...over },
    tokens: [],
    folder,
    snapshot: () => ({ commit: "c1", id: "c1", resources: RESOURCES, estate: ESTATE }),
    look: () => Promise.resolve(),
    clock: systemClock,
    environment: {},
    log: () => undefined,
  };
}

async function claim({ url }: WatchedSites, machine: Machine): Promise<number> {
  const body = JSON.stringify(claimBody(machine, CODE));
  const headers = { "content-type": "application/json" };
  return (await fetch(`${url}/api/provision/claim`, { method: "POST", headers, body })).status;
}

test("a machine that was set up anew waits, and the key that a person looked at is let in, no other", async () => {
  sites = await openSites(options());
  const { decide, appliances } = sites;
  const [first, second] = [await makeMachine(APPLIANCE), await makeMachine(APPLIANCE)];
  expect([await claim(sites, first), await claim(sites, second)]).toEqual([200, 409]);
  const deciding = { applianceId: APPLIANCE, by: "ada" };
  expect(await decide(deciding, { is: "resolve-conflict" })).toBe("there is no conflict");
  const signKey = second.sign.publicKey;
  expect(appliances().map(({ waits }) => waits?.decision)).toEqual([{ is: "approve-rebind", signKey }]);
  const other = first.sign.publicKey;
  expect(await decide(deciding, { is: "approve-rebind", signKey: other })).toContain("does not ask for this place");
  expect(await decide({ ...deciding, applianceId: "nobody" }, { is: "approve-rebind", signKey })).not.toBeNull();
  expect(await claim(sites, second)).toBe(409);
  expect(await decide(deciding, { is: "approve-rebind", signKey })).toBeNull();
  expect(appliances().map(({ waits }) => waits)).toEqual([null]);
  expect([await claim(sites, second), await claim(sites, first)]).toEqual([200, 409]);
});

test.each([
  { name: "beyond this host without TLS", config: { host: "0.0.0.0" }, says: "would be reached without TLS" },
  {
    name: "a certificate that is not there",
    config: { tls: { certificate: "/nowhere", key: "/nowhere" } },
    says: "cannot be read",
  },
])("refused: $name", async ({ config, says }) => {
  const refused = openSites(options(config));
  await expect(refused).rejects.toThrow(UserError);
  await expect(refused).rejects.toThrow(says);
});

test("what keeps it from starting is said in words", async () => {
  sites = await openSites(options());
  const port = Number(new URL(sites.url).port);
  const code = (over: Parameters<typeof options>[0]) =>
    openSites({ ...options(over), folder: join(folder, "other") }).then(
      () => "started",
      (error: unknown) =>
        error instanceof UserError ? error.diagnostics.map((one) => one.code).join() : String(error),
    );
  expect(await code({ port })).toBe("cannot-listen");
  const urlFrom = { env: "URL" };
  expect(await code({ postgres: { urlFrom } })).toBe("no-secret");
  writeFileSync(join(folder, "url"), `postgresql://reeve@localhost/x?host=${folder}`);
  expect(await code({ postgres: { urlFrom: { file: join(folder, "url") } } })).toBe("no-store");
});
