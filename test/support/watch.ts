/** What a watch does at Reeve's calls beside letting them through. */
export type WatchOrder =
  | { readonly do: "count" }
  /** At call number `at`, kill -9 Reeve, and with `before` and `after` also what it has started; `reeve`: the call goes on. */
  | { readonly do: "kill"; readonly when: "before" | "after" | "reeve"; readonly at: number }
  /** The same right after the first call of this name. */
  | { readonly do: "kill-after"; readonly call: string }
  /** At the first call of this name, wait until `go` is called. */
  | { readonly do: "pause"; readonly call: string };

/** Stands between one Reeve and its world: sees every call that goes out, can hold one, and can end Reeve at one. */
export interface Watch {
  /** What Reeve is started with, so that its calls come this way. */
  readonly environment: Readonly<Record<string, string>>;
  /** To be told at once whom to kill. */
  begun(pid: number): void;
  arm(order: WatchOrder): void;
  /** Names of the calls since `arm`. */
  calls(): readonly string[];
  /** All that these calls have said, but for what proves who is calling. */
  said(): string;
  /** Resolves when the pause is reached. */
  reached(): Promise<void>;
  go(): void;
  close(): void | Promise<void>;
}
