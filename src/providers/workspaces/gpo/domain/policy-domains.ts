/** Doors to domains. Planning is given the one that reads, and it has no way to write (law 1). */
import type { PolicyDomain } from "../../../../generated/documents.ts";
import type { ObjectFile, ObjectPush, ObjectReading } from "./object.ts";

/** Where a policy goes. */
export interface DomainTarget {
  readonly domain: PolicyDomain;
  /** The object's display name. */
  readonly object: string;
  /** What the estate allows to be read for a password. */
  readonly allowed: { readonly environment: readonly string[]; readonly folders: readonly string[] };
}

/** Everything here throws `DomainTrouble`. */
export interface PolicyDomains {
  readObject(target: DomainTarget): Promise<ObjectReading>;
}

/** The steps of a push. A run may die between any two of them: the next one carries on. */
export interface PolicyDomainsWriter extends PolicyDomains {
  /** Puts these files beside those that are read. */
  stage(target: DomainTarget, push: ObjectPush, files: readonly ObjectFile[]): Promise<void>;
  /** Puts a staged file in the place of the one that is read, at once. */
  replace(target: DomainTarget, push: ObjectPush, file: ObjectFile): Promise<void>;
  /** Writes version and extensions where the version is still the one that was read, and otherwise nothing. */
  raise(target: DomainTarget, push: ObjectPush): Promise<void>;
}
