import type { Json } from "../../support/json.ts";

/** Who an object is; the other members of its metadata stay as the server says them. */
export interface KubeMetadata {
  readonly name: string;
  readonly namespace?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly [field: string]: Json | undefined;
}

/** A rendered or live object of a cluster, as JSON: nothing is dropped, since nothing is known to be unimportant. */
export interface KubeObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: KubeMetadata;
  readonly [field: string]: Json | KubeMetadata | undefined;
}
