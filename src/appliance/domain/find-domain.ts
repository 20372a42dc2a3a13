/** Which domain there is: by DNS, and confirmed by what its server says of itself to anybody. */
import type { SiteDomain } from "../../generated/documents.ts";
import { readRootDse } from "../directory/root-dse.ts";
import { addressByNetwork, type DirectoryServer, findServers } from "./find-servers.ts";
import type { Network } from "./network.ts";

export interface FoundDomain {
  readonly domain: string;
  readonly defaultNamingContext: string;
  readonly servers: readonly DirectoryServer[];
}

const LDAP_PORT = 389;
/** So many servers are asked, of many. */
const MOST_ASKED = 3;

/** Null where there is none, or none of its servers answers. */
export async function findDomain(
  discovery: SiteDomain["discovery"],
  network: Network,
  signal: AbortSignal,
): Promise<FoundDomain | null> {
  if (discovery === "off") return null;
  if (discovery !== "auto") return confirm(discovery.name, await declaredServers(discovery.servers, network), signal);
  for (const domain of network.domains) {
    const found = await confirm(domain, await findServers(network, domain), signal);
    if (found !== null) return found;
  }
  return null;
}

async function declaredServers(hosts: readonly string[], network: Network): Promise<readonly DirectoryServer[]> {
  return Promise.all(
    hosts.map(async (host, priority) => ({
      host: host.toLowerCase(),
      port: LDAP_PORT,
      priority,
      weight: 0,
      address: await addressByNetwork(network, host.toLowerCase()),
    })),
  );
}

/** Another domain's server behind this domain's name is no confirmation. */
async function confirm(
  domain: string,
  servers: readonly DirectoryServer[],
  signal: AbortSignal,
): Promise<FoundDomain | null> {
  for (const server of servers.slice(0, MOST_ASKED)) {
    const context = await readRootDse(server, signal);
    if (context !== null && isOfDomain(context, domain)) return { domain, defaultNamingContext: context, servers };
  }
  return null;
}

/** `DC=robco,DC=test` is robco.test. */
export function isOfDomain(namingContext: string, domain: string): boolean {
  const parts = namingContext.split(",").map((part) => /^\s*dc=(.*?)\s*$/i.exec(part)?.[1]);
  return (
    parts.every((part) => part !== undefined) &&
    parts.join(".").toLowerCase() === domain.toLowerCase().replace(/\.$/, "")
  );
}
