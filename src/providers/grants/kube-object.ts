import type { Json } from "../../support/json.ts";
import { isRecord } from "./render/json-walk.ts";

/** Who an object is; the other members of its metadata stay as the server says them. */
export interface KubeMetadata {
  readonly name: string;
  readonly namespace?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly [field: string]: Json;
}

/** A rendered or live object of a cluster, as JSON: nothing is dropped, since nothing is known to be unimportant. */
export interface KubeObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: KubeMetadata;
  readonly [field: string]: Json;
}

/** Throws a `TypeError` for what is no object of an API: a bug of the server, or of the caller. */
export function asObject(value: Json): KubeObject {
  if (isKubeObject(value)) return value;
  throw new TypeError("this is no object of the API");
}

function isKubeObject(value: Json): value is KubeObject {
  if (!isRecord(value) || typeof value["apiVersion"] !== "string" || typeof value["kind"] !== "string") return false;
  const metadata = value["metadata"];
  if (!isRecord(metadata) || typeof metadata["name"] !== "string") return false;
  const { namespace = "", labels = {}, annotations = {} } = metadata;
  return typeof namespace === "string" && isTextMap(labels) && isTextMap(annotations);
}

function isTextMap(value: Json): boolean {
  return isRecord(value) && Object.values(value).every((text) => typeof text === "string");
}
