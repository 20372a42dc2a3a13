import type { Infrastructure, Workstation } from "./cast.ts";
import { type Classify, classifier } from "./classes.ts";
import { type Access, described, entriesOf, podsOf, type Scene } from "./entries.ts";
import { exitsOf } from "./exits.ts";
import { endsOf } from "./gateway.ts";
import { groundFindings } from "./ground.ts";
import type { Step } from "./model.ts";
import { routesNear } from "./routes.ts";
import { providerFindings, uncheckedSessions } from "./session-check.ts";
import { gatewayWall, openWalls } from "./walls.ts";
import type { World } from "./world.ts";

/** What is wrong with who reaches what. */
export interface Finding {
  /**
   * `intruder`: somebody else gets in. `escape`: a desktop gets out to what is not its person's. `locked-out`: the person
   * does not surely get in. `exposed`: one wall stands open, though another may hold. `hijack`: somebody else's route
   * takes the person's requests. `unchecked`: sessions that have ended may still get in. `cut-off`: a challenge is not
   * reached. `unproven`: something decides that is not evaluated.
   */
  readonly kind: "intruder" | "escape" | "locked-out" | "exposed" | "hijack" | "unchecked" | "cut-off" | "unproven";
  readonly namespace: string;
  /** Whether a plan that leads here is refused. */
  readonly refuses: boolean;
  readonly words: string;
  /** The namespaces that the words stand for, when it is more than they name. */
  readonly namespaces?: readonly string[];
  readonly path: readonly Step[];
}

export interface Proof {
  /** Everything that is reached, meant or not, by namespace. */
  readonly access: readonly Access[];
  readonly findings: readonly Finding[];
}

/** Whether every desktop is reached by its person alone, and reaches nothing but what is the person's. */
export function proveGrants(
  at: { readonly world: World; readonly infra: Infrastructure; readonly classify?: Classify },
  workstations: readonly Workstation[],
): Proof {
  const scene: Scene = { classify: classifier(at.world), ...at };
  const proofs = workstations.map((workstation) => proveOne(scene, workstation));
  return {
    access: proofs.flatMap(({ access }) => access),
    findings: [
      ...proofs.flatMap(({ findings }) => findings),
      ...workstations.flatMap(({ namespace }) => groundFindings(at.world, namespace)),
      ...gatewayFindings(at.world),
      ...providerFindings(at.infra),
      ...unreadFindings(at.world, workstations),
    ],
  };
}

function proveOne(scene: Scene, workstation: Workstation): Proof {
  const { namespace } = workstation;
  const isOpen = workstation.closed === null;
  if (podsOf(scene.world, workstation).length === 0) {
    if (!isOpen) return { access: [], findings: [] };
    const words = `nobody reaches ${described(workstation)}: no pod of it is among the objects`;
    return { access: [], findings: [{ kind: "locked-out", namespace, refuses: false, words, path: [] }] };
  }
  const entries = entriesOf(scene, workstation);
  const exits = exitsOf(scene, workstation);
  const isRunning = podsOf(scene.world, workstation).some((pod) => pod.isOff !== true);
  return {
    access: [...entries, ...(isRunning ? exits : [])].filter(({ reach }) => reach.verdict !== "deny"),
    findings: [
      ...entries
        .filter(({ meant }) => !meant)
        .map((access) => finding("intruder", told(access, workstation), namespace)),
      ...openWalls(scene, workstation).map((access) => exposure(access, namespace)),
      ...hijacks(scene, workstation),
      ...uncheckedSessions(scene, workstation),
      ...exits.filter(({ meant }) => !meant).map((access) => finding("escape", access, namespace)),
      ...entries.filter(falls).map((access) => finding("locked-out", access, namespace)),
      ...exits.filter((access) => isOpen && falls(access)).map((access) => finding("cut-off", access, namespace)),
    ],
  };
}

/** Routes of others that may take a request for this workstation, whoever makes it. */
function hijacks({ world }: Scene, workstation: Workstation): readonly Finding[] {
  const { namespace, host, path, person } = workstation;
  const here = podsOf(world, workstation);
  return routesNear(world, { host, path })
    .filter(
      (match) =>
        match.backends.length === 0 ||
        match.backends.some((backend) => backend.namespace !== namespace) ||
        endsOf(world, match).some(({ pod }) => !here.includes(pod)),
    )
    .map((match) => {
      const words = `rule ${match.rule} of ${match.title} may take ${person}'s requests for ${host}${match.path}`;
      const step: Step = { at: "route", passes: "maybe", object: match.title, rule: match.rule, words };
      return { kind: "hijack", namespace, refuses: true, words, path: [step] };
    });
}

/** The person's own way in, while they may not come, is an intruder's. */
function told(access: Access, { person, closed }: Workstation): Access {
  return access.who === person ? { ...access, who: `${person}, whose access is ${closed},` } : access;
}

function falls({ meant, reach }: Access): boolean {
  return meant && reach.verdict !== "allow";
}

function finding(kind: Finding["kind"], access: Access, namespace: string): Finding {
  const { who, what, reach, namespaces } = access;
  const may = reach.verdict === "depends" ? "may reach" : "reaches";
  const words = access.meant
    ? `${who} does not ${reach.verdict === "depends" ? "surely " : ""}reach ${what}`
    : `${who} ${may} ${what}`;
  return { kind, namespace, refuses: !access.meant, words, namespaces, path: reach.path };
}

function exposure({ who, what, reach, namespaces }: Access, namespace: string): Finding {
  const words = `${who} is no wall before ${what}`;
  return { kind: "exposed", namespace, refuses: true, words, namespaces, path: reach.path };
}

function gatewayFindings(world: World): readonly Finding[] {
  const { namespace, name } = world.gateway;
  const step = gatewayWall(world);
  if (step === undefined) return [];
  const words = `the gateway ${namespace}/${name} lets everybody through to the routes`;
  return [{ kind: "exposed", namespace, refuses: true, words, path: [step] }];
}

/** Objects whose meaning is not evaluated: in a person's own namespace they refuse the plan, in shared ones they warn. */
function unreadFindings(world: World, workstations: readonly Workstation[]): readonly Finding[] {
  const own = new Set(workstations.map(({ namespace }) => namespace));
  const near = new Set([...own, world.gateway.namespace, world.rootNamespace, ""]);
  return world.unread.flatMap(({ kind, metadata }): readonly Finding[] => {
    const namespace = metadata.namespace ?? "";
    if (!near.has(namespace)) return [];
    const title = `${kind} ${namespace === "" ? "" : `${namespace}/`}${metadata.name}`;
    const words = `${title} may change who gets in, and is not evaluated`;
    return [{ kind: "unproven", namespace, refuses: own.has(namespace), words, path: [] }];
  });
}
