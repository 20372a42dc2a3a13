import type { CheckedEstate } from "../apply/workspace.ts";
import { remember, type Self } from "./self.ts";
import type { Tree } from "./tree.ts";

/** From now on this is what appliances are given. */
export function serve(self: Self, tree: Tree, estate: CheckedEstate["checkable"]): void {
  if (self.snapshot?.id === tree.id) return;
  self.snapshot = { commit: tree.commit, id: tree.id, resources: estate.resources, estate };
  remember(self, { ...self.memory, served: tree.id });
}
