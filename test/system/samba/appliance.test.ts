import { readdirSync, readFileSync } from "node:fs";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Listing, ListTrouble, listComputers } from "../../../src/appliance/directory/list-computers.ts";
import { type FoundDomain, findDomain } from "../../../src/appliance/domain/find-domain.ts";
import { readProgress } from "../../../src/appliance/keep/progress.ts";
import { runAppliance, runOnce } from "../../../src/appliance/run/run-appliance.ts";
import type { ApplianceSiteSpec } from "../../../src/generated/documents.ts";
import { withDirectory } from "../../../src/protocol/directory/open-directory.ts";
import type { InventoryAnswer } from "../../../src/protocol/operator.ts";
import { freshFolder, openSite, type Site } from "../../support/appliance-site.ts";
import { provisionedWorld } from "../../support/appliance-world.ts";
import { runReeve } from "../../support/reeve.ts";
import { BULK, closeDc, DC, dcAuthority, killDc, openDc, startDc, withDcDns } from "../../support/samba-dc.ts";
import { MAC, SITE, siteOf } from "../../support/site-server.ts";
import { systemTestsMissing } from "../../support/system.ts";

/** All but the one that is disabled. */
const COMPUTERS = BULK + 37;
/** Of the thirty workstations beside them, idle for 0, 5, 10 … days, those that are not stale after 90. */
const FRESH = 18;
const NETWORK = { resolvers: [{ address: DC.address, port: 53 }], domains: ["nowhere.test", DC.domain] };
const never = new AbortController().signal;

function clinic(over: Partial<ApplianceSiteSpec["domain"]["enumeration"]> = {}): Partial<ApplianceSiteSpec> {
  const { domain } = siteOf();
  return {
    credentials: [{ name: "admin", type: "domain_admin", username: DC.username, passwordFrom: { env: "ADMIN" } }],
    authorities: [{ name: "clinic-ca", certificate: dcAuthority() }],
    domain: {
      ...domain,
      credentialsRef: "admin",
      ldap: { security: "ldaps", caRef: "clinic-ca" },
      enumeration: { ...domain.enumeration, ...over },
    },
    targets: [{ name: "sql01", host: "srv-sql01.robco.test", role: "server", winrm: { tls: true, port: 15_986 } }],
    goAgent: {
      version: "1.4.0",
      sha256: "0".repeat(64),
      listen: "192.168.88.247:50051",
      deploy: { to: "workstations", method: "gpo", ring: "100%" },
    },
  };
}

async function openClinic(over: Parameters<typeof clinic>[0] = {}, password: string = DC.password): Promise<Site> {
  const site = await openSite(clinic(over));
  site.bench.secrets["ADMIN"] = password;
  return site;
}

