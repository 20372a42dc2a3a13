import type { WorkspacesSettings } from "../../generated/documents.ts";
import type { Verdict } from "./api/trouble.ts";
import type { PublishedFiles, Publisher } from "./gpo/compare-bundle.ts";
import type { DomainVerdict } from "./gpo/domain/domain-trouble.ts";
import type { ObjectReading } from "./gpo/domain/object.ts";
import type { PolicyDomains, PolicyDomainsWriter } from "./gpo/domain/policy-domains.ts";
import type { LoadedTemplate } from "./gpo/render-bundle.ts";
import type { Placement } from "./placement/choose-placement.ts";
import type { NotLocated } from "./placement/near.ts";
import type { OwnPrices } from "./pricing/price-book.ts";

/** Keys and values of AWS tags. */
export type TagMap = Readonly<Record<string, string>>;

/** One of two volumes or the hardware, while AWS changes it. */
interface Modification {
  /** ROOT_VOLUME, USER_VOLUME, COMPUTE_TYPE, PROTOCOL. */
  readonly resource: string;
  /** UPDATE_INITIATED, UPDATE_IN_PROGRESS, UPDATE_FAILED. */
  readonly state: string;
}

/** A desktop as AWS describes it, in Reeve's words. Fields that AWS left out are null. */
export interface LiveDesktop {
  readonly id: string;
  readonly directoryId: string;
  readonly user: string;
  readonly bundleId: string;
  /** As AWS writes it; may be a word that nobody here knows. */
  readonly state: string;
  readonly error: string | null;
  /** `performance`; null while AWS does not say. */
  readonly compute: string | null;
  readonly rootGib: number | null;
  readonly userGib: number | null;
  /** `auto-stop`, `always-on`, or AWS's own word in lower case. */
  readonly mode: string | null;
  readonly afterIdleMinutes: number | null;
  readonly protocols: readonly string[];
  readonly isRootEncrypted: boolean;
  readonly isUserEncrypted: boolean;
  readonly key: string | null;
  readonly modifications: readonly Modification[];
  /** `windows`, `ubuntu`, `rhel`, `rocky`; null where AWS does not say. */
  readonly operatingSystem: string | null;
  readonly isStandby: boolean;
  readonly tags: TagMap;
}

export interface LiveDirectory {
  readonly id: string;
  readonly name: string | null;
  /** REGISTERED, REGISTERING, DEREGISTERED, ERROR … */
  readonly state: string;
  readonly creation: LiveCreation;
  /** AWS's device names in lower case without `deviceType`, ALLOW or DENY. */
  readonly devices: TagMap;
  readonly selfService: Readonly<Record<string, boolean>>;
  readonly transport: string | null;
  readonly ipGroups: readonly string[];
  readonly tags: TagMap;
}

export interface LiveCreation {
  readonly ou: string | null;
  readonly securityGroupId: string | null;
  readonly internetAccess: boolean;
  readonly localAdministrator: boolean;
  readonly maintenance: boolean;
  readonly instanceRoleArn: string | null;
}

export interface LiveBundle {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly compute: string | null;
  readonly rootGib: number | null;
  readonly userGib: number | null;
}

/** When a person was last connected. `never`: AWS says that nobody ever was; `unknown`: it does not say. */
export type LastUse = Date | "never" | "unknown";

/** What of a region could be read in a slow way only, or not at all, without a plan going wrong by it. */
export interface ReadingGap {
  readonly what: "tag-index" | "last-use";
  /** Null where AWS answers, but not with what it should know. */
  readonly trouble: Verdict | null;
  /** That were made in its stead. */
  readonly calls: number;
}

/** One region as it was read, or why it could not be. */
export type RegionReading =
  | {
      readonly region: string;
      readonly desktops: readonly LiveDesktop[];
      readonly directories: readonly LiveDirectory[];
      /** By id; only those that documents name or select. */
      readonly bundles: ReadonlyMap<string, LiveBundle>;
      /** Ids of the bundles that fit each selector, by the selector's canonical JSON. */
      readonly selected: ReadonlyMap<string, readonly string[]>;
      /** Of desktops whose lifecycle asks for it. */
      readonly lastUse: ReadonlyMap<string, LastUse>;
      readonly gaps?: readonly ReadingGap[];
    }
  | { readonly region: string; readonly trouble: Verdict };

/** Where one desktop that is to be made goes, or why no place can be said. */
export type PlacementAnswer = Placement | { readonly refusal: NotLocated };

export interface WorkspacesObservation {
  /** The account that the credentials are of; null where AWS was not asked or did not say. */
  readonly accountId: string | null;
  readonly accountTrouble: Verdict | null;
  readonly regions: ReadonlyMap<string, RegionReading>;
  /** By address of the desktop; only those that are not there yet and whose documents say `near`. */
  readonly placements: ReadonlyMap<string, PlacementAnswer>;
  /** By name of the policy. */
  readonly policies: ReadonlyMap<string, PolicyReading>;
  /** Bundles of policies below Reeve's own folder, with who published them. */
  readonly published: readonly { readonly folder: string; readonly publisher: Publisher }[];
  /** Left out where the estate names no price files. */
  readonly prices?: OwnPrices;
}

