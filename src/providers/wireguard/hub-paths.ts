import { resolve } from "node:path";
import type { WireGuardHubSpec } from "../../generated/documents.ts";

/** Where the hub's configuration file is when the document does not say it. */
export function configFileOf(spec: Pick<WireGuardHubSpec, "configFile" | "interface">): string {
  return spec.configFile ?? `/etc/wireguard/${spec.interface}.conf`;
}

/** A path of a document as the hub's script needs it. Only `file` hosts have relative paths; they start at `root`. */
export function pathOnHub(path: string, root: string): string {
  return resolve(root, path);
}
