import { apiVersionOf, type Resource, resourceKey } from "../resource.ts";
import type { JsonObject } from "../schema.ts";
import { metadataOf, putObject, type World, withMetadata } from "../world.ts";
import { ignoredFields } from "./ignored.ts";
import { decodeManagers, encodeManagers, recordUpdate } from "./managers.ts";

/** A part of the cluster that writes by itself. */
export interface Author {
  readonly name: "kube-apiserver" | "kube-controller-manager";
  readonly subresource: "" | "status";
  readonly now: string;
}

interface Change {
  readonly resource: Resource;
  readonly before: JsonObject;
  readonly after: JsonObject;
}

/** Stores a change with its author as the owner of what has changed. */
export function writeAs(world: World, { resource, before, after }: Change, { name, subresource, now }: Author): void {
  const apiVersion = apiVersionOf(resource.group, resource.versions[0] ?? "");
  const managers = recordUpdate(
    {
      schema: resource.schema,
      live: withMetadata(before, { managedFields: null }),
      managers: decodeManagers(metadataOf(before).managedFields),
      identity: { name, operation: "Update", apiVersion, subresource },
      ignored: ignoredFields(subresource === "status" ? ["spec"] : ["status"]),
      time: now,
    },
    withMetadata(after, { managedFields: null }),
  );
  const managedFields = managers.size === 0 ? null : encodeManagers(managers);
  putObject(world, resourceKey(resource), withMetadata(after, { managedFields }));
}
