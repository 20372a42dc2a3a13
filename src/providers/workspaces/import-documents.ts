import type { Desired, ImportedDocument } from "../provider.ts";
import { suggestedName } from "./compare-undeclared.ts";
import { declaredIds, viewWorld, type WorldView } from "./desktop-view.ts";
import type { Placed } from "./live-index.ts";
import { ANNOTATIONS, ownershipOf } from "./markers.ts";
import type { WorkspacesObservation } from "./model.ts";
import { isLeaving } from "./states.ts";
import { type DirectoryFacts, resolveTopology } from "./topology.ts";

/** A document for every desktop in a declared directory that nobody has declared; each carries the consent to adopt it. */
export function documentDesktops(desired: Desired, observation: WorkspacesObservation): readonly ImportedDocument[] {
  const world = viewWorld(resolveTopology(desired), observation, new Date(0));
  const declared = declaredIds(world);
  const taken = new Set(world.topology.desktops.map(({ name }) => name));
  return world.index.all
    .filter(({ desktop }) => !declared.has(desktop.id) && !isLeaving(desktop) && desktop.user !== "")
    .filter(({ desktop }) => ownershipOf(desktop.tags, world.topology.estate) === "nobody")
    .flatMap((placed) => documentFor(placed, world, taken))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

function documentFor(placed: Placed, { topology }: WorldView, taken: Set<string>): readonly ImportedDocument[] {
  const { region, desktop } = placed;
  const directory = [...topology.directories.values()].find(
    (one) => one.id === desktop.directoryId && one.region === region,
  );
  if (directory === undefined) return [];
  let name = suggestedName(desktop.user, desktop.id);
  if (taken.has(name)) name = desktop.id;
  taken.add(name);
  return [{ kind: "Workspace", name, text: documentText(name, placed, directory), notices: [] }];
}

function documentText(name: string, { desktop }: Placed, directory: DirectoryFacts): string {
  const { user, bundleId, compute, rootGib, userGib, mode, afterIdleMinutes } = desktop;
  const running =
    mode === "auto-stop"
      ? `{ mode: auto-stop, afterIdle: ${(afterIdleMinutes ?? 60) / 60}h }`
      : `{ mode: ${mode ?? "auto-stop"} }`;
  const lines = [
    "apiVersion: reeve.dev/v1",
    "kind: Workspace",
    "metadata:",
    `  name: ${JSON.stringify(name)}`,
    `  annotations: { ${ANNOTATIONS.adopt}: "true" }`,
    "spec:",
    `  user: ${JSON.stringify(user)}`,
    `  placement: { directory: ${directory.name} }`,
    `  bundle: ${bundleId}`,
    ...(compute === null ? [] : [`  compute: ${compute}`]),
    ...(rootGib === null || userGib === null ? [] : [`  volumes: { rootGib: ${rootGib}, userGib: ${userGib} }`]),
    `  running: ${running}`,
  ];
  return `${lines.join("\n")}\n`;
}
