/** Rules of one Workspace document with what its blueprint gives it. Pure. */
import type { Finding, Path, Resource } from "../../estate/resource.ts";
import type { WorkspaceSpec } from "../../generated/documents.ts";
import { type Place, refuse, refuseIf, warn } from "../refusal.ts";
import { licenseRefusal, systemRefusal } from "./check-bundle-words.ts";
import { checkLifecycle, graceRefusal } from "./check-lifecycle.ts";
import { checkOverrides } from "./check-overrides.ts";
import { checkTagCount, checkTags } from "./check-tags.ts";
import { dateRefusal, runningRefusal } from "./check-text.ts";
import { pairOf, volumesRefusal } from "./check-volumes.ts";
import type { DesktopFacts } from "./topology.ts";

/** `resource` is the document that `facts` are of. */
export function* checkDesktop(resource: Resource<WorkspaceSpec>, facts: DesktopFacts, now: Date): Generator<Finding> {
  const { running, lifecycle, tags } = resource.spec;
  if (facts.blueprint !== null) yield* checkOverrides(resource, facts.blueprint);
  if (running !== undefined) yield* refuseIf(at(resource, "running", "afterIdle"), runningRefusal(running));
  yield* checkVolumes(resource, facts);
  if (lifecycle !== undefined) {
    yield* checkLifecycle(resource, lifecycle, now);
    yield* checkGrace(resource, facts);
  }
  yield* checkStart(resource, facts);
  yield* checkStandstill(resource, facts);
  yield* checkSystem(resource, facts);
  yield* checkTags(resource, tags);
  yield* checkTagCount(resource, tags, facts.blueprint);
}

function at(resource: Resource, ...path: Path): Place {
  return { resource, path: ["spec", ...path] };
}

/** The pair and the compute type may come from two documents; what is wrong with a blueprint by itself is said there. */
function* checkVolumes(
  resource: Resource<WorkspaceSpec>,
  { volumes, compute, blueprint }: DesktopFacts,
): Generator<Finding> {
  const { volumes: own, compute: ownCompute } = resource.spec;
  const hasSizes = own?.rootGib !== undefined;
  if (volumes === null || (!hasSizes && (ownCompute === undefined || isRefused(blueprint)))) return;
  const refusal = volumesRefusal(volumes, compute);
  if (refusal === null) return;
  const inherited = hasSizes ? "compute type" : "pair";
  const isWhole = blueprint === null || (hasSizes && (ownCompute !== undefined || compute === null));
  const whose = isWhole ? "" : `; the ${inherited} is of ${blueprint.address}`;
  yield refuse(at(resource, hasSizes ? "volumes" : "compute"), { ...refusal, message: `${refusal.message}${whose}` });
}

function isRefused(blueprint: DesktopFacts["blueprint"]): boolean {
  const pair = pairOf(blueprint?.spec.volumes);
  return pair !== null && volumesRefusal(pair, blueprint?.spec.compute ?? null) !== null;
}

function* checkGrace(resource: Resource<WorkspaceSpec>, { blueprint }: DesktopFacts): Generator<Finding> {
  const own = resource.spec.lifecycle;
  if (own?.gracePeriod === undefined && own?.maxLifetime === undefined) return;
  const refusal = graceRefusal({ ...blueprint?.spec.lifecycle, ...own });
  const field = own.gracePeriod === undefined ? "maxLifetime" : "gracePeriod";
  const isShared = own.gracePeriod === undefined || own.maxLifetime === undefined;
  const whose =
    isShared && blueprint !== null
      ? `; the ${field === "gracePeriod" ? "lifetime" : "grace period"} is of ${blueprint.address}`
      : "";
  yield* refuseIf(at(resource, "lifecycle", field), refusal && { ...refusal, message: `${refusal.message}${whose}` });
}

function* checkStart(
  resource: Resource<WorkspaceSpec>,
  { startDate, lifecycle, blueprint }: DesktopFacts,
): Generator<Finding> {
  const text = resource.spec.startDate;
  if (text === undefined || startDate === null) return;
  const unreadable = dateRefusal(text);
  const { expiresAt } = lifecycle;
  if (unreadable !== null) yield refuse(at(resource, "startDate"), unreadable);
  else if (expiresAt !== null && startDate >= expiresAt) {
    const isInherited = resource.spec.lifecycle?.expiresAt === undefined;
    const whose = isInherited && blueprint !== null ? ` of ${blueprint.address}` : "";
    yield refuse(at(resource, "startDate"), {
      code: "start-after-end",
      message: `the first day, ${text}, is not before the end (expiresAt${whose}: ${expiresAt.toISOString()})`,
      hint: "write an earlier startDate or a later lifecycle.expiresAt",
    });
  }
}

/** A desktop that is kept stopped can neither run always nor be in maintenance, which AWS lets only running ones enter. */
function* checkStandstill(
  resource: Resource<WorkspaceSpec>,
  { staysStopped, mode, maintenance, blueprint }: DesktopFacts,
): Generator<Finding> {
  if (!staysStopped) return;
  if (mode === "always-on") {
    const isInherited = resource.spec.running === undefined && blueprint !== null;
    yield refuse(at(resource, "desiredState"), {
      code: "stopped-always-on",
      message: `AWS stops no always-on desktop, and ${isInherited ? `${blueprint.address} makes it always-on` : "spec.running says always-on"}`,
      hint: "write running: { mode: auto-stop }, or desiredState: any",
    });
  }
  if (maintenance === true) {
    yield refuse(at(resource, "maintenance"), {
      code: "stopped-maintenance",
      message: "a desktop enters maintenance only while it runs, and desiredState keeps this one stopped",
      hint: "write desiredState: any while it is in maintenance, or remove maintenance",
    });
  }
}

function* checkSystem(
  resource: Resource<WorkspaceSpec>,
  { bundle, operatingSystem, license, blueprint }: DesktopFacts,
): Generator<Finding> {
  const own = resource.spec;
  if (bundle === null) {
    yield refuse(
      { resource, path: ["spec"], atKey: true },
      {
        code: "no-bundle",
        message: "nothing says what the desktop is made from: spec has neither blueprint nor bundle",
        hint: "for example blueprint: robotics-developer, or bundle: performance-ubuntu",
      },
    );
    return;
  }
  // With a blueprint they are refused as soon as they differ from its own.
  if (blueprint === null && (own.license !== undefined || own.operatingSystem !== undefined)) {
    const field = own.license === undefined ? "operatingSystem" : "license";
    yield* refuseIf(at(resource, field), licenseRefusal({ operatingSystem, license }));
  }
  if (own.bundle === undefined || blueprint?.spec.overrides.bundle === false) return;
  const system = systemRefusal({ bundle, operatingSystem });
  if (system !== null) yield warn(at(resource, "bundle"), system);
}
