/** A world that several daemons write to: it knows whose every write was and when, and makes a thing again where it is told to. */
import type { Change } from "../../src/plan/change.ts";
import type { Outcome } from "../../src/plan/outcome.ts";
import type { Session } from "../../src/providers/provider.ts";
import type { AnyProvider } from "../../src/providers/survey.ts";
import { comparePeers } from "./watch-world.ts";

/** From the taking of a lease to its end. */
export interface Apply {
  /** A host, and which of its processes. */
  readonly by: string;
  readonly writes: Write[];
}

interface Write {
  readonly what: string;
  readonly sentAt: number;
  /** When the world has done it, or has lost it. */
  landedAt: number;
}

export interface RecordedWorld {
  readonly applies: readonly Apply[];
  /** Addresses by name: each one that was made. */
  readonly made: ReadonlyMap<string, readonly string[]>;
  /** Ids of things that were there twice, and writes outside of any apply. */
  readonly faults: readonly string[];
  begin(by: string): Apply;
  /** Gives what is to be called when it has landed. */
  sent(apply: Apply | null, what: string): () => void;
  /** Somebody else moves a peer. */
  move(name: string, address: string): void;
  provider(): AnyProvider;
}

export function recordWorld(now: () => number): RecordedWorld {
  const applies: Apply[] = [];
  const made = new Map<string, string[]>();
  const faults: string[] = [];
  const put: Record<string, (name: string, address: string) => void> = {
    create: (name, address) => {
      if (made.has(name)) faults.push(`${name} is there twice`);
      made.set(name, [...(made.get(name) ?? []), address]);
    },
    update: (name, address) => void (made.has(name) && made.set(name, [address])),
    delete: (name) => void made.delete(name),
  };
  const carryOut = async ({ address, name, action, fields }: Change, session: Session): Promise<Outcome> => {
    const after = typeof fields[0]?.after === "string" ? fields[0].after : "";
    try {
      await session.calls.send(`${action} ${name}`, async () => put[action]?.(name, after));
      session.signal.throwIfAborted();
      return { status: "done", address, message: "ok" };
    } catch (error) {
      if (session.signal.aborted) throw error;
      return { status: "failed", address, message: String(error), failure: "retryable", next: "again" };
    }
  };
  return {
    applies,
    made,
    faults,
    begin: (by) => {
      const apply: Apply = { by, writes: [] };
      applies.push(apply);
      return apply;
    },
    sent: (apply, what) => {
      if (apply === null) faults.push(`${what} outside of any apply`);
      const write: Write = { what, sentAt: now(), landedAt: Number.POSITIVE_INFINITY };
      apply?.writes.push(write);
      return () => void (write.landedAt = now());
    },
    move: (name, address) => void (made.has(name) && made.set(name, [address])),
    provider: () => ({
      name: "wireguard",
      kinds: ["WireGuardHub", "WireGuardPeer"],
      check: () => [],
      openReader: () => null,
      openWriter: () => null,
      observe: (_desired, _reader, { calls }) => calls.send("read", async () => addressesOf(made)),
      compare: (desired, observation, at) =>
        comparePeers({ unread: new Set() }, { desired, now: at }, observation as ReadonlyMap<string, string>),
      // Two at a time: one that is stopped must not leave the other to somebody else's apply.
      async *apply({ changes }, _writer, session: Session) {
        for (let index = 0; index < changes.length; index += 2) {
          if (session.signal.aborted) return;
          yield* await Promise.all(changes.slice(index, index + 2).map((change) => carryOut(change, session)));
        }
      },
    }),
  };
}

function addressesOf(made: ReadonlyMap<string, readonly string[]>): ReadonlyMap<string, string> {
  return new Map([...made].map(([name, all]) => [name, all.at(-1) ?? ""]));
}

/** Where a write of one apply lies between the first and the last of another's. */
export function meetings(applies: readonly Apply[]): readonly string[] {
  const spans = applies.flatMap(({ by, writes }) => {
    if (writes.length === 0) return [];
    const from = Math.min(...writes.map(({ sentAt }) => sentAt));
    return [{ by, writes, from, to: Math.max(...writes.map(({ landedAt }) => landedAt)) }];
  });
  return spans.flatMap((span) =>
    spans.flatMap(({ by, writes }) => {
      if (writes === span.writes) return [];
      const inside = writes.filter(({ sentAt, landedAt }) => landedAt >= span.from && sentAt <= span.to);
      return inside.map(({ what, sentAt }) => `${by}: ${what} at ${sentAt}, in the apply of ${span.by}`);
    }),
  );
}
