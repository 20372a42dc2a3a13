/** What documents of sites may not say, each with its finding. */
import { rootCertificates } from "node:tls";
import { expect, test } from "vitest";
import type { ApplianceSiteSpec, SitesSettings } from "../../../src/generated/documents.ts";
import { checkSites } from "../../../src/providers/sites/check.ts";
import { estate, resource } from "../../support/literals.ts";
import { applianceOf, provisioningOf, randomCode, START, siteOf } from "../../support/site-server.ts";

const code = randomCode();
const credential = (passwordFrom: ApplianceSiteSpec["credentials"][number]["passwordFrom"]) => ({
  credentials: [{ name: "admin", type: "domain_admin" as const, username: "u", passwordFrom }],
});
const domain = siteOf().domain;
const target = { name: "sql", host: "sql.test", role: "server" as const, winrm: { tls: true } };
const agentAt = (listen: string) => ({
  goAgent: {
    version: "1.0.0",
    sha256: "0".repeat(64),
    listen,
    deploy: { to: "none" as const, method: "manual" as const, ring: "100%" },
  },
});
const LATE = "2027-02-01T00:00:00Z";

/** Of age's own documentation. */
const RECIPIENT = "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p";
const pinned = (recipient: string) => applianceOf({ identity: { signKey: `${"A".repeat(43)}=`, recipient } });

interface Row {
  readonly name: string;
  readonly site?: Partial<ApplianceSiteSpec>;
  readonly other?: Partial<ApplianceSiteSpec>;
  readonly settings?: Partial<SitesSettings>;
  readonly says: readonly string[];
}

