import type { OperatorSite, SiteDocumentAnswer, SitesAnswer } from "../../protocol/operator.ts";
import type { Desired, Session } from "../provider.ts";
import { type SitesReader, SitesTrouble } from "./client.ts";
import { resolveSites } from "./topology.ts";

/** A site as the server has it. */
export interface SiteView extends OperatorSite {
  /** Read where the server has other documents than these; null where it has the same, or none. */
  readonly document: SiteDocumentAnswer | null;
}

export type SitesObservation =
  | { readonly is: "read"; readonly sites: ReadonlyMap<string, SiteView> }
  /** The estate names no server. */
  | { readonly is: "nobody" }
  | { readonly is: "trouble"; readonly trouble: Pick<SitesTrouble, "message" | "failure" | "next"> };

export async function observeSites(desired: Desired, reader: SitesReader, session: Session): Promise<SitesObservation> {
  session.progress.step("reading the site server");
  try {
    const answer = await reader.sites(desired);
    if (answer === null) return { is: "nobody" };
    assertOurs(answer, session.estate);
    const digests = new Map(resolveSites(desired).map(({ site, digest }) => [site.name, digest]));
    const views = answer.sites.map(async (site): Promise<readonly [string, SiteView]> => {
      const isSame = site.digest === null || digests.get(site.name) === site.digest;
      return [site.name, { ...site, document: isSame ? null : await reader.document(desired, site.name) }];
    });
    return { is: "read", sites: new Map(await Promise.all(views)) };
  } catch (error) {
    if (!(error instanceof SitesTrouble)) throw error;
    const { message, failure, next } = error;
    return { is: "trouble", trouble: { message, failure, next } };
  }
}

/** A server of another estate remembers appliances that nobody here declares: none of them is ours to retire. */
function assertOurs({ estate }: SitesAnswer, own: string): void {
  if (estate === own) return;
  if (estate === null)
    throw new SitesTrouble(
      "retryable",
      "the site server has loaded no documents yet",
      "look at its log, and plan again",
    );
  throw new SitesTrouble(
    "conflict",
    `the site server belongs to the estate ${estate}`,
    "set providers.sites.server to this estate's own",
  );
}