/** A policy's template and what is published of it, or which of them cannot be read. */
export type PolicyReading =
  | {
      readonly template: LoadedTemplate;
      readonly published: PublishedFiles;
      /** The object in the domain, or why it cannot be read; null where the document names no domain. */
      readonly object: ObjectReading | DomainVerdict | null;
    }
  | { readonly code: string; readonly path: readonly string[]; readonly message: string; readonly hint: string };

/** What an account is reached with: settings are documents' business, and planning's door is not applying's. */
interface AccountOpener<Client> {
  open(settings: WorkspacesSettings): Client;
}

/** All doors of planning: accounts of AWS, and domains of Windows. */
export interface WorkspacesReadDoors extends AccountOpener<WorkspacesReader> {
  readonly domains: PolicyDomains;
}

/** All doors of applying. */
export interface WorkspacesWriteDoors extends AccountOpener<WorkspacesWriter> {
  readonly domains: PolicyDomainsWriter;
}

/** All that planning is given; it has no way to write. */
export interface WorkspacesReader {
  accountId(region: string): Promise<string>;
  /** Every desktop of the region, 25 a call, without tags. */
  desktops(region: string): Promise<readonly LiveDesktop[]>;
  /** At most 25 ids a call; ids that AWS does not know (yet, or any more) are missing from the answer. */
  desktopsById(region: string, ids: readonly string[]): Promise<readonly LiveDesktop[]>;
  desktopOf(region: string, directoryId: string, user: string): Promise<LiveDesktop | null>;
  directories(region: string): Promise<readonly LiveDirectory[]>;
  /** Tags by resource id, 100 resources a call. */
  taggedResources(region: string): Promise<ReadonlyMap<string, TagMap>>;
  /** The tags of one resource, as they are now. */
  tagsOf(region: string, id: string): Promise<TagMap>;
  bundlesById(region: string, ids: readonly string[]): Promise<readonly LiveBundle[]>;
  bundlesOwnedBy(region: string, owner: "amazon" | "own"): Promise<readonly LiveBundle[]>;
  lastUse(region: string, ids: readonly string[]): Promise<ReadonlyMap<string, LastUse>>;
}

/** A desktop that is to be made. */
export interface DesktopOrder {
  readonly directoryId: string;
  readonly user: string;
  readonly bundleId: string;
  readonly compute: string | null;
  readonly volumes: { readonly rootGib: number; readonly userGib: number } | null;
  readonly mode: "auto-stop" | "always-on";
  readonly afterIdleMinutes: number;
  readonly key: string | null;
  readonly tags: TagMap;
}

/** A directory that WorkSpaces is to use; without subnets AWS picks them. */
interface DirectoryRegistration {
  readonly directoryId: string;
  readonly subnetIds: readonly string[] | null;
  readonly tags: TagMap;
}

/** One property of one call. */
export type PropertyEdit =
  | { readonly property: "rootGib" | "userGib"; readonly value: number }
  | { readonly property: "compute"; readonly value: string }
  | { readonly property: "protocol" }
  | { readonly property: "running"; readonly mode: "auto-stop" | "always-on"; readonly afterIdleMinutes: number };

/** What AWS said of one item of a batch that it did not take. */
export interface FailedItem {
  /** The desktop's id; of a creation, the user as it was sent. */
  readonly key: string;
  readonly verdict: Verdict;
}

export interface CreateAnswer {
  /** Ids by user, folded. */
  readonly pending: ReadonlyMap<string, string>;
  readonly failed: readonly FailedItem[];
}

/** What apply is given. */
export interface WorkspacesWriter extends WorkspacesReader {
  /** At most 25 orders. */
  create(region: string, orders: readonly DesktopOrder[]): Promise<CreateAnswer>;
  /** At most 25 ids each. */
  terminate(region: string, ids: readonly string[]): Promise<readonly FailedItem[]>;
  start(region: string, ids: readonly string[]): Promise<readonly FailedItem[]>;
  stop(region: string, ids: readonly string[]): Promise<readonly FailedItem[]>;
  modify(region: string, id: string, edit: PropertyEdit): Promise<void>;
  setMaintenance(region: string, id: string, isOn: boolean): Promise<void>;
  migrate(region: string, id: string, bundleId: string): Promise<string>;
  tag(region: string, id: string, tags: TagMap): Promise<void>;
  untag(region: string, id: string, keys: readonly string[]): Promise<void>;
  register(region: string, registration: DirectoryRegistration): Promise<void>;
  setCreation(region: string, directoryId: string, creation: LiveCreation): Promise<void>;
  setDevices(region: string, directoryId: string, devices: TagMap): Promise<void>;
  setSelfService(region: string, directoryId: string, allowed: Readonly<Record<string, boolean>>): Promise<void>;
  setTransport(region: string, directoryId: string, transport: string): Promise<void>;
  setIpGroups(
    region: string,
    directoryId: string,
    groups: { readonly add: readonly string[]; readonly remove: readonly string[] },
  ): Promise<void>;
}
