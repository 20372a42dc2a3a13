/** What operators, the page and the provider read of a site server, and ask of it. */

import type { ApplianceSiteSpec } from "../generated/documents.ts";
import type { CheckinBody, Computer, DiscoveredServer } from "./bodies.ts";
import type { PartnerBrand } from "./configuration.ts";
import type { DomainPhase, Phase } from "./phases.ts";

export interface OperatorAppliance {
  readonly name: string;
  readonly applianceId: string;
  /** False for one that is only remembered. */
  readonly isDeclared: boolean;
  readonly phase: Phase;
  readonly domainPhase: DomainPhase;
  /** Of the configuration that the server hands out; null for one that is not declared. */
  readonly renderedHash: string | null;
  /** Of the configuration that the appliance reports to be in force. */
  readonly reportedHash: string | null;
  readonly outOfSyncSince: string | null;
  readonly seenAt: string | null;
  readonly version: string | null;
  readonly hostname: string | null;
  readonly uptimeSeconds: number | null;
  readonly credentialsVersion: string | null;
  readonly conditions: CheckinBody["conditions"];
  readonly identity: OperatorIdentity | null;
  /** The keys that its document pins, as the server has it. */
  readonly pinned: PinnedKeys | null;
  readonly domain: { readonly name: string; readonly servers: readonly DiscoveredServer[]; readonly at: string } | null;
  readonly enumeration: { readonly generation: number; readonly count: number; readonly at: string } | null;
}

export interface PinnedKeys {
  readonly signKey: string;
  readonly recipient: string;
}

export interface OperatorIdentity {
  readonly signKey: string;
  readonly recipient: string;
  readonly mac: string;
  readonly generation: number;
  readonly claimedAt: string;
  readonly conflictAt: string | null;
  readonly retiredAt: string | null;
  /** A key that asks for this place. */
  readonly pending: {
    readonly signKey: string;
    readonly mac: string;
    readonly hostname: string;
    readonly at: string;
  } | null;
}

export interface OperatorSite {
  readonly name: string;
  /** Of its documents, as the server has them (`siteDigest`); null for one that is only remembered. */
  readonly digest: string | null;
  /** Whether a partner has submitted a credential for the domain, and when. */
  readonly submittedAt: string | null;
  readonly appliances: readonly OperatorAppliance[];
}

export interface SitesAnswer {
  /** The estate whose documents these are; null before the first. */
  readonly estate: string | null;
  /** Of the documents that the server hands out; null before the first. */
  readonly commit: string | null;
  /** To seal submitted credentials to. */
  readonly recipient: string;
  readonly sites: readonly OperatorSite[];
}

/** The site's documents, as the server has them. References to secrets, no secrets. */
export interface SiteDocumentAnswer {
  readonly spec: ApplianceSiteSpec;
  readonly partner: PartnerBrand;
}

interface OperatorEvent {
  readonly id: number;
  readonly at: string;
  readonly site: string;
  readonly appliance: string;
  readonly type: string;
  readonly detail: string;
}

export interface EventsAnswer {
  readonly events: readonly OperatorEvent[];
  /** Ask on with this; null at the end. */
  readonly next: number | null;
}

export interface InventoryAnswer {
  readonly computers: readonly Computer[];
  readonly next: string | null;
}

export interface ApproveRebindBody {
  /** The pending key, so that nobody lets in another than the one they looked at. */
  readonly signKey: string;
}
