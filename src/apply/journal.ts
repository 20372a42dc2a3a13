import { mkdir, open } from "node:fs/promises";
import { join } from "node:path";
import type { Clock } from "../support/clock.ts";
import { canonicalJson } from "../support/json.ts";
import type { RunEvent } from "./run-changes.ts";

/** History, one JSON line an event: what was meant before a batch, what became of each change after it. */
export interface Journal {
  record(event: RunEvent): Promise<void>;
  close(): Promise<void>;
}

export interface JournalHead {
  /** Names the run in every line. */
  readonly run: string;
  readonly estate: string;
  readonly commit: string | null;
  readonly plan: string;
  readonly clock: Clock;
}

/**
 * Opens `<folder>/journal.jsonl` for appending. An intent is on the disk before `record` returns, so that even a power
 * cut shows as an intent without an outcome; outcomes outlive the process, and one sync at the end serves them all.
 * Nothing ever reads it to decide (law 5), and it holds no value of any field.
 */
export async function openJournal(folder: string, head: JournalHead): Promise<Journal> {
  await mkdir(folder, { recursive: true });
  const file = await open(join(folder, "journal.jsonl"), "a", 0o600);
  const { clock, ...constant } = head;
  return {
    record: async (event) => {
      const at = clock.now().toISOString();
      const lines = linesOf(event).map((line) => `${canonicalJson({ ...constant, at, ...line })}\n`);
      await file.appendFile(lines.join(""));
      if (event.event === "intent") await file.datasync();
    },
    close: async () => {
      await file.datasync();
      await file.close();
    },
  };
}

function linesOf(event: RunEvent): readonly object[] {
  if (event.event === "outcome") return [{ event: "outcome", ...event.outcome }];
  return event.changes.map(({ address, action, digest }) => ({ event: "intent", address, action, digest }));
}
