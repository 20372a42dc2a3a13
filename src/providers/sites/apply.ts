import type { Change } from "../../plan/change.ts";
import type { Outcome } from "../../plan/outcome.ts";
import type { SitesAnswer } from "../../protocol/operator.ts";
import type { Session, Work } from "../provider.ts";
import { SitesTrouble, type SitesWriter } from "./client.ts";
import { retirementsOf } from "./compare.ts";
import type { SitesObservation } from "./observe.ts";
import { isPinnedAlike } from "./pins.ts";
import { resolveSites } from "./topology.ts";

const WAIT_S = 60;

/**
 * The server hands out what the state repository says, so nothing is written to it: it is told to look, and has the reviewed
 * documents before a change counts as done. Keys are revoked last, once nothing is declared for them any more.
 */
export async function* applySites(
  work: Work<SitesObservation>,
  writer: SitesWriter,
  session: Session,
): AsyncIterable<Outcome> {
  const loaded = await loadDocuments(work, writer, session);
  for (const change of work.changes) {
    session.signal.throwIfAborted();
    session.progress.step(`applying ${change.address}`);
    yield loaded instanceof SitesTrouble ? failed(change, loaded) : await applyChange({ change, work, writer, loaded });
  }
}

/** Sites whose documents the server has as they were reviewed, or has none of where none are declared. */
type Loaded = ReadonlySet<string>;

/** Once they are all that there are changes of, or the wait is over. */
async function loadDocuments(
  work: Work<SitesObservation>,
  writer: SitesWriter,
  session: Session,
): Promise<Loaded | SitesTrouble> {
  const { desired, changes } = work;
  try {
    for (let second = 0; ; second += 1) {
      if (second % 10 === 0) await writer.look(desired);
      const loaded = loadedSites(work, await writer.sites(desired));
      if (changes.every(({ name }) => loaded.has(name)) || second === WAIT_S) return loaded;
      session.progress.step("waiting for the site server to load the documents");
      await session.clock.sleep(1000, session.signal);
    }
  } catch (error) {
    if (error instanceof SitesTrouble) return error;
    throw error;
  }
}

function loadedSites({ desired, changes }: Work<SitesObservation>, answer: SitesAnswer | null): Loaded {
  const wanted = new Map(resolveSites(desired).map((facts) => [facts.site.name, facts]));
  const served = new Map(answer?.sites.map((site) => [site.name, site]));
  const isLoaded = (name: string): boolean => {
    const [facts, site] = [wanted.get(name), served.get(name)];
    if ((site?.digest ?? null) !== (facts?.digest ?? null)) return false;
    return facts === undefined || isPinnedAlike(facts.site.spec, site?.appliances ?? []);
  };
  return new Set(changes.map(({ name }) => name).filter(isLoaded));
}

interface Doing {
  readonly change: Change;
  readonly work: Work<SitesObservation>;
  readonly writer: SitesWriter;
  readonly loaded: Loaded;
}

async function applyChange({ change, work, writer, loaded }: Doing): Promise<Outcome> {
  const { address, name } = change;
  const facts = resolveSites(work.desired).find(({ site }) => site.name === name);
  if (!loaded.has(name)) {
    const message = "the site server has not loaded these documents";
    return {
      status: "held",
      address,
      message,
      next: "it follows the merged branch: look at its /readyz, then apply again",
    };
  }
  const view = work.observation.is === "read" ? work.observation.sites.get(name) : undefined;
  const retired = retirementsOf(view, facts);
  try {
    for (const { applianceId } of retired) await writer.retire(work.desired, applianceId);
  } catch (error) {
    if (error instanceof SitesTrouble) return failed(change, error);
    throw error;
  }
  const handed = change.waitsFor.filter((what) => what.endsWith("check-in"));
  const words = [
    ...(retired.length > 0 ? [`${retired.length} retired`] : []),
    ...(handed.length > 0 ? [`handed out at ${handed.join(", ")}`] : []),
  ];
  return { status: "done", address, message: words.join("; ") || "the site server has it" };
}

function failed({ address }: Change, { message, failure, next }: SitesTrouble): Outcome {
  return { status: "failed", address, message, failure, next };
}
