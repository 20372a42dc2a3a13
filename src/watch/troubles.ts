import type { Log } from "./log.ts";
import type { Trouble } from "./status.ts";

/** What is wrong now, each said once when it begins and once when it ends. */
export interface Troubles {
  begin(trouble: Omit<Trouble, "since">): void;
  end(...codes: readonly string[]): void;
  find(code: string): Trouble | null;
  list(): readonly Trouble[];
}

export function openTroubles(now: () => Date, log: Log): Troubles {
  const known = new Map<string, Trouble>();
  return {
    begin: ({ code, message, next }) => {
      const before = known.get(code);
      if (before?.message !== message) log("trouble", { code, message, next }, "warning");
      known.set(code, { code, message, next, since: before?.since ?? now().toISOString() });
    },
    end: (...codes) => {
      for (const code of codes) if (known.delete(code)) log("trouble-over", { code });
    },
    find: (code) => known.get(code) ?? null,
    list: () => [...known.values()].toSorted((a, b) => (a.code < b.code ? -1 : 1)),
  };
}
