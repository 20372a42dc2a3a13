import type { SimulatedAccount } from "./simulated-account.ts";
import { openSimulatedAccount } from "./simulated-account.ts";

/** An estate with one of every kind of change to do, in three regions, beside what must not be touched. */
export interface Scenario {
  readonly account: SimulatedAccount;
  /** Ids that the documents allow to be ended, or that nobody declares any more. */
  readonly doomed: ReadonlySet<string>;
  /** By user: where a desktop is to stand when all is done, and how. */
  readonly wanted: Readonly<Record<string, string>>;
  /** Desktops of others, with their tags. */
  foreign(): string;
}

const HOUR = 3600;

const REGIONS = {
  oregon: { region: "us-west-2", id: "d-9067012345", suffix: "uswest2" },
  virginia: { region: "us-east-1", id: "d-9067123456", suffix: "useast1" },
  ireland: { region: "eu-west-1", id: "d-9367012345", suffix: "euwest1" },
} as const;

type Place = keyof typeof REGIONS;

/** What stands before the apply that is disturbed. */
const STANDING: readonly (readonly [user: string, place: Place, more?: string])[] = [
  ["grace", "oregon"],
  ["vera", "oregon"],
  ["mode", "virginia"],
  ["sid", "oregon"],
  ["care", "virginia"],
  ["gus", "oregon"],
  ["ann", "oregon"],
  ["mia", "virginia"],
  ["max", "oregon"],
  ["stay", "oregon"],
];

export async function prepareScenario(): Promise<Scenario> {
  const account = await openSimulatedAccount();
  account.seed({
    "reeve.yaml": ESTATE,
    "directories.yaml": directoriesOf(["oregon", "virginia"]),
    "desktops.yaml": STANDING.map(([user, place]) => desktopOf(user, place)).join("---\n"),
  });
  expectDone(await account.apply());
  plant(account, "stranger", "oregon");
  plant(account, "fay", "virginia");
  account.pass(13 * HOUR);
  const idOf = (user: string): string =>
    account.desktops().find(({ wire }) => wire.UserName === user)?.wire.WorkspaceId ?? "";
  for (const user of ["grace", "sid", "care"])
    edit(account, user, (wire) => Object.assign(wire, { State: "AVAILABLE" }));
  edit(account, "ann", (wire) => Object.assign(wire, { State: "ERROR", ErrorMessage: "domain join failed" }));
  account.seed(afterwards(idOf));
  account.calls();
  return scenarioOf(account, new Set(["gus", "ann", "max"].map(idOf)));
}

/** The same scenario again, for one disturbance. */
export async function again({ account, doomed }: Scenario): Promise<Scenario> {
  return scenarioOf(await account.copy(), doomed);
}

function scenarioOf(account: SimulatedAccount, doomed: ReadonlySet<string>): Scenario {
  return {
    account,
    doomed,
    wanted: WANTED,
    foreign: () => {
      const theirs = account.desktops().filter(({ wire }) => wire.UserName === "stranger");
      return JSON.stringify(theirs.map(({ wire: { State: _state, ...wire }, tags }) => ({ wire, tags })));
    },
  };
}

const WANTED: Scenario["wanted"] = {
  grace: "us-west-2 standard PERFORMANCE 80/50 AUTO_STOP 60",
  vera: "us-west-2 standard STANDARD 175/100 AUTO_STOP 60",
  mode: "us-east-1 standard STANDARD 80/50 ALWAYS_ON team=blue",
  sid: "us-west-2 standard STANDARD 80/50 AUTO_STOP 60 STOPPED",
  care: "us-east-1 standard STANDARD 80/50 AUTO_STOP 60 ADMIN_MAINTENANCE",
  ann: "us-west-2 standard STANDARD 80/50 AUTO_STOP 60",
  mia: "us-east-1 performance PERFORMANCE 80/100 AUTO_STOP 60",
  max: "us-east-1 standard STANDARD 80/50 AUTO_STOP 60",
  stay: "us-west-2 standard STANDARD 80/50 AUTO_STOP 60",
  fay: "us-east-1 standard STANDARD 80/50 AUTO_STOP 120",
  nell: "us-west-2 standard STANDARD 80/50 AUTO_STOP 60",
  nora: "us-east-1 standard STANDARD 80/50 AUTO_STOP 60 STOPPED",
  nico: "eu-west-1 performance PERFORMANCE 80/100 ALWAYS_ON",
};

/** All that must hold of a desktop, in a line of `wanted`; what may change by itself is left out. */
export function describeDesktop({ account, wanted }: Scenario, user: string): readonly string[] {
  return account
    .desktops()
    .filter(({ wire }) => wire.UserName === user && !wire.State.startsWith("TERMINAT"))
    .map(({ region, wire, tags }) => {
      const { WorkspaceProperties: properties, BundleId, State } = wire;
      const minutes = properties.RunningModeAutoStopTimeoutInMinutes;
      const asked = wanted[user] ?? "";
      return [
        region,
        /^wsb-w(standard|performance)/.exec(BundleId)?.[1] ?? BundleId,
        properties.ComputeTypeName,
        `${properties.RootVolumeSizeGib}/${properties.UserVolumeSizeGib}`,
        properties.RunningMode,
        ...(minutes === undefined ? [] : [minutes]),
        ...(tags["team"] === undefined ? [] : [`team=${tags["team"]}`]),
        ...(asked.endsWith("STOPPED") || asked.endsWith("MAINTENANCE") ? [State] : []),
      ].join(" ");
    });
}

