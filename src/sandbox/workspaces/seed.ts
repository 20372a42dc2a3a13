import { nextThirdMonday } from "./maintenance.ts";
import { seedDirectory } from "./seed-directory.ts";
import type { Bundle, Region, World } from "./world.ts";

export interface SeedOptions {
  readonly accountId: string;
  readonly start: number;
  readonly seed: number;
  readonly quota: number;
}

/** Every region has one registered directory, robco.local, under an id of its own. */
const DIRECTORIES = {
  "us-west-2": "d-9067012345",
  "us-east-1": "d-9067123456",
  "eu-west-1": "d-9367012345",
} as const satisfies Record<string, string>;

interface BundleSeed {
  readonly compute: string;
  readonly title: string;
  readonly root: string;
  readonly user: string;
}

const SIZES: readonly BundleSeed[] = [
  { compute: "VALUE", title: "Value", root: "80", user: "10" },
  { compute: "STANDARD", title: "Standard", root: "80", user: "50" },
  { compute: "PERFORMANCE", title: "Performance", root: "80", user: "100" },
  { compute: "POWER", title: "Power", root: "175", user: "100" },
  { compute: "POWERPRO", title: "PowerPro", root: "175", user: "100" },
];

interface SystemSeed {
  readonly letter: string;
  readonly title: string;
  readonly operatingSystem: string;
  readonly protocol: string;
}

const SYSTEMS: readonly SystemSeed[] = [
  {
    letter: "w",
    title: "Windows 10 (Server 2022 based) (WSP)",
    operatingSystem: "WINDOWS_SERVER_2022",
    protocol: "WSP",
  },
  { letter: "u", title: "Ubuntu 22.04 (WSP)", operatingSystem: "UBUNTU_22_04", protocol: "WSP" },
  { letter: "p", title: "Windows 10 (Server 2019 based)", operatingSystem: "WINDOWS_SERVER_2019", protocol: "PCOIP" },
];

/** The account as it is found: directories and bundles, no desktop. */
export function seedWorld(options: SeedOptions): World {
  const regions = Object.entries(DIRECTORIES).map(([name, id]) => [name, seedRegion(name, id, options)] as const);
  return {
    accountId: options.accountId,
    random: options.seed,
    now: options.start,
    faults: [],
    regions: Object.fromEntries(regions),
  };
}

function seedRegion(name: string, directoryId: string, { quota, start, accountId }: SeedOptions): Region {
  const bundles = SYSTEMS.flatMap((system) => SIZES.map((size) => amazonBundle(name, system, size)));
  const own = ownBundle(name, accountId);
  return {
    name,
    quota,
    missingUsers: [],
    directories: { [directoryId]: seedDirectory(directoryId, accountId) },
    bundles: Object.fromEntries([...bundles, own].map((bundle) => [bundle.wire.BundleId, bundle])),
    ipGroups: {},
    desktops: {},
    timers: [{ at: nextThirdMonday(start, name), id: name, what: "maintenance-window" }],
  };
}

/** Bundle ids differ from region to region: `wsb-` then system, size and region. */
function amazonBundle(region: string, system: SystemSeed, size: BundleSeed): Bundle {
  const id = `wsb-${system.letter}${size.compute.toLowerCase()}${region.replaceAll("-", "")}`;
  return bundle(id, `${size.title} with ${system.title}`, { owner: "AMAZON", system, size });
}

/** One bundle of the account's own, whose name says nothing of its protocol. */
function ownBundle(region: string, accountId: string): Bundle {
  const system = { letter: "o", title: "robotics image", operatingSystem: "WINDOWS_SERVER_2022", protocol: "WSP" };
  const size = { compute: "PERFORMANCE", title: "Performance", root: "80", user: "100" };
  return bundle(`wsb-orobotics${region.replaceAll("-", "")}`, "robotics-developer", { owner: accountId, system, size });
}

interface BundleParts {
  readonly owner: string;
  readonly system: SystemSeed;
  readonly size: BundleSeed;
}

function bundle(id: string, name: string, { owner, system, size }: BundleParts): Bundle {
  const created = Date.UTC(2025, 5, 2) / 1000;
  return {
    operatingSystem: system.operatingSystem,
    protocol: system.protocol,
    tags: {},
    wire: {
      BundleId: id,
      Name: name,
      Owner: owner,
      Description: `${name}, ${size.root} GB root, ${size.user} GB user`,
      ImageId: `wsi-${id.slice(4, 13)}`,
      RootStorage: { Capacity: size.root },
      UserStorage: { Capacity: size.user },
      ComputeType: { Name: size.compute },
      LastUpdatedTime: created,
      CreationTime: created,
      State: "AVAILABLE",
      BundleType: "REGULAR",
    },
  };
}
