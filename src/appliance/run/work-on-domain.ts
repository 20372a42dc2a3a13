/** The site's domain: found, reported, and listed when that is wanted or due. */
import type { DomainDiscoveredAnswer, DomainDiscoveredBody } from "../../protocol/bodies.ts";
import { isExpectedDomain } from "../../protocol/phases.ts";
import { durationSeconds } from "../../support/duration.ts";
import { type FoundDomain, findDomain } from "../domain/find-domain.ts";
import { Refused } from "../server/trouble.ts";
import { type Appliance, keep } from "./appliance.ts";
import { DOMAIN_CONDITIONS, enumerate } from "./enumerate.ts";

/** Looked for anew so long after it was found. */
const FRESH_MS = 3_600_000;
/** And after it was not: resolvers that do not answer take their time. */
const MISSED_MS = 300_000;

/** True where there is something to report. `wanted`: a generation of the list that the server asks for. */
export async function workOnDomain(appliance: Appliance, wanted: number | null): Promise<boolean> {
  const domain = appliance.applied?.configuration.domain;
  if (domain === undefined || domain.discovery === "off") {
    appliance.domain = null;
    for (const condition of DOMAIN_CONDITIONS) appliance.conditions.delete(condition);
    return false;
  }
  const isNew = await discover(appliance, domain.discovery);
  const found = appliance.domain?.found;
  if (found === undefined || !isExpectedDomain(found.domain, domain.expected ?? null)) return isNew;
  const generation = wanted ?? dueGeneration(appliance);
  if (generation === null) return isNew;
  return (await enumerate(appliance, found, generation)) || isNew;
}

async function discover(
  appliance: Appliance,
  discovery: "auto" | { name: string; servers: string[] },
): Promise<boolean> {
  const { world, domain } = appliance;
  const now = world.clock.now().getTime();
  if (domain !== null && now - domain.at < FRESH_MS && isStillMeant(domain.found, discovery)) return false;
  const asked = JSON.stringify(discovery);
  if (appliance.missed?.discovery === asked && now - appliance.missed.at < MISSED_MS) return false;
  const found = await findDomain(discovery, world.network(), world.signal);
  appliance.missed = found === null ? { discovery: asked, at: now } : null;
  if (found === null) {
    world.log("no-domain", {}, domain === null ? "debug" : "warning");
    if (typeof discovery !== "string")
      appliance.conditions.set("DCUnreachable", `no server of ${discovery.name} answers`);
    return false;
  }
  appliance.domain = { found, at: now };
  if (typeof discovery !== "string") appliance.conditions.delete("DCUnreachable");
  const isNew = await reportDomain(appliance, found);
  if (found.domain !== appliance.progress.domain) keep(appliance, { domain: found.domain });
  return isNew;
}

function isStillMeant({ domain }: FoundDomain, discovery: "auto" | { name: string }): boolean {
  return typeof discovery === "string" || isExpectedDomain(domain, discovery.name);
}

/** That it is another than expected is the server's to say, and its operators' to mend. */
async function reportDomain({ calls, world }: Appliance, found: FoundDomain): Promise<boolean> {
  const { domain, defaultNamingContext } = found;
  const servers = found.servers.map(({ host, port, priority, weight }) => ({ host, port, priority, weight }));
  const body: DomainDiscoveredBody = { domain, defaultNamingContext, servers };
  try {
    const path = "/api/appliances/domain-discovered";
    const { isNew } = await calls.post<DomainDiscoveredAnswer>(path, JSON.stringify(body), "DomainDiscoveredAnswer");
    if (isNew) world.log("domain-discovered", { domain, servers: servers.length });
    return isNew;
  } catch (error) {
    if (!(error instanceof Refused) || error.problem !== "domain-mismatch") throw error;
    world.log("domain-mismatch", { domain, why: error.detail ?? "" }, "warning");
    return false;
  }
}

/** Listed again with the same generation once the interval is over. */
function dueGeneration({ applied, progress, world }: Appliance): number | null {
  const enumeration = applied?.configuration.domain.enumeration;
  if (enumeration === undefined || progress.enumerated === null) return null;
  const age = world.clock.now().getTime() - Date.parse(progress.enumerated.at);
  return age >= 1000 * durationSeconds(enumeration.interval) ? enumeration.generation : null;
}
