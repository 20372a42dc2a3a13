/** What live desktops are like, in the words of their documents. Pure. */
import type { Resource } from "../../estate/resource.ts";
import type { WorkspaceSpec } from "../../generated/documents.ts";
import { joinPath } from "../../plan/diff-fields.ts";
import type { Desired, DocumentEdit, RecordedReality } from "../provider.ts";
import { compareDesktop } from "./compare-desktop.ts";
import { type DesktopView, viewWorld } from "./desktop-view.ts";
import type { LiveDesktop, WorkspacesObservation } from "./model.ts";
import { isModifying } from "./states.ts";
import { ofKind, resolveTopology } from "./topology.ts";

interface Standing {
  readonly view: DesktopView;
  readonly live: LiveDesktop;
  readonly document: Resource<WorkspaceSpec>;
}

/** Of desktops that stand and are ours; one that has grown past its document is no change of a plan, and recorded as well. */
export function recordDesktops(
  desired: Desired,
  observation: WorkspacesObservation,
  now: Date,
): readonly RecordedReality[] {
  const { desktops, topology } = viewWorld(resolveTopology(desired), observation, now);
  const documents = new Map(ofKind(desired.resources, "Workspace").map((one) => [one.address, one]));
  return desktops.flatMap((view) => {
    const { live, facts } = view;
    const document = documents.get(facts.address);
    if (live === null) return [];
    if (document !== undefined) return recordDesktop({ view, live, document }, topology.estate);
    const why = `it is one of the reserve ${facts.reserve ?? ""}, whose blueprint says how all of them are`;
    return compareDesktop(view, topology.estate).change === null ? [] : [{ resource: facts.resource, why }];
  });
}

const IN_PLACE: ReadonlySet<string> = new Set(["update", "start", "stop"]);

function recordDesktop(standing: Standing, estate: string): readonly RecordedReality[] {
  const { view, live, document } = standing;
  const { change } = compareDesktop(view, estate);
  if (change !== null && !IN_PLACE.has(change.action)) return [];
  const grown = grownVolumes(standing);
  const paths = [...new Set([...(change?.fields ?? []).map(({ path }) => path), ...grown])];
  if (paths.length === 0) return [];
  if (isModifying(live)) return [{ resource: document, why: "AWS is changing it just now" }];
  const said = paths.map((path) => sayField(path, standing));
  const why = said.find((one) => typeof one === "string");
  if (why !== undefined) return [{ resource: document, why }];
  return [{ resource: document, edits: distinct(said.flatMap((one) => (typeof one === "string" ? [] : one))) }];
}

/** Volumes never shrink, so that a plan leaves them alone; what its user may enlarge is nobody's to record. */
function grownVolumes({ view, live }: Standing): readonly string[] {
  const { volumes } = view.facts;
  if (volumes === null || view.directory?.resource.spec.selfService.increaseVolumeSize === true) return [];
  return (["rootGib", "userGib"] as const)
    .filter((name) => (live[name] ?? 0) > volumes[name])
    .map((name) => `volumes.${name}`);
}

/** The edits for one field, or why there are none. */
function sayField(path: string, standing: Standing): readonly DocumentEdit[] | string {
  const { view, live } = standing;
  switch (path) {
    case "compute":
      return live.compute === null ? "AWS does not say its compute type" : [edit(["compute"], live.compute)];
    case "running":
      return sayRunning(standing);
    case "volumes.rootGib":
    case "volumes.userGib":
      return sayVolumes(standing);
    case "maintenance":
      return [edit(["maintenance"], live.state === "ADMIN_MAINTENANCE")];
    case "state":
      return view.facts.staysStopped
        ? [edit(["desiredState"], "any")]
        : "that it is stopped for now is no setting of a desktop";
    default:
      return sayTag(path, standing);
  }
}

/** Both sizes together: a document that names one names the other. */
function sayVolumes({ live: { rootGib, userGib } }: Standing): readonly DocumentEdit[] | string {
  if (rootGib === null || userGib === null) return "AWS does not say the sizes of its volumes";
  return [edit(["volumes", "rootGib"], rootGib), edit(["volumes", "userGib"], userGib)];
}

function sayRunning({ view, live, document }: Standing): readonly DocumentEdit[] | string {
  const { mode, afterIdleMinutes } = live;
  if (view.isAhead) return "it runs otherwise only ahead of its person's first day";
  if (mode === "always-on") return [edit(["running"], { mode })];
  if (mode !== "auto-stop") return `its running mode ${mode ?? ""} is none that Reeve keeps`;
  const afterIdle = `${(afterIdleMinutes ?? 60) / 60}h`;
  const isSame = document.spec.running?.mode === mode;
  return [isSame ? edit(["running", "afterIdle"], afterIdle) : edit(["running"], { mode, afterIdle })];
}

function sayTag(path: string, { view, live, document }: Standing): readonly DocumentEdit[] | string {
  const key = Object.keys(view.facts.tags).find((one) => joinPath("tags", one) === path);
  if (key === undefined) return `${path} is Reeve's own to set`;
  const value = live.tags[key];
  if (value !== undefined) return [edit(["tags", key], value)];
  const isInherited = view.facts.blueprint?.spec.tags[key] !== undefined;
  if (isInherited) return `its blueprint gives it the tag ${key}, which no document can take away`;
  return document.spec.tags[key] === undefined ? `${path} is not in its document` : [edit(["tags", key], null)];
}

function edit(path: readonly string[], value: DocumentEdit["value"]): DocumentEdit {
  return { path: ["spec", ...path], value };
}

function distinct(edits: readonly DocumentEdit[]): readonly DocumentEdit[] {
  return [...new Map(edits.map((one) => [one.path.join("\n"), one])).values()];
}
