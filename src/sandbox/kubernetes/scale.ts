import type { Json } from "../../support/json.ts";
import { changeLive, mustExist } from "./change.ts";
import { type JsonObject, objectOf, textOf } from "./schema.ts";
import { metadataOf } from "./world.ts";
import type { Write } from "./write.ts";

/** A workload's scale, as an object of its own. */
export function scaleOf(workload: JsonObject): JsonObject {
  const { name = "", namespace = "", uid = "", resourceVersion = "", creationTimestamp = "" } = metadataOf(workload);
  const { replicas = 0, selector } = objectOf(workload.spec);
  const labels = Object.entries(objectOf(objectOf(selector).matchLabels)).map(
    ([key, value]) => `${key}=${textOf(value)}`,
  );
  return {
    kind: "Scale",
    apiVersion: "autoscaling/v1",
    metadata: { name, namespace, uid, resourceVersion, creationTimestamp },
    spec: { replicas },
    status: { replicas: objectOf(workload.status).replicas ?? 0, selector: labels.join(",") },
  };
}

export function changeScale(write: Write, scale: Json): JsonObject {
  const live = mustExist(write);
  const { replicas = 0 } = objectOf(objectOf(scale).spec);
  const candidate = { ...live, spec: { ...objectOf(live.spec), replicas } };
  return scaleOf(changeLive(write, live, candidate).object);
}
