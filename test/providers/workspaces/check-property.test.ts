import fc from "fast-check";
import { expect, test } from "vitest";
import { checkFiles, describeFinding } from "./checked.ts";

/** Documents as JSON, which is YAML. */
function document(kind: string, name: string, spec: object): string {
  return `${JSON.stringify({ apiVersion: "reeve.dev/v1", kind, metadata: { name }, spec })}\n`;
}

const REGIONS = ["us-west-2", "us-east-1", "eu-west-1", "ap-southeast-2"] as const;

const region = fc.constantFrom(...REGIONS);
const directories = fc.uniqueArray(region, { minLength: 1, maxLength: 4 });

const small = fc.record({ rootGib: fc.constant(80), userGib: fc.constantFrom(10, 50, 100) });
const large = fc.record({
  rootGib: fc.integer({ min: 175, max: 2000 }),
  userGib: fc.integer({ min: 100, max: 2000 }),
});
const hardware = fc.oneof(
  fc.record({ compute: fc.constantFrom("value", "standard", "power"), volumes: fc.oneof(small, large) }),
  fc.record({ compute: fc.constantFrom("generalpurpose-4xlarge", "graphics-g4dn"), volumes: large }),
  fc.record({ compute: fc.constant("graphicspro-g4dn"), volumes: fc.constant({ rootGib: 100, userGib: 100 }) }),
  fc.constant({}),
);
const running = fc.oneof(
  fc.record({ mode: fc.constant("auto-stop"), afterIdle: fc.integer({ min: 1, max: 48 }).map((hours) => `${hours}h`) }),
  fc.constant({ mode: "always-on" }),
);
const lifecycle = fc.record(
  {
    maxLifetime: fc.integer({ min: 30, max: 400 }).map((days) => `${days}d`),
    gracePeriod: fc.integer({ min: 0, max: 30 }).map((days) => `${days}d`),
    terminateAfterUnused: fc.integer({ min: 1, max: 400 }).map((days) => `${days}d`),
    expiresAt: fc.integer({ min: 2028, max: 2040 }).map((year) => `${year}-01-01T00:00:00Z`),
  },
  { requiredKeys: [] },
);
const tags = fc.dictionary(
  fc.stringMatching(/^[A-Za-z][A-Za-z0-9 +=._:/@-]{0,20}$/),
  fc.stringMatching(/^[A-Za-z0-9 ]{0,20}$/),
  {
    maxKeys: 20,
  },
);
const settings = fc.record({ hardware, running, lifecycle, tags });

interface Person {
  readonly own: {
    readonly hardware: object;
    readonly running: object;
    readonly lifecycle: object;
    readonly tags: object;
  };
  readonly place: number;
  readonly takes: "blueprint" | "bundle" | "reserve";
  readonly startDate: boolean;
}

const person: fc.Arbitrary<Person> = fc.record({
  own: settings,
  place: fc.nat(),
  takes: fc.constantFrom("blueprint", "bundle", "reserve"),
  startDate: fc.boolean(),
});

test("an estate that keeps every rule has no findings", () => {
  fc.assert(
    fc.property(directories, settings, fc.array(person, { maxLength: 12 }), (regions, shared, people) => {
      const files = { "reeve.yaml": estateYaml(), "desktops.yaml": documents(regions, shared, people).join("---\n") };
      expect(checkFiles(files).map(describeFinding)).toEqual([]);
    }),
    { numRuns: 200 },
  );
});

function estateYaml(): string {
  const workspaces = { accountId: "123456789012", regions: [...REGIONS] };
  return document("Estate", "robco", { providers: { workspaces }, budgets: [{ scope: "estate", monthlyUsd: 1 }] });
}

function documents(regions: readonly string[], shared: Person["own"], people: readonly Person[]): readonly string[] {
  const { hardware: shape, ...rest } = shared;
  const auto = { mode: "auto-stop" };
  const at = ({ place }: Person): object => ({ directory: regions[place % regions.length] });
  const reserved = people.flatMap(({ takes }, index) => (takes === "reserve" ? [`User${index}`] : []));
  return [
    ...regions.map((name, index) =>
      document("WorkspaceDirectory", name, {
        region: name,
        directoryId: `d-906701234${index}`,
        bundles: { standard: `wsb-1a2b3c4d${index}` },
      }),
    ),
    document("WorkspaceBlueprint", "shared", { bundle: "standard", ...shape, ...rest }),
    document("WorkspaceBlueprint", "stopped", { bundle: "standard", running: auto }),
    ...people.flatMap((one, index) => (one.takes === "reserve" ? [] : [desktop(one, index, at(one))])),
    ...(reserved.length === 0
      ? []
      : [
          document("WorkspaceReserve", "reserve", {
            users: reserved,
            blueprint: "stopped",
            placement: { near: { latitude: 0, longitude: 0 } },
            ceiling: reserved.length,
          }),
        ]),
  ];
}

function desktop({ own, takes, startDate }: Person, index: number, placement: object): string {
  const { hardware: shape, ...rest } = own;
  const { running: _running, lifecycle: _lifecycle, ...always } = rest;
  const spec = takes === "bundle" ? { bundle: "standard", ...shape, ...rest } : { blueprint: "shared", ...always };
  const start = startDate ? { startDate: "2027-03-01" } : {};
  return document("Workspace", `desktop-${index}`, { user: `user${index}`, placement, ...spec, ...start });
}
