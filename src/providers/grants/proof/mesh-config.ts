import { parse } from "yaml";
import type { KubeObject } from "../kube-object.ts";
import { fields, items, text } from "../reach/fields.ts";

/** The extension providers that a mesh's configuration names; null for what is no such configuration. */
export function extensionProviders(config: KubeObject | undefined): readonly string[] | null {
  const mesh = text(fields(config?.["data"])["mesh"]);
  if (mesh === undefined) return null;
  try {
    return items(fields(parse(mesh))["extensionProviders"]).flatMap((provider) => text(fields(provider)["name"]) ?? []);
  } catch {
    return null;
  }
}
