/** One step, done to a cluster. */
import type { Session } from "../provider.ts";
import { kindKey, type ServedKind } from "./client/served-kinds.ts";
import type { ClusterWriter } from "./client/writer.ts";
import { isForced, isShutdown } from "./force.ts";
import { foreignFields } from "./foreign-fields.ts";
import type { KubeObject } from "./kube-object.ts";
import { serverMark } from "./live.ts";
import type { ClusterView } from "./model.ts";
import { ownPart } from "./ownership.ts";
import { recordAt } from "./render/json-walk.ts";
import { ANNOTATIONS } from "./render/markers.ts";
import type { ApplyStep, RefuseStep, Step } from "./steps.ts";
import type { ClusterDocument } from "./topology.ts";
import { type Waiting, waitUntilGone, waitUntilStopped } from "./wait.ts";

/** A cluster that is being changed. */
export interface Site {
  readonly cluster: ClusterDocument;
  readonly view: ClusterView;
  readonly writer: ClusterWriter;
  readonly session: Session;
}

export type Doable = Exclude<Step, RefuseStep>;

/** What is still to be waited for; null for nothing. */
type Wait = (() => Promise<void>) | null;

/** Sends what has to be sent. What becomes of it is waited for apart: what else takes access away goes out first. */
export async function carryOut(step: Doable, site: Site): Promise<Wait> {
  site.session.signal.throwIfAborted();
  switch (step.do) {
    case "remove":
      return takeAway(step.live, site);
    case "note":
      await noteEnd(step.live, site);
      return null;
    case "apply":
      return write(step, site);
  }
}

async function takeAway(live: KubeObject, site: Site): Promise<Wait> {
  const kind = kindOf(live, site);
  const removal = await site.writer.remove(kind, { ...live.metadata, uid: serverMark(live, "uid") });
  return removal === "gone" ? null : () => waitUntilGone(waitingOf(kind, site), live);
}

async function write(step: ApplyStep, site: Site): Promise<Wait> {
  const { object } = step.rendered;
  const kind = kindOf(object, site);
  if (step.inTheWay !== null) await (await takeAway(step.inTheWay, site))?.();
  const { spec } = site.cluster;
  const options = { fieldManager: spec.fieldManager, isForced: isForced(spec, object) };
  const applied = await site.writer.apply(kind, object, options);
  // Places in lists may have moved since they were looked at: of the managers that were reviewed, what is theirs now.
  const reviewed = new Set(step.foreign.map(({ manager }) => manager));
  const foreign = reviewed.size === 0 ? [] : foreignFields(applied.object, spec.fieldManager);
  const steps = foreign.flatMap(({ pointer, manager }) =>
    reviewed.has(manager) ? [{ op: "remove", path: pointer } as const] : [],
  );
  if (steps.length > 0) {
    const resourceVersion = serverMark(applied.object, "resourceVersion");
    await site.writer.patch(kind, { ...object.metadata, resourceVersion }, steps);
  }
  return isShutdown(object) ? () => waitUntilStopped(waitingOf(kind, site), applied.object) : null;
}

/** Applied under Reeve's own name: where the grant comes back, its next apply takes the note out. */
async function noteEnd(live: KubeObject, site: Site): Promise<void> {
  const { fieldManager } = site.cluster.spec;
  const part = ownPart(live, fieldManager);
  const metadata = recordAt(part, "metadata");
  const endedAt = site.session.clock.now().toISOString();
  const object: KubeObject = {
    ...part,
    apiVersion: live.apiVersion,
    kind: live.kind,
    metadata: {
      ...metadata,
      annotations: {
        ...(recordAt(metadata, "annotations") as Readonly<Record<string, string>>),
        [ANNOTATIONS.endedAt]: endedAt,
      },
      name: live.metadata.name,
      namespace: live.metadata.namespace ?? "",
      uid: serverMark(live, "uid"),
    },
  };
  await site.writer.apply(kindOf(live, site), object, { fieldManager, isForced: false });
}

function waitingOf(kind: ServedKind, { cluster, writer, session }: Site): Waiting {
  return { cluster: cluster.name, kind, writer, session };
}

function kindOf(object: KubeObject, { view }: Site): ServedKind {
  const kind = view.kinds.get(kindKey(object));
  if (kind === undefined) throw new TypeError(`${kindKey(object)} was planned and is not served`);
  return kind;
}
