import type { Finding, Resource } from "../../estate/resource.ts";
import type { WorkspaceBlueprintSpec } from "../../generated/documents.ts";
import { refuseIf, warn } from "../refusal.ts";
import { licenseRefusal, systemRefusal } from "./check-bundle-words.ts";
import { checkLifecycle, graceRefusal } from "./check-lifecycle.ts";
import { checkTags } from "./check-tags.ts";
import { runningRefusal } from "./check-text.ts";
import { pairOf, volumesRefusal } from "./check-volumes.ts";

/** What is wrong with a blueprint by itself, whoever uses it. */
export function* checkBlueprint(resource: Resource<WorkspaceBlueprintSpec>, now: Date): Generator<Finding> {
  const { spec } = resource;
  const { compute = null, volumes, running, lifecycle } = spec;
  const at = (...path: readonly string[]) => ({ resource, path: ["spec", ...path] });
  const pair = pairOf(volumes);
  if (pair !== null) yield* refuseIf(at("volumes"), volumesRefusal(pair, compute));
  if (running !== undefined) yield* refuseIf(at("running", "afterIdle"), runningRefusal(running));
  if (lifecycle !== undefined) {
    yield* checkLifecycle(resource, lifecycle, now);
    yield* refuseIf(at("lifecycle", "gracePeriod"), graceRefusal(lifecycle));
  }
  yield* refuseIf(at("license"), licenseRefusal(spec));
  const system = systemRefusal(spec);
  if (system !== null) yield warn(at("bundle"), system);
  yield* checkTags(resource, spec.tags);
}