test.each<Row>([
  { name: "nothing wrong", site: { appliances: [applianceOf({ provisioning: provisioningOf(code) })] }, says: [] },
  {
    name: "an address twice, in two sites",
    site: { appliances: [applianceOf()] },
    other: { appliances: [applianceOf({ name: "b" })] },
    says: ["error duplicate-mac spec.appliances.0.mac"],
  },
  {
    name: "a code twice",
    site: {
      appliances: [
        applianceOf({ provisioning: provisioningOf(code) }),
        applianceOf({ name: "b", mac: "84:3A:5B:91:B6:62", provisioning: provisioningOf(code) }),
      ],
    },
    says: ["error duplicate-code spec.appliances.1.provisioning.codeHash"],
  },
  {
    name: "an address of no machine",
    site: { appliances: [applianceOf({ mac: "FF:FF:FF:FF:FF:FF" })] },
    says: ["error bad-mac spec.appliances.0.mac"],
  },
  {
    name: "a code for too long",
    site: { appliances: [applianceOf({ provisioning: provisioningOf(code, { expiresAt: LATE }) })] },
    says: ["error code-too-long spec.appliances.0.provisioning.expiresAt"],
  },
  {
    name: "a name twice",
    site: { appliances: [applianceOf(), applianceOf({ mac: "84:3A:5B:91:B6:62" })] },
    says: ["error duplicate-name spec.appliances.1.name"],
  },
  {
    name: "an endpoint in the clear",
    site: { apiEndpoint: "http://mgmt.example.net" },
    says: ["error plain-http spec.apiEndpoint"],
  },
  {
    name: "an endpoint that only begins like this machine",
    site: { apiEndpoint: "http://127.0.0.1.evil.test" },
    says: ["error plain-http spec.apiEndpoint"],
  },
  { name: "an endpoint on this machine", site: { apiEndpoint: "http://127.0.0.1:8443" }, says: [] },
  {
    name: "too many check-ins",
    site: { settings: { ...siteOf().settings, pollInterval: "14s" } },
    says: ["error poll-interval spec.settings.pollInterval"],
  },
  {
    name: "too few of one appliance",
    site: { appliances: [applianceOf({ settings: { pollInterval: "2h" } })] },
    says: ["error poll-interval spec.appliances.0.settings.pollInterval"],
  },
  {
    name: "a credential that nobody has",
    site: { domain: { ...domain, credentialsRef: "admim" }, ...credential({ age: "x" }) },
    says: ["error unknown-credential spec.domain.credentialsRef"],
  },
  {
    name: "a target's credential that nobody has",
    site: { targets: [{ ...target, credentialsRef: "none" }] },
    says: ["error unknown-credential spec.targets.0.credentialsRef"],
  },
  {
    name: "a target in the clear",
    site: { targets: [{ ...target, winrm: { tls: false } }] },
    says: ["warning plain-winrm spec.targets.0.winrm.tls"],
  },
  {
    name: "an authority that nobody has",
    site: { domain: { ...domain, ldap: { security: "ldaps", caRef: "ca" } } },
    says: ["error unknown-authority spec.domain.ldap.caRef"],
  },
  {
    name: "an authority with its key",
    site: { authorities: [{ name: "ca", certificate: "-----BEGIN PRIVATE KEY-----" }] },
    says: ["error secret-in-repository spec.authorities.0.certificate"],
  },
  {
    name: "an authority without a certificate",
    site: { authorities: [{ name: "ca", certificate: "hello" }] },
    says: ["error no-certificate spec.authorities.0.certificate"],
  },
  {
    name: "an authority with something else between the lines",
    site: {
      authorities: [{ name: "ca", certificate: "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n" }],
    },
    says: ["warning unreadable-certificate spec.authorities.0.certificate"],
  },
  {
    name: "an authority as it should be",
    site: { authorities: [{ name: "ca", certificate: rootCertificates[0] ?? "" }] },
    says: [],
  },
  {
    name: "a pinned recipient with a letter changed",
    site: { appliances: [pinned(`${RECIPIENT.slice(0, -1)}7`)] },
    says: ["warning bad-recipient spec.appliances.0.identity.recipient"],
  },
  { name: "a pinned recipient", site: { appliances: [pinned(RECIPIENT)] }, says: [] },
  {
    name: "another domain than the one that is looked for",
    site: { domain: { ...domain, discovery: { name: "robco.test", servers: ["dc1"] }, expected: "evil.test" } },
    says: ["error domain-contradiction spec.domain.expected"],
  },
  {
    name: "the one that is looked for",
    site: { domain: { ...domain, discovery: { name: "robco.test", servers: ["dc1"] }, expected: "ROBCO.test." } },
    says: [],
  },
  {
    name: "computers that are gone too soon",
    site: { domain: { ...domain, enumeration: { ...domain.enumeration, staleAfter: "14d" } } },
    says: ["error stale-too-soon spec.domain.enumeration.staleAfter"],
  },
  {
    name: "a variable off the list",
    site: credential({ env: "PATH" }),
    says: ["error secret-not-allowed spec.credentials.0.passwordFrom.env"],
  },
  { name: "a variable on the list", site: credential({ env: "CLINIC" }), says: [] },
  {
    name: "a file outside",
    site: credential({ file: "/etc/shadow" }),
    says: ["error secret-not-allowed spec.credentials.0.passwordFrom.file"],
  },
  {
    name: "a file that climbs out",
    site: credential({ file: "/run/credentials/../../etc/shadow" }),
    says: ["error secret-not-allowed spec.credentials.0.passwordFrom.file"],
  },
  {
    name: "a file beside the folder",
    site: credential({ file: "/run/credentials-of-others/x" }),
    says: ["error secret-not-allowed spec.credentials.0.passwordFrom.file"],
  },
  { name: "a file inside", site: credential({ file: "/run/credentials/x" }), says: [] },
  {
    name: "an agent's port that is none",
    site: agentAt("0.0.0.0:70000"),
    says: ["error bad-port spec.goAgent.listen"],
  },
  ...["999.1.1.1:9999", "10.0.1:9999", "[::1::]:9999"].map((listen) => ({
    name: `an agent at no machine's address: ${listen}`,
    site: agentAt(listen),
    says: ["error bad-address spec.goAgent.listen"],
  })),
  { name: "an agent at an address of version 6", site: agentAt("[fd00::1]:9999"), says: [] },
  ...["https://m.example.net:99999", "https://300.1.1.1", "https://:443"].map((apiEndpoint) => ({
    name: `an endpoint that nobody can ask: ${apiEndpoint}`,
    site: { apiEndpoint },
    says: ["error bad-endpoint spec.apiEndpoint"],
  })),
  ...(["winrm", "local_admin"] as const).map((type) => ({
    name: `a directory that is opened by a credential of type ${type}`,
    site: {
      domain: { ...domain, credentialsRef: "admin" },
      credentials: [{ name: "admin", type, username: "u", passwordFrom: { env: "CLINIC" } }],
    },
    says: ["warning not-of-the-domain spec.domain.credentialsRef"],
  })),
  { name: "no appliance at all", site: { appliances: [] }, says: ["notice no-appliances spec.appliances"] },
  {
    name: "a server in the clear",
    settings: { server: "http://mgmt.example.net", tokenFrom: { env: "T" } },
    says: ["error plain-http spec.providers.sites.server"],
  },
  {
    name: "a server without a token",
    settings: { server: "https://mgmt.example.net" },
    says: ["error token-missing spec.providers.sites"],
  },
  {
    name: "a token from a vault",
    settings: { server: "https://mgmt.example.net", tokenFrom: { vault: { path: "a/b", key: "c" } } },
    says: ["error token-source spec.providers.sites.tokenFrom"],
  },
])("$name", ({ site, other, settings, says }) => {
  const specs = [siteOf({ appliances: [applianceOf()], ...site }), ...(other === undefined ? [] : [siteOf(other)])];
  const resources = specs.map((spec, index) => resource(`ApplianceSite/s${index}`, { spec }));
  const plain = estate({ resources });
  const sites = { secrets: { environment: ["CLINIC"], folders: ["/run/credentials"] }, ...settings };
  const all = { ...plain, document: resource("Estate/robco"), settings: { ...plain.settings, providers: { sites } } };
  const found = checkSites({ estate: all, resources }, START);
  expect(found.map(({ severity, code: word, path }) => `${severity} ${word} ${path.join(".")}`)).toEqual(says);
});

const own = (certificate: string) => ({ authorities: [{ name: "ca", certificate }] });

test.each<{ name: string; site: Partial<ApplianceSiteSpec>; says: RegExp }>([
  {
    name: "no authority at all",
    site: { domain: { ...domain, ldap: { security: "ldaps", caRef: "ca" } } },
    says: /spec\.authorities/,
  },
  { name: "no credential at all", site: { targets: [{ ...target, credentialsRef: "a" }] }, says: /spec\.credentials/ },
  { name: "no certificate", site: own("hello"), says: /-----BEGIN CERTIFICATE-----/ },
  {
    name: "an address twice",
    site: { appliances: [applianceOf(), applianceOf({ name: "b" })] },
    says: /front-desk \(\S+:\d+:\d+\) has this hardware address/,
  },
])("what to do is said: $name", ({ site, says }) => {
  const resources = [resource("ApplianceSite/s", { spec: siteOf({ appliances: [applianceOf()], ...site }) })];
  const [found] = checkSites({ estate: estate({ resources }), resources }, START);
  expect(`${found?.message} ${found?.hint}`).toMatch(says);
});