describe.skipIf(systemTestsMissing("directory") !== null)("an appliance and a Samba domain controller", () => {
  let found: FoundDomain;

  beforeAll(async () => {
    await openDc();
    const answer = await findDomain("auto", NETWORK, never);
    if (answer === null) throw new Error("no domain was found");
    found = answer;
  }, 240_000);
  afterAll(closeDc, 60_000);

  test("the domain is found by SRV, whose targets Samba compresses, and confirmed by its server", () => {
    expect(found).toEqual({
      domain: DC.domain,
      defaultNamingContext: DC.namingContext,
      servers: [{ host: DC.host, port: 389, priority: 0, weight: 100, address: DC.address }],
    });
  });

  test("a declared domain is another than the server's own: not confirmed", async () => {
    const declared = (name: string) => findDomain({ name, servers: [DC.host] }, NETWORK, never);
    expect((await declared(DC.domain))?.servers[0]?.address).toBe(DC.address);
    expect(await declared("other.test")).toBeNull();
  });

  const listing = (over: Partial<Listing>): Listing => ({
    found,
    security: "ldaps",
    authority: dcAuthority(),
    credential: { username: DC.username, password: DC.password },
    exclude: [],
    signal: never,
    ...over,
  });
  const server = (over: object): FoundDomain => ({
    ...found,
    servers: found.servers.map((one) => ({ ...one, ...over })),
  });

  test.each<{ name: string; over: () => Partial<Listing>; said: number | string }>([
    { name: "LDAPS", over: () => ({}), said: COMPUTERS },
    { name: "StartTLS", over: () => ({ security: "starttls" }), said: COMPUTERS },
    {
      name: "a user by its principal name",
      over: () => ({ credential: { username: "svc-enum@robco.test", password: DC.password } }),
      said: COMPUTERS,
    },
    { name: "names left out", over: () => ({ exclude: ["bulk-*", "WS-00?"] }), said: COMPUTERS - BULK - 10 },
    {
      name: "a wrong password",
      over: () => ({ credential: { username: DC.username, password: "no" } }),
      said: "rejected: dc1.robco.test refuses the credential",
    },
    {
      name: "no password",
      over: () => ({ credential: { username: DC.username, password: "" } }),
      said: "rejected: the credential has no password",
    },
    {
      name: "no authority",
      over: () => ({ authority: null }),
      said: "unreachable: dc1.robco.test: its certificate is not signed by the authority of domain.ldap.caRef (UNABLE_TO_VERIFY_LEAF_SIGNATURE)",
    },
    {
      name: "no authority, StartTLS",
      over: () => ({ authority: null, security: "starttls" }),
      said: "unreachable: dc1.robco.test: its certificate is not signed by the authority of domain.ldap.caRef (UNABLE_TO_VERIFY_LEAF_SIGNATURE)",
    },
    {
      name: "a certificate of another name",
      over: () => ({ found: server({ host: "dc9.robco.test" }) }),
      said: "unreachable: dc9.robco.test: its certificate bears another name (ERR_TLS_CERT_ALTNAME_INVALID)",
    },
    {
      name: "nobody there",
      over: () => ({ found: server({ address: "127.0.10.9" }) }),
      said: "unreachable: dc1.robco.test: it does not listen there (ECONNREFUSED)",
    },
  ])("$name", async ({ over, said }) => {
    const answer = await listComputers(listing(over())).then(
      (computers) => computers.length,
      (error: unknown) => (error instanceof ListTrouble ? `${error.kind}: ${error.message}` : String(error)),
    );
    expect(answer).toBe(said);
  });

  test("computers are told apart", async () => {
    const computers = await listComputers(listing({ exclude: ["BULK-*", "WS-*"] }));
    expect(computers.map(({ name, class: kind }) => `${name} ${kind}`)).toEqual([
      "CLUSTER1 unknown",
      "DC1 domain-controller",
      "MAC01 other",
      "NAS01 other",
      "SRV-HV01 server",
      "SRV-OLD01 server",
      "SRV-SQL01 server",
    ]);
  });

  test("the program on the appliance finds, lists and reports the domain; its secret is nowhere but in memory", async () => {
    const site = await openClinic();
    const folder = freshFolder();
    const environment = { REEVE_APPLIANCE_DIR: folder, REEVE_APPLIANCE_SERVER: site.url };
    const claimed = await runReeve(["appliance", "provision", site.code, "--mac", MAC], { cwd: folder, environment });
    expect(claimed.code).toBe(0);
    const ran = await runReeve(["appliance", "run", "--once"], { cwd: folder, environment, prefix: withDcDns() });
    expect([ran.code, await site.appliance()]).toMatchObject([
      0,
      {
        phase: "InSync",
        domainPhase: "Enumerated",
        domain: { name: DC.domain },
        enumeration: { count: COMPUTERS, generation: 1 },
      },
    ]);
    const targets = JSON.parse(readFileSync(join(folder, "targets.json"), "utf8")) as {
      name: string;
      source: string;
      port: number;
    }[];
    expect(targets.map(({ name, source, port }) => `${name} ${source} ${port}`)).toEqual([
      "dc1 discovered 5986",
      "sql01 declared 15986",
      "srv-hv01 discovered 5986",
    ]);
    expect(readFileSync(join(folder, "agent/config.json"), "utf8")).toBe(
      '{"appliance_addr":"192.168.88.247:50051","data_dir":"C:\\\\ProgramData\\\\OsirisCare"}\n',
    );
    expect(readFileSync(join(folder, "agent/workstations.txt"), "utf8").trim().split("\n")).toHaveLength(BULK + FRESH);
    const written = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    const everything = [
      ran.stdout,
      ran.stderr,
      ...written.map(({ parentPath, name }) => readFileSync(join(parentPath, name), "utf8")),
    ];
    expect(everything.filter((text) => text.includes(DC.password))).toEqual([]);
    await site.close();
  });

  test("a list that shrinks is refused here, and taken once the document allows it", async () => {
    const site = await openClinic();
    const world = await provisionedWorld(site, { network: NETWORK });
    await runOnce(world);
    site.commit(clinic({ exclude: ["BULK-*"], generation: 2 }), "c2");
    await runOnce(world);
    expect(await site.appliance()).toMatchObject({
      conditions: [{ type: "SuspiciousResult" }],
      enumeration: { count: COMPUTERS, generation: 1 },
    });
    site.commit(clinic({ exclude: ["BULK-*"], generation: 2, minRatio: 0 }), "c3");
    await runOnce(world);
    expect(await site.appliance()).toMatchObject({ conditions: [], enumeration: { count: 37, generation: 2 } });
    const inventory = await site.bench.operate("GET", `/api/operator/sites/${SITE}/inventory`);
    expect(inventory.json<InventoryAnswer>().computers).toHaveLength(37);
    await site.close();
  });

  test("a refused credential is reported, and tried again only when another one comes: accounts lock", async () => {
    const site = await openClinic({}, "not the password");
    const world = await provisionedWorld(site, { network: NETWORK, maxSleeps: 12 });
    const sleep = async (milliseconds: number): Promise<void> => {
      if (world.slept.length === 8) site.bench.secrets["ADMIN"] = DC.password;
      await world.clock.sleep(milliseconds);
    };
    await runAppliance({ ...world, clock: { ...world.clock, sleep } });
    expect(world.logged.filter((line) => line.startsWith("not-enumerated"))).toEqual([
      'not-enumerated {"condition":"CredentialRejected","why":"dc1.robco.test refuses the credential"}',
    ]);
    expect(await site.appliance()).toMatchObject({ conditions: [], enumeration: { count: COMPUTERS } });
    await site.close();
  });

  test("a refused credential is not tried again by a program that is started anew, as a timer does", async () => {
    const site = await openClinic({}, "not the password");
    const world = await provisionedWorld(site, { network: NETWORK });
    for (let starts = 0; starts < 3; starts += 1) await runOnce(world);
    expect(world.logged.filter((line) => line.startsWith("not-enumerated"))).toHaveLength(1);
    expect(await site.appliance()).toMatchObject({ conditions: [{ type: "CredentialRejected" }] });
    await site.close();
  });

  test("a connection that breaks is not opened again by the library, as nobody", async () => {
    const sockets: Socket[] = [];
    const { port, close } = await openLine(1, (socket) => sockets.push(socket));
    const opening = {
      host: DC.host,
      address: "127.0.0.1",
      port,
      security: "none",
      authority: null,
      signal: never,
    } as const;
    const asked = withDirectory(opening, async (client) => {
      const ask = () => client.search("", { scope: "base", attributes: ["defaultNamingContext"] });
      const { searchEntries } = await ask();
      expect(searchEntries).toHaveLength(1);
      for (const socket of sockets) socket.destroy();
      // The client hears of it.
      await setTimeout(200);
      return ask();
    });
    await expect(asked).rejects.toThrow("the connection was lost");
    close();
  });

  test("a server that dies in the middle of a page: nothing is reported, and the next time all of it", async () => {
    const site = await openClinic();
    const world = await provisionedWorld(site, { network: NETWORK });
    const { port, close } = await openLine(200_000, killDc);
    const broken = { ...found, servers: found.servers.map((one) => ({ ...one, address: "127.0.0.1", port })) };
    await expect(listComputers(listing({ security: "starttls", found: broken }))).rejects.toMatchObject({
      kind: "unreachable",
    });
    close();
    await runOnce(world);
    expect(await site.appliance()).toMatchObject({ domain: null, enumeration: null });
    await startDc();
    await runOnce(world);
    expect([await site.appliance(), readProgress(world.folder).enumerated?.count]).toMatchObject([
      { domainPhase: "Enumerated", enumeration: { count: COMPUTERS } },
      COMPUTERS,
    ]);
    await site.close();
  }, 120_000);
});

/** A way to the controller, on which something happens once so many bytes have come from it. */
async function openLine(
  bytes: number,
  happen: (socket: Socket) => void,
): Promise<{ readonly port: number; close(): void }> {
  let left = bytes;
  const server: Server = createServer((socket) => {
    const upstream = connect({ host: DC.address, port: 389 });
    socket.on("data", (part) => upstream.write(part)).on("error", () => undefined);
    upstream.on("error", () => undefined).on("close", () => socket.destroy());
    upstream.on("data", (part) => {
      if (left > 0 && left <= part.length) happen(socket);
      left -= part.length;
      socket.write(part);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { port: (server.address() as AddressInfo).port, close: () => server.close() };
}
