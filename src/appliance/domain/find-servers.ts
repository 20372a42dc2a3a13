/** A domain's controllers, by SRV. */
import { Resolver as NodeResolver } from "node:dns/promises";
import { isIP } from "node:net";
import type { Answer } from "dns-packet";
import type { DiscoveredServer } from "../../protocol/bodies.ts";
import { askDns, DnsTrouble } from "./ask-dns.ts";
import type { Network, Resolver } from "./network.ts";

/** A directory server, and where it is. */
export interface DirectoryServer extends DiscoveredServer {
  readonly address: string;
}

const MOST_SERVERS = 100;

/** Ordered as they are to be asked. The first resolver that knows the domain decides; empty where none does. */
export async function findServers({ resolvers }: Network, domain: string): Promise<readonly DirectoryServer[]> {
  for (const resolver of resolvers) {
    const found = await serversBy(resolver, `_ldap._tcp.dc._msdcs.${domain}`);
    if (found.length > 0) return found;
  }
  return [];
}

async function serversBy(resolver: Resolver, name: string): Promise<readonly DirectoryServer[]> {
  try {
    const answers = await askDns(resolver, { name, type: "SRV" });
    const servers = sortServers(answers.flatMap(serverOf)).slice(0, MOST_SERVERS);
    return await Promise.all(
      servers.map(async (server) => ({ ...server, address: await addressOf(resolver, server.host, answers) })),
    );
  } catch (error) {
    if (!(error instanceof DnsTrouble)) throw error;
    return error.kind === "not-found" || error.kind === "no-data" ? [] : serversByNode(resolver, name);
  }
}

/** The second way, for what our own question met: Node's resolver asks otherwise. */
async function serversByNode({ address, port }: Resolver, name: string): Promise<readonly DirectoryServer[]> {
  try {
    const resolver = new NodeResolver({ timeout: 1500, tries: 1 });
    resolver.setServers([address.includes(":") ? `[${address}]:${port}` : `${address}:${port}`]);
    const found = await resolver.resolveSrv(name);
    const servers = found.map(({ name: host, ...rest }) => ({ ...rest, host: host.toLowerCase() }));
    return sortServers(servers).map((server) => ({ ...server, address: server.host }));
  } catch {
    return [];
  }
}

function serverOf(answer: Answer): readonly DiscoveredServer[] {
  if (answer.type !== "SRV") return [];
  const { target, port, priority = 0, weight = 0 } = answer.data;
  const host = target.toLowerCase().replace(/\.$/, "");
  const isHost = /^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/.test(host);
  return isHost && port > 0 ? [{ host, port, priority, weight }] : [];
}

/** By priority, then the weightier first, then by name. */
export function sortServers(servers: readonly DiscoveredServer[]): readonly DiscoveredServer[] {
  return servers.toSorted((a, b) => a.priority - b.priority || b.weight - a.weight || (a.host < b.host ? -1 : 1));
}

/** Of the same resolver: the system's may not know names of the domain. The name itself where nobody says more. */
async function addressOf(resolver: Resolver, host: string, cameAlong: readonly Answer[]): Promise<string> {
  if (isIP(host) !== 0) return host;
  const isOfHost = (answer: Answer): boolean => answer.type === "A" && answer.name.toLowerCase() === host;
  const known =
    cameAlong.find(isOfHost) ?? (await askDns(resolver, { name: host, type: "A" }).catch(() => [])).find(isOfHost);
  return known?.type === "A" ? known.data : host;
}

/** Of the first resolver that knows it. */
export async function addressByNetwork({ resolvers }: Network, host: string): Promise<string> {
  for (const resolver of resolvers) {
    const address = await addressOf(resolver, host, []);
    if (address !== host) return address;
  }
  return host;
}
