import type { KubeObject } from "../kube-object.ts";

/** What is in a cluster beside what Reeve makes and what decides who gets in: namespaces, pods, services, endpoints. */
export interface Surroundings {
  readonly objects: readonly KubeObject[];
  /** Sorted as they were asked for. */
  readonly unread: readonly Unread[];
}

/** Something that may not be read. */
export interface Unread {
  /** `the pods of desktops` */
  readonly what: string;
  readonly why: string;
  readonly next: string;
  /** It could show that somebody gets in: nothing is opened while nobody has looked. */
  readonly isDecisive: boolean;
}
