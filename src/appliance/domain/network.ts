/** How this machine looks names up: resolvers and search domains, of resolv.conf and of DHCP leases. Pure. */
export interface Resolver {
  readonly address: string;
  readonly port: number;
}

export interface Network {
  readonly resolvers: readonly Resolver[];
  readonly domains: readonly string[];
}

/** Of either: each takes its time where it does not answer. */
const MOST = 4;
const NONE: Network = { resolvers: [], domains: [] };

/** All of `texts` together, in their order, each once. The system's own stub comes last: it knows nothing of `.local`. */
export function joinNetworks(networks: readonly Network[]): Network {
  const resolvers = uniqueBy(
    networks.flatMap((one) => one.resolvers),
    ({ address }) => address,
  ).toSorted((a, b) => Number(isStub(a)) - Number(isStub(b)));
  const domains = uniqueBy(
    networks.flatMap((one) => one.domains),
    (domain) => domain,
  );
  return { resolvers: resolvers.slice(0, MOST), domains: domains.slice(0, MOST) };
}

function isStub({ address }: Resolver): boolean {
  return address === "127.0.0.53" || address === "127.0.0.54";
}

function uniqueBy<T>(all: readonly T[], keyOf: (one: T) => string): readonly T[] {
  return [...new Map(all.toReversed().map((one) => [keyOf(one), one])).values()].toReversed();
}

/** `nameserver`, `search` and `domain` lines; of the last two the last one counts. */
export function readResolvConf(text: string): Network {
  const lines = text.split("\n").map((line) =>
    line
      .replace(/[#;].*$/, "")
      .trim()
      .split(/\s+/),
  );
  const resolvers = lines.filter(([word]) => word === "nameserver").flatMap(([, address = ""]) => resolverOf(address));
  const search = lines.findLast(([word]) => word === "search" || word === "domain")?.slice(1) ?? [];
  return { resolvers, domains: search.flatMap(domainOf) };
}

/** Of ISC dhclient: what a later lease says comes first. */
export function readDhclientLeases(text: string): Network {
  const leases = text.split(/^lease\s*\{/m).slice(1);
  return joinNetworks(leases.toReversed().map(readDhclientLease));
}

function readDhclientLease(text: string): Network {
  const valueOf = (option: string): string =>
    new RegExp(`^\\s*option ${option} (.*);`, "m").exec(text)?.[1]?.replaceAll('"', "") ?? "";
  const words = (option: string): readonly string[] => valueOf(option).split(/[\s,]+/);
  return {
    resolvers: words("domain-name-servers").flatMap(resolverOf),
    domains: [...words("domain-search"), ...words("domain-name")].flatMap(domainOf),
  };
}

/** Of systemd-networkd and NetworkManager: `DNS=`, `DOMAIN_SEARCH_LIST=`, `DOMAINNAME=`. */
export function readNetworkdLease(text: string): Network {
  const valueOf = (key: string): readonly string[] =>
    new RegExp(`^${key}=(.*)$`, "m").exec(text)?.[1]?.replaceAll('"', "").split(/\s+/) ?? [];
  return {
    resolvers: valueOf("DNS").flatMap(resolverOf),
    domains: [...valueOf("DOMAIN_SEARCH_LIST"), ...valueOf("DOMAINNAME")].flatMap(domainOf),
  };
}

function resolverOf(address: string): readonly Resolver[] {
  return /^([0-9]{1,3}\.){3}[0-9]{1,3}$|^[0-9a-fA-F]*:[0-9a-fA-F:.]+(%[\w.-]+)?$/.test(address)
    ? [{ address, port: 53 }]
    : NONE.resolvers;
}

function domainOf(text: string): readonly string[] {
  const domain = text.toLowerCase().replace(/\.$/, "");
  return /^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+$/.test(domain) && domain.length <= 253
    ? [domain]
    : NONE.domains;
}
