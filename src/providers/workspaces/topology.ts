/** Documents resolved: every desktop with its blueprint's settings merged in. Pure. */
import type { Address, Resource } from "../../estate/resource.ts";
import { addressOf } from "../../estate/resource.ts";
import type {
  BundleChoice,
  DesktopVolumes,
  Documents,
  PlacementNear,
  WorkspaceBlueprintSpec,
  WorkspaceDirectorySpec,
  WorkspaceReserveSpec,
  WorkspaceSpec,
  WorkspacesSettings,
} from "../../generated/documents.ts";
import { durationSeconds } from "../../support/duration.ts";
import type { Desired } from "../provider.ts";
import { TAGS } from "./markers.ts";
import type { TagMap } from "./model.ts";

export interface DirectoryFacts {
  readonly resource: Resource<WorkspaceDirectorySpec>;
  readonly name: string;
  readonly region: string;
  readonly id: string;
}

interface LifecycleFacts {
  readonly expiresAt: Date | null;
  readonly maxLifetimeSeconds: number | null;
  readonly unusedSeconds: number | null;
  readonly graceSeconds: number;
  readonly isProtected: boolean;
}

/** What a desktop should be: a Workspace document, or one user of a reserve. */
export interface DesktopFacts {
  readonly address: Address;
  readonly name: string;
  /** The document that declares it. */
  readonly resource: Resource;
  readonly reserve: string | null;
  /** The blueprint's document; null where there is none. */
  readonly blueprint: Resource<WorkspaceBlueprintSpec> | null;
  readonly user: string;
  /** Null where `near` decides. */
  readonly directory: DirectoryFacts | null;
  readonly near: PlacementNear | null;
  readonly bundle: BundleChoice | null;
  readonly securityPolicy: string | null;
  readonly compute: string | null;
  readonly operatingSystem: string;
  readonly license: string;
  readonly volumes: { readonly rootGib: number; readonly userGib: number } | null;
  readonly key: string | null;
  readonly mode: "auto-stop" | "always-on";
  readonly afterIdleMinutes: number;
  readonly lifecycle: LifecycleFacts;
  readonly staysStopped: boolean;
  readonly maintenance: boolean | null;
  readonly startDate: Date | null;
  /** Declared tags, without Reeve's own. */
  readonly tags: TagMap;
}

export interface Topology {
  readonly estate: string;
  readonly settings: WorkspacesSettings | null;
  readonly directories: ReadonlyMap<string, DirectoryFacts>;
  /** Sorted by address. */
  readonly desktops: readonly DesktopFacts[];
  /** Regions to look into, sorted. */
  readonly regions: readonly string[];
}

const DEFAULT_GRACE = "7d";

/** The resources of one kind; the schema of the kind has checked their specs. */
export function ofKind<Kind extends keyof Documents>(
  resources: readonly Resource[],
  kind: Kind,
): readonly Resource<Documents[Kind]>[] {
  return resources.filter((one) => one.kind === kind) as readonly Resource<Documents[Kind]>[];
}

export function resolveTopology({ estate, resources }: Desired): Topology {
  const directories = new Map(
    ofKind(resources, "WorkspaceDirectory").map((resource) => {
      const { region, directoryId } = resource.spec;
      return [resource.name, { resource, name: resource.name, region, id: directoryId }] as const;
    }),
  );
  const blueprints = new Map(ofKind(resources, "WorkspaceBlueprint").map((one) => [one.name, one] as const));
  const catalogue = { directories, blueprints };
  const declared = ofKind(resources, "Workspace").map((one) => workspaceFacts(one, catalogue));
  const served = new Set(declared.map(({ user }) => user.toLowerCase()));
  const reserved = ofKind(resources, "WorkspaceReserve").flatMap((one) => reserveFacts(one, catalogue, served));
  const settings = estate.settings.providers?.workspaces ?? null;
  const named = [...directories.values()].map((one) => one.region);
  return {
    estate: estate.name,
    settings,
    directories,
    desktops: [...declared, ...reserved].toSorted((a, b) => (a.address < b.address ? -1 : 1)),
    regions: [...new Set([...named, ...(settings?.regions ?? [])])].toSorted(),
  };
}

interface Catalogue {
  readonly directories: ReadonlyMap<string, DirectoryFacts>;
  readonly blueprints: ReadonlyMap<string, Resource<WorkspaceBlueprintSpec>>;
}

