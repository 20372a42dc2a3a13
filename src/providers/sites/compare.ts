/** Documents and what the site server has of them, to changes. Pure. */
import type { Address, Finding } from "../../estate/resource.ts";
import { addressOf } from "../../estate/resource.ts";
import type { ChangeDraft } from "../../plan/change.ts";
import { brandOf } from "../../protocol/configuration.ts";
import type { OperatorAppliance } from "../../protocol/operator.ts";
import type { Comparison, Desired } from "../provider.ts";
import { findingsOfCommit, newCodes } from "./compare-commits.ts";
import { findingsOfSite } from "./compare-reports.ts";
import type { SitesObservation, SiteView } from "./observe.ts";
import { pinChanges, withServedPins } from "./pins.ts";
import { configurationChanges, suspensions } from "./rollout.ts";
import { diffSites, type SiteDocuments } from "./site-shape.ts";
import { standingsOf } from "./standings.ts";
import { resolveSites, type SiteFacts } from "./topology.ts";

export function compareSites(desired: Desired, observation: SitesObservation, now: Date): Comparison {
  const sites = resolveSites(desired);
  const views = observation.is === "read" ? observation.sites : new Map<string, SiteView>();
  const isRead = observation.is === "read";
  return {
    changes: isRead ? draftsOf(sites, views, now) : [],
    foreign: [],
    ignored: [],
    findings: isRead
      ? sites.flatMap((facts) => {
          const view = views.get(facts.site.name);
          return [
            ...findingsOfCommit(facts.site, servedTo(facts, view)?.spec ?? null, now),
            ...findingsOfSite(facts, view, now),
          ];
        })
      : unreadFindings(desired, sites, observation),
    unread: observation.is === "trouble" ? sites.map(({ site }) => site.address) : [],
    nextChangeAt: isRead ? nextEnd(sites, views, now) : null,
    standings: standingsOf(desired, views),
    managed: {
      ApplianceSite: [...views.values()].filter(isThere).length,
      [APPLIANCES]: [...views.values()].flatMap(({ appliances }) => appliances.filter(isLive)).length,
    },
  };
}

/** What the mass-change valve calls them. */
const APPLIANCES = "claimed appliances";

function lossesOf(retired: readonly OperatorAppliance[]): Pick<ChangeDraft, "losses"> {
  return retired.length === 0 ? {} : { losses: { of: APPLIANCES, count: retired.length } };
}

/** A new code that ends before anybody has it holds its site's change back. */
function nextEnd(sites: readonly SiteFacts[], views: ReadonlyMap<string, SiteView>, now: Date): Date | null {
  const ends = sites.flatMap((facts) => {
    const served = servedTo(facts, views.get(facts.site.name));
    return newCodes(facts.site.spec, served?.spec ?? null).map(({ expiresAt }) => Date.parse(expiresAt));
  });
  const ahead = ends.filter((end) => end > now.getTime());
  return ahead.length === 0 ? null : new Date(Math.min(...ahead));
}

/** Where no site is declared, some may have to go: then the finding is about the server's own setting. */
function unreadFindings(
  { estate }: Desired,
  sites: readonly SiteFacts[],
  observation: SitesObservation,
): readonly Finding[] {
  if (observation.is !== "trouble") return [];
  const { message, next, failure } = observation.trouble;
  // Another estate's server: a setting is wrong, and waiting does not mend it.
  const severity = failure === "conflict" ? "error" : "held";
  const words = { severity, code: "sites-unread", message, hint: next } as const;
  const { document } = estate;
  if (sites.length === 0 && document !== undefined)
    return [{ ...words, resource: document, path: ["spec", "providers", "sites", "server"] }];
  return sites.map(({ site }) => ({ ...words, resource: site, path: [] }));
}

function draftsOf(
  sites: readonly SiteFacts[],
  views: ReadonlyMap<string, SiteView>,
  now: Date,
): readonly ChangeDraft[] {
  const declared = new Set(sites.map(({ site }) => site.name));
  const gone = [...views.values()].filter((view) => !declared.has(view.name) && isThere(view));
  return [...sites.flatMap((facts) => draftOf(facts, views.get(facts.site.name), now)), ...gone.map(deletionOf)];
}

/** The server has its documents, or one of its appliances a key that still works. */
function isThere(view: SiteView): boolean {
  return view.digest !== null || view.appliances.some(isLive);
}

