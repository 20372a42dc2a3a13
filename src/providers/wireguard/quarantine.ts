import { durationSeconds } from "../../support/duration.ts";
import { containsAddress, formatAddress, parseAddress } from "./ip.ts";
import type { QuarantinedAddress } from "./pool.ts";
import { COMMIT_MARK, type ReleasedAddress, releasedIn } from "./released-addresses.ts";
import type { HubFacts, Topology } from "./topology.ts";

export interface QuarantineRequest {
  /** A folder inside the state repository. */
  readonly root: string;
  readonly stateDir: string;
  readonly topology: Topology;
  readonly now: Date;
}

export interface Quarantine {
  /** Sorted by hub, then by address as text. */
  readonly quarantined: readonly QuarantinedAddress[];
  /** What could not be looked up, in plain words. */
  readonly notices: readonly string[];
}

/** More lines than any file has: each patch then holds the whole file, before and after. */
const WHOLE_FILE = "--unified=1000000";
const PATCH = [
  "--patch",
  WHOLE_FILE,
  "--diff-filter=MD",
  "--no-renames",
  "--no-color",
  "--no-ext-diff",
  "--no-textconv",
];

/**
 * The addresses that removed peers still block, by each hub's `peers.quarantine`. Git's history is the tombstone: there
 * is no file of leases to merge wrongly.
 */
export async function readQuarantine(request: QuarantineRequest): Promise<Quarantine> {
  const { topology, now } = request;
  const longest = Math.max(0, ...[...topology.hubs.values()].map(quarantineSeconds));
  if (longest === 0) return { quarantined: [], notices: [] };
  const history = await readHistory(request, new Date(now.getTime() - longest * 1000));
  if (history === null) {
    const notice =
      "no quarantine: the state directory is in no git repository with a commit, so removed peers are forgotten";
    return { quarantined: [], notices: [notice] };
  }
  const notice =
    "the quarantine may be incomplete: this clone of the state repository is shallow (fetch its whole history)";
  return {
    quarantined: quarantinedFrom(releasedIn(history.log, now), topology, now),
    notices: history.isShallow ? [notice] : [],
  };
}

/** Each released address at every hub whose network it is in, until that hub's time is over; the latest release counts. */
function quarantinedFrom(
  released: readonly ReleasedAddress[],
  topology: Topology,
  now: Date,
): readonly QuarantinedAddress[] {
  const latest = new Map<string, QuarantinedAddress>();
  for (const { peer, address: text, at } of released) {
    const address = parseAddress(text);
    if (address === null) continue;
    for (const hub of topology.hubs.values()) {
      if (!hub.interfaceAddresses.some(({ network }) => containsAddress(network, address))) continue;
      const releasedAt = new Date(at.getTime() + quarantineSeconds(hub) * 1000);
      const one = { hub: hub.hub.name, address: formatAddress(address), peer, releasedAt };
      const known = latest.get(`${one.hub} ${one.address}`);
      if (releasedAt > now && (known === undefined || known.releasedAt < releasedAt)) {
        latest.set(`${one.hub} ${one.address}`, one);
      }
    }
  }
  return [...latest].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, one]) => one);
}

function quarantineSeconds({ hub }: HubFacts): number {
  return durationSeconds(hub.spec.peers.quarantine);
}

interface History {
  readonly log: string;
  readonly isShallow: boolean;
}

/** Loaded when it is needed: no other command pays for it. */
async function readHistory({ root, stateDir }: QuarantineRequest, since: Date): Promise<History | null> {
  const { simpleGit } = await import("simple-git");
  const git = simpleGit({ baseDir: root });
  if (!(await git.checkIsRepo()) || !(await hasCommit(git))) return null;
  const files = ["--", stateDir];
  const uncommitted = await git.raw(["diff", "HEAD", ...PATCH, ...files]);
  const format = `--format=${COMMIT_MARK}%ct`;
  const after = `--since=${since.toISOString()}`;
  const committed = await git.raw(["log", after, "--first-parent", "-m", format, ...PATCH, ...files]);
  const shallow = await git.raw(["rev-parse", "--is-shallow-repository"]);
  return { log: `${uncommitted}\n${committed}`, isShallow: shallow.trim() === "true" };
}

async function hasCommit(git: { raw(args: string[]): Promise<string> }): Promise<boolean> {
  return git.raw(["rev-parse", "--verify", "HEAD"]).then(
    () => true,
    () => false,
  );
}
