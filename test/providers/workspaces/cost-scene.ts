/** Documents and live desktops in, the plan with its cost out: the pure path, without AWS. */
import { assembleEstate } from "../../../src/estate/assemble-estate.ts";
import { createIntake } from "../../../src/estate/intake.ts";
import { openParseCache } from "../../../src/estate/parse-cache.ts";
import { shippedSchemas } from "../../../src/estate/read-schemas.ts";
import { assemblePlan } from "../../../src/plan/assemble-plan.ts";
import type { Plan } from "../../../src/plan/plan.ts";
import { compareWorkspaces } from "../../../src/providers/workspaces/compare.ts";
import { TAGS } from "../../../src/providers/workspaces/markers.ts";
import type { LiveBundle, LiveDesktop, WorkspacesObservation } from "../../../src/providers/workspaces/model.ts";

const NOW = new Date("2026-07-01T12:00:00Z");

/** $33.75 a month, $9.75 to $228.75; always-on $35.00. */
export const STANDARD = { compute: "standard", rootGib: 80, userGib: 50, mode: "auto-stop" } as const;
/** $50.60 a month, $13.00 to $356.10; always-on $50.00. */
export const PERFORMANCE = { compute: "performance", rootGib: 80, userGib: 100, mode: "auto-stop" } as const;

function bundle(
  id: string,
  { compute, rootGib, userGib }: Pick<LiveBundle, "compute" | "rootGib" | "userGib">,
): LiveBundle {
  return { id, name: id, description: "", compute, rootGib, userGib };
}

const BUNDLES = [bundle("wsb-standard1", STANDARD), bundle("wsb-perform1", PERFORMANCE)];

const DIRECTORY = `apiVersion: reeve.dev/v1
kind: WorkspaceDirectory
metadata: { name: virginia }
spec: { region: us-east-1, directoryId: d-9067123456, bundles: { standard: wsb-standard1, performance: wsb-perform1 } }
`;

/** A document for the user of its name; `words` are members of its spec, `head` of its metadata. */
export function document(name: string, words = "", head = ""): string {
  const spec = `user: ${name}, placement: { directory: virginia }, ${words.includes("bundle:") ? "" : "bundle: standard, "}${words}`;
  return `apiVersion: reeve.dev/v1\nkind: Workspace\nmetadata: { name: ${name}${head} }\nspec: { ${spec} }\n`;
}

/** Ours, under the name of its user, unless its tags say otherwise. */
export function live(user: string, over: Partial<LiveDesktop> = {}): LiveDesktop {
  return {
    ...STANDARD,
    id: `ws-${user}00000`,
    directoryId: "d-9067123456",
    user,
    bundleId: "wsb-standard1",
    state: "AVAILABLE",
    error: null,
    afterIdleMinutes: 60,
    protocols: ["WSP"],
    isRootEncrypted: false,
    isUserEncrypted: false,
    key: null,
    modifications: [],
    operatingSystem: "windows",
    isStandby: false,
    tags: { [TAGS.estate]: "robco", [TAGS.name]: user },
    ...over,
  };
}

export interface Scene {
  readonly documents?: readonly string[];
  readonly desktops?: readonly LiveDesktop[];
  /** A YAML list. */
  readonly budgets?: string;
  /** The region does not answer. */
  readonly isUnread?: boolean;
}

export function planOf({ documents = [], desktops = [], budgets = "[]", isUnread = false }: Scene): Plan {
  const reeve = `apiVersion: reeve.dev/v1\nkind: Estate\nmetadata: { name: robco }\nspec:\n  providers: { workspaces: { accountId: "123456789012" } }\n  budgets: ${budgets}\n`;
  const intake = createIntake(openParseCache(null, "test"), shippedSchemas);
  intake.add("reeve.yaml", reeve);
  intake.add("desktops.yaml", [DIRECTORY, ...documents].join("---\n"));
  const { estate, findings } = assembleEstate(intake.declared, "reeve.yaml");
  const [wrong] = [...intake.diagnostics, ...findings];
  if (wrong !== undefined) throw new Error(`not what the scene means: ${wrong.message}`);
  const comparison = compareWorkspaces({ estate, resources: estate.resources }, observe(desktops, isUnread), NOW);
  const diagnostics = comparison.findings.map(({ resource: _resource, path, ...one }) => ({ ...one, at: null, path }));
  return assemblePlan({ estate, commit: null, parts: [{ provider: "workspaces", ...comparison }], diagnostics });
}

function observe(desktops: readonly LiveDesktop[], isUnread: boolean): WorkspacesObservation {
  const reading = {
    region: "us-east-1",
    desktops,
    directories: [],
    bundles: new Map(BUNDLES.map((one) => [one.id, one])),
    selected: new Map(),
    lastUse: new Map(),
  };
  const trouble = {
    code: "ServiceUnavailable",
    message: "no answer",
    next: "wait",
    failure: "retryable" as const,
    isTransient: true,
    feedsBreaker: true,
    isThrottling: false,
  };
  const regions = new Map([["us-east-1", isUnread ? { region: "us-east-1", trouble } : reading]]);
  const nothing = { placements: new Map(), policies: new Map(), published: [] };
  return { accountId: "123456789012", accountTrouble: null, regions, ...nothing };
}
