import { asObject, type KubeObject } from "../../src/providers/grants/kube-object.ts";
import { MASTERS } from "../../src/sandbox/kubernetes/access.ts";
import type { Engine } from "../../src/sandbox/kubernetes/engine.ts";
import type { World } from "../../src/sandbox/kubernetes/world.ts";

/** Somebody with every right at a cluster, past Reeve and past its wire. */
export interface Hand {
  /** Everything that is there, sorted by kind and place. */
  objects(): readonly KubeObject[];
  /** Throws where the server refuses. */
  create(path: string, object: Readonly<Record<string, unknown>>): void;
  /** Server-side apply by another manager, by force. */
  apply(path: string, object: Readonly<Record<string, unknown>>): void;
  /** A JSON merge patch. */
  merge(path: string, patch: Readonly<Record<string, unknown>>): void;
}

interface Request {
  readonly method: string;
  readonly path: string;
  readonly type: string;
  readonly force?: "true";
}

/** `manager` is the name that fields are owned under. */
export function handOf(engine: Engine, manager: string, now: () => Date): Hand {
  const send = ({ method, path, type, force }: Request, body: unknown): void => {
    const query = new URLSearchParams({ fieldManager: manager, ...(force === undefined ? {} : { force }) });
    const headers = { "content-type": type, "user-agent": `${manager}/1` };
    const user = { name: manager, groups: [MASTERS] };
    const answer = engine.answer({ method, path, query, headers, user, body: JSON.stringify(body) }, now());
    if (answer.status >= 400) throw new Error(`${method} ${path}: ${JSON.stringify(answer.body)}`);
  };
  return {
    objects: () => {
      // Controllers come to what was written last before the next request.
      send({ method: "GET", path: "/healthz", type: "application/json" }, null);
      return objectsIn(engine.world);
    },
    create: (path, object) => send({ method: "POST", path, type: "application/json" }, object),
    apply: (path, object) =>
      send({ method: "PATCH", path, type: "application/apply-patch+yaml", force: "true" }, object),
    merge: (path, patch) => send({ method: "PATCH", path, type: "application/merge-patch+json" }, patch),
  };
}

function objectsIn(world: World): readonly KubeObject[] {
  const kinds = [...world.objects].toSorted(([a], [b]) => (a < b ? -1 : 1));
  return kinds.flatMap(([, objects]) =>
    [...objects].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, object]) => asObject(object)),
  );
}
