import type { EstateSpec } from "../generated/documents.ts";
import type { Address, Resource } from "./resource.ts";

/** The whole desired state of one state directory, validated and resolved. */
export interface Estate {
  /** The estate's name: the ownership marker on everything that Reeve makes. */
  readonly name: string;
  readonly settings: EstateSpec;
  /** The Estate document, for findings about the settings; left out where it is missing or has errors of its own. */
  readonly document?: Resource;
  /** True where documents with errors of their own were left out: that something is missing is then no news. */
  readonly isPartial?: true;
  /** Digests of plans that a reviewed Acknowledgement consents to. */
  readonly acknowledged: ReadonlySet<string>;
  /** Every resource of a provider, sorted by address. */
  readonly resources: readonly Resource[];
  readonly byAddress: ReadonlyMap<Address, Resource>;
  /** Addresses that a resource refers to, by its own address; from reference fields and nothing else. Sorted. */
  readonly references: ReadonlyMap<Address, readonly Address[]>;
}
