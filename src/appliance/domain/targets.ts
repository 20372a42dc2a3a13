/** What the appliance looks after: what is declared, and what was discovered beside it. Pure. */
import type { SiteTarget } from "../../generated/documents.ts";
import type { Computer } from "../../protocol/bodies.ts";

export interface Target {
  readonly name: string;
  readonly host: string;
  readonly role: SiteTarget["role"];
  readonly port: number;
  readonly isTls: boolean;
  /** Null where none opens it. */
  readonly credential: string | null;
  readonly source: "declared" | "discovered";
}

export interface Discovery {
  readonly computers: readonly Computer[];
  /** The name of the credential that opened the directory. */
  readonly credential: string;
  readonly now: Date;
  readonly staleSeconds: number;
}

/** Servers of the domain beside the declared targets; a declared one stays as it is. Sorted by name. */
export function mergeTargets(declared: readonly SiteTarget[], discovery: Discovery | null): readonly Target[] {
  const own = declared.map(declaredTarget);
  const taken = new Set(own.flatMap(({ name, host }) => [name, host, shortName(host)].map((one) => one.toLowerCase())));
  const found = (discovery?.computers ?? [])
    .filter((computer) => computer.class === "server" || computer.class === "domain-controller")
    .filter((computer) => discovery !== null && !isStale(computer, discovery))
    .filter(({ name, dnsHostName }) => !taken.has(name.toLowerCase()) && !taken.has(dnsHostName ?? ""))
    .map((computer) => discoveredTarget(computer, discovery?.credential ?? null));
  return [...own, ...found].toSorted((a, b) => (a.name < b.name ? -1 : Number(a.name > b.name)));
}

/** Those that get the agent in place of being asked from afar. */
export function workstationsOf(discovery: Discovery): readonly Computer[] {
  return discovery.computers.filter((one) => one.class === "workstation" && !isStale(one, discovery));
}

/** One that never logged on is new, not stale. */
function isStale({ lastLogon }: Computer, { now, staleSeconds }: Pick<Discovery, "now" | "staleSeconds">): boolean {
  return lastLogon !== null && now.getTime() - Date.parse(lastLogon) > 1000 * staleSeconds;
}

function declaredTarget({ name, host, role, winrm, credentialsRef }: SiteTarget): Target {
  const port = winrm.port ?? (winrm.tls ? 5986 : 5985);
  return { name, host, role, port, isTls: winrm.tls, credential: credentialsRef ?? null, source: "declared" };
}

function discoveredTarget(computer: Computer, credential: string | null): Target {
  return {
    name: computer.name.toLowerCase(),
    host: computer.dnsHostName ?? computer.name.toLowerCase(),
    role: computer.class === "domain-controller" ? "domain-controller" : "server",
    port: 5986,
    isTls: true,
    credential,
    source: "discovered",
  };
}

function shortName(host: string): string {
  return /^[0-9.]+$/.test(host) ? host : (host.split(".")[0] ?? host);
}