function workspaceFacts(resource: Resource<WorkspaceSpec>, catalogue: Catalogue): DesktopFacts {
  const { spec } = resource;
  const blueprint = spec.blueprint === undefined ? null : (catalogue.blueprints.get(spec.blueprint) ?? null);
  return {
    address: resource.address,
    name: resource.name,
    resource,
    reserve: null,
    blueprint,
    user: spec.user,
    ...placeOf(spec.placement, catalogue),
    ...settingsOf(spec, blueprint?.spec),
    staysStopped: spec.desiredState === "stopped",
    maintenance: spec.maintenance ?? null,
    startDate: spec.startDate === undefined ? null : new Date(`${spec.startDate}T00:00:00Z`),
    tags: { ...blueprint?.spec.tags, ...spec.tags },
  };
}

/** The first `count` users of a reserve, but for those who have a desktop of their own by now. */
function reserveFacts(
  resource: Resource<WorkspaceReserveSpec>,
  catalogue: Catalogue,
  served: ReadonlySet<string>,
): readonly DesktopFacts[] {
  const { users, count, placement, tags } = resource.spec;
  const blueprint = catalogue.blueprints.get(resource.spec.blueprint) ?? null;
  return users
    .slice(0, count ?? users.length)
    .filter((user) => !served.has(user.toLowerCase()))
    .map((user) => {
      const name = reservedName(resource.name, user);
      return {
        address: addressOf("Workspace", name),
        name,
        resource,
        reserve: resource.name,
        blueprint,
        user,
        ...placeOf(placement, catalogue),
        ...settingsOf({}, blueprint?.spec),
        mode: "auto-stop" as const,
        staysStopped: true,
        maintenance: null,
        startDate: null,
        tags: { ...blueprint?.spec.tags, ...tags },
      };
    });
}

function reservedName(reserve: string, user: string): string {
  return `${reserve}.${user.toLowerCase().replaceAll(/[^a-z0-9.-]/g, "-")}`;
}

function placeOf(
  placement: WorkspaceSpec["placement"],
  { directories }: Catalogue,
): Pick<DesktopFacts, "directory" | "near"> {
  const directory = placement.directory === undefined ? undefined : directories.get(placement.directory);
  return { directory: directory ?? null, near: placement.near ?? null };
}

type Settings = Pick<
  DesktopFacts,
  | "bundle"
  | "securityPolicy"
  | "compute"
  | "operatingSystem"
  | "license"
  | "volumes"
  | "key"
  | "mode"
  | "afterIdleMinutes"
  | "lifecycle"
>;

/** A desktop's own word goes before its blueprint's. */
function settingsOf(
  spec: Partial<Omit<WorkspaceSpec, "user" | "placement">>,
  blueprint: WorkspaceBlueprintSpec | undefined,
): Settings {
  const merged: Partial<WorkspaceBlueprintSpec> = { ...blueprint, ...spec };
  const { bundle = null, compute = null, securityPolicy = null, running = { mode: "auto-stop" } } = merged;
  return {
    bundle,
    compute,
    securityPolicy,
    operatingSystem: merged.operatingSystem ?? "windows",
    license: merged.license ?? "included",
    ...volumesOf({ ...blueprint?.volumes, ...spec.volumes }),
    mode: running.mode,
    afterIdleMinutes: Math.round(durationSeconds(running.afterIdle ?? "1h") / 60),
    lifecycle: lifecycleOf({ ...blueprint?.lifecycle, ...spec.lifecycle }),
  };
}

function volumesOf({ rootGib, userGib, encryption }: DesktopVolumes): Pick<Settings, "volumes" | "key"> {
  return {
    volumes: rootGib === undefined || userGib === undefined ? null : { rootGib, userGib },
    key: encryption?.keyFrom ?? null,
  };
}

function lifecycleOf(spec: NonNullable<WorkspaceSpec["lifecycle"]>): LifecycleFacts {
  return {
    expiresAt: spec.expiresAt === undefined ? null : new Date(spec.expiresAt),
    maxLifetimeSeconds: spec.maxLifetime === undefined ? null : durationSeconds(spec.maxLifetime),
    unusedSeconds: spec.terminateAfterUnused === undefined ? null : durationSeconds(spec.terminateAfterUnused),
    graceSeconds: durationSeconds(spec.gracePeriod ?? DEFAULT_GRACE),
    isProtected: spec.protection ?? false,
  };
}

/** Tags that a desktop carries while it is declared; `createdAt` and the like are written once and not compared. */
export function wantedTags(facts: DesktopFacts, estate: string): TagMap {
  return { ...facts.tags, [TAGS.estate]: estate, [TAGS.name]: facts.name, ...protectionTag(facts) };
}

function protectionTag({ lifecycle }: DesktopFacts): TagMap {
  return lifecycle.isProtected ? { [TAGS.protected]: "true" } : {};
}
