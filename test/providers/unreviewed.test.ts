/** A pull request that says anew where a secret is sent: nobody is asked before that is merged. */
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import type { Estate } from "../../src/estate/estate.ts";
import { loadEstate } from "../../src/estate/load-estate.ts";
import type { PolicyDomain, SitesSettings } from "../../src/generated/documents.ts";
import type { Session } from "../../src/providers/provider.ts";
import { openSitesReader } from "../../src/providers/sites/client.ts";
import { observeSites } from "../../src/providers/sites/observe.ts";
import { DomainTrouble } from "../../src/providers/workspaces/gpo/domain/domain-trouble.ts";
import { policiesOf, readPolicies } from "../../src/providers/workspaces/policies-observe.ts";
import { sessionOf } from "../support/wireguard-hub.ts";

const ROOT = join(import.meta.dirname, "../..");
const POLICY = "WorkspaceSecurityPolicy/locked-down";
const DOMAIN: PolicyDomain = {
  name: "corp.example",
  servers: [{ host: "dc1.corp.example" }],
  username: "gpo@corp.example",
  passwordFrom: { env: "DOMAIN_PASSWORD" },
};
const SITES: SitesSettings = {
  server: "http://127.0.0.1:9",
  tokenFrom: { env: "TOKEN" },
  secrets: { environment: ["DOMAIN_PASSWORD"], folders: [] },
};

let sample: Estate;
beforeAll(async () => {
  const { estate } = await loadEstate({ stateDir: join(ROOT, "desired-state"), cacheDir: null });
  if (estate === null) throw new Error("the sample does not validate");
  sample = estate;
});

function estateOf(domain: PolicyDomain | null, sites: SitesSettings | null): Estate {
  const resources = sample.resources.map((one) =>
    one.address === POLICY && domain !== null
      ? { ...one, spec: { ...(one.spec as object), publish: { domain } } }
      : one,
  );
  const { sites: _own, ...others } = sample.settings.providers ?? {};
  const providers = { ...others, ...(sites === null ? {} : { sites }) };
  const byAddress = new Map(resources.map((one) => [one.address, one]));
  return { ...sample, resources, byAddress, settings: { ...sample.settings, providers } };
}

async function domainAsked(head: Estate, base: Estate | undefined): Promise<boolean> {
  let isAsked = false;
  const readObject = (): Promise<never> => {
    isAsked = true;
    const verdict = { code: "domain-unreachable", failure: "retryable", message: "nobody", next: "" } as const;
    return Promise.reject(new DomainTrouble(verdict));
  };
  const desired = { estate: head, resources: head.resources };
  const readings = await readPolicies(desired, ROOT, { domains: { readObject }, base });
  expect(policiesOf(desired).map(({ address }) => address)).toContain(POLICY);
  const said = JSON.stringify(readings.get("locked-down"));
  expect(said).toContain(isAsked ? "domain-unreachable" : "domain-unreviewed");
  return isAsked;
}

test.each<{ name: string; base: Parameters<typeof estateOf> | null; asks: boolean }>([
  { name: "no pull request", base: null, asks: true },
  { name: "the base says the same", base: [DOMAIN, SITES], asks: true },
  { name: "a new domain", base: [null, SITES], asks: false },
  { name: "another server", base: [{ ...DOMAIN, servers: [{ host: "dc2.corp.example" }] }, SITES], asks: false },
  {
    name: "another address of it",
    base: [{ ...DOMAIN, servers: [{ host: "dc1.corp.example", address: "10.0.0.1" }] }, SITES],
    asks: false,
  },
  { name: "another secret", base: [{ ...DOMAIN, passwordFrom: { env: "OTHER" } }, SITES], asks: false },
  {
    name: "a secret that the base does not allow",
    base: [DOMAIN, { ...SITES, secrets: { environment: [], folders: [] } }],
    asks: false,
  },
])("a domain: $name: $asks", async ({ base, asks }) => {
  expect(await domainAsked(estateOf(DOMAIN, SITES), base === null ? undefined : estateOf(...base))).toBe(asks);
});

test.each<{
  name: string;
  base: SitesSettings | null | undefined;
  environment?: Record<string, string>;
  asks: boolean;
}>([
  { name: "no pull request", base: undefined, asks: true },
  { name: "the base says the same", base: SITES, asks: true },
  { name: "a new server", base: null, asks: false },
  { name: "another server", base: { ...SITES, server: "https://mgmt.example.net" }, asks: false },
  { name: "another token", base: { ...SITES, tokenFrom: { env: "OTHER" } }, asks: false },
  {
    name: "another server, but the run says which",
    base: null,
    environment: { REEVE_SITES_SERVER: "http://127.0.0.1:9", REEVE_SITES_SERVER_TOKEN: "t" },
    asks: true,
  },
])("a site server: $name: $asks", async ({ base, environment = { TOKEN: "t" }, asks }) => {
  let isAsked = false;
  const calls: Session["calls"] = {
    send: () => {
      isAsked = true;
      throw new Error("asked");
    },
  };
  const head = estateOf(null, SITES);
  const merged = base === undefined ? {} : { base: estateOf(null, base) };
  const session: Session = { ...sessionOf(ROOT, environment), calls, ...merged };
  const desired = { estate: head, resources: head.resources };
  const observed = await observeSites(desired, openSitesReader(session), session).catch((error: unknown) => error);
  expect(isAsked).toBe(asks);
  if (!asks)
    expect(observed).toMatchObject({
      is: "trouble",
      trouble: { message: expect.stringContaining("merged") as string },
    });
});
