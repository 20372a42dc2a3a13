/** What a desktop says otherwise than its blueprint, against what the blueprint lets it. Pure. */
import type { Finding, Path, Resource } from "../../estate/resource.ts";
import type { WorkspaceBlueprintSpec, WorkspaceSpec } from "../../generated/documents.ts";
import { canonicalJson, type Json } from "../../support/json.ts";
import { refuse } from "../refusal.ts";
import { pairOf } from "./check-volumes.ts";

interface Pair {
  readonly desktop: Resource<WorkspaceSpec>;
  readonly blueprint: Resource<WorkspaceBlueprintSpec>;
}

export function* checkOverrides(
  desktop: Resource<WorkspaceSpec>,
  blueprint: Resource<WorkspaceBlueprintSpec>,
): Generator<Finding> {
  const pair = { desktop, blueprint };
  yield* checkBundle(pair);
  yield* checkCompute(pair);
  yield* checkRunning(pair);
  yield* checkFixed(pair);
  yield* checkVolumes(pair);
}

function* checkBundle(pair: Pair): Generator<Finding> {
  const { bundle } = pair.desktop.spec;
  if (!differs(bundle, pair.blueprint.spec.bundle) || pair.blueprint.spec.overrides.bundle) return;
  yield notAllowed(pair, ["spec", "bundle"], { what: "their bundle", lift: "set its spec.overrides.bundle to true" });
}

function* checkCompute(pair: Pair): Generator<Finding> {
  const { compute } = pair.desktop.spec;
  const { spec } = pair.blueprint;
  if (compute === undefined || compute === spec.compute || spec.overrides.compute.includes(compute)) return;
  const choices = [...(spec.compute === undefined ? [] : [spec.compute]), ...spec.overrides.compute];
  const among = choices.length === 0 ? "" : ` otherwise than among ${choices.join(", ")}`;
  yield notAllowed(pair, ["spec", "compute"], {
    what: `their compute type${among}`,
    lift: `add ${compute} to its spec.overrides.compute`,
  });
}

function* checkRunning(pair: Pair): Generator<Finding> {
  const { running } = pair.desktop.spec;
  const { spec } = pair.blueprint;
  if (running === undefined || spec.overrides.running.includes(running.mode)) return;
  const inherited = spec.running ?? { mode: "auto-stop" };
  const isSame = running.mode === inherited.mode && (running.afterIdle ?? "1h") === (inherited.afterIdle ?? "1h");
  if (isSame) return;
  yield notAllowed(pair, ["spec", "running"], {
    what: `how they run (now ${describeRunning(inherited)})`,
    lift: `add ${running.mode} to its spec.overrides.running`,
  });
}

function describeRunning({ mode, afterIdle }: { readonly mode: string; readonly afterIdle?: string }): string {
  return mode === "auto-stop" ? `${mode} after ${afterIdle ?? "1h"}` : mode;
}

/** What no blueprint lets a desktop choose. */
function* checkFixed(pair: Pair): Generator<Finding> {
  const lift = "write it in a blueprint of its own";
  for (const field of ["operatingSystem", "license"] as const) {
    if (differs(pair.desktop.spec[field], pair.blueprint.spec[field]))
      yield notAllowed(pair, ["spec", field], { what: `their ${field}`, lift });
  }
  const key = pair.desktop.spec.volumes?.encryption;
  if (!differs(key && { ...key }, { ...pair.blueprint.spec.volumes?.encryption })) return;
  yield notAllowed(pair, ["spec", "volumes", "encryption"], { what: "their encryption", lift });
}

function* checkVolumes(pair: Pair): Generator<Finding> {
  const own = pairOf(pair.desktop.spec.volumes);
  if (own === null || !differs(own, pairOf(pair.blueprint.spec.volumes))) return;
  const most = pair.blueprint.spec.overrides.volumes;
  if (most === undefined) {
    yield notAllowed(pair, ["spec", "volumes"], {
      what: "their volumes",
      lift: "name the largest in its spec.overrides.volumes",
    });
    return;
  }
  for (const name of ["rootGib", "userGib"] as const) {
    if (own[name] <= most[name]) continue;
    yield refuse(
      { resource: pair.desktop, path: ["spec", "volumes", name] },
      {
        code: "override-limit",
        message: `${own[name]} GiB is more than the ${most[name]} that ${pair.blueprint.address} allows`,
        hint: `write ${most[name]} or less, or raise its spec.overrides.volumes.${name}`,
      },
    );
  }
}

function differs(own: unknown, inherited: unknown): boolean {
  return own !== undefined && canonicalJson(own as Json) !== canonicalJson((inherited ?? null) as Json);
}

interface Words {
  /** What its desktops may not choose. */
  readonly what: string;
  /** What would let it. */
  readonly lift: string;
}

function notAllowed({ desktop, blueprint }: Pair, path: Path, { what, lift }: Words): Finding {
  return refuse(
    { resource: desktop, path },
    {
      code: "override-not-allowed",
      message: `${blueprint.address} does not let its desktops choose ${what}`,
      hint: `remove it here, or ${lift}`,
    },
  );
}