const ESTATE = `apiVersion: reeve.dev/v1
kind: Estate
metadata: { name: kept }
spec:
  safety: { maxDeletes: { percent: 100, atLeast: 100 } }
  providers: { workspaces: { accountId: "123456789012" } }
`;

function directoriesOf(places: readonly Place[]): string {
  return places
    .map((place) => {
      const { region, id, suffix } = REGIONS[place];
      return `apiVersion: reeve.dev/v1
kind: WorkspaceDirectory
metadata: { name: ${place}, annotations: { reeve.dev/adopt: "true" } }
spec:
  region: ${region}
  directoryId: ${id}
  streaming: { transport: udp }
  bundles: { standard: wsb-wstandard${suffix}, performance: wsb-wperformance${suffix} }
`;
    })
    .join("---\n");
}

interface More {
  readonly annotation?: string;
  readonly bundle?: "standard" | "performance";
  readonly lines?: string;
}

function desktopOf(user: string, place: Place, { annotation, bundle = "standard", lines = "" }: More = {}): string {
  const annotations = annotation === undefined ? "" : `, annotations: { ${annotation} }`;
  return `apiVersion: reeve.dev/v1
kind: Workspace
metadata: { name: ${user}${annotations} }
spec:
  user: ${user}
  placement: { directory: ${place} }
  bundle: ${bundle}
${lines}`;
}

/** Every kind of change: grow, retag, stop, maintain, delete, replace in place and across regions, migrate, adopt, create. */
function afterwards(idOf: (user: string) => string): Readonly<Record<string, string>> {
  const documents = [
    desktopOf("grace", "oregon", { lines: "  compute: performance\n" }),
    desktopOf("vera", "oregon", { lines: "  volumes: { rootGib: 175, userGib: 100 }\n" }),
    desktopOf("mode", "virginia", { lines: "  running: { mode: always-on }\n  tags: { team: blue }\n" }),
    desktopOf("sid", "oregon", { lines: "  desiredState: stopped\n" }),
    desktopOf("care", "virginia", { lines: "  maintenance: true\n" }),
    desktopOf("ann", "oregon", { annotation: `reeve.dev/allow-replace: ${idOf("ann")}` }),
    desktopOf("mia", "virginia", { annotation: `reeve.dev/allow-migrate: ${idOf("mia")}`, bundle: "performance" }),
    desktopOf("max", "virginia", { annotation: `reeve.dev/allow-replace: ${idOf("max")}` }),
    desktopOf("stay", "oregon"),
    desktopOf("fay", "virginia", {
      annotation: 'reeve.dev/adopt: "true"',
      lines: "  running: { mode: auto-stop, afterIdle: 2h }\n",
    }),
    desktopOf("nell", "oregon"),
    desktopOf("nora", "virginia", { lines: "  desiredState: stopped\n" }),
    desktopOf("nico", "ireland", { bundle: "performance", lines: "  running: { mode: always-on }\n" }),
  ];
  return {
    "reeve.yaml": ESTATE,
    "directories.yaml": directoriesOf(["oregon", "virginia", "ireland"]),
    "desktops.yaml": documents.join("---\n"),
  };
}

function expectDone(ended: Awaited<ReturnType<SimulatedAccount["apply"]>>): void {
  const isDone =
    ended !== "killed" && ended.blockers.length === 0 && ended.outcomes.every(({ status }) => status === "done");
  if (!isDone) throw new Error(`the scenario does not begin: ${JSON.stringify(ended)}`);
}

type Wire = ReturnType<SimulatedAccount["desktops"]>[number]["wire"];

/** By hand, past every rule. */
function edit({ sandbox }: SimulatedAccount, user: string, change: (wire: Wire) => void): void {
  for (const { desktops } of Object.values(sandbox.world.regions)) {
    for (const { wire } of Object.values(desktops)) if (wire.UserName === user) change(wire);
  }
}

/** A desktop that somebody made in the console. */
export function plant({ sandbox }: SimulatedAccount, user: string, place: Place): void {
  const { region, id } = REGIONS[place];
  const all = sandbox.world.regions[region]?.desktops ?? {};
  const [model] = Object.values(all).filter(({ wire }) => wire.DirectoryId === id);
  if (model === undefined) throw new Error(`nothing stands in ${place}`);
  const WorkspaceId = `ws-${user.padEnd(9, "0")}`;
  all[WorkspaceId] = {
    ...structuredClone(model),
    wire: { ...structuredClone(model.wire), WorkspaceId, UserName: user },
    tags: { Owner: user },
    indexed: { tags: { Owner: user }, until: 0 },
  };
}
