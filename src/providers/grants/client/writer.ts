import type { Json } from "../../../support/json.ts";
import { asObject, type KubeObject } from "../kube-object.ts";
import { textAt } from "../render/json-walk.ts";
import { type Applied, type ApplyOptions, applyQuestion } from "./apply-patch.ts";
import type { Question } from "./connection.ts";
import type { Door } from "./door.ts";
import { getObject, type NamedPlace } from "./reader.ts";
import { describePlace, pathOf, type ServedKind } from "./served-kinds.ts";
import { isTrouble } from "./trouble.ts";

/** One step of a JSON patch (RFC 6902). */
type PatchStep =
  | { readonly op: "test" | "add" | "replace"; readonly path: string; readonly value: Json }
  | { readonly op: "remove"; readonly path: string };

/** The object that is meant, and no other of its name. */
interface Individual {
  readonly namespace?: string;
  readonly name: string;
  readonly uid: string;
}

/** The object as it was seen, and no later state of it. */
interface Version extends Pick<Individual, "namespace" | "name"> {
  readonly resourceVersion: string;
}

/** What becomes of an object that is deleted. */
type Removal = "gone" | "ending";

/** The only way to change a cluster; apply alone is given it. */
export interface ClusterWriter {
  apply(kind: ServedKind, object: KubeObject, options: ApplyOptions): Promise<Applied>;
  /** Takes out what apply leaves, since it is somebody else's: refused as `stale` where the object has changed. */
  patch(kind: ServedKind, version: Version, steps: readonly PatchStep[]): Promise<Applied>;
  /** `ending` where finalizers or contents may hold it: look again until it is gone. */
  remove(kind: ServedKind, individual: Individual): Promise<Removal>;
  /** What is waited for; null where there is none any more. */
  get(kind: ServedKind, place: NamedPlace): Promise<KubeObject | null>;
}

export function createWriter(door: Door, fieldManager: string): ClusterWriter {
  return {
    apply: async (kind, object, options) => {
      const question = applyQuestion(kind, object, { ...options, isDryRun: false });
      const { body, warnings } = await door.call(`apply ${describePlace(kind, object.metadata)}`, question);
      return { object: asObject(body), warnings };
    },
    patch: async (kind, version, steps) => {
      const question = patchQuestion(kind, version, { steps, fieldManager });
      const { body, warnings } = await door.call(`patch ${describePlace(kind, version)}`, question);
      return { object: asObject(body), warnings };
    },
    get: (kind, place) => getObject(door, kind, place),
    remove: async (kind, individual) => {
      try {
        const { body } = await door.call(`delete ${describePlace(kind, individual)}`, deleteQuestion(kind, individual));
        // A server answers with the object where finalizers hold it, and for some kinds whether they do or not.
        return textAt(body, "kind") === "Status" ? "gone" : "ending";
      } catch (error) {
        // Also where an earlier try got through and its answer did not.
        if (isTrouble(error, "gone", "namespace-missing")) return "gone";
        throw error;
      }
    },
  };
}

interface Patching {
  readonly steps: readonly PatchStep[];
  readonly fieldManager: string;
}

function patchQuestion(kind: ServedKind, version: Version, { steps, fieldManager }: Patching): Question {
  const query = new URLSearchParams({ fieldManager, fieldValidation: "Strict" });
  const test: PatchStep = { op: "test", path: "/metadata/resourceVersion", value: version.resourceVersion };
  return {
    method: "PATCH",
    path: `${pathOf(kind, version)}?${query.toString()}`,
    headers: { "Content-Type": "application/json-patch+json" },
    body: JSON.stringify([test, ...steps]),
  };
}

function deleteQuestion(kind: ServedKind, individual: Individual): Question {
  return {
    method: "DELETE",
    path: pathOf(kind, individual),
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({
      apiVersion: "v1",
      kind: "DeleteOptions",
      preconditions: { uid: individual.uid },
      // A workload stays until its pods are gone: only then is every open connection cut.
      propagationPolicy: kind.kind === "StatefulSet" ? "Foreground" : "Background",
    }),
  };
}
