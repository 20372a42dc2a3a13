/** Which hardware a desktop cannot be changed to; WorkSpaces administration guide. Pure. */
import type { Blocked, FieldChange } from "../../plan/change.ts";
import type { DesktopView } from "./desktop-view.ts";
import { ANNOTATIONS } from "./markers.ts";
import type { LiveDesktop } from "./model.ts";

/** Two families that change among themselves alone. Of newer graphics nothing is documented: AWS answers. */
const G4DN = /^graphics(pro)?-g4dn$/;

/** What AWS takes at all; a migration brings its bundle's hardware and is not asked. */
export function hardwareBlock(view: DesktopView, live: LiveDesktop, fields: readonly FieldChange[]): Blocked | null {
  const to = view.facts.compute;
  const paths = new Set(fields.map(({ path }) => path));
  if (to === null || live.compute === null || !paths.has("compute") || paths.has("bundle")) return null;
  if (familyOf(live.compute) !== familyOf(to)) {
    const message = `${live.id} is ${live.compute}, which AWS does not change to ${to}`;
    const next = `write compute: ${live.compute}, or name a bundle of that hardware and annotate the document ${ANNOTATIONS.allowMigrate}: ${live.id}`;
    return { code: "compute-move", message, next };
  }
  return to.startsWith("generalpurpose") ? volumesBlock(view, live, to) : null;
}

function familyOf(compute: string): string {
  if (G4DN.test(compute)) return "g4dn";
  return compute.startsWith("graphics") ? "graphics" : "general";
}

const ROOT_GIB = 175;
const USER_GIB = 100;

function volumesBlock({ facts }: DesktopView, { id, rootGib, userGib }: LiveDesktop, to: string): Blocked | null {
  const root = Math.max(rootGib ?? ROOT_GIB, facts.volumes?.rootGib ?? 0);
  const user = Math.max(userGib ?? USER_GIB, facts.volumes?.userGib ?? 0);
  if (root >= ROOT_GIB && user >= USER_GIB) return null;
  return {
    code: "compute-move",
    message: `${id} has ${root} and ${user} GiB, too little for ${to}`,
    next: `write volumes: { rootGib: ${Math.max(root, ROOT_GIB)}, userGib: ${Math.max(user, USER_GIB)} } too: they grow first`,
  };
}
