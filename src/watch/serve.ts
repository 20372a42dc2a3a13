import type { CheckedEstate } from "../apply/workspace.ts";
import type { Finished } from "./round.ts";
import { remember, type Self } from "./self.ts";
import type { Tree } from "./tree.ts";

/** From now on this is what appliances are given. */
export function serve(self: Self, tree: Tree, estate: CheckedEstate["checkable"]): void {
  if (self.snapshot?.id === tree.id) return;
  self.snapshot = { commit: tree.commit, id: tree.id, resources: estate.resources, estate };
  remember(self, { ...self.memory, served: tree.id });
}

/** The kinds that appliances are configured from. */
const SERVED: ReadonlySet<string> = new Set(["ApplianceSite", "Partner"]);

/** Whether nothing of what a commit has changed at sites is still to be reviewed, waited for, or left. */
export function mayServe(finished: Finished): boolean {
  const { decisions, blockers, waits } = finished;
  const isLeft = decisions.some(
    ({ change, cause, left }) => SERVED.has(change.kind) && cause === "commit" && left !== null,
  );
  return !isLeft && waits === null && blockers.length === 0;
}
