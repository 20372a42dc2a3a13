import type { Labels } from "./labels.ts";
import type { World } from "./world.ts";

/** A namespace that nobody has looked at may carry any label, but for the name that the server sets. */
export function namespaceLabels(world: World, name: string): Labels {
  return world.namespaces.get(name) ?? { known: { "kubernetes.io/metadata.name": name }, open: true };
}
