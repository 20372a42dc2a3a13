/** What must outlive the program: the number of the last check-in, and what has been carried out. */
import type { ReportedCondition } from "../../protocol/bodies.ts";
import { type Folder, readJson, writeJson } from "./folder.ts";

export interface Progress {
  readonly seq: number;
  /** The check-in with that number, as it was sent, while nobody has answered it. It is repeated, never replaced. */
  readonly unanswered: string | null;
  readonly done: { readonly enumeration: number; readonly scan: number };
  /** Of the last list that the server took. */
  readonly enumerated: { readonly count: number; readonly at: string } | null;
  readonly scanned: { readonly reachable: number; readonly of: number; readonly at: string } | null;
  /** For `reeve appliance status`. */
  readonly answered: { readonly at: string; readonly commit: string } | null;
  readonly domain: string | null;
  /** Why the server does not do what it is asked, while that lasts. */
  readonly trouble: { readonly type: string; readonly message: string } | null;
  /**
   * A credential that the directory refused, and when (milliseconds since 1970): tried again, it would lock the account, also
   * by a program that is started anew every minute.
   */
  readonly rejected: { readonly version: string; readonly at: number } | null;
  readonly conditions: readonly { readonly type: ReportedCondition; readonly message: string }[];
}

const FILE = "progress.json";

const NONE: Progress = {
  seq: 0,
  unanswered: null,
  done: { enumeration: 0, scan: 0 },
  enumerated: null,
  scanned: null,
  answered: null,
  domain: null,
  trouble: null,
  rejected: null,
  conditions: [],
};

export function readProgress(folder: Folder): Progress {
  return { ...NONE, ...readJson<Partial<Progress>>(folder, FILE) };
}

/** Of another place that this machine had: none of it is true of its new one. */
export function forgetProgress(folder: Folder): void {
  folder.remove(FILE);
}

export function writeProgress(folder: Folder, progress: Progress): void {
  writeJson(folder, FILE, progress);
}
