/** What reeve.yaml says of this provider, against the documents. Pure. */
import type { Finding, Path, Resource } from "../../estate/resource.ts";
import type { BudgetScope, WorkspacesSettings } from "../../generated/documents.ts";
import { suggest } from "../../support/did-you-mean.ts";
import type { Desired } from "../provider.ts";
import { type Refusal, refuseIf, warn } from "../refusal.ts";
import { regionRefusal } from "./check-text.ts";
import type { DesktopFacts, Topology } from "./topology.ts";

const SETTINGS: Path = ["spec", "providers", "workspaces"];

/** Needs the Estate document: where that has errors of its own, its settings are not to be trusted. */
export function* checkSettings({ estate, resources }: Desired, topology: Topology): Generator<Finding> {
  const { document } = estate;
  if (document === undefined) return;
  const { settings } = topology;
  if (settings !== null) yield* checkOwn(document, settings);
  // Where spec.providers names others only, every document of this provider is refused by that.
  else if (estate.settings.providers === undefined)
    yield* refuseIf({ resource: document, path: [] }, missing(resources));
  if (estate.isPartial === true) return;
  for (const [index, { scope }] of (estate.settings.budgets ?? []).entries()) {
    const words = scopeWarning(scope, topology.desktops);
    if (words !== null) yield warn({ resource: document, path: ["spec", "budgets", index, "scope"] }, words);
  }
}

/** Kinds that live in an account. */
const REMOTE = ["Workspace", "WorkspaceDirectory", "WorkspaceReserve"];

function missing(resources: readonly Resource[]): Refusal | null {
  const remote = resources.filter(({ kind }) => REMOTE.includes(kind));
  const [first] = remote;
  if (first === undefined) return null;
  const others = remote.length === 1 ? "" : ` and ${remote.length - 1} more`;
  return {
    code: "settings-missing",
    message: `spec.providers.workspaces is missing: it names the AWS account of ${first.address}${others}`,
    hint: 'for example providers: { workspaces: { accountId: "123456789012" } }; name every other provider in use there, too',
  };
}

function* checkOwn(resource: Resource, settings: WorkspacesSettings): Generator<Finding> {
  const at = (...path: Path) => ({ resource, path: [...SETTINGS, ...path] });
  for (const [index, region] of settings.regions.entries()) {
    yield* refuseIf(at("regions", index), regionRefusal(region));
  }
  for (const region of Object.keys(settings.quota ?? {})) {
    yield* refuseIf({ ...at("quota", region), atKey: true }, regionRefusal(region));
  }
  for (const use of ["plan", "apply"] as const) {
    yield* refuseIf(at("role", use), roleRefusal(settings.role?.[use], settings.accountId));
  }
  yield* refuseIf(at("hoursPerMonth"), hoursRefusal(settings.hoursPerMonth));
}

/** Who takes on a role is in the role's account. */
function roleRefusal(role: string | undefined, accountId: string): Refusal | null {
  const account = role?.split(":")[4] ?? accountId;
  if (account === accountId) return null;
  return {
    code: "role-account",
    message: `the role is in the account ${account}, and accountId is ${accountId}: Reeve would stop before its first call`,
    hint: "name a role of that account, or correct accountId",
  };
}

function hoursRefusal({ low, expected, high }: WorkspacesSettings["hoursPerMonth"]): Refusal | null {
  if (low <= expected && expected <= high) return null;
  return {
    code: "hours-order",
    message: `low ${low}, expected ${expected} and high ${high} are not in order`,
    hint: "write low no greater than expected, and expected no greater than high; left out they are 0, 80 and 730",
  };
}

/** A budget that covers nothing caps nothing. */
function scopeWarning(scope: BudgetScope, desktops: readonly DesktopFacts[]): Refusal | null {
  if (scope === "estate") return null;
  if ("person" in scope) {
    const person = scope.person.toLowerCase();
    const people = [...new Set(desktops.map(({ user }) => user))];
    if (people.some((user) => user.toLowerCase() === person)) return null;
    return {
      code: "budget-of-nobody",
      message: `no desktop is ${scope.person}'s, so this budget caps nothing`,
      hint: people.length === 0 ? "no desktop is declared" : suggest(scope.person, people),
    };
  }
  const [key = "", value = ""] = Object.entries(scope.label)[0] ?? [];
  const labelled = desktops.flatMap(({ resource }) => resource.labels[key] ?? []);
  if (labelled.includes(value)) return null;
  const values = [...new Set(labelled)];
  const hint =
    values.length === 0
      ? `give the desktops that it is to cover metadata.labels: { ${key}: ${value} }`
      : suggest(value, values);
  return {
    code: "budget-of-nobody",
    message: `no desktop carries the label ${key}: ${value}, so this budget caps nothing`,
    hint,
  };
}