function isLive({ identity }: OperatorAppliance): boolean {
  return identity !== null && identity.retiredAt === null;
}

/** Appliances with a key that still works and no place in the documents, sorted by name. */
export function retirementsOf(view: SiteView | undefined, facts: SiteFacts | undefined): readonly OperatorAppliance[] {
  const declared = new Set(facts?.site.spec.appliances.map(({ name }) => name));
  return view?.appliances.filter((appliance) => isLive(appliance) && !declared.has(appliance.name)) ?? [];
}

/** The documents that the server hands out; null where it has none of the site. */
function servedTo({ site, partner, digest }: SiteFacts, view: SiteView | undefined): SiteDocuments | null {
  if (view?.digest !== digest) return view?.document ?? null;
  return { spec: withServedPins(site.spec, view.appliances), partner: brandOf(partner) };
}

/** What is held is held in the plan, too: the findings say where. */
function blockedBy(facts: SiteFacts, before: SiteDocuments | null, now: Date): Pick<ChangeDraft, "blocked"> {
  const [first] = findingsOfCommit(facts.site, before?.spec ?? null, now);
  if (first === undefined) return {};
  return { blocked: { code: first.code, message: first.message, next: first.hint ?? "see the finding" } };
}

function draftOf(facts: SiteFacts, view: SiteView | undefined, now: Date): readonly ChangeDraft[] {
  const { site, partner, digest } = facts;
  const retired = retirementsOf(view, facts);
  const repinned = pinChanges(site.spec, view?.appliances ?? []);
  if (view?.digest === digest && retired.length === 0 && repinned.length === 0) return [];
  const after = { spec: site.spec, partner: brandOf(partner) };
  const before = servedTo(facts, view);
  const configured = configurationChanges(facts, view);
  const suspended = suspensions(facts, before);
  const isNew = view === undefined || !isThere(view);
  return [
    {
      address: site.address,
      kind: site.kind,
      name: site.name,
      action: isNew ? "create" : "update",
      fields: [
        ...diffSites(before, after),
        ...retired.map(({ name }) => ({ path: `appliances.${name}.identity`, before: "claimed", after: "revoked" })),
      ],
      reason: reasonOf(isNew, configured.length, retired.length),
      disruption: retired.length > 0 ? "destroys" : suspended.length > 0 ? "interrupts" : "none",
      impact: [
        ...retired.map(revocation),
        ...suspended.map((name) => `${name} is turned away`),
        ...configured.map((name) => `${name} is configured anew`),
      ],
      waitsFor: [
        ...(view?.digest === digest ? [] : ["the site server to load the documents"]),
        ...configured.map((name) => `${name}'s next check-in`),
      ],
      source: site.source,
      basis: { digest: view?.digest ?? null, keys: retired.map(({ identity }) => identity?.signKey ?? null) },
      ...lossesOf(retired),
      ...blockedBy(facts, before, now),
    },
  ];
}

function reasonOf(isNew: boolean, configured: number, retired: number): string {
  if (isNew) return "the site server does not know it yet";
  const said = [
    configured > 0 ? `${configured} to be configured anew` : "the site server has other documents",
    ...(retired > 0 ? [`${retired} to be retired`] : []),
  ];
  return said.join(", ");
}

function revocation({ name, hostname }: OperatorAppliance): string {
  const machine = hostname === null ? name : `${name} (${hostname})`;
  return `${machine} loses its place for good: coming back takes a new code`;
}

function deletionOf(view: SiteView): ChangeDraft {
  const address: Address = addressOf("ApplianceSite", view.name);
  const retired = retirementsOf(view, undefined);
  return {
    address,
    kind: "ApplianceSite",
    name: view.name,
    action: "delete",
    fields: retired.map(({ name }) => ({ path: `appliances.${name}.identity`, before: "claimed", after: "revoked" })),
    reason:
      retired.length === 0 ? "no document declares it" : `no document declares it; ${retired.length} to be retired`,
    disruption: retired.length === 0 ? "none" : "destroys",
    impact: retired.map(revocation),
    waitsFor: view.digest === null ? [] : ["the site server to load the documents"],
    source: null,
    basis: { digest: view.digest, keys: retired.map(({ identity }) => identity?.signKey ?? null) },
    ...lossesOf(retired),
  };
}
